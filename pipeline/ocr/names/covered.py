"""Names of signers under seals and signatures: cut out whole, worked in several ways, read in one go, put to the vote.

A strip of the page, as high as the line and as wide as the name may be, goes to the recogniser bare of all layout: as it
is, without the strokes of the signature, and pressed so that only the darkest ink stays. Two models read all workings,
one process each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from pipeline.layout.components import find_components
from pipeline.layout.lines import find_lines
from pipeline.layout.masks import ink_level, ink_mask
from pipeline.layout.strips import Strip
from pipeline.model import X_HEIGHT, Picture
from pipeline.ocr.covering import COVERED
from pipeline.ocr.decode import decode
from pipeline.ocr.lstm.model import second_model
from pipeline.ocr.names.area import area_of
from pipeline.ocr.names.candidates import Token, parted
from pipeline.ocr.names.likeness import core, is_name_part
from pipeline.ocr.names.lines import (
    doubtful_names,
    is_good,
    is_whole,
    may_be_name,
    names_office,
    stands_under,
    start_of,
    untold_places,
)
from pipeline.ocr.names.pen import without_strokes
from pipeline.ocr.names.vote import vote
from pipeline.ocr.names.workings import pressed, workings_of
from pipeline.ocr.recogniser import Recogniser
from schemas.geometry import Box, union
from schemas.text import Line, Word

_MOST_NAMES = 3
"""Names on one page that are put to the vote: a page has one signer, at times two."""

_SETTLED = 0.9
"""A vote of one model in which every word reaches this confidence needs no second one."""

_CAPITAL, _TAIL = 2.1, 0.5
"""How far a capital with its mark rises above the baseline, and letters reach below it, in x-heights."""

_SHORT, _HALF = 4.5, 8.0
"""How far to the right of its middle a name reaches at the least, and as a rule, in x-heights."""

_TORN = 3.0
"""Widest gap that a stroke tears into a name, in x-heights."""

_STAMPED = 4.0
"""How much further aside of its title's middle a name may be stamped, in x-heights."""

_UNREAD = "?"
"""Stands for a word that is there and was not read; never leaves this module."""


def vote_names(
    picture: Picture,
    colours: Iterable[Picture],
    lines: Sequence[Line],
    covers: Sequence[Box],
    recogniser: Recogniser,
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines of a page that were not put to the vote, and the names that were won by it.

    ``colours`` are pictures of its coloured ink, in which names are stamped too; they are taken only when no name was won whole without.
    ``covers`` are boxes of large ink, in pixels of all.
    """
    doubtful = doubtful_names(lines, covers)
    names = list(_won(picture, doubtful, lines, recogniser))
    if not names:
        found = _found_anew(picture, untold_places(lines, lines, covers), lines)
        names = list(islice(_won(picture, found, lines, recogniser), 1))
    if not any(is_whole(one.name) for one in names):
        told = [line for line in lines if is_whole(line) or not may_be_name(line)]
        names = max(names, _stamped(colours, told, covers, recogniser), key=_letters_read)
    others = [line for line in lines if not any(_replaces(one, line) for one in names)]
    return tuple(others), tuple(map(_doubted, names))


@dataclass(frozen=True, slots=True)
class _Name:
    """A name that a vote gave, and the line in doubt that it was; ``worn``: the letters of a stamp, of which none is ever sure."""

    name: Line
    line: Line
    worn: bool


def _doubted(won: _Name) -> Line:
    words = won.name.words
    if won.worn:
        words = tuple(replace(word, confidence=min(word.confidence, COVERED)) for word in words)
    return Line(words)


def _won(
    picture: Picture,
    doubtful: Sequence[Line],
    lines: Sequence[Line],
    recogniser: Recogniser,
    *,
    stamped: bool = False,
) -> Iterator[_Name]:
    """The lines in doubt that a vote settles, each with the name that it gives; a ``stamped`` name may begin anywhere."""
    for line in doubtful[:_MOST_NAMES]:
        name = _voted(picture, line, None if stamped else start_of(line, lines), recogniser, stamped)
        if name is not None:
            yield name


def _stamped(
    colours: Iterable[Picture], lines: Sequence[Line], covers: Sequence[Box], recogniser: Recogniser
) -> list[_Name]:
    """The name that is read best in pictures of a page's coloured ink, where one has its place under an officer's title; one at most."""
    places = list(untold_places([*filter(names_office, lines)], lines, covers, _STAMPED))
    if not places:
        return []
    won: list[_Name] = []
    for seen in colours:
        found = _found_anew(seen, places, lines, _STAMPED)
        won += islice(_won(seen, found, lines, recogniser, stamped=True), 1)
    return [max(won, key=lambda one: _letters_read([one]))] if won else []


def _letters_read(names: Sequence[_Name]) -> float:
    """How many letters names have that were won, each by how sure it is; words that are in no name count nothing."""
    words = [word for one in names for word in one.name.words if is_name_part(core(word.text))]
    return sum(len(word.text) * word.confidence for word in words)


def _replaces(won: _Name, line: Line) -> bool:
    """Whether a line is a piece of what was put to the vote."""
    return any(word in won.line.words for word in line.words) or (
        won.name.box.intersection(line.box).area > 0.5 * line.box.area
    )


def _found_anew(
    picture: Picture, places: Iterable[Box], lines: Sequence[Line], aside: float = 0.0
) -> list[Line]:
    """Names that strokes had swallowed: the places under titles are segmented anew without them.

    A name is a line with one word of which nothing is known, the lowest first: it stands under seal and signature; so many x-heights
    further ``aside`` than a printed one.
    """
    found: list[Line] = []
    for place in places:
        names = [
            _unread(line, place, aside)
            for line in _lines_in(picture, place)
            if stands_under(line, place, lines, aside)
        ]
        found += [name for name in names if not any(_lies_on(name.box, other.box) for other in found)]
    return sorted(found, key=lambda name: -name.box.bottom)


def _lines_in(picture: Picture, place: Box) -> list[Box]:
    """The lines in a part of the page without its strokes, torn ones put together, from the baseline's capitals to its tails."""
    top, left = max(round(place.top), 0), max(round(place.left), 0)
    part = picture[top : round(place.bottom), left : round(place.right)]
    everywhere = 2 * part.shape[0]
    bare = without_strokes(part, everywhere, everywhere, X_HEIGHT)[0]
    mask = ink_mask(pressed(bare, ink_level(bare, ink_mask(bare)), 0.65))
    parts = find_components(mask)
    found = find_lines(parts, X_HEIGHT, np.zeros_like(mask), np.zeros(len(parts.left), np.bool_))
    boxes: list[Box] = []
    for line in sorted(found.lines, key=lambda line: line.left):
        base = line.baseline_at((line.left + line.right) / 2)
        above, below = max(line.top, base - _CAPITAL * X_HEIGHT), min(line.bottom, base + _TAIL * X_HEIGHT)
        box = Box(line.left + left, above + top, line.right + left, below + top)
        torn = next((other for other in boxes if _goes_on(other, box)), None)
        if torn is not None:
            boxes.remove(torn)
            box = union((torn, box))
        boxes.append(box)
    return boxes


def _goes_on(piece: Box, box: Box) -> bool:
    """Whether a piece of a line goes on in another one."""
    height = min(piece.bottom, box.bottom) - max(piece.top, box.top)
    return height > 0.6 * min(piece.height, box.height) and 0 <= box.left - piece.right < _TORN * X_HEIGHT


def _unread(line: Box, place: Box, aside: float) -> Line:
    """A line of which nothing is known, as far to the right as a name reaches; the end of what is stamped ``aside`` is often too pale to be seen."""
    torn = line.right < place.centre[0] + _SHORT * X_HEIGHT
    right = place.centre[0] + _HALF * X_HEIGHT if torn else line.right + aside / 2 * X_HEIGHT
    return Line((Word(_UNREAD, replace(line, right=right), 0.0),))


def _lies_on(box: Box, other: Box) -> bool:
    return box.intersection(other).area > 0.5 * min(box.area, other.area)


def _voted(
    picture: Picture, line: Line, start: float | None, recogniser: Recogniser, stamped: bool
) -> _Name | None:
    area = area_of(line, start, picture, stamped=stamped)
    workings, ground, worn = workings_of(picture, area, stamped)
    # All places of the vote are pixels of the ground, which reaches farther to the left than what is read.
    ahead = ground.picture.shape[1] - round(area.width)
    origin = round(area.left) - ahead
    first = [
        part
        for w in line.words
        if w.text != _UNREAD
        for part in parted(Token(w.text, w.box.left - origin, w.box.right - origin, w.confidence))
    ]
    start = None if start is None else start - origin
    readings = [first, *_read(workings, ahead, recogniser)]
    name = vote(readings, X_HEIGHT, start, ground)
    if (len(name) < 2 or min(word.confidence for word in name) < _SETTLED) and (model := second_model()):
        again = vote([*readings, *_read(workings, ahead, recogniser, model)], X_HEIGHT, start, ground)
        name = max(name, again, key=len) if len(name) != len(again) else again
    if len(name) < max(2, sum(map(is_good, line.words))):
        return None
    return _Name(Line(tuple(_word(token, line, origin) for token in name)), line, worn)


def _read(
    workings: Sequence[Picture], ahead: int, recogniser: Recogniser, model: str | None = None
) -> list[list[Token]]:
    readings = []
    for working, raw in zip(workings, recogniser(workings, model), strict=True):
        spans = [(word.box.left, word.box.right) for word in raw]
        boxes = Strip(working, ink_mask(working), ahead, 0, None).boxes(spans) if raw else []
        placed = [replace(word, box=box) for word, box in zip(raw, boxes, strict=True)]
        tokens = (Token(word.text, word.box.left, word.box.right, word.confidence) for word in decode(placed))
        readings.append([part for token in tokens for part in parted(token)])
    return readings


def _word(token: Token, line: Line, origin: int) -> Word:
    left, right = token.left + origin, token.right + origin
    before = [w for w in line.words if w.text != _UNREAD and left < w.box.centre[0] < right]
    box = Box(left, line.box.top, right, line.box.bottom)
    if len(before) == 1 and before[0].text == token.text:
        return Word(token.text, before[0].box, max(before[0].confidence, token.confidence), before[0].read)
    read = " ".join(w.text for w in before)
    return Word(token.text, box, token.confidence, read or None)
