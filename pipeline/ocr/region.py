"""From a grey picture at reading size to what is written on it: lines → recogniser → words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.layout.components import Components
from pipeline.layout.cut import cut_region
from pipeline.layout.lines import Lines
from pipeline.layout.lone_dashes import lone_dashes
from pipeline.layout.marks import NOBODY
from pipeline.layout.rings import Circle
from pipeline.layout.tables import Table
from pipeline.model import X_HEIGHT, Picture
from pipeline.ocr.anew import placed, read_anew, read_without_dirt, written
from pipeline.ocr.entries import beside_row, entries
from pipeline.ocr.halves import read_halves
from pipeline.ocr.headlines import with_headlines
from pipeline.ocr.list_items import list_items
from pipeline.ocr.list_marks import without_specks
from pipeline.ocr.lone_signs import LIKELY, SURE, as_words
from pipeline.ocr.recogniser import Recogniser, Words
from pipeline.ocr.spoiled_numbers import with_spoiled_numbers
from pipeline.ocr.unread import read_unread
from schemas.geometry import Box, union
from schemas.text import Line

_SEEN, _PIECE = 0.4, 3
"""The recogniser's confidence in a piece of a word, and its letters, from which on noise may be print."""

_STROKE = 3.4
"""Ink larger than this many x-heights is no letter: a seal, a signature, a picture."""


@dataclass(frozen=True, slots=True)
class Region:
    """What was read on a picture: lines in no order, tables, and the boxes of large ink that may cover text.

    ``lost`` are boxes of lines that were read as noise, and of which something looked like a word. Boxes are pixels of the
    picture.
    """

    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    covers: tuple[Box, ...] = ()
    lost: tuple[Box, ...] = ()


def read_region(picture: Picture, recogniser: Recogniser) -> Region:
    """Read a grey picture (height, width) whose print has an x-height of ``X_HEIGHT``."""
    cut = cut_region(picture)
    if not cut.strips:
        return Region()
    read = recogniser([strip.picture for strip in cut.strips])
    told = without_specks([placed(strip, words, cut) for strip, words in zip(cut.strips, read, strict=True)])
    outside = [(index, raw) for index, raw in enumerate(told) if not (raw and _on_seal(raw, cut.seals))]
    read_lines = read_without_dirt(cut, [(index, raw, written(raw)) for index, raw in outside], recogniser)
    read_lines = with_spoiled_numbers(cut, read_lines, recogniser)
    lines = tuple(line for _, _, line in read_lines if line)
    tables = cut.tables
    noise = {index: raw for index, raw, line in read_lines if not line}
    items = list_items(noise, lines)
    lines = (*lines, *items.values())
    noise = {index: raw for index, raw in noise.items() if index not in items}
    unread = cut.lines.without(noise)
    alone, likely = lone_dashes(cut.parts, unread, cut.dropped, cut.rules.horizontal, X_HEIGHT)
    dashes = (*as_words(cut.parts, alone, SURE), *as_words(cut.parts, likely, LIKELY))
    lines = (*lines, *read_halves(cut, noise, recogniser))
    again = read_anew(cut, noise, recogniser)
    print_again = (line for raw in again if len(raw) > 1 and (line := written(raw)))
    lines = (*lines, *(line for line in print_again if beside_row(line.box, lines)))
    lines = (*lines, *entries(again, dashes, lines, tables))
    lines = with_headlines(picture, cut, lines, lambda part: read_region(part, recogniser).lines)
    return Region(
        (*lines, *read_unread(cut.picture, cut.parts, cut.dropped, lines, tables, recogniser)),
        tables,
        (*_covers(cut.parts, cut.lines, tables), *(seal.box for seal in cut.seals)),
        tuple(union(word.box for word in raw) for raw in noise.values() if _was_print(raw)),
    )


def moved(line: Line, right: float, down: float) -> Line:
    """A line of a part of the page, in pixels of the page; the part begins at ``right``, ``down``."""
    return Line(tuple(replace(word, box=word.box.moved(right, down)) for word in line.words))


def _on_seal(raw: Words, seals: Sequence[Circle]) -> bool:
    """Whether a line is one of a seal's own."""
    return any(seal.holds(union(word.box for word in raw)) for seal in seals)


_RULE, _RAGGED = 0.35, 1.3
"""X-heights that a rule is thick at most (``pipeline.layout.rules``), and one of a table with what hangs on it."""


def _was_print(raw: Words) -> bool:
    """Whether noise may be print that something covers: a piece of a word was seen in it."""
    return any(word.confidence > _SEEN and sum(map(str.isalpha, word.text)) >= _PIECE for word in raw)


def _covers(parts: Components, found: Lines, tables: Sequence[Table]) -> tuple[Box, ...]:
    """Large ink that no line holds; what is left of a broken rule covers nothing, nor does what stands on one of a table."""
    large = (found.owner == NOBODY) & (np.maximum(parts.width, parts.height) > _STROKE * X_HEIGHT)
    large &= np.minimum(parts.width, parts.height) > _RULE * X_HEIGHT
    boxes = (
        Box(float(parts.left[i]), float(parts.top[i]), float(parts.right[i]), float(parts.bottom[i]))
        for i in np.flatnonzero(large)
    )
    return tuple(box for box in boxes if not any(_is_of_rule(box, table) for table in tables))


def _is_of_rule(box: Box, table: Table) -> bool:
    """Whether a box is as narrow as a ragged rule, and lies on one of a table."""
    x, y = box.centre
    upright = (
        box.width < _RAGGED * X_HEIGHT < box.height
        and min(abs(x - each) for each in table.columns) < X_HEIGHT
    )
    level = (
        box.height < _RAGGED * X_HEIGHT < box.width and min(abs(y - each) for each in table.rows) < X_HEIGHT
    )
    return (upright or level) and table.box.intersection(box).area > 0
