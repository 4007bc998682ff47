"""The part of a PDF page that viewers show, whatever its boxes say."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import pikepdf

from pipeline.pages.sides import LEAST_SIDE, MOST_SIDE
from schemas.errors import TooLarge, TooSmall
from schemas.geometry import Box

_LETTER = Box(0, 0, 612, 792)
"""What viewers take where a page has no size that makes sense."""


@dataclass(frozen=True, slots=True)
class PageBox:
    """``box`` in units of the page (y up), ``unit`` how many points each has, ``turns`` quarter turns clockwise for viewing."""

    box: Box
    unit: float
    turns: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points, as a viewer shows the page."""
        width, height = self.box.width * self.unit, self.box.height * self.unit
        return (height, width) if self.turns % 2 else (width, height)


def page_box(page: pikepdf.Page, number: int) -> PageBox:
    """What of a page is shown: the crop box within the media box, as poppler takes them. Raises TooSmall, TooLarge."""
    media = _box(_inherited(page.obj, "/MediaBox")) or _LETTER
    crop = _box(_inherited(page.obj, "/CropBox")) or media
    shown = _within(crop, media)
    if shown.width <= 0 or shown.height <= 0:
        shown = media
    unit = _number(page.obj.get("/UserUnit"))
    found = PageBox(shown, unit if unit and unit > 0 else 1.0, _turns(_inherited(page.obj, "/Rotate")))
    shorter, longer = sorted(found.size)
    if shorter < LEAST_SIDE:
        raise TooSmall(f"page {number} is {found.size[0]:.1f} × {found.size[1]:.1f} points")
    if longer > MOST_SIDE:
        raise TooLarge(f"page {number} is {longer / 72 * 0.0254:,.0f} m long")
    return found


def _inherited(node: pikepdf.Object, key: str) -> object:
    """An entry of a page, or of the nodes above it that have one."""
    for _ in range(64):
        if key in node:
            return node[key]
        above = node.get("/Parent")
        if not isinstance(above, pikepdf.Dictionary):
            break
        node = above
    return None


def _box(value: object) -> Box | None:
    if not isinstance(value, pikepdf.Array) or len(value) != 4:
        return None
    sides = [_number(side) for side in value]
    if None in sides:
        return None
    x0, y0, x1, y1 = (side or 0.0 for side in sides)
    box = Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return box if box.width > 0 and box.height > 0 else None


def _within(crop: Box, media: Box) -> Box:
    """The crop box clipped; where it is longer than the media box, of which it would have to be a part, that one's side stands."""
    shown = crop.intersection(media)
    across, along = (
        (media if crop.width > media.width else shown),
        (media if crop.height > media.height else shown),
    )
    return Box(across.left, along.top, across.right, along.bottom)


def _number(value: object) -> float | None:
    from decimal import Decimal

    if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and isfinite(float(value)):
        return float(value)
    return None


def _turns(rotate: object) -> int:
    """Quarter turns of a whole number of them; anything else turns nothing."""
    return rotate // 90 % 4 if isinstance(rotate, int) and rotate % 90 == 0 else 0
