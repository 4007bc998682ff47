"""Names of signers under seals and signatures: cut out whole, worked in several ways, read in one go, put to the vote.

A strip of the page, as high as the line and as wide as the name may be, goes to the recogniser bare of all layout: as it
is, without the strokes of the signature, and pressed so that only the darkest ink stays. Two models read all workings,
one process each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import cv2
import numpy as np

from pipeline.layout.components import find_components
from pipeline.layout.lines import find_lines
from pipeline.layout.masks import ink_level, ink_mask
from pipeline.layout.strips import Strip
from pipeline.model import X_HEIGHT, Picture
from pipeline.ocr.covering import COVERED
from pipeline.ocr.decode import decode
from pipeline.ocr.lstm.model import second_model
from pipeline.ocr.names.candidates import Token, parted
from pipeline.ocr.names.lean import lean_of, set_upright
from pipeline.ocr.names.likeness import core, is_name_part
from pipeline.ocr.names.lines import (
    LOST,
    doubtful_names,
    good_words,
    is_family,
    is_good,
    is_whole,
    may_be_name,
    names_office,
    stands_under,
    start_of,
    untold_places,
)
from pipeline.ocr.names.overlay import Ground
from pipeline.ocr.names.pen import without_strokes
from pipeline.ocr.names.vote import vote
from pipeline.ocr.recogniser import Recogniser
from schemas.geometry import Box, union
from schemas.text import Line, Word

_MOST_NAMES = 3
"""Names on one page that are put to the vote: a page has one signer, at times two."""

_SETTLED = 0.9
"""A vote of one model in which every word reaches this confidence needs no second one."""

_ABOVE, _BELOW = 0.45, 0.35
_CAPITAL, _TAIL = 2.1, 0.5
"""How far a capital with its mark rises above the baseline, and letters reach below it, in x-heights."""

_SHORT, _HALF = 4.5, 8.0
"""How far to the right of its middle a name reaches at the least, and as a rule, in x-heights."""

_TORN = 3.0
"""Widest gap that a stroke tears into a name, in x-heights."""

_STAMPED = 4.0
"""How much further aside of its title's middle a name may be stamped, in x-heights."""

_PALE = 10.0
"""Grey levels below paper that are ink of a name's ends."""

_FARTHEST, _SPACE = 10.0, 1.4
"""How far a name may go on in pale ink, and how wide the spaces between its words are at most, in x-heights."""

_UNREAD = "?"
"""Stands for a word that is there and was not read; never leaves this module."""

_PAPER, _FAINT, _WHITE = 255, 190, 250


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
    area = _area(line, start, picture, stamped=stamped)
    workings, ground, worn = _workings(picture, area, stamped)
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


def _area(line: Line, start: float | None, picture: Picture, *, stamped: bool) -> Box:
    """The rows and columns that may hold the name."""
    good = good_words(line)
    top = min(word.box.top for word in good) - _ABOVE * X_HEIGHT
    bottom = max(word.box.bottom for word in good) + _BELOW * X_HEIGHT
    left = line.box.left - X_HEIGHT
    if not is_family(core(good[0].text)):
        left = good[0].box.left - LOST * X_HEIGHT
    if start is not None and start < good[0].box.left + X_HEIGHT:
        left = start - 0.8 * X_HEIGHT
    left = min(left, _beginning(line, good[0]) - 0.8 * X_HEIGHT)
    height, width = picture.shape
    rows = slice(max(round(top), 0), min(round(bottom), height))
    ends = _ends(picture[rows], line.box.left, line.box.right)
    left = min(left, ends[0] - X_HEIGHT) if stamped else left
    return Box(
        max(round(left), 0), rows.start, min(round(max(line.box.right, ends[1]) + X_HEIGHT), width), rows.stop
    )


def _ends(strip: Picture, left: float, right: float) -> tuple[float, float]:
    """How far ink goes on from a line to both sides, pale as it may be: a stamp fades towards its ends."""
    soft = cv2.GaussianBlur(strip, (0, 0), 2.0)
    paper = float(np.percentile(soft, 80))
    inked = (soft < paper - _PALE).sum(axis=0) >= 3
    far, gap = round(_FARTHEST * X_HEIGHT), round(_SPACE * X_HEIGHT)
    start, end = max(round(left), 0), min(round(right), len(inked))
    after = np.flatnonzero(inked[end : end + far])
    before = np.flatnonzero(inked[max(start - far, 0) : start][::-1])
    return start - _unbroken(before, gap), end + _unbroken(after, gap)


def _unbroken(places: np.ndarray[tuple[int], np.dtype[np.intp]], gap: int) -> int:
    """How far places go on without a gap wider than this; 0 where the first lies farther."""
    steps = np.diff(places, prepend=-1)
    broken = np.flatnonzero(steps > gap)
    kept = places[: broken[0]] if len(broken) else places
    return int(kept[-1]) + 1 if len(kept) else 0


def _beginning(line: Line, good: Word) -> float:
    """Where the letters begin that stand close before a good word."""
    left = good.box.left
    for word in reversed(line.words[: line.words.index(good)]):
        if left - word.box.right < 0.6 * X_HEIGHT and any(c.isalnum() for c in word.text):
            left = word.box.left
    return left


def _workings(picture: Picture, area: Box, stamped: bool) -> tuple[list[Picture], Ground, bool]:
    """The strip worked in several ways, as it is with its strokes marked, and whether its letters are those of a stamp."""
    top, bottom, left, right = round(area.top), round(area.bottom), round(area.left), round(area.right)
    start, end = max(top - round(3 * X_HEIGHT), 0), bottom + round(1.5 * X_HEIGHT)
    ahead = min(round(LOST * X_HEIGHT), left)
    around = picture[start:end, left - ahead : right]
    rows = slice(top - start, bottom - start)
    pictures = (around, *without_strokes(around, rows.start, rows.stop, X_HEIGHT, (_PAPER, _FAINT)))
    lean = lean_of(pictures[1][rows])
    wide, bare, faded = (
        set_upright(picture, lean, (rows.start + rows.stop) / 2)[rows] for picture in pictures
    )
    ground = Ground(wide, bare != wide)
    plain, bare, faded = wide[:, ahead:], bare[:, ahead:], faded[:, ahead:]
    dark = ink_level(bare, ink_mask(bare))
    soft = _softened(bare, 1.0)
    worn = bool(lean) or stamped  # what leans is a stamp, as a rule
    if worn:  # its ink is grainy, and pressing makes the grain stand out
        grown = np.asarray(cv2.erode(bare, np.ones((3, 3), np.uint8)), np.uint8)
        ways: tuple[tuple[Picture, float], ...] = (
            (plain, 0.55),
            (soft, 1.0),
            (_softened(bare, 1.5), 1.0),
            (_softened(grown, 1.0), 1.0),
            (_softened(plain, 1.0), 1.0),
            (faded, 0.5),
            (_evened(soft, dark), 1.0),
        )
    else:
        ways = ((plain, 0.55), (soft, 1.0), (bare, 0.65), (bare, 0.5), (bare, 0.4), (faded, 0.5))
    return [pressed(picture, dark, strength) for picture, strength in ways], ground, worn


def _evened(picture: Picture, core: float) -> Picture:
    """Ink that is pale in places made as dark as the rest: each column by the darkest of its neighbours."""
    width = round(3 * X_HEIGHT)
    darkest = cv2.erode(picture.min(axis=0, keepdims=True), np.ones((1, width), np.uint8))
    darkest = cv2.blur(darkest.astype(np.float32), (width, 1))
    room = np.maximum(_WHITE - darkest, 0.3 * (_WHITE - core))
    return np.clip(_WHITE - (_WHITE - picture.astype(np.float32)) * (_WHITE - core) / room, 0, 255).astype(
        np.uint8
    )


def _softened(picture: Picture, sigma: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)


def pressed(picture: Picture, core: float, strength: float) -> Picture:
    """Stretch the levels between the core of the ink and a point ``strength`` of the way to paper."""
    levels = (np.arange(256) - core) * 255 / max(strength * (_WHITE - core), 1)
    return np.asarray(cv2.LUT(picture, np.clip(levels, 0, 255).astype(np.uint8)), np.uint8)


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
