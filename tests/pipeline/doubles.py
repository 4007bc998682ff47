"""Recognisers that are no engine: one sees words where there is ink, one fails as engines fail."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from pipeline.model import Picture
from pipeline.ocr.recogniser import RawWord, Words
from schemas.errors import PageTimeout
from schemas.geometry import Box


def ink_reader(lines: Sequence[Picture], model: str = "") -> tuple[Words, ...]:
    """Each run of letters is a word, and says *và*."""
    return tuple(_words(line) for line in lines)


def _words(line: Picture) -> Words:
    columns = (line < 128).any(axis=0).astype(np.uint8)[None, :]
    wide = cv2.dilate(columns, np.ones((1, 5), np.uint8))[0]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], wide, [0]]).astype(int))).tolist()
    spans = zip(edges[::2], edges[1::2], strict=True)
    return tuple(RawWord("và", Box(a + 2, 0, b - 2, line.shape[0]), 0.95) for a, b in spans if b - a > 8)


def late_reader(*_: object) -> tuple[Words, ...]:
    raise PageTimeout("120 s")
