"""Lines of running text, and a sheet with them."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from tests.scans import FONT

TEXT = (
    "Tuy nhiên, hiện nay, trên địa bàn tỉnh chỉ có 1.846 tổ chức sử dụng hóa",
    "đơn điện tử, chiếm khoảng 5,3% trên tổng số tổ chức, cá nhân thuộc đối tượng",
    "sử dụng hóa đơn điện tử, trong đó chủ yếu là các đơn vị hành chính sự nghiệp",
    "và một số doanh nghiệp có quy mô lớn, có hạ tầng công nghệ tốt. Để triển khai",
    "thực hiện tốt quy định về hóa đơn điện tử, đảm bảo lộ trình của Chính phủ,",
    "Chủ tịch Ủy ban nhân dân tỉnh yêu cầu Thủ trưởng các sở, ngành thực hiện.",
)


def sheet(step: int, first: int = 80, *, level: int = 0) -> Image.Image:
    """The text in letters of 18 pixels (x-height), lines ``step`` apart, the foot of the ``first`` at that height."""
    image = Image.new("L", (1500, first + step * len(TEXT)), 255)
    pen, face = ImageDraw.Draw(image), ImageFont.truetype(FONT, 39)
    for row, text in enumerate(TEXT):
        pen.text((60, first + step * row), text, font=face, fill=level, anchor="ls")
    return image
