"""What earlier digital signatures show on a scanned page: cut out of a rendering and laid over the picture of the copy.

Agencies put number and date on signed scans in this way. The appearance itself cannot be taken over, since its fonts are rarely
embedded; the patch is a picture, without loss, so no word of it is told twice.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.model import PageReading
from pipeline.pdfa.images import PdfImage, encode_picture
from schemas.geometry import Affine, Box

if TYPE_CHECKING:
    import pikepdf

_HIDDEN = 0b100010
_SECONDS = 120


def stamp_patches(page: pikepdf.Page, path: Path, reading: PageReading) -> list[tuple[PdfImage, Affine]]:
    """A patch for each visible signature field, with the map from PDF's unit square to pixels of the page as scanned.

    None are made where the picture does not fill the page: their place would be uncertain.
    """
    left, bottom, right, top = (float(value) for value in page.cropbox)
    turned = _turns(page) % 2
    width, height = (top - bottom, right - left) if turned else (right - left, top - bottom)
    shown = [_rectangle(note) for note in page.obj.get("/Annots", ()) if _is_visible_signature(note)]
    fills = abs(reading.width * 72 / reading.dpi / width - 1) < 0.02
    if not shown or not fills or abs(reading.height * 72 / reading.dpi / height - 1) > 0.02:
        return []
    from pdf2image import convert_from_path

    from pipeline.pdfa.source import unit_to_scan

    (picture,) = convert_from_path(
        path,
        first_page=reading.number,
        last_page=reading.number,
        size=(reading.height, reading.width) if turned else (reading.width, reading.height),  # before /Rotate
        use_cropbox=True,
        timeout=_SECONDS,
    )
    unit = Affine(
        1 / (right - left), 0, -left / (right - left), 0, 1 / (top - bottom), -bottom / (top - bottom)
    )
    onto_scan = unit.then(unit_to_scan(reading, mirrored=False, quarter_turns=_turns(page)))
    patches = []
    for rectangle in shown:
        box = onto_scan.box(rectangle).intersection(Box(0, 0, reading.width, reading.height))
        x0, y0, x1, y1 = box.as_list()
        if x1 - x0 > 1 and y1 - y0 > 1:
            place = Affine(x1 - x0, 0, x0, 0, y0 - y1, y1)
            patches.append((encode_picture(picture.crop((x0, y0, x1, y1))), place))
    return patches


def _turns(page: pikepdf.Page) -> int:
    return round(int(page.obj.get("/Rotate", 0)) / 90) % 4


def _rectangle(note: pikepdf.Object) -> Box:
    x0, y0, x1, y1 = (float(value) for value in note["/Rect"])
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _is_visible_signature(note: pikepdf.Object) -> bool:
    if str(note.get("/Subtype")) != "/Widget" or "/AP" not in note or int(note.get("/F", 0)) & _HIDDEN:
        return False
    holder = note if "/FT" in note else note.get("/Parent", note)
    return str(holder.get("/FT")) == "/Sig" and _rectangle(note).area > 1
