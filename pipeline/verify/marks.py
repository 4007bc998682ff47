"""Where signatures show on pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pikepdf

from pipeline.pages.marked import is_hidden
from pipeline.verify.rendering import Rect
from pipeline.verify.structure import Key, signature_fields, widgets_of


def marks_of(pdf: pikepdf.Pdf, keys: Iterable[Key]) -> dict[Key, tuple[int, Rect]]:
    """Page (from 1) and place of each of these signatures that can be seen."""
    wanted = set(keys)
    widgets = {
        widget.objgen: key
        for key, field in signature_fields(pdf)
        if key in wanted
        for widget in widgets_of(field)
        if widget.is_indirect and not is_hidden(widget)
    }
    found: dict[Key, tuple[int, Rect]] = {}
    if not widgets:
        return found
    for number, page in enumerate(pdf.pages, 1):
        notes = page.obj.get("/Annots")
        for note in notes if isinstance(notes, pikepdf.Array) else ():
            if isinstance(note, pikepdf.Dictionary) and (key := widgets.get(note.objgen)) is not None:
                place = _place(page.obj, note.get("/Rect"))
                if place is not None:
                    found[key] = (number, place)
    return found


def _place(page: Any, rect: Any) -> Rect | None:
    """A rectangle as parts of the page as it is seen; None for one without extent."""
    inner, media = _box(rect), _box(_inherited(page, "/MediaBox"))
    if inner is None or media is None:
        return None
    crop = _box(_inherited(page, "/CropBox")) or media
    left, bottom = max(crop[0], media[0]), max(crop[1], media[1])
    width, height = min(crop[2], media[2]) - left, min(crop[3], media[3]) - bottom
    if width <= 0 or height <= 0 or inner[2] - inner[0] <= 0 or inner[3] - inner[1] <= 0:
        return None
    x0, x1 = (inner[0] - left) / width, (inner[2] - left) / width
    y0, y1 = (inner[1] - bottom) / height, (inner[3] - bottom) / height
    turn = _inherited(page, "/Rotate")
    seen = {
        0: (x0, y0, x1, y1),
        90: (y0, 1 - x1, y1, 1 - x0),
        180: (1 - x1, 1 - y1, 1 - x0, 1 - y0),
        270: (1 - y1, x0, 1 - y0, x1),
    }[int(turn) % 360 if isinstance(turn, int) and turn % 90 == 0 else 0]
    a, b, c, d = (min(max(value, 0.0), 1.0) for value in seen)
    return (a, b, c, d) if c > a and d > b else None


def _inherited(page: Any, key: str) -> Any:
    node = page
    for _ in range(64):
        if not isinstance(node, pikepdf.Dictionary):
            return None
        if (value := node.get(key)) is not None:
            return value
        node = node.get("/Parent")
    return None


def _box(array: Any) -> tuple[float, float, float, float] | None:
    try:
        a, b, c, d = (float(value) for value in array)
    except (TypeError, ValueError):
        return None
    return min(a, c), min(b, d), max(a, c), max(b, d)
