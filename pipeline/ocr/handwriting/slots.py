"""Slots for handwriting in the head of a paper: after *Số:*, between *ngày*, *tháng* and *năm*; and what was written there.

The recogniser of print makes letters of handwritten digits and loses print beside them. So the printed words of such a line are told
apart first, and what lies between them is read by a network for digits. What it reads is always doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.model import X_HEIGHT, Picture
from pipeline.ocr.handwriting.dates import date_rest, has_date, with_date
from pipeline.ocr.handwriting.filled import MOST_DIGITS, likelier, longer, read_slot, without_slash, written
from pipeline.ocr.handwriting.printed import (
    are_level,
    as_high,
    follows,
    is_printed,
    parted,
    parted_from_right,
)
from schemas.geometry import union
from schemas.text import Line, Word
from schemas.vietnamese import fold

_GLUED_PRINT = 0.6
"""Confidence with which digits that are one word with the sign behind them, and as high as it, are printed: its letters may be what is in doubt."""

_HEAD = 0.4
"""Share of the page, from its top, in which its own number and date stand."""

_REACH = 7.0
"""How far left of its sign a number begins at the most, where *Số* was not read, in x-heights."""

_FIRST, _LEFT = 4, 0.45
"""So many words into a line its sign ends at the latest; share of the page's width before which the line begins."""

_DASHES = frozenset("-–")

_SIGN = re.compile(
    r"(?P<sign>(?:[-–/][A-ZĐ][A-ZĐa-zđ]{0,7}){0,2}/(?:\d{4}/)?(?:[A-ZĐ]{1,5}\d{0,3}(?:[-–][A-ZĐ&,]{1,16}[\dA-ZĐa-zđ]{0,4})+|[A-ZĐ]{2,5}[-–]?))$"
)
"""The printed end of a number: ``/TM-SYT``, ``/2025/QĐ-UBND``, ``-QĐ/TU``, ``-CTr/BTG`` (of the Party), ``/TB/CTCN-KD`` (of firms),
``-LĐTBXH/TT`` (of the nineties)."""

_KIND = re.compile(r"[A-ZĐ]{2,3}|[A-ZĐ]Tr")

_SO = re.compile(r"s[o06][:.;]+|s[o06]$")


def with_handwriting(lines: Sequence[Line], picture: Picture, height: int) -> tuple[Line, ...]:
    """The lines of a page, in those of its head that have slots the digits written there.

    ``picture`` is the grey page with its coloured ink, boxes are its pixels; ``height`` of the page in the same.
    """
    head = [line for line in lines if line.box.top < _HEAD * height]
    filled = list(lines)
    signs = {line: _sign_place(line, picture.shape[1]) for line in head}
    named = [line.box.top for line, place in signs.items() if place is not None and _is_own(line, head)]
    for line in head:
        if line not in filled:
            continue
        left = [other for other in head if other in filled]
        place = signs[line]
        if place is not None and any(top < line.box.top for top in named) and not _is_own(line, head):
            continue  # of another paper: *V/v thực hiện Quyết định / số 37/1998/QĐ-TTg*
        if place is not None:
            beside = [] if _starts_number(line) else _before(line, left)
            words = [word for other in beside for word in other.words]
            whole = Line((*words, *line.words))
            filled[filled.index(line)] = _with_number(whole, place + len(words), picture)
            filled = [other for other in filled if other not in beside]
            continue
        rest = date_rest(line, left)
        whole = Line((*line.words, *(word for other in rest for word in other.words)))
        if has_date(whole):
            filled[filled.index(line)] = with_date(whole, picture)
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


def _sign_start(text: str, *, alone: bool) -> int | None:
    """Where the sign begins that ends a word; behind a number that is no part of the word (not ``alone``) with its kind: *298 KH/TWĐTN*."""
    found = _SIGN.search(text)
    if found is None:
        return None
    return 0 if not alone and _KIND.fullmatch(text[: found.start("sign")]) else found.start("sign")


def _goes_with(picture: Picture, digits: Word, sign: Word) -> bool:
    """Whether digits are printed, being as high as the sign behind them: read well enough, or as level as no hand writes."""
    if not as_high(picture, digits.box, sign):
        return False
    return is_printed([digits], _GLUED_PRINT) or (is_printed([digits], 0.0) and are_level(picture, digits))


def _starts_number(line: Line) -> bool:
    return _SO.match(fold(line.words[0].text)) is not None


def _is_own(line: Line, others: Sequence[Line]) -> bool:
    """Whether *Số* stands before a sign in capital letters, as before the paper's own number."""
    first = [line] if _starts_number(line) else _before(line, others)
    return bool(first) and first[0].words[0].text[:1].isupper()


def _before(line: Line, others: Sequence[Line]) -> list[Line]:
    """The lines from *Số* on, and what was made of the digits, where wide blanks parted them from the sign."""
    near = [
        other
        for other in others
        if other is not line and follows(other.box, line.box) and len(other.words) < _FIRST
    ]
    near.sort(key=lambda other: other.box.left)
    starts = [place for place, other in enumerate(near) if _starts_number(other)]
    return near[starts[-1] :] if starts else []


def _with_number(line: Line, place: int, picture: Picture) -> Line:
    """The line of the number with the digits before its sign; ``place`` is the word that ends in the sign."""
    first, *others = line.words
    glued = _SO.match(fold(first.text))
    so: list[Word] = []
    if glued is not None:
        so, rest = parted(first, glued.end())
        inside = [*([rest] if rest.text else []), *others[: place - 1]] if place else []
        word = line.words[place] if place else rest
    else:
        inside, word = list(line.words[:place]), line.words[place]
    if so and inside and inside[0].text == ":":  # *Số : 151/TB-PGDĐT*
        so.append(inside.pop(0))
    if inside and inside[-1].text in _DASHES:  # *664 - CV/HNDTW*
        dash = inside.pop()
        word = replace(word, text=dash.text + word.text, box=union((dash.box, word.box)))
    start = _sign_start(word.text, alone=not inside)
    if start is None:
        return line
    head, sign = parted_from_right(word, start)
    one_word, inside = not inside and bool(head), [*inside, *head]
    if is_printed(inside) or (one_word and _goes_with(picture, head[0], sign)):
        return line
    left = so[-1].box.right if so else sign.box.left - _REACH * X_HEIGHT
    number = read_slot(picture, line.box, (left, sign.box.left), None, MOST_DIGITS)
    number = without_slash(longer(likelier(number, inside), inside), inside, sign.box.left)
    return line if number is None else Line((*so, written(number, inside), sign, *line.words[place + 1 :]))
