"""Pages of PDF files: the scanner's own picture where a viewer shows just that, a rendering where it shows anything else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pikepdf
from PIL.Image import DecompressionBombError, DecompressionBombWarning

from pipeline.intake.complaints import quiet_libtiff
from pipeline.intake.cut_jpeg import pdf_jpeg_ends_early
from pipeline.intake.cut_short import pdf_fax_ends_early, with_end
from pipeline.intake.pdf import open_pdf
from pipeline.limits import Limits, demand_memory, guarded, logger
from pipeline.model import Picture, ScanPage
from pipeline.pages.balanced import balanced
from pipeline.pages.box import PageBox, page_box
from pipeline.pages.headers import channels_of
from pipeline.pages.likeness import LOOK, alike, fills, pack
from pipeline.pages.marked import has_marks
from pipeline.pages.unpacked import Easily, unpacked
from pipeline.pages.viewer import Viewing
from pipeline.pixels import plausible_dpi, reduced, squared, to_picture
from schemas.errors import Damaged, SohoaError, TooSmall

if TYPE_CHECKING:
    from pipeline.pages.placement import Placement

RENDER_DPI, _FINE = 300, 150
"""At what a page is drawn that has no picture, or one that is less fine than this: what else is shown on it would be illegible."""

_WHOLE = 0.99
"""Share of a picture's bytes from which on it is whole: some programs leave out the last few."""

_CUT = "the picture ends before its last row"

_LONGEST_PAPER = 24.0
"""Inches of A2; a page that claims to be longer and is made of one picture has a resolution that nobody set."""


def load_pdf_page(path: Path, number: int, limits: Limits) -> ScanPage:
    """Decode one page (from 1). Raises Damaged, TooLarge, TooSmall, TakesTooLong, Encrypted."""
    from pipeline.pages.placement import find_placement

    with open_pdf(path, limits.pixels * 4) as pdf, balanced(path, pdf, number) as drawn_from:
        page = pdf.pages[number - 1]
        box = page_box(page, number)
        placement = find_placement(page, box)
        with unpacked(drawn_from, pdf, number) as easily:
            picture, embedded, marked = None, "", has_marks(page)
            side = 2 * LOOK if marked else LOOK  # of a page with marks the larger drawing is wanted anyway
            if placement:
                with Viewing(easily.path, easily.number, side=side, limits=limits) as viewing:
                    picture = _embedded(placement, limits)  # it draws while we decode
                    drawn = _drawn(viewing)
                embedded = easily.fingerprint(placement.image) if picture is not None else ""
            if placement and picture is not None:
                alone = fills(picture, drawn, turned=placement.turned, marked=marked)
                if alone:
                    return ScanPage(number, picture, _dpi(picture, box), embedded=embedded)
                if alone is False:
                    picture = None
            if placement and marked:
                look = reduced(drawn, 2)
            else:
                (look,) = Viewing(easily.path, easily.number, side=2 * LOOK, limits=limits).looks()
            if min(look.shape[:2]) < 2:
                raise TooSmall(f"nothing of page {number} is shown")
            if picture is None or not alike(picture, look):
                picture = _render(easily, box, placement, limits)
                embedded = ""
    return ScanPage(number, picture, _dpi(picture, box), pack(look), embedded)


def pdf_picture(path: Path, number: int, limits: Limits, *, embedded: bool) -> Picture:
    """The picture that ``load_pdf_page`` gave, whether ``embedded`` or drawn, without looking once more what a viewer shows."""
    from pipeline.pages.placement import find_placement

    with open_pdf(path, limits.pixels * 4) as pdf, balanced(path, pdf, number) as drawn_from:
        page = pdf.pages[number - 1]
        box = page_box(page, number)
        placement = find_placement(page, box)
        if embedded and placement and (picture := _embedded(placement, limits)) is not None:
            return picture
        with unpacked(drawn_from, pdf, number) as easily:
            return _render(easily, box, placement, limits)


def _drawn(viewing: Viewing) -> Picture:
    (drawn,) = viewing.pictures()
    return drawn


def _dpi(picture: Picture, box: PageBox) -> float:
    """Of a picture that fills the page: what the page's size says, where paper can have it."""
    height, width = picture.shape[:2]
    stated = max(width, height) * 72 / max(box.size)
    return stated if max(box.size) <= 72 * _LONGEST_PAPER else plausible_dpi(width, height, stated)


def _embedded(placement: Placement, limits: Limits) -> Picture | None:
    """The picture of a page, turned as a viewer shows it, with square pixels; None where only a renderer can decode it.

    Raises Damaged where its data end early, TooLarge.
    """
    quiet_libtiff()
    with guarded(limits):
        demand_memory(int(placement.image.Width), int(placement.image.Height), 1)
        try:
            with pikepdf.PdfImage(placement.image).as_pil_image(apply_mask=False) as image:
                picture = to_picture(image)  # guarded: of no more pixels than allowed
        except OSError:
            if _lacks_its_end(placement.image):
                return None
            raise
        except (SohoaError, MemoryError, DecompressionBombError, DecompressionBombWarning):
            raise
        except Exception:
            logger.debug("left to the renderer", exc_info=True)
            if _ends_early(placement.image):
                raise Damaged(_CUT) from None
            return None
        if pdf_fax_ends_early(placement.image) or pdf_jpeg_ends_early(placement.image, picture):
            raise Damaged(_CUT)
    if placement.mirrored:
        picture = np.flipud(picture)
    picture = np.ascontiguousarray(np.rot90(picture, -placement.quarter_turns))
    across, down = placement.resolution
    if placement.quarter_turns % 2:
        across, down = down, across
    return squared(picture, across, down)


def _ends_early(image: pikepdf.Stream) -> bool:
    """Whether rows are missing at the end of a picture without compression of its own; a viewer would show white paper, or black."""
    try:
        channels = channels_of(image.ColorSpace)
        row = (int(image.Width) * channels * int(image.BitsPerComponent) + 7) // 8
        return len(image.read_bytes()) < _WHOLE * row * int(image.Height)
    except Exception:  # another coding
        return False


def _lacks_its_end(image: pikepdf.Stream) -> bool:
    """Whether a JPEG lacks the mark of its end and nothing else, so that a renderer shows all of it."""
    if image.get("/Filter") not in (pikepdf.Name.DCTDecode, pikepdf.Array([pikepdf.Name.DCTDecode])):
        return False
    data = image.read_raw_bytes()
    return with_end(data) != data


def _render(easily: Easily, box: PageBox, placement: Placement | None, limits: Limits) -> Picture:
    """The page at the dpi of its picture, but fine enough for what else is shown, or less where that would be too many pixels."""
    width, height = (side / 72 for side in box.size)
    wanted = placement.dpi if placement and placement.dpi >= _FINE else RENDER_DPI
    dpi = min(wanted, (limits.pixels / (width * height)) ** 0.5)
    (picture,) = Viewing(easily.path, easily.number, dpi=dpi * box.unit, limits=limits).pictures()
    red, green, blue = (picture[..., colour] for colour in range(3))
    if np.array_equal(red, green) and np.array_equal(green, blue):
        return np.ascontiguousarray(red)
    return picture
