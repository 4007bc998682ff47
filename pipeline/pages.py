"""Pages: one page of a scan as a picture, decoded once and exactly as it was scanned.

"As scanned" means as a viewer shows it: the EXIF orientation of a photo and the /Rotate of a PDF page are applied, and
where the two resolutions of a fax differ the coarser one is brought up to the finer, so that pixels are square. All
boxes of the house are pixels of this picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.limits import DEFAULT_LIMITS, Limits, guarded
from pipeline.model import MediaType, Scan, ScanPage
from pipeline.pixels import plausible_dpi, square_pixels, to_picture

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["load_page", "plausible_dpi"]


def load_page(scan: Scan, number: int, limits: Limits = DEFAULT_LIMITS) -> ScanPage:
    """Decode page ``number`` (from 1): uint8, (height, width) grey or (height, width, 3) RGB.

    ``dpi`` is what the file states, or inferred from the proportions of paper where it states nothing or nonsense.
    Raises Damaged, TooLarge, Encrypted; IndexError when there is no such page.
    """
    if not 1 <= number <= scan.page_count:
        raise IndexError(f"page {number} of {scan.page_count}")
    if scan.media_type is MediaType.PDF:
        from pipeline.pages_pdf import load_pdf_page

        return load_pdf_page(scan.path, number, limits)
    with guarded(limits):
        return _load_image(scan, number)


def _load_image(scan: Scan, number: int) -> ScanPage:
    from PIL import Image

    with Image.open(scan.path, formats=(scan.media_type.name,)) as image:
        if number > 1:
            image.seek(number - 1)
        orientation = int(image.getexif().get(0x0112, 1))
        across, down = (float(value) for value in image.info.get("dpi", (0, 0)))
        if orientation in range(5, 9):
            across, down = down, across
        picture = to_picture(image if orientation == 1 else _upright(image))
    return square_pixels(number, picture, across, down)


def _upright(image: Image.Image) -> Image.Image:
    from PIL import ImageOps

    image.load()  # a TIFF turns itself here, and says so no more
    return ImageOps.exif_transpose(image)
