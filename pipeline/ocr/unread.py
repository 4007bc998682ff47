"""What stands in a table and was not read (``layout/unread.py``), read by itself, or told by the like of it that was read on this page.

A network that knows lines makes little of one pale letter. In a table the same sign mostly stands elsewhere too: what looks like an *x* that
was read is an *x*. What is found so is doubtful.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components
from pipeline.layout.lines import Lines, TextLine
from pipeline.layout.marks import NOBODY
from pipeline.layout.strips import PAPER, cut_strips
from pipeline.layout.tables import Table
from pipeline.layout.unread import Place, Unread, unread_signs
from pipeline.model import X_HEIGHT, Picture
from pipeline.ocr.entries import bare
from pipeline.ocr.lone_signs import WHITE
from pipeline.ocr.recogniser import Recogniser, Words
from schemas.geometry import Box
from schemas.text import Line, Word

_SEEN, _AT_ALL = 0.5, 0.1
"""The recogniser's confidence in a sign that needs no like of it, and in one that is taken at all."""

_LIKE, _SIZE = 0.72, 1.35
"""Correlation of two pictures of one sign, and by how much one may be larger."""

_HIDDEN, _AGAIN = 0.3, 4
"""The same of a sign that its column says so often."""

_KNOWN, _SAME = 0.05, 2
"""Confidence in a sign that others are compared with, and how many of a text are looked at."""

_DOUBTFUL = 0.5
"""Confidence in what is found so, at the most."""

_SIDE = 24


@dataclass(frozen=True, slots=True)
class _Known:
    """A sign that was read: its text, and its picture."""

    text: str
    picture: Picture


def read_unread(
    picture: Picture,
    parts: Components,
    dropped: NDArray[np.bool_],
    lines: Sequence[Line],
    tables: Sequence[Table],
    recogniser: Recogniser,
) -> tuple[Line, ...]:
    """The signs beside all ``lines`` that were read on a ``picture`` without rules."""
    signs = unread_signs(parts, dropped, lines, tables, X_HEIGHT)
    if not signs:
        return ()
    known = _known(picture, lines)
    told: list[tuple[float, Word]] = []
    for dirty in (False, True):
        some = [sign for sign in signs if sign.dirty == dirty]
        owner = np.full(len(parts.left), NOBODY, np.intp)
        for index, sign in enumerate(some):
            owner[sign.own] = index
        # all pieces of a sign may be of a larger one as well
        whole = [index for index in range(len(some)) if (owner == index).any()]
        found = Lines(tuple(_line(sign.box) for sign in some), owner).only(np.array(whole, np.intp))
        some = [some[index] for index in whole]
        strips = cut_strips(picture, parts, found, X_HEIGHT, WHITE)
        read = recogniser([strip.picture for strip in strips]) if strips else ()
        for sign, raw in zip(some, read, strict=True):
            one = _told(sign, raw, _cut(picture, sign.box), known)
            told += [one] if one else []
    kept: list[Word] = []
    for _, word in sorted(
        filter(None, told), key=lambda one: -one[0]
    ):  # of a sign with and without dirt the surer
        if not any(word.box.intersection(other.box).area > 0 for other in kept):
            kept.append(word)
    return tuple(Line((word,)) for word in kept)


def _line(box: Box) -> TextLine:
    left, top, right, bottom = box.as_list()
    return TextLine(left, top, right, bottom, (float(bottom), 0.0, 0.0))


def _told(sign: Unread, raw: Words, picture: Picture, known: Sequence[_Known]) -> tuple[float, Word] | None:
    """What a sign is, and how sure the recogniser is of it; None where neither it nor its like tells."""
    word = bare(tuple(replace(each, box=sign.box) for each in raw))
    read, sure = (word.text, word.confidence) if word else (_sign_in(raw), 0.0)
    if sign.place is Place.PAGE_NUMBER:
        number = read.isdigit() and sure >= _AT_ALL
        return (sure, Word(read, sign.box, min(sure, _DOUBTFUL))) if number else None
    text = (_like(picture, known, sign.column) if sure < _SEEN else "") or read
    return (sure, Word(text, sign.box, min(max(sure, _AT_ALL), _DOUBTFUL))) if text else None


def _sign_in(raw: Words) -> str:
    """The likeliest letter or digit among what the first sign of a reading may be; "" where there is none."""
    symbols = raw[0].symbols if raw else ()
    return next((text for text, _ in symbols[0] if text.isalnum()), "") if symbols else ""


def _known(picture: Picture, lines: Sequence[Line]) -> list[_Known]:
    """Signs that were read, each alone in its line."""
    alone = (line.words[0] for line in lines if len(line.words) == 1 and len(line.words[0].text) == 1)
    sure = (word for word in alone if word.confidence >= _KNOWN and word.text.isalnum())
    return [_Known(word.text, _cut(picture, word.box)) for word in sure]


def _cut(picture: Picture, box: Box) -> Picture:
    left, top, right, bottom = box.as_list()
    return picture[max(top, 0) : bottom, max(left, 0) : right]


def _like(picture: Picture, known: Sequence[_Known], column: Sequence[str]) -> str:
    """The text of the sign that a picture looks most like; "" where it is like none.

    Where the column says one sign again and again, little of it is enough: a speck lies on it.
    """
    found: dict[str, list[float]] = {}
    for each in known:
        found.setdefault(each.text, []).append(_alike(picture, each.picture))
    means = {
        text: sum(sorted(all, reverse=True)[:_SAME]) / min(len(all), _SAME) for text, all in found.items()
    }
    best = max(means, key=means.__getitem__, default="")
    least = _HIDDEN if column.count(best) >= _AGAIN else _LIKE
    return best if best and means[best] >= least else ""


def _alike(one: Picture, other: Picture) -> float:
    """How like two signs of about one size are: the correlation of their ink."""
    for a, b in zip(one.shape, other.shape, strict=True):
        if min(a, b) < 2 or max(a, b) > _SIZE * min(a, b) + 2:
            return 0.0
    first, second = (_even(each) for each in (one, other))
    return float((first * second).mean())


def _even(picture: Picture) -> NDArray[np.float64]:
    ink = PAPER - cv2.GaussianBlur(cv2.resize(picture, (_SIDE, _SIDE)), (3, 3), 0).astype(np.float64)
    ink -= ink.mean()
    return ink / max(float(ink.std()), 1e-9)
