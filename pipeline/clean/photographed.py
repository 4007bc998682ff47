"""A sheet that was photographed: taken from the side, half in shadow, or held by a finger. Told while the sheet is still at hand.

Only a bright sheet on a darker ground, whose four edges are seen, is judged; a scan from a flatbed or a feeder fills its picture and is
left alone. The picture itself is never changed: the copy shows what was photographed.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.median import median
from pipeline.model import Picture, Warning
from pipeline.pixels import reduced

_SIDE = 480
"""Pixels of the longer side at which the sheet's outline is looked for."""

_LEAST_SHARE, _MOST_SHARE = 0.25, 0.97
"""Share of the picture that the sheet takes: less is something on the sheet, more is a scan with a rim."""

_DARKER = 50
"""Grey levels by which the ground around is darker than the sheet."""

_STRAIGHT = 0.985
"""Share of the four-sided outline that the sheet's own fills, at least, beside what bites into it."""

_TAPER = 0.06
"""Difference of opposite edges, as a share of the longer one, from which the letters of one end are seen to be smaller."""

_BITE = 0.012
"""Share of the sheet that one thing at its edge covers: a finger is 2 to 4 percent of A5, a folded corner 1."""

_SHADOW = 0.62
"""Brightness of the darkest part of the bare paper against the brightest."""

TAPERED = Warning(
    "photo_tapered",
    "Ảnh chụp từ phía nghiêng nên trang bị méo; hãy chụp lại, giữ máy song song với mặt giấy, hoặc quét.",
    "The photograph was taken from the side: opposite edges of the sheet differ.",
)
COVERED = Warning(
    "photo_covered",
    "Có vật (ngón tay, góc gấp) che mép giấy; hãy chụp lại, không để gì che giấy.",
    "Something covers an edge of the photographed sheet.",
)
SHADOWED = Warning(
    "photo_shadowed",
    "Ảnh chụp bị bóng che một phần giấy; hãy chụp lại ở chỗ sáng đều.",
    "A part of the photographed sheet lies in shadow.",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A photographed sheet in a small grey picture: its corners (clockwise) and its outline, filled."""

    grey: Picture
    corners: NDArray[np.float64]
    mask: NDArray[np.uint8]


def judge_photo(picture: Picture) -> tuple[Warning, ...]:
    """What a person should know who has just photographed this page; nothing for a scan."""
    sheet = find_sheet(picture)
    if sheet is None:
        return ()
    found = ((TAPERED, _tapers(sheet)), (COVERED, _bitten(sheet)), (SHADOWED, _shadowed(sheet)))
    return tuple(warning for warning, is_so in found if is_so)


def find_sheet(picture: Picture) -> Sheet | None:
    """The one bright four-sided sheet on a darker ground, in a picture of a page; None where there is a doubt."""
    near = reduced(picture, max(max(picture.shape[:2]) // (2 * _SIDE), 1))
    scale = min(_SIDE / max(near.shape[:2]), 1.0)
    small = np.asarray(cv2.resize(near, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    if small.ndim == 3:
        small = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
    paper = cv2.morphologyEx(
        small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)
    )  # letters do not break the sheet
    _, bright = cv2.threshold(paper, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    outline = max(outlines, key=cv2.contourArea)
    hull = cv2.convexHull(outline)
    corners = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, closed=True), closed=True)
    share = cv2.contourArea(hull) / small.size
    if len(corners) != 4 or not _LEAST_SHARE <= share <= _MOST_SHARE:
        return None
    quad = corners.reshape(4, 2).astype(np.float64)
    mask = np.zeros(small.shape, np.uint8)
    cv2.drawContours(mask, [outline], -1, 255, cv2.FILLED)
    around = cv2.fillConvexPoly(np.zeros(small.shape, np.uint8), corners, 255)
    if cv2.contourArea(hull) < _STRAIGHT * cv2.contourArea(corners):
        return None
    inside, outside = paper[mask > 0], paper[cv2.dilate(around, np.ones((9, 9), np.uint8)) == 0]
    if not outside.size or median(inside) - np.percentile(outside, 75) < _DARKER:
        return None
    return Sheet(small, quad, mask)


def _tapers(sheet: Sheet) -> bool:
    edges = np.linalg.norm(sheet.corners - np.roll(sheet.corners, -1, axis=0), axis=1)
    return any(abs(one - other) > _TAPER * max(one, other) for one, other in (edges[::2], edges[1::2]))


def _bitten(sheet: Sheet) -> bool:
    """Whether one piece is missing between the sheet's outline and the straight edges around it."""
    whole = cv2.fillConvexPoly(np.zeros_like(sheet.mask), sheet.corners.astype(np.int32), 255)
    missing = cv2.morphologyEx(cv2.subtract(whole, sheet.mask), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(missing)
    return bool((stats[1:, cv2.CC_STAT_AREA] > _BITE * np.count_nonzero(whole)).any())


def _shadowed(sheet: Sheet) -> bool:
    """Whether bare paper is much darker in one part of the sheet than in another."""
    paper = cv2.morphologyEx(sheet.grey, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    inner = cv2.erode(sheet.mask, np.ones((31, 31), np.uint8)) > 0
    if not inner.any():
        return False
    dark, light = np.percentile(cv2.GaussianBlur(paper, (31, 31), 0)[inner], (3, 97))
    return bool(dark < _SHADOW * light)
