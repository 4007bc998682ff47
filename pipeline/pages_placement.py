"""Where the one picture of a PDF page stands: the page description is walked, not drawn.

A page is "one picture" when an opaque image covers it and nothing visible is painted over it. An invisible text layer
(text rendering mode 3), as OCR programs add it, and the widgets of digital signatures do not count as visible.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pikepdf

from schemas.geometry import IDENTITY, Affine, Box

_POINTS_PER_INCH = 72
_INVISIBLE = 3
_FORM_DEPTH = 4
_PAINT = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh"}
_SHOW = {"Tj", "TJ", "'", '"'}
_HARMLESS_ANNOTATIONS = {"/Widget", "/Link", "/Popup"}
_WATCHED = "q Q cm Do BI Tr Tj TJ ' \" f F f* B B* b b* S s sh g rg k sc scn"


@dataclass(frozen=True, slots=True)
class Placement:
    """An image that is the page. ``resolution`` is (across, down) in dpi, of the image before it is turned.

    ``quarter_turns`` counts turns of 90° clockwise, after mirroring top to bottom where ``mirrored``, that bring the
    image into the position that a viewer shows.
    """

    image: pikepdf.Stream
    resolution: tuple[float, float]
    quarter_turns: int
    mirrored: bool

    @property
    def dpi(self) -> float:
        """The finer of both resolutions."""
        return max(self.resolution)


@dataclass(frozen=True, slots=True)
class _State:
    """The part of the graphics state that matters here."""

    matrix: Affine = IDENTITY
    text_mode: int = 0
    black: bool = True


class _NotOnePictureError(Exception):
    """The page shows more than one picture."""


def find_placement(page: pikepdf.Page) -> Placement | None:
    """The one picture of the page, or None when the page is anything else."""
    try:
        if _has_visible_annotations(page):
            return None
        drawn = _walk(page.obj, page.resources, _State(), 0, None)
        return _place(page, *drawn) if drawn else None
    except (_NotOnePictureError, AttributeError, KeyError, TypeError, ValueError, ZeroDivisionError):
        return None


def _has_visible_annotations(page: pikepdf.Page) -> bool:
    notes = page.obj.get("/Annots")
    return notes is not None and any(str(note.get("/Subtype")) not in _HARMLESS_ANNOTATIONS for note in notes)


_Drawn = tuple[pikepdf.Stream, Affine]


def _walk(
    source: pikepdf.Object, resources: pikepdf.Object, state: _State, depth: int, drawn: _Drawn | None
) -> _Drawn | None:
    """Walk a page or a form; gives the image drawn so far and its matrix (unit square → points)."""
    if depth > _FORM_DEPTH:
        raise _NotOnePictureError
    stack: list[_State] = []
    for instruction in pikepdf.parse_content_stream(source, _WATCHED):
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "q":
            stack.append(state)
        elif operator == "Q":
            state = stack.pop() if stack else state
        elif operator == "cm":
            state = replace(state, matrix=_matrix(operands).then(state.matrix))
        elif operator == "Tr":
            state = replace(state, text_mode=int(operands[0]))
        elif operator in {"g", "rg", "k", "sc", "scn"}:
            state = replace(state, black=_is_black(operator, operands))
        elif operator == "Do":
            drawn = _paint_object(resources["/XObject"][str(operands[0])], resources, state, depth, drawn)
        elif (
            operator == "BI"
            or str(operator) == "INLINE IMAGE"
            or (operator in _SHOW and state.text_mode != _INVISIBLE)
            or (operator in _PAINT and drawn)
        ):
            raise _NotOnePictureError
    return drawn


def _paint_object(
    thing: pikepdf.Object, resources: pikepdf.Object, state: _State, depth: int, drawn: _Drawn | None
) -> _Drawn | None:
    if str(thing["/Subtype"]) == "/Form":
        matrix = _matrix(thing.get("/Matrix", [1, 0, 0, 1, 0, 0])).then(state.matrix)
        inner = thing.get("/Resources", resources)
        return _walk(thing, inner, replace(state, matrix=matrix), depth + 1, drawn)
    see_through = "/SMask" in thing or "/Mask" in thing
    stencil = bool(thing.get("/ImageMask", False))
    if not isinstance(thing, pikepdf.Stream) or drawn or see_through or (stencil and not state.black):
        raise _NotOnePictureError
    return thing, state.matrix


def _matrix(numbers: object) -> Affine:
    a, b, c, d, e, f = (float(value) for value in numbers)  # type: ignore[attr-defined]
    return Affine(a, c, e, b, d, f)


def _is_black(operator: str, operands: object) -> bool:
    values = [float(value) for value in operands]  # type: ignore[attr-defined]
    return values == [0, 0, 0, 1] if operator == "k" else all(value == 0 for value in values)


def _place(page: pikepdf.Page, image: pikepdf.Stream, matrix: Affine) -> Placement | None:
    """Check that the image covers the page, upright or in quarter turns, and work out how a viewer shows it."""
    shown = matrix.box(Box(0, 0, 1, 1))
    left, bottom, right, top = (float(value) for value in page.cropbox)
    crop = Box(min(left, right), min(bottom, top), max(left, right), max(bottom, top))
    common = crop.intersection(shown)
    if common.area < 0.85 * crop.area or common.area < 0.96 * shown.area:
        return None
    rightward, downward = (matrix.a, -matrix.d), (-matrix.b, matrix.e)  # y down, as pictures have it
    turns = _quarter_turn(rightward)
    if turns is None or _quarter_turn(downward) is None:
        return None
    mirrored = rightward[0] * downward[1] - rightward[1] * downward[0] < 0
    unit = float(page.obj.get("/UserUnit", 1))
    inches = [max(abs(x), abs(y)) * unit / _POINTS_PER_INCH for x, y in (rightward, downward)]
    resolution = (int(image["/Width"]) / inches[0], int(image["/Height"]) / inches[1])
    return Placement(image, resolution, (turns + _page_turns(page)) % 4, mirrored)


def _quarter_turn(vector: tuple[float, float]) -> int | None:
    """Which way a vector points: 0 right, 1 down, 2 left, 3 up; None when it is not close to any."""
    x, y = vector
    if min(abs(x), abs(y)) > 0.005 * max(abs(x), abs(y)):
        return None
    if abs(x) > abs(y):
        return 0 if x > 0 else 2
    return 1 if y > 0 else 3


def _page_turns(page: pikepdf.Page) -> int:
    """/Rotate, which pages may inherit."""
    node: pikepdf.Object = page.obj
    for _ in range(64):
        if "/Rotate" in node:
            return round(int(node["/Rotate"]) / 90) % 4
        if "/Parent" not in node:
            break
        node = node["/Parent"]
    return 0
