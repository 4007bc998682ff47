"""Numbers that dirt may have made others: a speck on the foot of a 7 makes a 2 of it, of which the network is sure.

A number that a disc of dirt touches is read once more without it; where that says other digits, it is for a look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipeline.layout.cut import Cut
from pipeline.layout.discs import without_discs
from pipeline.layout.lines import Lines
from pipeline.layout.marks import NOBODY
from pipeline.layout.strips import cut_strips
from pipeline.model import X_HEIGHT
from pipeline.ocr.recogniser import RawWord, Recogniser, Words
from schemas.text import Line, Word

Read = tuple[int, Words, Line | None]

_FEWEST = 2
"""Digits of a number."""

_READ = 0.8
"""The recogniser's confidence in what is left of a number from which on it is one: of bold digits without their thick places nothing is."""

_DOUBTED = 0.5
"""Confidence in a number of which another reading says otherwise."""


def with_spoiled_numbers(cut: Cut, read: Sequence[Read], recogniser: Recogniser) -> list[Read]:
    """The lines that were ``read``, by their index; numbers that are others without the dirt on them are doubted."""
    owner = np.full_like(cut.lines.owner, NOBODY)
    middle = (cut.parts.left + cut.parts.right) / 2
    before = dict[int, str]()
    for index, _, line in read:
        numbers = [word for word in line.words if _is_number(word)] if line else []
        if not numbers:
            continue
        own = np.flatnonzero(cut.lines.owner == index)
        for word in numbers:
            owner[own[(middle[own] > word.box.left) & (middle[own] < word.box.right)]] = index
        before[index] = _digits(numbers)
    touched, picture, lines = without_discs(
        cut.picture, cut.parts, Lines(cut.lines.lines, owner), list(before), X_HEIGHT
    )
    strips = cut_strips(picture, cut.parts, lines.only(np.array(touched, np.intp)), X_HEIGHT)
    again = recogniser([strip.picture for strip in strips]) if strips else ()
    spoiled = {
        index
        for index, words in zip(touched, again, strict=True)
        if (now := _digits(words)) != before[index]
        and len(now) == len(before[index])
        and min(word.confidence for word in words) >= _READ
    }
    return [(index, raw, _doubted(line) if line and index in spoiled else line) for index, raw, line in read]


def _is_number(word: Word) -> bool:
    digits = sum(map(str.isdigit, word.text))
    return digits >= _FEWEST and 2 * digits >= len(word.text)


def _digits(words: Sequence[Word | RawWord]) -> str:
    return "".join(sign for word in words for sign in word.text if sign.isdigit())


def _doubted(line: Line) -> Line:
    return Line(
        tuple(
            replace(word, confidence=min(word.confidence, _DOUBTED)) if _is_number(word) else word
            for word in line.words
        )
    )
