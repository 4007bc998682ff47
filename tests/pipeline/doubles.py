"""Recognisers that are no engine: one sees words where there is ink, one fails as engines fail."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.model import Picture
from pipeline.ocr import Mode
from pipeline.ocr.recogniser import RawWord
from schemas.errors import PageTimeout
from schemas.geometry import Box


def ink_reader(picture: Picture, dpi: float, mode: Mode, model: str = "") -> tuple[RawWord, ...]:
    """Each run of letters is a word, and says *và*."""
    ink = (picture < 128).astype(np.uint8)
    _, _, found, _ = cv2.connectedComponentsWithStats(cv2.dilate(ink, np.ones((11, 7), np.uint8)))
    boxes = [Box(x + 3, y + 5, x + w - 3, y + h - 5) for x, y, w, h, area in found[1:].tolist() if area > 150]
    return tuple(RawWord("và", box, 0.95) for box in sorted(boxes, key=lambda b: (b.top, b.left)))


def late_reader(*_: object) -> tuple[RawWord, ...]:
    raise PageTimeout("120 s")
