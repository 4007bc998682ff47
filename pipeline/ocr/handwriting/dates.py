"""Day and month written into the line of place and date: *Huế, ngày 10 tháng 11 năm 2017*."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.model import Picture
from pipeline.ocr.handwriting.filled import likelier, read_slot, written
from pipeline.ocr.handwriting.printed import (
    follows,
    is_printed,
    parted,
    parted_from_right,
    printed_left,
    printed_width,
)
from schemas.text import Line, Word
from schemas.vietnamese import fold

_GLUED = 2
"""So many letters are made of a day that touches *ngày*, a month that touches *tháng*."""

_DAY = 2
"""Most digits of a day or a month."""

_DATE = (("ngay", "ngày"), ("thang", "tháng"), ("nam", "năm"))

_DAYS = frozenset(f"{n}" for n in range(1, 32)) | frozenset(f"{n:02d}" for n in range(1, 32))

_MONTHS = frozenset(f"{n}" for n in range(1, 13)) | frozenset(f"{n:02d}" for n in range(1, 13))


def has_date(line: Line) -> bool:
    """Whether *ngày*, *tháng* and *năm* stand in a line, one after the other."""
    keys = fold(line.text)
    return all(key in keys for key, _ in _DATE) and keys.index("ngay") < keys.index("thang") < keys.rindex(
        "nam"
    )


def date_rest(line: Line, others: Sequence[Line]) -> list[Line]:
    """The lines that go on to *tháng* where a wide slot parted it from *ngày*: that one, and what was made of the day."""
    if "ngay" not in fold(" ".join(word.text for word in line.words[-2:])):
        return []
    right = []
    for other in sorted(others, key=lambda one: one.box.left):
        if other is not line and follows(line.box, other.box):
            right.append(other)
            if "thang" in fold(other.words[0].text):
                return right
    return []


def with_date(line: Line, picture: Picture) -> Line:
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
        if is_printed(inside) and inside[0].text in allowed:
            kept += inside
        else:
            span = (words[first].box.right, printed_left(words[behind]))
            number = likelier(read_slot(picture, line.box, span, allowed, _DAY), inside, allowed)
            kept += inside if number is None else [written(number, inside)]
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
            before, rest = parted(word, len(first))
            # What was read of both is wider than their letters: the digits stand between.
            left = word.box.right - printed_width(word, word.text[len(first) :])
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
        front, rest = parted_from_right(word, start)
        printed, end = parted(rest, len(key))
        found += [*front, replace(printed[0], text=text, read=word.read or word.text)]
        if end.text:
            found.append(end)
    return found
