"""Items of a list that hold nothing but abbreviations (*- TT.HĐND;*, *- V24;*): by themselves they look like noise.

No word of them is a syllable, and on poor scans none is read surely. What begins with a dash right below or above the dashes of
other items is one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.model import X_HEIGHT
from pipeline.ocr.anew import as_read
from pipeline.ocr.recogniser import Words
from schemas.geometry import Box
from schemas.text import Line

_DASHES = "-–—"

_ASIDE, _NEAR, _OTHERS = 0.6, 9.0, 2
"""How far aside of each other dashes of one list stand at the most, how far below each other its items begin, both in x-heights, and how many
others there are."""

_SIGNS, _SEEN = 2, 0.3
"""Letters and digits of an item at the least, and confidence in its words."""


def list_items(noise: Mapping[int, Words], lines: Sequence[Line]) -> dict[int, Line]:
    """Those of the lines (by their index) that were read as ``noise`` that are items of a list among ``lines``, as they were read."""
    dashed = [line.words[0].box for line in lines if line.text[:1] in _DASHES]
    return {
        index: as_read(raw)
        for index, raw in noise.items()
        if _is_item(raw) and sum(_same_list(raw[0].box, other) for other in dashed) >= _OTHERS
    }


def _is_item(raw: Words) -> bool:
    text = "".join(word.text for word in raw)
    letters = [word for word in raw if any(map(str.isalnum, word.text))]
    return (
        text[:1] in _DASHES
        and sum(map(str.isalnum, text)) >= _SIGNS
        and all(word.confidence >= _SEEN for word in letters)
    )


def _same_list(one: Box, other: Box) -> bool:
    return (
        abs(one.left - other.left) < _ASIDE * X_HEIGHT
        and X_HEIGHT < abs(one.centre[1] - other.centre[1]) < _NEAR * X_HEIGHT
    )
