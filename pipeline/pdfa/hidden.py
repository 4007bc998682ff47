"""Whether a page description holds what a viewer does not show: it must not live on in the copy, however invisible.

Pictures that are clipped, lie outside the page, in layers or under full transparency would still be there for whoever takes
the copy apart; so would undo a redaction. Such pages are rendered.
"""

from __future__ import annotations

from collections.abc import Iterator
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
_SHOWN = 0.97
"""The share of a picture that must be seen: clips cut at rims by a hair."""


@dataclass(frozen=True, slots=True)
class _State:
    matrix: Affine
    clip: Box
    path: Box | None = None
    straight: bool = True
    clipping: bool = False


def hides_something(page: pikepdf.Page, box: PageBox) -> bool:
    """Whether anything of the page may be hidden, or its description is too long to tell."""
    try:
        return _hides(page.obj, page.resources, _State(IDENTITY, box.box), iter(range(_FORMS)))
    except Exception:
        return True


def _hides(source: pikepdf.Object, resources: pikepdf.Object, state: _State, room: Iterator[int]) -> bool:
    next(room)
    if content_bytes(source, LONGEST) > LONGEST or _has_layers(resources) or _is_transparent(resources):
        return True
    stack: list[_State] = []
    for instruction in pikepdf.parse_content_stream(source):
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "q":
            stack.append(state)
        elif operator == "Q":
            state = stack.pop() if stack else state
        elif operator == "cm":
            state = replace(state, matrix=matrix_of(operands).then(state.matrix))
        elif operator in _DRAWS:
            if _hides_drawn(operator, operands, resources, state, room):
                return True
        else:
            state = _after(operator, operands, state)
    return False


def _hides_drawn(
    operator: str, operands: Any, resources: pikepdf.Object, state: _State, room: Iterator[int]
) -> bool:
    if operator == "Do":
        return _hides_object(resources["/XObject"][str(operands[0])], resources, state, room)
    if operator == "INLINE IMAGE":
        return not _is_shown(state)
    return str(operands[0]) == "/OC"


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


def _hides_object(thing: Any, resources: pikepdf.Object, state: _State, room: Iterator[int]) -> bool:
    if "/OC" in thing:
        return True
    if str(thing["/Subtype"]) != "/Form":
        return not _is_shown(state)
    inner = replace(state, matrix=matrix_of(thing.get("/Matrix", [1, 0, 0, 1, 0, 0])).then(state.matrix))
    x0, y0, x1, y1 = (float(value) for value in thing["/BBox"])
    box = inner.matrix.box(Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    inner = replace(inner, clip=inner.clip.intersection(box), path=None, straight=True)
    return _hides(thing, thing.get("/Resources", resources), inner, room)


def _is_shown(state: _State) -> bool:
    picture = state.matrix.box(Box(0, 0, 1, 1))
    seen = picture.intersection(state.clip)
    return seen.area >= _SHOWN * picture.area


def _has_layers(resources: pikepdf.Object) -> bool:
    return "/Properties" in resources and any(
        str(entry.get("/Type")) in {"/OCG", "/OCMD"} for entry in resources["/Properties"].values()
    )


def _is_transparent(resources: pikepdf.Object) -> bool:
    """Whether anything may be painted so faintly that nobody sees it."""
    return any(
        ("/SMask" in entry and str(entry["/SMask"]) != "/None")
        or min(float(entry.get(key, 1)) for key in ("/ca", "/CA")) < 0.1
        for entry in resources.get("/ExtGState", {}).values()
    )
