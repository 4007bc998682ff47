"""Print that bare Tesseract reads with high confidence and we do not have at all: no step of ours may delete it.

Tesseract's layout is poor and its words are often wrong, but what it is sure of stands on the paper. A word of it is *had* where
something of ours lies on its place, however we read it. What is left is looked at in the picture: it is a loss of ours.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.language.syllables import is_syllable
from pipeline.model import Picture
from schemas.geometry import Box, union
from schemas.text import PageText

SURE = 85.0
"""Tesseract's confidence (0–100) in a word from which on the word must be there."""

_COVERED = 0.4
"""Share of a word's box that words of ours must cover."""

_SYLLABLE, _NUMBER = 2, 2
"""Fewest letters of a syllable and digits of a number that cannot be a speck."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A stretch of a line that only Tesseract read; ``box`` in pixels of the page as scanned."""

    text: str
    box: Box


def lost_print(picture: Picture, text: PageText, model: str = "vie") -> tuple[Lost, ...]:
    """What bare Tesseract reads on a picture (grey or RGB, as scanned, upright) and ``text``, ours of it, lacks."""
    ours = _covered(text, picture.shape[:2])
    lines: dict[tuple[int, ...], list[tuple[str, Box]]] = {}
    for key, word, box in _tesseract(picture, model):
        if _is_print(word) and _share(ours, box) < _COVERED:
            lines.setdefault(key, []).append((word, box))
    return tuple(
        Lost(" ".join(word for word, _ in words), union(box for _, box in words)) for words in lines.values()
    )


def _is_print(word: str) -> bool:
    core = word.strip(".,;:-–—…/()[]\"'“”‘’")
    if core.isdigit():
        return len(core) >= _NUMBER
    return len(core) >= _SYLLABLE and core.isalpha() and is_syllable(core)


def _covered(text: PageText, shape: Sequence[int]) -> np.ndarray:
    """Where words of ours lie on the page as scanned, 0/1."""
    covered = np.zeros(shape[:2], np.uint8)
    for word in text.words():
        left, top, right, bottom = text.to_scan.box(word.box).as_list()
        covered[max(top, 0) : bottom, max(left, 0) : right] = 1
    return covered


def _share(covered: np.ndarray, box: Box) -> float:
    left, top, right, bottom = box.as_list()
    part = covered[max(top, 0) : bottom, max(left, 0) : right]
    return float(part.mean()) if part.size else 1.0


def _tesseract(picture: Picture, model: str) -> list[tuple[tuple[int, ...], str, Box]]:
    """Its sure words: line, text, box."""
    import pytesseract

    os.environ["OMP_THREAD_LIMIT"] = "1"
    data = pytesseract.image_to_data(picture, lang=model, output_type=pytesseract.Output.DICT)
    found: list[tuple[tuple[int, ...], str, Box]] = []
    for i, word in enumerate(data["text"]):
        if word.strip() and float(data["conf"][i]) >= SURE:
            left, top = data["left"][i], data["top"][i]
            box = Box(left, top, left + data["width"][i], top + data["height"][i])
            found.append(((data["block_num"][i], data["par_num"][i], data["line_num"][i]), word, box))
    return found
