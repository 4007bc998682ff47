"""From a grey picture at reading size to its lines: components → lines → strips → recogniser → words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components, faint_parts, find_components, no_print
from pipeline.layout.frames import find_frame
from pipeline.layout.lines import Lines, TextLine, find_lines
from pipeline.layout.lone_dashes import lone_dashes
from pipeline.layout.marks import NOBODY
from pipeline.layout.masks import Mask, print_mask
from pipeline.layout.pepper import find_pepper
from pipeline.layout.ragged import with_ragged_rules
from pipeline.layout.reversed import turned_around
from pipeline.layout.rings import Circle, find_rings
from pipeline.layout.rules import (
    Rules,
    find_leaders,
    find_ornaments,
    find_rules,
    rest_of_rules,
    without_rules,
)
from pipeline.layout.strips import PAPER, Strip, cut_strips
from pipeline.layout.tables import Table, find_tables, rest_of_grid
from pipeline.layout.touching import parted_letters
from pipeline.model import X_HEIGHT, Picture
from pipeline.ocr.confidence import calibrated
from pipeline.ocr.dashes import with_dashes
from pipeline.ocr.decode import decode
from pipeline.ocr.entries import CROSS, beside_row, entries
from pipeline.ocr.labels import with_labels
from pipeline.ocr.list_marks import is_mark, with_list_mark, without_specks
from pipeline.ocr.lone_signs import LIKELY, SURE, WHITE, as_words, without_dirt
from pipeline.ocr.noise import without_drawing, without_noise
from pipeline.ocr.recogniser import RawWord, Recogniser, Words
from pipeline.ocr.unread import read_unread
from schemas.geometry import Box, union
from schemas.text import Line

_SEEN, _PIECE = 0.5, 3
"""The recogniser's confidence in a piece of a word, and its letters, from which on noise may be print."""

_LEGIBLE = 0.6
"""The recogniser's confidence in a sign alone that needs no better reading."""

_LETTER, _HIGHEST = 0.55, 2.2
"""Height of a letter, and of a capital with its mark, in x-heights."""

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


@dataclass(frozen=True, slots=True)
class Cut:
    """The lines of a picture as the recogniser takes them in, and what they were found among.

    ``dropped`` parts are specks, leaders and the like; ``picture`` lacks the rules.
    """

    strips: tuple[Strip, ...]
    parts: Components
    lines: Lines
    rules: Rules
    dropped: NDArray[np.bool_]
    picture: Picture
    tables: tuple[Table, ...]
    seals: tuple[Circle, ...] = ()


def cut_region(picture: Picture) -> Cut:
    """Find the lines of a grey picture (height, width) whose print has an x-height of ``X_HEIGHT``, and cut them out."""
    mask = print_mask(picture, X_HEIGHT)
    rules = with_ragged_rules(mask, find_rules(mask, X_HEIGHT), X_HEIGHT)
    bare = without_rules(mask, rules)
    ruled = np.asarray(cv2.dilate(rules.drawn, np.ones((3, 3), np.uint8)), np.uint8)
    if (frame := find_frame(bare, X_HEIGHT)) is not None:
        bare, ruled = bare & (1 - frame), ruled | frame
    parts, tables = find_components(bare), find_tables(rules, X_HEIGHT)
    rests = (
        rest_of_rules(bare, parts, X_HEIGHT),
        rest_of_grid(bare, parts, rules, tables, X_HEIGHT),
    )
    for rest in rests:
        if rest is not None:
            bare, ruled = bare & (1 - rest), ruled | rest
    if any(rest is not None for rest in rests):
        parts = find_components(bare)
    if (turned := turned_around(picture, parts, X_HEIGHT)) is not None:
        return cut_region(turned)
    seals: tuple[Circle, ...] = ()
    if (rings := find_rings(bare, X_HEIGHT)) is not None:
        bare, ruled, seals = bare & (1 - rings.mask), ruled | rings.mask, rings.circles
        parts = find_components(bare)
    found, dropped = _lines(picture, mask, parts, rules)
    if (cut := parted_letters(bare, parts, found.lines, X_HEIGHT)) is not None:
        parts = find_components(cut)
        found, dropped = _lines(picture, mask, parts, rules)
    unruled = np.where(ruled > 0, np.uint8(PAPER), picture)
    strips = cut_strips(unruled, parts, found, X_HEIGHT)
    return Cut(strips, parts, found, rules, dropped, unruled, tables, seals)


def _lines(picture: Picture, mask: Mask, parts: Components, rules: Rules) -> tuple[Lines, NDArray[np.bool_]]:
    faint = faint_parts(parts, picture, mask, X_HEIGHT)
    drawn = find_leaders(parts, X_HEIGHT) | find_ornaments(parts, X_HEIGHT)
    dropped = drawn | no_print(parts, faint, X_HEIGHT) | find_pepper(parts, picture, drawn, X_HEIGHT)
    return find_lines(parts, X_HEIGHT, rules.vertical, dropped), dropped


def read_region(picture: Picture, recogniser: Recogniser) -> Region:
    """Read a grey picture (height, width) whose print has an x-height of ``X_HEIGHT``."""
    cut = cut_region(picture)
    if not cut.strips:
        return Region()
    read = recogniser([strip.picture for strip in cut.strips])
    placed = without_specks([_placed(strip, words) for strip, words in zip(cut.strips, read, strict=True)])
    outside = [(index, raw) for index, raw in enumerate(placed) if not (raw and _on_seal(raw, cut.seals))]
    read_lines = [(index, raw, _line(raw)) for index, raw in outside]
    lines = tuple(line for _, _, line in read_lines if line)
    tables = cut.tables
    noise = {index: raw for index, raw, line in read_lines if not line}
    unread = cut.lines.without(noise)
    alone, likely = lone_dashes(cut.parts, unread, cut.dropped, cut.rules.horizontal, X_HEIGHT)
    dashes = (*as_words(cut.parts, alone, SURE), *as_words(cut.parts, likely, LIKELY))
    again = _read_anew(cut, noise, recogniser)
    print_again = (line for raw in again if len(raw) > 1 and (line := _line(raw)))
    lines = (*lines, *(line for line in print_again if beside_row(line.box, lines)))
    lines = (*lines, *entries(again, dashes, lines, tables))
    return Region(
        (*lines, *read_unread(cut.picture, cut.parts, cut.dropped, lines, tables, recogniser)),
        tables,
        (*_covers(cut.parts, cut.lines, tables), *(seal.box for seal in cut.seals)),
        tuple(union(word.box for word in raw) for raw in noise.values() if _was_print(raw)),
    )


def _read_anew(cut: Cut, noise: Mapping[int, Words], recogniser: Recogniser) -> list[Words]:
    """The lines (by their index) that were read as ``noise``, and those of them that are a few letters once more.

    The second reading stays where the recogniser is sure of it, or surer than of the first. What was taken for the mark of a list may be
    two digits with a speck beside them.
    """
    few, lines = without_dirt(cut.parts, cut.lines, list(noise), X_HEIGHT)
    strips = cut_strips(cut.picture, cut.parts, lines.only(np.array(few, np.intp)), X_HEIGHT, WHITE)
    read = recogniser([strip.picture for strip in strips]) if strips else ()
    anew = dict(zip(few, map(_placed, strips, read), strict=True))
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


def moved(line: Line, right: float, down: float) -> Line:
    """A line of a part of the page, in pixels of the page; the part begins at ``right``, ``down``."""
    return Line(tuple(replace(word, box=word.box.moved(right, down)) for word in line.words))


def _placed(strip: Strip, words: Sequence[RawWord]) -> Words:
    """What was read on a strip, with its boxes on the page."""
    if not words:
        return ()
    boxes = strip.boxes([(word.box.left, word.box.right) for word in words])
    placed = tuple(replace(word, box=box) for word, box in zip(words, boxes, strict=True))
    return with_list_mark(placed, strip)


def _line(raw: Words) -> Line | None:
    """What was read of a line, decoded; None when it is noise."""
    written = without_drawing(without_noise(with_dashes(with_labels(decode(raw)))))
    return Line(calibrated(raw, written)) if written else None


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
