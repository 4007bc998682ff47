"""Pages: one page of a scan as a picture, decoded once and exactly as it was scanned.

"As scanned" means as a viewer shows it: the EXIF orientation of a photo and the /Rotate of a PDF page are applied, and
where the two resolutions of a fax differ the coarser one is brought up to the finer, so that pixels are square. All
boxes of the house are pixels of this picture.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.intake.complaints import heard
from pipeline.intake.cut_jpeg import jpeg_ends_early, tiff_jpeg_ends_early
from pipeline.intake.cut_png import png_ends_early
from pipeline.intake.cut_short import fax_ends_early
from pipeline.intake.pictures import further_pictures, open_picture, orientation_of
from pipeline.limits import DEFAULT_LIMITS, Limits, guarded, within
from pipeline.model import MediaType, PageReading, Picture, Scan, ScanPage, Warning
from pipeline.pages.sides import LEAST_SIDE, MOST_SIDE
from pipeline.pixels import square_pixels, to_picture
from schemas.errors import Damaged, TooLarge, TooSmall

if TYPE_CHECKING:
    from PIL import Image

_LEAST_PIXELS = 8
"""A side of fewer pixels holds nothing that anybody could read."""

_CUT = "the picture ends before its last row"

BROKEN = Warning(
    "broken_data",
    "Dữ liệu ảnh của trang này bị hỏng một phần: chữ ở chỗ hỏng có thể mất hoặc sai; hãy so với giấy, hoặc quét lại trang này.",
    "Some of the page's data are damaged: what the picture shows there may be missing or wrong.",
)
"""Rows that are missing are no doubt, but damage: such a page is refused."""


def load_page(scan: Scan, number: int, limits: Limits = DEFAULT_LIMITS) -> ScanPage:
    """Decode page ``number`` (from 1): uint8, (height, width) grey or (height, width, 3) RGB.

    ``dpi`` is what the file states, or inferred from the proportions of paper where it states nothing or nonsense.
    Raises Damaged, TooLarge, TooSmall, TakesTooLong, Encrypted; IndexError when there is no such page.
    """
    if not 1 <= number <= scan.page_count:
        raise IndexError(f"page {number} of {scan.page_count}")
    with within(limits.seconds, f"page {number}"), guarded(limits):
        before = heard()
        if scan.media_type is MediaType.PDF:
            from pipeline.pages.pdf import load_pdf_page

            page = load_pdf_page(scan.path, number, limits)
        else:
            page = _load_image(scan, number)
            _demand_paper(page)
        return page if heard() == before else replace(page, doubts=(*page.doubts, BROKEN))


def load_again(scan: Scan, reading: PageReading, limits: Limits = DEFAULT_LIMITS) -> Picture:
    """The picture of a page that was read before; what a viewer shows of it is known. Raises as ``load_page`` does."""
    if scan.media_type is not MediaType.PDF:
        return load_page(scan, reading.number, limits).picture
    from pipeline.pages.pdf import pdf_picture

    with within(limits.seconds, f"page {reading.number}"), guarded(limits):
        return pdf_picture(scan.path, reading.number, limits, embedded=bool(reading.embedded))


def _load_image(scan: Scan, number: int) -> ScanPage:
    with open_picture(scan.path, scan.media_type, number) as image:
        if scan.media_type is MediaType.TIFF and fax_ends_early(image):
            raise Damaged(_CUT)
        orientation = orientation_of(image)
        across, down = (float(value) for value in image.info.get("dpi", (0, 0)))
        if orientation in range(5, 9):
            across, down = down, across
        picture = to_picture(image if orientation == 1 else _upright(image))
        if _ends_early(scan, image, picture):
            raise Damaged(_CUT)
        doubts = _of_further(further_pictures(image)) if number == 1 else ()
    return replace(square_pixels(number, picture, across, down), doubts=doubts)


def _ends_early(scan: Scan, image: Image.Image, picture: Picture) -> bool:
    """Whether rows are missing in what was decoded without a word."""
    if scan.media_type is MediaType.JPEG:
        return jpeg_ends_early(scan.path, picture)
    if scan.media_type is MediaType.PNG:
        return png_ends_early(scan.path, image)
    return scan.media_type is MediaType.TIFF and tiff_jpeg_ends_early(scan.path, image, picture)


def _of_further(pictures: int) -> tuple[Warning, ...]:
    if pictures == 0:
        return ()
    return (
        Warning(
            "further_pictures",
            f"Tệp có {pictures + 1} ảnh, chỉ ảnh đầu được lấy làm trang; hãy xem tệp gốc có còn giấy tờ nào khác không.",
            f"The file holds {pictures + 1} pictures; only the first was taken as a page.",
        ),
    )


def _demand_paper(page: ScanPage) -> None:
    """A page must have a size that a copy can have."""
    shorter, longer = sorted(page.picture.shape[:2])
    if shorter < _LEAST_PIXELS or shorter * 72 / page.dpi < LEAST_SIDE:
        raise TooSmall(
            f"page {page.number} is {page.picture.shape[1]} × {page.picture.shape[0]} pixels at {page.dpi:.0f} dpi"
        )
    if longer * 72 / page.dpi > MOST_SIDE:
        raise TooLarge(f"page {page.number} is {longer / page.dpi * 0.0254:,.0f} m long")


def _upright(image: Image.Image) -> Image.Image:
    from PIL import ImageOps

    image.load()  # a TIFF turns itself here, and says so no more
    return ImageOps.exif_transpose(image)
