"""Whether a page description holds what a viewer does not show: it must not live on in the copy, however invisible.

Pictures that are clipped, lie outside the page, in layers or under full transparency would still be there for whoever takes
the copy apart; so would what lies under a box, under another picture or behind a mask (``covered``), which would undo a redaction.
Such pages are rendered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pikepdf

from pipeline.pages.box import PageBox
from pipeline.pages.placement import content_bytes, matrix_of
from schemas.geometry import IDENTITY, Affine, Box

LONGEST = 4_000_000
"""Bytes of a description that is taken over; drawings of maps are longer, and are rendered."""

_FORMS = 64
_DRAWS = {"Do", "INLINE IMAGE", "BDC", "DP"}
_ENDS = {"n", "f", "F", "f*", "S", "s", "B", "B*", "b", "b*"}
_PAINTS = _ENDS - {"n"} | {"sh"}
_SHOWS_TEXT = {"Tj", "TJ", "'", '"'}
_INVISIBLE, _CLIPS = 3, 4
"""Text modes: shown to nobody; from the latter on letters clip what follows."""

_OTHER_WORDS = "/ActualText", "/Alt", "/E"

_SHOWN = 0.97
"""The share of a picture that must be seen: clips cut at rims by a hair."""


@dataclass(frozen=True, slots=True)
class Painted:
    """Something that a page paints, in its order: a picture, or (None) anything else.

    ``matrix`` maps the unit square of a picture to units of the page.
    """

    picture: pikepdf.Stream | pikepdf.PdfInlineImage | None = None
    matrix: Affine = IDENTITY

    @property
    def box(self) -> Box:
        """Where a picture stands, in units of the page."""
        return self.matrix.box(Box(0, 0, 1, 1))


@dataclass(frozen=True, slots=True)
class _State:
    matrix: Affine
    clip: Box
    path: Box | None = None
    straight: bool = True
    clipping: bool = False
    text_mode: int = 0


class _HiddenError(Exception):
    """Something may be hidden."""


def painted(page: pikepdf.Page, box: PageBox) -> list[Painted] | None:
    """What a page paints; None where any of it lies outside of what is shown, or its description is too long to tell."""
    try:
        return list(_painted(page.obj, page.resources, _State(IDENTITY, box.box), iter(range(_FORMS))))
    except Exception:
        return None


def _painted(
    source: pikepdf.Object, resources: pikepdf.Object, state: _State, room: Iterator[int]
) -> Iterator[Painted]:
    if next(room, None) is None or content_bytes(source, LONGEST) > LONGEST:
        raise _HiddenError
    if _has_layers(resources) or _is_transparent(resources) or _has_more_within(resources):
        raise _HiddenError
    stack: list[_State] = []
    for instruction in pikepdf.parse_content_stream(source):
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "q":
            stack.append(state)
        elif operator == "Q":
            state = stack.pop() if stack else state
        elif operator in _DRAWS:
            yield from _drawn(operator, operands, instruction, resources, state, room)
        else:
            if operator in _PAINTS or (operator in _SHOWS_TEXT and _is_seen(state)):
                yield Painted()
            state = _set(operator, operands, state)


def _set(operator: str, operands: Any, state: _State) -> _State:
    """The state after an operator that draws no picture."""
    if operator == "cm":
        return replace(state, matrix=matrix_of(operands).then(state.matrix))
    if operator == "Tr":
        return replace(state, text_mode=int(operands[0]))
    return _after(operator, operands, state)


def _is_seen(state: _State) -> bool:
    """Whether text is painted."""
    if state.text_mode >= _CLIPS:
        raise _HiddenError
    return state.text_mode != _INVISIBLE


def _drawn(
    operator: str,
    operands: Any,
    instruction: Any,
    resources: pikepdf.Object,
    state: _State,
    room: Iterator[int],
) -> Iterator[Painted]:
    if operator == "Do":
        yield from _object(resources["/XObject"][str(operands[0])], resources, state, room)
    elif operator == "INLINE IMAGE":
        if not _is_shown(state):
            raise _HiddenError
        yield Painted(instruction.iimage, state.matrix)
    elif str(operands[0]) == "/OC" or _says_other_words(operands[1:]):
        raise _HiddenError


def _after(operator: str, operands: Any, state: _State) -> _State:
    """The state after an operator that may build or use a path."""
    if operator == "re":
        x, y, width, height = (float(value) for value in operands)
        return _with_path(
            state, Box(min(x, x + width), min(y, y + height), max(x, x + width), max(y, y + height))
        )
    if operator in {"m", "l", "c", "v", "y"}:
        return replace(state, straight=False)
    if operator in {"W", "W*"}:
        return replace(state, clipping=True)
    if operator in _ENDS:
        # A clip of another shape than a box may hide any part of what it is laid on.
        clip = state.path if state.path and state.straight else Box(0, 0, 0, 0)
        rest = state.clip.intersection(clip) if state.clipping else state.clip
        return replace(state, clip=rest, clipping=False, path=None, straight=True)
    return state


def _with_path(state: _State, rectangle: Box) -> _State:
    shown = state.matrix.box(rectangle)
    if state.path is not None:
        return replace(state, straight=False)
    return replace(state, path=shown)


def _object(thing: Any, resources: pikepdf.Object, state: _State, room: Iterator[int]) -> Iterator[Painted]:
    if "/OC" in thing:
        raise _HiddenError
    if str(thing["/Subtype"]) != "/Form":
        if not _is_shown(state):
            raise _HiddenError
        yield Painted(thing, state.matrix)
        return
    inner = replace(state, matrix=matrix_of(thing.get("/Matrix", [1, 0, 0, 1, 0, 0])).then(state.matrix))
    x0, y0, x1, y1 = (float(value) for value in thing["/BBox"])
    box = inner.matrix.box(Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    inner = replace(inner, clip=inner.clip.intersection(box), path=None, straight=True)
    yield from _painted(thing, thing.get("/Resources", resources), inner, room)


def _is_shown(state: _State) -> bool:
    picture = Painted(matrix=state.matrix).box
    seen = picture.intersection(state.clip)
    return seen.area >= _SHOWN * picture.area


def _has_layers(resources: pikepdf.Object) -> bool:
    properties: list[Any] = [*resources.get("/Properties", {}).values()]
    return _says_other_words(properties) or any(
        str(entry.get("/Type")) in {"/OCG", "/OCMD"} for entry in properties
    )


def _says_other_words(properties: Iterable[Any]) -> bool:
    """Whether marks within a description tell programs other words than its letters show."""
    return any(
        key in entry for entry in properties if isinstance(entry, pikepdf.Dictionary) for key in _OTHER_WORDS
    )


def _is_transparent(resources: pikepdf.Object) -> bool:
    """Whether anything may be painted so faintly that nobody sees it."""
    return any(
        ("/SMask" in entry and str(entry["/SMask"]) != "/None")
        or min(float(entry.get(key, 1)) for key in ("/ca", "/CA")) < 0.1
        for entry in resources.get("/ExtGState", {}).values()
    )


def _has_more_within(resources: pikepdf.Object) -> bool:
    """Whether tiles of a pattern or letters are drawn with pictures or text, whose places are not followed."""
    inner: list[Any] = [thing for key in ("/Pattern", "/Font") for thing in resources.get(key, {}).values()]
    return any(thing.get("/Resources", {}).get(key, {}) for thing in inner for key in ("/XObject", "/Font"))
