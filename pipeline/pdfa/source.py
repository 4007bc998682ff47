"""A page of a PDF as it goes into the copy: its one picture, its own content, or a rendering, in this order of choice.

- One picture that covers the page: the image XObject itself, byte for byte.
- Anything else (several pictures, mixed raster content, a born-digital page): the page's own content without its
  invisible text, if nothing lies over it (annotations) or is hidden, and each of its words, where it has any, was read in the same
  place (``owntext``); they then are the text of the copy.
- What PDF/A-2b cannot hold (CMYK, fonts that are not embedded, …): a rendering at the resolution of the reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.model import PageReading, Picture
from pipeline.pages.likeness import LOOK, unpack
from pipeline.pages.marked import has_marks
from pipeline.pages.viewer import Viewing
from pipeline.pdfa.covered import covers_something
from pipeline.pdfa.hidden import painted
from pipeline.pdfa.owntext import agree, own_words, read_words
from schemas.geometry import Affine

if TYPE_CHECKING:
    import pikepdf

    from pipeline.pages.box import PageBox
    from pipeline.pages.placement import Placement

_SPACES = {"/DeviceGray", "/DeviceRGB", "/CalGray", "/CalRGB", "/Lab", "/G", "/RGB"}
_NOT_IN_PDFA = (
    "/Interpolate",
    "/Alternates",
    "/OPI",
    "/Metadata",
    "/StructParent",
    "/OC",
    "/Name",
    "/PtData",
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Something to draw: an XObject of the copy, and the map from its coordinates (y up) to pixels of the page as scanned.

    ``has_text`` says that its own visible text serves as the text of the page; ``over`` is drawn on top, likewise placed.
    """

    xobject: pikepdf.Object
    to_scan: Affine
    has_text: bool = False
    over: tuple[tuple[pikepdf.Object, Affine], ...] = ()


def turn(quarter_turns: int) -> Affine:
    """Turns the unit square (y down) clockwise onto itself."""
    return (
        Affine(),
        Affine(0, -1, 1, 1, 0, 0),
        Affine(-1, 0, 1, 0, -1, 1),
        Affine(0, 1, 0, -1, 0, 1),
    )[quarter_turns % 4]


def unit_to_scan(reading: PageReading, *, mirrored: bool, quarter_turns: int) -> Affine:
    """Maps PDF's unit square of an image (y up) to pixels of the page as scanned."""
    upside = Affine() if mirrored else Affine(1, 0, 0, 0, -1, 1)
    size = Affine(reading.width, 0, 0, 0, reading.height, 0)
    return upside.then(turn(quarter_turns)).then(size)


def keep_picture(placement: Placement, reading: PageReading) -> Drawing | None:
    """The page's picture itself; None where PDF/A cannot hold it."""
    from pikepdf import Name

    if not _allowed_space(placement.image):
        return None
    image = placement.image
    for key in _NOT_IN_PDFA:
        if key in image:
            del image[key]
    if image.get("/ImageMask", False):  # a black stencil: what it leaves out is white paper
        del image["/ImageMask"]
        image.ColorSpace = Name.DeviceGray
        image.BitsPerComponent = 1
    turned = unit_to_scan(reading, mirrored=placement.mirrored, quarter_turns=placement.quarter_turns)
    return Drawing(image, turned)


def _allowed_space(image: pikepdf.Object) -> bool:
    from pikepdf import Array

    if image.get("/ImageMask", False):
        return True
    filters = image.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, Array) else [str(filters)]
    if "/LZWDecode" in names:
        return False
    space = image.get("/ColorSpace")
    return "/JPXDecode" in names if space is None else _without_ink(space)


def _without_ink(space: pikepdf.Object) -> bool:
    """Grey or RGB, by device, calibrated or with a profile: what an sRGB output intent allows."""
    from pikepdf import Array

    if not isinstance(space, Array):
        return str(space) in _SPACES
    kind = str(space[0])
    if kind == "/Indexed":
        return _without_ink(space[1])
    return kind in _SPACES or (kind == "/ICCBased" and int(space[1].get("/N", 0)) in {1, 3})


def keep_content(page: pikepdf.Page, box: PageBox, path: Path, reading: PageReading) -> Drawing | None:
    """The page's own description as a form; None where a rendering must do. ``path`` is the file from which it is drawn."""
    from pikepdf import Array

    things = None if has_marks(page) else painted(page, box)
    if things is None or covers_something(things, box, _look(path, reading)):
        return None
    content, to_scan = _without_invisible_text(page), box_to_scan(box, reading)
    own = own_words(page, content, to_scan)
    if own and not agree(own, read_words(reading.text)):
        return None
    form = page.as_form_xobject(handle_transformations=False)
    form.write(content)
    shown = box.box
    form.BBox = Array([shown.left, shown.top, shown.right, shown.bottom])
    if "/Matrix" in form:
        del form["/Matrix"]
    return Drawing(form, to_scan, bool(own))


def _look(path: Path, reading: PageReading) -> Picture:
    """The page as a viewer shows it."""
    if reading.look:
        return unpack(reading.look)
    (look,) = Viewing(path, reading.number, side=2 * LOOK).looks()
    return look


def box_to_scan(box: PageBox, reading: PageReading) -> Affine:
    """Maps units of a page (y up) to pixels of the page as scanned."""
    shown = box.box
    unit = Affine(
        1 / shown.width, 0, -shown.left / shown.width, 0, 1 / shown.height, -shown.top / shown.height
    )
    return unit.then(unit_to_scan(reading, mirrored=False, quarter_turns=box.turns))


def _without_invisible_text(page: pikepdf.Page) -> bytes:
    """The content with everything shown in text rendering mode 3 dropped."""
    import pikepdf

    from pipeline.pages.balanced import without_excess

    kept: list[pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage] = []
    modes, mode = [], 0
    for instruction in without_excess(pikepdf.parse_content_stream(page)):
        operator = str(instruction.operator)
        if operator == "q":
            modes.append(mode)
        elif operator == "Q":
            mode = modes.pop() if modes else mode
        elif operator == "Tr":
            mode = int(instruction.operands[0])
        elif operator in {"Tj", "TJ", "'", '"'} and mode == 3:
            continue
        kept.append(instruction)
    return pikepdf.unparse_content_stream(kept)
