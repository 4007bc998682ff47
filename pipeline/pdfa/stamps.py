"""What annotations show on a scanned page: cut out of a drawing of it and laid over the picture of the copy.

Agencies put number and date on signed scans in this way, people fill in forms and stamp. The appearance itself cannot be taken
over, since its fonts are rarely embedded; the patch is a picture, without loss, so no word of it is told twice.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.limits import DEFAULT_LIMITS
from pipeline.model import PageReading
from pipeline.pages.box import PageBox
from pipeline.pages.marked import may_be_seen
from pipeline.pages.pdf import RENDER_DPI
from pipeline.pages.viewer import Viewing
from pipeline.pdfa.image import PdfImage
from pipeline.pdfa.images import encode_picture
from schemas.geometry import Affine, Box

if TYPE_CHECKING:
    import pikepdf

_RIM = 2


def note_patches(
    page: pikepdf.Page, box: PageBox, path: Path, reading: PageReading
) -> list[tuple[PdfImage, Affine]]:
    """A patch for each visible annotation, with the map from PDF's unit square to pixels of the page as scanned."""
    shown = [_rectangle(note) for note in page.obj.get("/Annots", ()) if may_be_seen(note)]
    if not shown:
        return []
    from PIL import Image

    from pipeline.pdfa.source import box_to_scan

    finer = _finer(box, reading)
    width, height = round(reading.width * finer), round(reading.height * finer)
    (drawn,) = Viewing(path, reading.number, side=max(width, height)).pictures()
    picture = Image.fromarray(drawn).resize((width, height))
    across, down = width / reading.width, height / reading.height
    onto_drawn = box_to_scan(box, reading).then(Affine(across, 0, 0, 0, down, 0))
    patches = []
    for rectangle in shown:
        place = onto_drawn.box(rectangle)
        rim = Box(place.left - _RIM, place.top - _RIM, place.right + _RIM, place.bottom + _RIM)
        x0, y0, x1, y1 = rim.intersection(Box(0, 0, width, height)).as_list()
        if x1 - x0 > 1 and y1 - y0 > 1:
            patch = encode_picture(picture.crop((x0, y0, x1, y1)))
            unit = Affine(x1 - x0, 0, x0, 0, y0 - y1, y1)
            patches.append((patch, unit.then(Affine(1 / across, 0, 0, 0, 1 / down, 0))))
    return patches


def _finer(box: PageBox, reading: PageReading) -> float:
    """How many times finer than the picture that was read patches are drawn: letters need more than a coarse background does."""
    area = reading.width * reading.height
    inches = max(box.size) / 72
    wanted = RENDER_DPI * inches / max(reading.width, reading.height)
    most: float = (DEFAULT_LIMITS.pixels / area) ** 0.5
    return max(min(wanted, most), 1.0)


def _rectangle(note: pikepdf.Object) -> Box:
    x0, y0, x1, y1 = (float(value) for value in note["/Rect"])
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
