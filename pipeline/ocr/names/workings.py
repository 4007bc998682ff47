"""A strip with a name under seal and pen, worked in several ways: each loses other strokes, so that each reading errs elsewhere."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.layout.masks import ink_level, ink_mask
from pipeline.model import X_HEIGHT, Picture
from pipeline.ocr.names.lean import lean_of, set_upright
from pipeline.ocr.names.lines import LOST
from pipeline.ocr.names.overlay import Ground
from pipeline.ocr.names.pen import without_strokes
from schemas.geometry import Box

_PAPER, _FAINT, _WHITE = 255, 190, 250


def workings_of(picture: Picture, area: Box, stamped: bool) -> tuple[list[Picture], Ground, bool]:
    """The strip worked in several ways, as it is with its strokes marked, and whether its letters are those of a stamp."""
    top, bottom, left, right = round(area.top), round(area.bottom), round(area.left), round(area.right)
    start, end = max(top - round(3 * X_HEIGHT), 0), bottom + round(1.5 * X_HEIGHT)
    ahead = min(round(LOST * X_HEIGHT), left)
    around = picture[start:end, left - ahead : right]
    rows = slice(top - start, bottom - start)
    pictures = (around, *without_strokes(around, rows.start, rows.stop, X_HEIGHT, (_PAPER, _FAINT)))
    lean = lean_of(pictures[1][rows])
    wide, bare, faded = (
        set_upright(picture, lean, (rows.start + rows.stop) / 2)[rows] for picture in pictures
    )
    ground = Ground(wide, bare != wide)
    plain, bare, faded = wide[:, ahead:], bare[:, ahead:], faded[:, ahead:]
    dark = ink_level(bare, ink_mask(bare))
    soft = _softened(bare, 1.0)
    worn = bool(lean) or stamped  # what leans is a stamp, as a rule
    if worn:  # its ink is grainy, and pressing makes the grain stand out
        grown = np.asarray(cv2.erode(bare, np.ones((3, 3), np.uint8)), np.uint8)
        ways: tuple[tuple[Picture, float], ...] = (
            (plain, 0.55),
            (soft, 1.0),
            (_softened(bare, 1.5), 1.0),
            (_softened(grown, 1.0), 1.0),
            (_softened(plain, 1.0), 1.0),
            (faded, 0.5),
            (_evened(soft, dark), 1.0),
        )
    else:
        ways = ((plain, 0.55), (soft, 1.0), (bare, 0.65), (bare, 0.5), (bare, 0.4), (faded, 0.5))
    return [pressed(picture, dark, strength) for picture, strength in ways], ground, worn


def _evened(picture: Picture, core: float) -> Picture:
    """Ink that is pale in places made as dark as the rest: each column by the darkest of its neighbours."""
    width = round(3 * X_HEIGHT)
    darkest = cv2.erode(picture.min(axis=0, keepdims=True), np.ones((1, width), np.uint8))
    darkest = cv2.blur(darkest.astype(np.float32), (width, 1))
    room = np.maximum(_WHITE - darkest, 0.3 * (_WHITE - core))
    return np.clip(_WHITE - (_WHITE - picture.astype(np.float32)) * (_WHITE - core) / room, 0, 255).astype(
        np.uint8
    )


def _softened(picture: Picture, sigma: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)


def pressed(picture: Picture, core: float, strength: float) -> Picture:
    """Stretch the levels between the core of the ink and a point ``strength`` of the way to paper."""
    levels = (np.arange(256) - core) * 255 / max(strength * (_WHITE - core), 1)
    return np.asarray(cv2.LUT(picture, np.clip(levels, 0, 255).astype(np.uint8)), np.uint8)
