"""A process of a pool made ready before its first scan: what reading loads on the way is loaded while nobody waits."""

from __future__ import annotations

import tempfile
from pathlib import Path

LINES = (
    "GIẤY KHAI SINH",
    "Số: 1/2020",
    "Họ, chữ đệm, tên: NGUYỄN VĂN MẪU",
    "Ngày, tháng, năm sinh: 05/03/2017",
)
"""Any paper will do that has a title, a number, a name and a day."""


def warm() -> None:
    """Read a small page from the file to the record, and keep nothing of it."""
    from PIL import Image, ImageDraw, ImageFont

    from pipeline.fonts import font_file
    from pipeline.intake import take_in
    from pipeline.papers.assemble import assemble
    from pipeline.read import read_scan_page

    image = Image.new("L", (827, 600), 255)
    pen, font = ImageDraw.Draw(image), ImageFont.truetype(str(font_file("Tinos")), 40)
    for number, line in enumerate(LINES):
        pen.text((70, 80 + 70 * number), line, font=font, fill=0)
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        path = Path(folder) / "page.png"
        image.save(path, dpi=(200, 200))
        scan = take_in(path)
        assemble(scan, [read_scan_page(scan, 1)])
