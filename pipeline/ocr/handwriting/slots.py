"""Slots for handwriting in the head of a paper: after *Số:*, between *ngày*, *tháng* and *năm*; and what was written there.

The recogniser of print makes letters of handwritten digits and loses print beside them. So the printed words of such a line are told
apart first, and what lies between them is read by a network for digits. What it reads is always doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from pipeline.model import X_HEIGHT, Picture
from pipeline.ocr.handwriting.numbers import Number, read_number
from pipeline.typeface import text_width
from schemas.geometry import Box, union
from schemas.text import Line, Word
from schemas.vietnamese import fold

DOUBTFUL = 0.6
"""Highest confidence of what was written by hand: only a second source makes it sure."""

_PRINTED = 0.85
"""A number of printed digits, read with this confidence, is left as it is."""

_LEGIBLE = 0.35
"""Least chance of each digit, below which the slot stays as the recogniser of print read it."""

_HEAD = 0.4
"""Share of the page, from its top, in which its own number and date stand."""

_REACH = 7.0
"""How far left of its sign a number begins at the most, where *Số* was not read, in x-heights."""

_ABOVE, _BELOW, _MARGIN = 0.9, 0.7, 0.15
"""How far digits rise above their line and hang below it, and the white beside print, in x-heights."""

_NUMBER, _DAY = 4, 2
"""Most digits of a number, and of a day or month."""

_SIGN = re.compile(
    r"[^\W\d_]*?(?P<sign>/(?:\d{4}/)?[A-ZĐ]{1,5}\d{0,3}(?:[-–][A-ZĐ&]{1,12}\d{0,3})+[A-ZĐa-z]*|/(?:\d{4}/)?[A-ZĐ]{2,5}[-–]?)$"
)
"""The printed end of a number: ``/TM-SYT``, ``/2025/QĐ-UBND``."""

_SO = re.compile(r"^s[o0ôóò6]?[:.;]*$")
_DATE = (("ngay", "ngày"), ("thang", "tháng"), ("nam", "năm"))
_DAYS = frozenset(f"{n}" for n in range(1, 32)) | frozenset(f"{n:02d}" for n in range(1, 32))
_MONTHS = frozenset(f"{n}" for n in range(1, 13)) | frozenset(f"{n:02d}" for n in range(1, 13))


@dataclass(frozen=True, slots=True)
class _Slot:
    """Place of the words in a slot, from ``first`` to before ``behind``, the columns of it, and what it may hold."""

    first: int
    behind: int
    left: float
    right: float
    allowed: frozenset[str] | None
    most: int


def with_handwriting(lines: Sequence[Line], picture: Picture, height: int) -> tuple[Line, ...]:
    """The lines of a page, in those of its head that have slots the digits written there.

    ``picture`` is the grey page with its coloured ink, boxes are its pixels; ``height`` of the page in the same.
    """
    return tuple(_filled(line, picture) if line.box.top < _HEAD * height else line for line in lines)


def _filled(line: Line, picture: Picture) -> Line:
    number = next((place for place, word in enumerate(line.words) if _SIGN.search(word.text)), None)
    if number is not None and number <= 3:
        return _with_number(line, number, picture)
    keys = fold(line.text)
    if all(key in keys for key, _ in _DATE) and keys.index("ngay") < keys.index("thang") < keys.rindex("nam"):
        return _with_date(line, picture)
    return line


def _with_number(line: Line, place: int, picture: Picture) -> Line:
    """The line of the number with the digits before its sign; ``place`` is the word that ends in the sign."""
    word = line.words[place]
    found = _SIGN.search(word.text)
    assert found is not None  # the caller looked
    head, sign = _parted(word, found.start("sign"))
    so = next((i for i, w in enumerate(line.words[:place]) if _SO.match(fold(w.text))), None)
    before = line.words[: so + 1] if so is not None else ()
    inside = [*line.words[len(before) : place], *head]
    if _is_printed(inside):
        return line
    left = before[-1].box.right if before else sign.box.left - _REACH * X_HEIGHT
    number = _read(picture, line.box, (left, sign.box.left), None, _NUMBER)
    if number is None:
        return line if not head else Line((*before, *inside, sign, *line.words[place + 1 :]))
    return Line((*before, _written(number, inside), sign, *line.words[place + 1 :]))


def _with_date(line: Line, picture: Picture) -> Line:
    """The line of place and date with the day and the month."""
    words = _date_words(line.words)
    places = [i for _, text in _DATE for i, word in enumerate(words) if word.text == text][: len(_DATE)]
    if [words[i].text for i in places] != [text for _, text in _DATE]:
        return line
    kept = list(words[: places[0] + 1])
    for (first, behind), allowed in zip(pairwise(places), (_DAYS, _MONTHS), strict=True):
        inside = words[first + 1 : behind]
        if _is_printed(inside) and inside[0].text in allowed:
            kept += inside
        else:
            span = (words[first].box.right, words[behind].box.left)
            number = _read(picture, line.box, span, allowed, _DAY)
            kept += inside if number is None else [_written(number, inside)]
        kept.append(words[behind])
    return Line((*kept, *words[places[-1] + 1 :]))


def _date_words(words: Sequence[Word]) -> list[Word]:
    """The words of a date; where one of the three printed ones has strokes of a digit at its ends, these are parted."""
    found: list[Word] = []
    for word in words:
        folded = fold(word.text)
        key, text = next(((k, t) for k, t in _DATE if k in folded), ("", ""))
        if not key or len(folded) != len(word.text) or folded == key:
            found.append(
                replace(word, text=text)
                if folded == key and word.text != text and word.text[0].islower()
                else word
            )
            continue
        start = folded.index(key)
        if sum(map(str.isalpha, folded.replace(key, "", 1))) > 1:
            found.append(word)
            continue
        front, rest = _parted(word, start)
        middle, end = _parted(rest, len(key))
        printed = middle[0] if middle else end
        found += [*front, replace(printed, text=text, read=word.read or word.text)]
        if middle and end.text:
            found.append(end)
    return found


def _parted(word: Word, at: int) -> tuple[list[Word], Word]:
    """A word cut before one of its letters: what stands before, if anything, and the rest; widths as print has them."""
    if at <= 0 or at >= len(word.text):
        return ([], word) if at <= 0 else ([word], replace(word, text=""))
    share = text_width(word.text[:at]) / max(text_width(word.text), 1)
    x = word.box.left + share * word.box.width
    first = replace(word, text=word.text[:at], box=replace(word.box, right=x))
    return [first], replace(word, text=word.text[at:], box=replace(word.box, left=x))


def _is_printed(words: Sequence[Word]) -> bool:
    return len(words) == 1 and words[0].text.isdigit() and words[0].confidence >= _PRINTED


def _read(
    picture: Picture, line: Box, span: tuple[float, float], allowed: frozenset[str] | None, most: int
) -> Number | None:
    """The number between two columns of a line; None where it cannot be read."""
    left, right = (round(span[0] + _MARGIN * X_HEIGHT), round(span[1] - _MARGIN * X_HEIGHT))
    top, bottom = round(line.top - _ABOVE * X_HEIGHT), round(line.bottom + _BELOW * X_HEIGHT)
    left, top = max(left, 0), max(top, 0)
    part = np.ascontiguousarray(picture[top:bottom, left:right])
    if part.shape[1] < 0.4 * X_HEIGHT or part.shape[0] < X_HEIGHT:
        return None
    number = read_number(part, X_HEIGHT, allowed, most)
    if number is None or number.chance < _LEGIBLE:
        return None
    return replace(number, box=number.box.moved(left, top))


def _written(number: Number, inside: Sequence[Word]) -> Word:
    """The number as a word; what print's recogniser made of it is kept beside it."""
    read = " ".join(word.text for word in inside) or None
    box = union([number.box]) if not inside else number.box
    return Word(number.text, box, min(DOUBTFUL, number.chance), read)
