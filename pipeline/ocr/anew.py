"""What was read on the strips of a page, and lines that were hardly read, read once more without the dirt on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from pipeline.layout.cut import Cut
from pipeline.layout.discs import without_discs
from pipeline.layout.lines import TextLine
from pipeline.layout.strips import Strip, cut_strips
from pipeline.model import X_HEIGHT
from pipeline.ocr.confidence import calibrated
from pipeline.ocr.dashes import with_dashes
from pipeline.ocr.decode import decode
from pipeline.ocr.entries import CROSS
from pipeline.ocr.labels import with_labels
from pipeline.ocr.list_marks import is_mark, with_list_mark
from pipeline.ocr.lone_signs import WHITE, without_dirt
from pipeline.ocr.noise import without_drawing, without_noise
from pipeline.ocr.recogniser import RawWord, Recogniser, Words
from pipeline.ocr.spots import without_spots
from schemas.text import Line, Word

_LEGIBLE = 0.6
"""The recogniser's confidence in a sign alone that needs no better reading."""

_LETTER, _HIGHEST = 0.55, 2.2
"""Height of a letter, and of a capital with its mark, in x-heights."""

_DOUBTFUL, _SURER = 0.6, 0.2
"""Confidence in a word below which its line may have dirt on it; by how much surer it is then read without."""


def placed(strip: Strip, words: Sequence[RawWord], cut: Cut) -> Words:
    """What was read on a strip, with its boxes on the page, without spots."""
    if not words:
        return ()
    boxes = strip.boxes([(word.box.left, word.box.right) for word in words])
    placed = tuple(replace(word, box=box) for word, box in zip(words, boxes, strict=True))
    return without_spots(with_list_mark(placed, strip), cut.picture, strip.ink.shape[0])


def read_without_dirt(
    cut: Cut, read: Sequence[tuple[int, Words, Line | None]], recogniser: Recogniser
) -> list[tuple[int, Words, Line | None]]:
    """Lines that were ``read``, by their index; noise and those in doubt once more, where that makes them legible.

    Without the discs of dirt that lie on them; a few letters without what lies beside them.
    """
    hardly = {index: raw for index, raw, line in read if _legible(raw, line) < _DOUBTFUL}
    touched, picture, lines = without_discs(cut.picture, cut.parts, cut.lines, list(hardly), X_HEIGHT)
    unlikely = [
        index
        for index, _, line in read
        if line and index not in touched and min(word.confidence for word in line.words) < _DOUBTFUL
    ]
    few, apart = without_dirt(cut.parts, lines, unlikely, X_HEIGHT)  # noise of a few letters: ``read_anew``
    strips = [
        *cut_strips(picture, cut.parts, lines.only(np.array(touched, np.intp)), X_HEIGHT),
        *cut_strips(cut.picture, cut.parts, apart.only(np.array(few, np.intp)), X_HEIGHT, WHITE),
    ]
    again = recogniser([strip.picture for strip in strips]) if strips else ()
    numbers = (*touched, *few)
    anew = {
        index: placed(strip, words, cut) for index, strip, words in zip(numbers, strips, again, strict=True)
    }
    return [
        (index, anew[index], better)
        if index in anew and (better := _if_better(anew[index], raw, line))
        else (index, raw, line)
        for index, raw, line in read
    ]


def _if_better(anew: Words, raw: Words, line: Line | None) -> Line | None:
    """A new reading as a line, where it is surer by much and no shorter; but of a number that was read with a letter more."""
    before, now = ("".join(word.text for word in words) for words in (raw, anew))
    digits = sum(map(str.isdigit, before))
    if line and len(now) < len(before) and not (now.isdigit() and len(now) >= digits > 0):
        return None
    better = written(anew)
    return better if _legible(anew, better) >= _legible(raw, line) + _SURER else None


def _legible(raw: Words, line: Line | None) -> float:
    """The recogniser's confidence in the worst word of a line; none in noise."""
    return min((word.confidence for word in raw), default=0.0) if line else 0.0


def written(raw: Words) -> Line | None:
    """What was read of a line, decoded; None when it is noise."""
    words = without_drawing(without_noise(_decoded(raw)))
    return Line(calibrated(raw, words)) if words else None


def as_read(raw: Words) -> Line:
    """What was read of a line that is known to be print, decoded."""
    return Line(calibrated(raw, without_drawing(_decoded(raw))))


def _decoded(raw: Words) -> Sequence[Word]:
    return with_dashes(with_labels(decode(raw)))


def read_anew(cut: Cut, noise: Mapping[int, Words], recogniser: Recogniser) -> list[Words]:
    """The lines (by their index) that were read as ``noise``, and those of them that are a few letters once more.

    The second reading stays where the recogniser is sure of it, or surer than of the first. What was taken for the mark of a list may be
    two digits with a speck beside them.
    """
    few, lines = without_dirt(cut.parts, cut.lines, list(noise), X_HEIGHT)
    strips = cut_strips(cut.picture, cut.parts, lines.only(np.array(few, np.intp)), X_HEIGHT, WHITE)
    read = recogniser([strip.picture for strip in strips]) if strips else ()
    anew = {index: placed(strip, words, cut) for index, strip, words in zip(few, strips, read, strict=True)}
    better = (
        _better(raw, anew[index], _letters(cut, index))
        if index in anew
        else _within(raw, _letters(cut, index))
        for index, raw in noise.items()
    )
    return [raw for raw in better if raw]


def _better(raw: Words, anew: Words, line: TextLine) -> Words:
    least = _LEGIBLE if is_mark(raw) else min(_seen(raw), _LEGIBLE)
    better = anew if _seen(anew) >= least else raw
    high = max((word.box.height for word in better), default=0.0)
    return better if better is anew and high <= _HIGHEST * X_HEIGHT else _within(better, line)


def _within(raw: Words, line: TextLine) -> Words:
    """The words of a line no higher than its letters: dirt above and below, which was read with them, is none of theirs."""
    top, bottom = float(line.top), float(line.bottom)
    return tuple(
        replace(word, box=replace(word.box, top=max(word.box.top, top), bottom=min(word.box.bottom, bottom)))
        for word in raw
    )


def _letters(cut: Cut, index: int) -> TextLine:
    """A line as high as its letters are."""
    line, own = cut.lines.lines[index], np.flatnonzero(cut.lines.owner == index)
    high = own[cut.parts.height[own] >= _LETTER * X_HEIGHT]
    if len(high) == 0:
        return line
    return replace(line, top=int(cut.parts.top[high].min()), bottom=int(cut.parts.bottom[high].max()))


def _seen(raw: Words) -> float:
    """How sure the recogniser is of the letters and digits of a line."""
    return max((word.confidence for word in raw if any(map(_is_sign, word.text))), default=0.0)


def _is_sign(sign: str) -> bool:
    return sign.isalnum() or sign == CROSS
