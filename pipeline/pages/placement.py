"""Where the one picture of a PDF page stands: the page description is walked, not drawn.

A page is "one picture" when an opaque image covers it and nothing visible is painted over it. An invisible text layer
(text rendering mode 3), as OCR programs add it, does not count as visible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pikepdf

from pipeline.pages.box import PageBox
from schemas.geometry import IDENTITY, Affine, Box

_POINTS_PER_INCH = 72
_INVISIBLE = 3
_FORMS = 32
"""So many forms of one page are walked: a picture lies in one, or in a few that lie in each other."""

_COVERS = 0.985
"""The share of the page that its one picture covers, and the share of the picture that is on the page: but for rounding, all."""

_PAINT = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh"}
_SHOW = {"Tj", "TJ", "'", '"'}
_LONGEST = 1_000_000
"""Bytes of a description that is walked; that of one picture with an invisible text layer is far shorter."""

_WATCHED = "q Q cm Do BI ID EI Tr Tj TJ ' \" f F f* B B* b b* S s sh g rg k sc scn"


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
    def turned(self) -> bool:
        """Whether a viewer shows the image otherwise than its rows lie in the file."""
        return self.mirrored or self.quarter_turns != 0

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


def find_placement(page: pikepdf.Page, box: PageBox) -> Placement | None:
    """The one picture of the page, or None when the page is anything else; ``box`` is what is shown of it.

    Whether a viewer shows just this picture must be asked of the viewer: clips, layers and annotations are not looked at.
    """
    try:
        drawn = _walk(page.obj, page.resources, _State(), iter(range(_FORMS)), None)
        return _place(box, *drawn) if drawn else None
    except Exception:
        return None


def content_bytes(source: pikepdf.Object, enough: int) -> int:
    """How long the description of a page or form is, unpacked; counted no further than ``enough``."""
    content = source if isinstance(source, pikepdf.Stream) else source.get("/Contents", pikepdf.Array())
    length = 0
    for stream in content if isinstance(content, pikepdf.Array) else [content]:
        length += len(stream.read_bytes()) if isinstance(stream, pikepdf.Stream) else 0
        if length > enough:
            break
    return length


_Drawn = tuple[pikepdf.Stream, Affine]


def _walk(
    source: pikepdf.Object,
    resources: pikepdf.Object,
    state: _State,
    room: Iterator[int],
    drawn: _Drawn | None,
) -> _Drawn | None:
    """Walk a page or a form; gives the image drawn so far and its matrix (unit square → points).

    Raises StopIteration when there is no room for one form more.
    """
    next(room)
    if content_bytes(source, _LONGEST) > _LONGEST:
        raise _NotOnePictureError
    stack: list[_State] = []
    for instruction in pikepdf.parse_content_stream(source, _WATCHED):
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "q":
            stack.append(state)
        elif operator == "Q":
            state = stack.pop() if stack else state
        elif operator == "cm":
            state = replace(state, matrix=matrix_of(operands).then(state.matrix))
        elif operator == "Tr":
            state = replace(state, text_mode=int(operands[0]))
        elif operator in {"g", "rg", "k", "sc", "scn"}:
            state = replace(state, black=_is_black(operator, operands))
        elif operator == "Do":
            drawn = _paint_object(resources["/XObject"][str(operands[0])], resources, state, room, drawn)
        elif (
            operator in {"BI", "ID", "EI", "INLINE IMAGE"}
            or (operator in _SHOW and state.text_mode != _INVISIBLE)
            or (operator in _PAINT and drawn)
        ):
            raise _NotOnePictureError
    return drawn


def _paint_object(
    thing: pikepdf.Object, resources: pikepdf.Object, state: _State, room: Iterator[int], drawn: _Drawn | None
) -> _Drawn | None:
    if str(thing["/Subtype"]) == "/Form":
        matrix = matrix_of(thing.get("/Matrix", [1, 0, 0, 1, 0, 0])).then(state.matrix)
        inner = thing.get("/Resources", resources)
        return _walk(thing, inner, replace(state, matrix=matrix), room, drawn)
    see_through = "/SMask" in thing or "/Mask" in thing
    stencil = bool(thing.get("/ImageMask", False))
    if not isinstance(thing, pikepdf.Stream) or drawn or see_through or (stencil and not state.black):
        raise _NotOnePictureError
    return thing, state.matrix


def matrix_of(numbers: object) -> Affine:
    """A matrix of a PDF as a map; raises ValueError or TypeError when these are not its six numbers."""
    a, b, c, d, e, f = (float(value) for value in numbers)  # type: ignore[attr-defined]
    return Affine(a, c, e, b, d, f)


def _is_black(operator: str, operands: object) -> bool:
    values = [float(value) for value in operands]  # type: ignore[attr-defined]
    return values == [0, 0, 0, 1] if operator == "k" else all(value == 0 for value in values)


def _place(box: PageBox, image: pikepdf.Stream, matrix: Affine) -> Placement | None:
    """Check that the image covers the page, upright or in quarter turns, and work out how a viewer shows it."""
    shown = matrix.box(Box(0, 0, 1, 1))
    common = box.box.intersection(shown)
    if common.area < _COVERS * max(box.box.area, shown.area):
        return None
    rightward, downward = (matrix.a, -matrix.d), (-matrix.b, matrix.e)  # y down, as pictures have it
    turns = _quarter_turn(rightward)
    if turns is None or _quarter_turn(downward) is None:
        return None
    mirrored = rightward[0] * downward[1] - rightward[1] * downward[0] < 0
    inches = [max(abs(x), abs(y)) * box.unit / _POINTS_PER_INCH for x, y in (rightward, downward)]
    resolution = (int(image["/Width"]) / inches[0], int(image["/Height"]) / inches[1])
    return Placement(image, resolution, (turns + box.turns) % 4, mirrored)


def _quarter_turn(vector: tuple[float, float]) -> int | None:
    """Which way a vector points: 0 right, 1 down, 2 left, 3 up; None when it is not close to any."""
    x, y = vector
    if min(abs(x), abs(y)) > 0.005 * max(abs(x), abs(y)):
        return None
    if abs(x) > abs(y):
        return 0 if x > 0 else 2
    return 1 if y > 0 else 3
