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

_GLUED_PRINT, _SAME = 0.6, 0.3
"""The same where they were read as one word with the sign behind them and are as high as it, within so many x-heights: the mark may be what is in
doubt."""

_HANGING, _DESCENDER = frozenset("gpqyQ,"), 0.5
"""Letters of a sign that hang below the line (*QĐ-TTg*), and how far, in x-heights."""

_LEGIBLE = 0.25
"""Least chance of each digit, below which the slot stays as the recogniser of print read it."""

_HEAD = 0.4
"""Share of the page, from its top, in which its own number and date stand."""

_REACH, _APART = 7.0, 12.0
"""How far left of its sign a number begins at the most, where *Số* was not read; widest slot; both in x-heights."""

_LEVEL = 0.4
"""Share of the lower one's height that two parts of one line have in common."""

_ABOVE, _BELOW, _MARGIN = 0.9, 0.7, 0.05
"""How far digits rise above their line and hang below it, and the white beside print, in x-heights."""

_FIRST, _LEFT = 4, 0.45
"""So many words into a line its sign ends at the latest; share of the page's width before which the line begins."""

_HIGHEST = 1.75
"""Printed digits are one and a half x-heights high; what is higher than this was written."""

_GLUED = 2
"""So many letters are made of a day that touches *ngày*, a month that touches *tháng*."""

_EM = 2.08
"""The em of a number's line in x-heights of the page: 13 points beside a body of 14."""

_DIGIT = 0.8
"""A box wider than print by so many x-heights holds a digit."""

_SHIFT, _LIGHT = 0.5, 160
"""How far an edge is moved, in x-heights, and the level of a column without ink."""

_DASHES = frozenset("-–")

_SLASHES = "17"
"""Digits that a slash is taken for."""

_NUMBER, _DAY = 4, 2
"""Most digits of a number, and of a day or month."""

_SIGN = re.compile(
    r"(?P<sign>(?:[-–/][A-ZĐ][A-ZĐa-zđ]{0,7}){0,2}/(?:\d{4}/)?(?:[A-ZĐ]{1,5}\d{0,3}(?:[-–][A-ZĐ&,]{1,16}[\dA-ZĐa-zđ]{0,4})+|[A-ZĐ]{2,5}[-–]?))$"
)
"""The printed end of a number: ``/TM-SYT``, ``/2025/QĐ-UBND``, ``-QĐ/TU``, ``-CTr/BTG`` (of the Party), ``/TB/CTCN-KD`` (of firms),
``-LĐTBXH/TT`` (of the nineties)."""

_KIND = re.compile(r"[A-ZĐ]{2,3}|[A-ZĐ]Tr")
_SO = re.compile(r"s[o06][:.;]+|s[o06]$")
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
    head = [line for line in lines if line.box.top < _HEAD * height]
    filled = list(lines)
    signs = {line: _sign_place(line, picture.shape[1]) for line in head}
    named = [line.box.top for line, place in signs.items() if place is not None and _starts_number(line)]
    for line in head:
        if line not in filled:
            continue
        left = [other for other in head if other in filled]
        place = signs[line]
        if place is not None and not _starts_number(line) and any(top < line.box.top for top in named):
            continue  # of another paper: *V/v thực hiện Quyết định số / 37/1998/QĐ-TTg*
        if place is not None:
            beside = [] if _starts_number(line) else _before(line, left)
            words = [word for other in beside for word in other.words]
            whole = Line((*words, *line.words))
            filled[filled.index(line)] = _with_number(whole, place + len(words), picture)
            filled = [other for other in filled if other not in beside]
            continue
        rest = _date_rest(line, left)
        whole = Line((*line.words, *(word for other in rest for word in other.words)))
        if _has_date(whole):
            filled[filled.index(line)] = _with_date(whole, picture)
            filled = [other for other in filled if other not in rest]
    return tuple(filled)


def _sign_place(line: Line, width: int) -> int | None:
    """Which word of a line ends in the sign of the paper's own number; None where none does."""
    for place, word in enumerate(line.words[:_FIRST]):
        found = _SIGN.search(word.text)
        if found is not None:
            head = word.text[: found.start("sign")]
            written = _starts_number(line) or (place == 0 and sum(map(str.isalpha, head)) < 2)
            return place if written and line.box.left < _LEFT * width else None
    return None


def _starts_number(line: Line) -> bool:
    return _SO.match(fold(line.words[0].text)) is not None


def _before(line: Line, others: Sequence[Line]) -> list[Line]:
    """The lines from *Số* on, and what was made of the digits, where wide blanks parted them from the sign."""
    near = [
        other
        for other in others
        if other is not line and _follows(other.box, line.box) and len(other.words) < _FIRST
    ]
    near.sort(key=lambda other: other.box.left)
    starts = [place for place, other in enumerate(near) if _starts_number(other)]
    return near[starts[-1] :] if starts else []


def _date_rest(line: Line, others: Sequence[Line]) -> list[Line]:
    """The lines that go on to *tháng* where a wide slot parted it from *ngày*: that one, and what was made of the day."""
    if "ngay" not in fold(" ".join(word.text for word in line.words[-2:])):
        return []
    right = []
    for other in sorted(others, key=lambda one: one.box.left):
        if other is not line and _follows(line.box, other.box):
            right.append(other)
            if "thang" in fold(other.words[0].text):
                return right
    return []


def _follows(first: Box, second: Box) -> bool:
    """Whether a line goes on as another one, with no more than a slot between."""
    level = min(first.bottom, second.bottom) - max(first.top, second.top)
    near = -X_HEIGHT < second.left - first.right < _APART * X_HEIGHT
    return near and level > _LEVEL * min(first.height, second.height)


def _has_date(line: Line) -> bool:
    keys = fold(line.text)
    return all(key in keys for key, _ in _DATE) and keys.index("ngay") < keys.index("thang") < keys.rindex(
        "nam"
    )


def _with_number(line: Line, place: int, picture: Picture) -> Line:
    """The line of the number with the digits before its sign; ``place`` is the word that ends in the sign."""
    first, *others = line.words
    glued = _SO.match(fold(first.text))
    so: list[Word] = []
    if glued is not None:
        so, rest = _parted(first, glued.end())
        inside = [*([rest] if rest.text else []), *others[: place - 1]] if place else []
        word = line.words[place] if place else rest
    else:
        inside, word = list(line.words[:place]), line.words[place]
    if so and inside and inside[0].text == ":":  # *Số : 151/TB-PGDĐT*
        so.append(inside.pop(0))
    if inside and inside[-1].text in _DASHES:  # *664 - CV/HNDTW*
        dash = inside.pop()
        word = replace(word, text=dash.text + word.text, box=union((dash.box, word.box)))
    found = _SIGN.search(word.text)
    if found is None:
        return line
    # *298 KH/TWĐTN*: a kind alone before the stroke is print as well.
    begins = 0 if inside and _KIND.fullmatch(word.text[: found.start("sign")]) else found.start("sign")
    head, sign = _parted_from_right(word, begins)
    one_word, inside = not inside and bool(head), [*inside, *head]
    if _is_printed(inside) or (
        one_word and _is_printed(inside, _GLUED_PRINT) and _as_high(picture, head[0].box, sign)
    ):
        return line
    left = so[-1].box.right if so else sign.box.left - _REACH * X_HEIGHT
    number = _read(picture, line.box, (left, sign.box.left), None, _NUMBER)
    number = _without_slash(_longer(_likelier(number, inside), inside), inside, sign.box.left)
    return line if number is None else Line((*so, _written(number, inside), sign, *line.words[place + 1 :]))


def _parted_from_right(word: Word, at: int) -> tuple[list[Word], Word]:
    """A word cut before its printed sign, of which the width is known; what was written before it has any."""
    if at <= 0:
        return [], word
    x = word.box.right - _printed_width(word, word.text[at:])
    first = replace(word, text=word.text[:at], box=replace(word.box, right=x))
    return [first], replace(word, text=word.text[at:], box=replace(word.box, left=x))


def _with_date(line: Line, picture: Picture) -> Line:
    """The line of place and date with the day and the month."""
    apart = [part for word in line.words for part in _unglued(word)]
    opener = _opener(apart)
    before, words = apart[:opener], _date_words(apart[opener:])
    places: list[int] = []
    for _, text in _DATE:
        start = places[-1] + 1 if places else 0
        places += [i for i, word in enumerate(words) if i >= start and word.text == text][:1]
    if [words[i].text for i in places] != [text for _, text in _DATE]:
        return line
    kept = [*before, *words[: places[0] + 1]]
    for (first, behind), allowed in zip(pairwise(places), (_DAYS, _MONTHS), strict=True):
        inside = words[first + 1 : behind]
        if _is_printed(inside) and inside[0].text in allowed:
            kept += inside
        else:
            span = (words[first].box.right, _printed_left(words[behind]))
            number = _likelier(_read(picture, line.box, span, allowed, _DAY), inside, allowed)
            kept += inside if number is None else [_written(number, inside)]
            if number is not None and words[behind].box.left < span[1]:  # its box held the digits, too
                words[behind] = replace(words[behind], box=replace(words[behind].box, left=span[1]))
        kept.append(words[behind])
    return Line((*kept, *words[places[-1] + 1 :]))


def _opener(words: Sequence[Word]) -> int:
    """Which word the date begins with: of several *ngày* the one next to its *tháng* (*có giá trị đến ngày: ngày 10 tháng 12*)."""
    keys = [fold(word.text) for word in words]
    days = [place for place, key in enumerate(keys) if _DATE[0][0] in key]
    months = (place for place, key in enumerate(keys) if days and place >= days[0] and _DATE[1][0] in key)
    month = next(months, len(words))
    return max((day for day in days if day <= month), default=0)


def _unglued(word: Word) -> list[Word]:
    """Two printed words of a date that were read as one, the digits between them lost (*ngàytháng*), as two."""
    for (first, _), (second, _) in pairwise(_DATE):
        if fold(word.text) == first + second and len(word.text) == len(first + second):
            before, rest = _parted(word, len(first))
            # What was read of both is wider than their letters: the digits stand between.
            left = word.box.right - _printed_width(word, word.text[len(first) :])
            return [*before, replace(rest, box=replace(rest.box, left=left))]
    return [word]


def _date_words(words: Sequence[Word]) -> list[Word]:
    """The words of a date; where one of the three printed ones has strokes of a digit at its ends, these are parted."""
    found: list[Word] = []
    # Behind a small *ngày* the capital of *Tháng* is a stroke of the day.
    small = {_DATE[1][0]} if any(word.text == _DATE[0][1] for word in words) else set()
    for word in words:
        folded = fold(word.text)
        same = len(folded) == len(word.text)
        key, text = next(
            (
                (k, t)
                for k, t in _DATE
                if same and k in folded and (k in small or word.text[folded.index(k)].islower())
            ),
            ("", ""),
        )
        if not key or folded == key:
            found.append(
                replace(word, text=text)
                if folded == key and word.text != text and (key in small or word.text[0].islower())
                else word
            )
            continue
        start = folded.index(key)
        if sum(map(str.isalpha, folded.replace(key, "", 1))) > _GLUED:
            found.append(word)
            continue
        front, rest = _parted_from_right(word, start)
        printed, end = _parted(rest, len(key))
        found += [*front, replace(printed[0], text=text, read=word.read or word.text)]
        if end.text:
            found.append(end)
    return found


def _parted(word: Word, at: int) -> tuple[list[Word], Word]:
    """A word cut behind its printed beginning, of which the width is known: that, if there is any, and the rest."""
    if at <= 0:
        return [], word
    x = word.box.left + _printed_width(word, word.text[:at])
    first = replace(word, text=word.text[:at], box=replace(word.box, right=x))
    return [first], replace(word, text=word.text[at:], box=replace(word.box, left=x))


def _printed_left(word: Word) -> float:
    """Where a printed word begins of which the box holds a digit before it, too."""
    wide = word.box.width - text_width(word.text) / 1000 * _EM * X_HEIGHT
    return word.box.left + (wide if wide > _DIGIT * X_HEIGHT else 0.0)


def _printed_width(word: Word, text: str) -> float:
    """How wide the printed part of a word is: as print of this size is, and no wider than its share of the word."""
    return min(
        text_width(text) / 1000 * _EM * X_HEIGHT, text_width(text) / text_width(word.text) * word.box.width
    )


def _is_printed(words: Sequence[Word], least: float = _PRINTED) -> bool:
    """Whether a slot holds one number in print: digits as high as those of its line, and read with so much confidence."""
    if any(word.box.height > _HIGHEST * X_HEIGHT or word.confidence < least for word in words):
        return False
    return _NUMERAL.fullmatch(" ".join(word.text for word in words)) is not None


def _as_high(picture: Picture, digits: Box, sign: Word) -> bool:
    """Whether the ink of digits reaches as far up and down as that of the sign behind them, but for letters that hang below the line."""
    ends = []
    for box in (digits, sign.box):
        top = max(round(box.top - _ABOVE * X_HEIGHT), 0)
        part = picture[
            top : round(box.bottom + _BELOW * X_HEIGHT), max(round(box.left), 0) : round(box.right)
        ]
        rows = np.flatnonzero((part < _LIGHT).any(axis=1))
        if not rows.size:
            return False
        ends.append((top + int(rows[0]), top + int(rows[-1])))
    (top, bottom), (high, low) = ends
    same = _SAME * X_HEIGHT
    hangs = _DESCENDER * X_HEIGHT if _HANGING.intersection(sign.text) else 0.0
    return abs(top - high) < same and -same < low - bottom < same + hangs


_NUMERAL = re.compile(r"\d+(?:\s?[-./]\s?\d+)*")
"""Digits, also a serial and its year (*12-2021*, *01/2004*, *15/ 2015*)."""


def _read(
    picture: Picture, line: Box, span: tuple[float, float], allowed: frozenset[str] | None, most: int
) -> Number | None:
    """The number between two columns of a line; None where it cannot be read."""
    rows = picture[max(round(line.top), 0) : round(line.bottom)]
    left = _at_white(rows, round(span[0] + _MARGIN * X_HEIGHT), -1)
    right = _at_white(rows, round(span[1] - _MARGIN * X_HEIGHT), 1)
    top, bottom = round(line.top - _ABOVE * X_HEIGHT), round(line.bottom + _BELOW * X_HEIGHT)
    left, top = max(left, 0), max(top, 0)
    part = np.ascontiguousarray(picture[top:bottom, left:right])
    if part.shape[1] < 0.4 * X_HEIGHT or part.shape[0] < X_HEIGHT:
        return None
    number = read_number(part, X_HEIGHT, allowed, most)
    if number is None or number.chance < _LEGIBLE:
        return None
    return replace(number, box=number.box.moved(left, top))


def _at_white(rows: Picture, x: int, step: int) -> int:
    """The edge of a slot moved out of a digit that it would cut, to the next column without ink; where none is near, as it was.

    How wide the print beside it is, is an estimate.
    """
    for column in range(x, x + step * round(_SHIFT * X_HEIGHT), step):
        if 0 <= column < rows.shape[1] and rows.size and rows[:, column].min() > _LIGHT:
            return column
    return x


def _likelier(
    number: Number | None, inside: Sequence[Word], allowed: frozenset[str] | None = None
) -> Number | None:
    """The digits that print's recogniser read, where it is surer of them: print may be larger than the page's letters."""
    if number is None or len(inside) != 1:
        return number
    (read,) = inside
    fits = read.text in allowed if allowed else read.text.isdigit() and len(read.text) <= _NUMBER
    if not fits or read.confidence <= number.chance:
        return number
    return replace(number, text=read.text, chance=read.confidence, box=read.box)


def _longer(number: Number | None, inside: Sequence[Word]) -> Number | None:
    """Where print's recogniser read the same digits and more, which an edge cut off, these."""
    text = "".join(word.text for word in inside)
    if number is None or not text.isdigit() or not len(number.text) < len(text) <= _NUMBER:
        return number
    if not (text.endswith(number.text) or text.startswith(number.text)):
        return number
    return replace(number, text=text, box=union((number.box, *(word.box for word in inside))))


def _without_slash(number: Number | None, inside: Sequence[Word], sign: float) -> Number | None:
    """Where print's recogniser read the same digits and one less, and the last touches the sign, it is the sign's slash."""
    text = "".join(word.text for word in inside)
    if number is None or not text or number.text not in {f"{text}{stroke}" for stroke in _SLASHES}:
        return number
    if number.box.right < sign - _SHIFT * X_HEIGHT:
        return number
    return replace(number, text=text, box=union(word.box for word in inside))


def _written(number: Number, inside: Sequence[Word]) -> Word:
    """The number as a word; what print's recogniser made of it is kept beside it."""
    read = " ".join(word.text for word in inside) or None
    return Word(number.text, number.box, min(DOUBTFUL, number.chance), read)
