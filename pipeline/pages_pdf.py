"""Pages of PDF files: the scanner's own picture where the page is nothing else, a rendering where it is more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.intake_pdf import open_pdf
from pipeline.limits import Limits, guarded
from pipeline.model import ScanPage
from pipeline.pixels import square_pixels, to_picture
from schemas.errors import Damaged, TooLarge

if TYPE_CHECKING:
    import pikepdf

    from pipeline.pages_placement import Placement

RENDER_DPI = 300
_RENDER_SECONDS = 120
_POINTS_PER_INCH = 72


def load_pdf_page(path: Path, number: int, limits: Limits) -> ScanPage:
    """Decode one page (from 1). Raises Damaged, TooLarge, Encrypted."""
    from pipeline.pages_placement import find_placement

    with open_pdf(path, limits.pixels * 4) as pdf:
        page = pdf.pages[number - 1]
        placement = find_placement(page)
        if placement:
            found = _load_embedded(placement, number, limits)
            if found:
                return found
        width, height = _page_inches(page)
        unit = float(page.obj.get("/UserUnit", 1))
    wanted = placement.dpi if placement else RENDER_DPI
    dpi = min(wanted, (limits.pixels / (width * height)) ** 0.5)
    return _render(path, number, dpi, unit, limits)


def _load_embedded(placement: Placement, number: int, limits: Limits) -> ScanPage | None:
    """The picture of a page, turned as a viewer shows it; None where only a renderer can decode it."""
    import pikepdf

    try:
        with guarded(limits), pikepdf.PdfImage(placement.image).as_pil_image(apply_mask=False) as image:
            if image.width * image.height > limits.pixels:
                raise TooLarge(f"page {number} has more than {limits.pixels:,} pixels")
            picture = to_picture(image)
    except (pikepdf.UnsupportedImageTypeError, pikepdf.DependencyError, NotImplementedError):
        return None
    if placement.mirrored:
        picture = np.flipud(picture)
    picture = np.ascontiguousarray(np.rot90(picture, -placement.quarter_turns))
    across, down = placement.resolution
    if placement.quarter_turns % 2:
        across, down = down, across
    return square_pixels(number, picture, across, down)


def _page_inches(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(value) for value in page.cropbox)
    return (
        max(abs(right - left), 1) / _POINTS_PER_INCH,
        max(abs(top - bottom), 1) / _POINTS_PER_INCH,
    )


def _render(path: Path, number: int, dpi: float, unit: float, limits: Limits) -> ScanPage:
    from pdf2image import convert_from_path, exceptions

    try:
        with guarded(limits):
            images = convert_from_path(
                path,
                dpi=round(dpi),
                first_page=number,
                last_page=number,
                use_cropbox=True,
                timeout=_RENDER_SECONDS,
            )
            if not images:
                raise Damaged(f"page {number} cannot be drawn")
            return ScanPage(number, to_picture(images[0]), round(dpi) / unit)
    except exceptions.PDFPopplerTimeoutError as late:
        raise TooLarge(f"page {number} takes longer than {_RENDER_SECONDS} s to draw") from late
    except (exceptions.PDFPageCountError, exceptions.PDFSyntaxError) as fault:
        raise Damaged(f"page {number} cannot be drawn") from fault
