"""Names of signers under seals and signatures: cut out whole, worked in several ways, read in one go, put to the vote.

A strip of the page, as high as the line and as wide as the name may be, goes to the recogniser bare of all layout: as it
is, without the strokes of the signature, and pressed so that only the darkest ink stays. Two models read all workings,
one process each.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np

from pipeline.clean.ink_strokes import without_strokes
from pipeline.clean.page import X_HEIGHT
from pipeline.language.names import chance
from pipeline.language.neighbours import is_known
from pipeline.language.syllables import is_syllable
from pipeline.layout.components import ink_level, ink_mask
from pipeline.model import Picture
from pipeline.ocr.decode import decode
from pipeline.ocr.name_vote import Token, core, is_name_part, vote
from pipeline.ocr.recogniser import Mode, Recogniser
from pipeline.ocr.region import moved, read_region
from schemas.geometry import Box
from schemas.text import Line, Word

_DPI = round(10 * X_HEIGHT)

_SURE, _CERTAIN = 0.9, 0.97
"""A covered name with a word below ``_SURE`` is put to the vote; a word above ``_CERTAIN`` is not doubted."""

_MOST_WORDS = 8
_MOST_NAMES = 3
"""Names on one page that are put to the vote: a page has one signer, at times two or three."""

_LOST = 7.0
"""How far to the left of a line a family name may have been lost, in x-heights."""

_UNDER = 5.0
"""How far a name may stand under the signature, in x-heights."""

_TITLE = 24.0
"""How far above a name its title may stand, in x-heights."""

_HALF = 10.0
"""Half the width in which a name may stand under its title, in x-heights."""

_ABOVE, _BELOW, _GAP = 0.45, 0.35, 24
_PAPER, _WHITE = 255, 250


def vote_names(
    picture: Picture, lines: Sequence[Line], covers: Sequence[Box], recogniser: Recogniser
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines of a page that were not put to the vote, and the names that were won by it.

    ``covers`` are boxes of large ink, in pixels of ``picture``.
    """
    doubtful = [line for line in lines if _is_doubtful_name(line) and _is_covered(line, covers)]
    doubtful += _lost(picture, lines, covers, recogniser)
    names = {}
    for line in doubtful[:_MOST_NAMES]:
        name = _voted(picture, line, _start(line, lines), recogniser)
        if name is not None:
            names[line] = name
    others = [
        line for line in lines if line not in names and not any(_holds(name, line) for name in names.values())
    ]
    return tuple(others), tuple(names.values())


def _lost(
    picture: Picture, lines: Sequence[Line], covers: Sequence[Box], recogniser: Recogniser
) -> list[Line]:
    """Names that were not seen at all: a title stands over large ink, and under it nothing that reads like a name."""
    found = []
    titles = [box for line in lines if (box := _title(line)) is not None]
    for title in titles:
        middle = title.centre[0]
        under = Box(
            middle - _HALF * X_HEIGHT,
            title.bottom,
            middle + _HALF * X_HEIGHT,
            title.bottom + _TITLE * X_HEIGHT,
        )
        if any(
            under.intersection(line.box).area > 0 and (line.box.centre[1] > title.bottom) and _reads(line)
            for line in lines
        ):
            continue
        inside = [cover.intersection(under) for cover in covers]
        if not any(box.width > 4 * X_HEIGHT and box.height > 2 * X_HEIGHT for box in inside):
            continue
        top, left = max(round(title.bottom), 0), max(round(under.left), 0)
        part = picture[top : round(under.bottom), left : round(under.right)]
        again = read_region(without_strokes(part, part.shape[0] * 2, part.shape[0] * 2, X_HEIGHT), recogniser)
        found += [
            moved(line, left, top) for line in again.lines if any(_is_good(word) for word in line.words)
        ]
    return found


def _reads(line: Line) -> bool:
    """Whether a line holds a word that is sure to be one."""
    return any(
        word.confidence > 0.9 and len(core(word.text)) > 1 and is_syllable(core(word.text))
        for word in line.words
    )


def _holds(name: Line, line: Line) -> bool:
    """Whether a line is a piece of what was read as a name."""
    return name.box.intersection(line.box).area > 0.6 * line.box.area


def _start(name: Line, lines: Sequence[Line]) -> float | None:
    """Where a name begins that stands under the middle of its title; None where no title stands above it."""
    good = [word for word in name.words if _is_good(word)]
    left, right, top = good[0].box.left, good[-1].box.right, good[0].box.top
    middles = []
    for line in lines:
        title = _title(line)
        if title is None or not 0 < top - title.bottom < _TITLE * X_HEIGHT:
            continue
        if title.left - 8 * X_HEIGHT < (left + right) / 2 < title.right + 8 * X_HEIGHT:
            middles.append((top - title.bottom, title.centre[0]))
    # Of lines that disagree the highest is right: the others have lost letters to the seal.
    agreed = [(sum(abs(m - other) < 0.6 * X_HEIGHT for _, other in middles), away, m) for away, m in middles]
    if not agreed or right - max(agreed)[2] < X_HEIGHT:
        return None
    return 2 * max(agreed)[2] - right


def _title(line: Line) -> Box | None:
    """The box of a title in capitals: CHỦ TỊCH, KT. GIÁM ĐỐC."""
    words = line.words
    if len(words) < 2 or not all(word.confidence > 0.8 and core(word.text).isupper() for word in words):
        return None
    known = sum(len(word.text) > 1 and is_known(core(word.text).lower()) for word in words)
    return line.box if known >= 2 else None


def _is_doubtful_name(line: Line) -> bool:
    """Whether a line reads like a name of which something is in doubt."""
    words = line.words
    good = [word for word in words if _is_good(word)]
    if not good or len(words) > _MOST_WORDS:
        return False
    if any(word.confidence > 0.8 and not _may_be_part(word) for word in words if len(word.text) > 1):
        return False
    return (
        min(word.confidence for word in words) < _SURE
        or not _is_family(words[0].text)
        or not all(is_name_part(word.text) for word in words)
    )


def _is_family(text: str) -> bool:
    """Whether a word is a family name rather than a given one: Mai and Văn are both, and may have lost a name before them."""
    return chance(text, family=True) > chance(text, family=False)


def _is_good(word: Word) -> bool:
    return word.confidence >= 0.6 and is_name_part(core(word.text))


def _may_be_part(word: Word) -> bool:
    text = core(word.text)
    return (
        text != "" and text.isalpha() and not text.isupper() and (text[0].isupper() or word.confidence < 0.98)
    )


def _is_covered(line: Line, covers: Sequence[Box]) -> bool:
    box = line.box
    around = Box(
        box.left - _LOST * X_HEIGHT, box.top - _UNDER * X_HEIGHT, box.right + X_HEIGHT, box.bottom + X_HEIGHT
    )
    return any(around.intersection(cover).area > 0 for cover in covers)


def _voted(picture: Picture, line: Line, start: float | None, recogniser: Recogniser) -> Line | None:
    area = _area(line, start, picture)
    workings = _workings(picture, area)
    sheet, tops = _sheet(workings)
    first = [Token(w.text, w.box.left - area.left, w.box.right - area.left, w.confidence) for w in line.words]
    readings = [first]
    for model in (None, _second_model()):
        if model is None and len(readings) > 1:
            continue
        readings += _read(sheet, tops, recogniser, model)
    name = vote(readings, X_HEIGHT, None if start is None else start - area.left)
    if len(name) < 2:
        return None
    return Line(tuple(_word(token, line, area) for token in name))


def _area(line: Line, start: float | None, picture: Picture) -> Box:
    """The rows and columns that may hold the name."""
    good = [word for word in line.words if _is_good(word)]
    top = min(word.box.top for word in good) - _ABOVE * X_HEIGHT
    bottom = max(word.box.bottom for word in good) + _BELOW * X_HEIGHT
    left = line.box.left - X_HEIGHT
    if not _is_family(core(good[0].text)):
        left = good[0].box.left - _LOST * X_HEIGHT
    if start is not None and start < good[0].box.left + X_HEIGHT:
        left = start - 0.8 * X_HEIGHT
    left = min(left, good[0].box.left - 0.8 * X_HEIGHT)
    height, width = picture.shape
    return Box(
        max(round(left), 0),
        max(round(top), 0),
        min(round(line.box.right + X_HEIGHT), width),
        min(round(bottom), height),
    )


def _workings(picture: Picture, area: Box) -> list[Picture]:
    top, bottom, left, right = round(area.top), round(area.bottom), round(area.left), round(area.right)
    start, end = max(top - round(3 * X_HEIGHT), 0), bottom + round(1.5 * X_HEIGHT)
    around = picture[start:end, left:right]
    bare = without_strokes(around, top - start, bottom - start, X_HEIGHT)[top - start : bottom - start]
    plain = picture[top:bottom, left:right]
    dark = ink_level(bare, ink_mask(bare))
    soft = np.asarray(cv2.GaussianBlur(bare, (0, 0), 1.0), np.uint8)
    return [
        plain,
        pressed(plain, dark, 0.35),
        bare,
        pressed(bare, dark, 0.65),
        pressed(bare, dark, 0.4),
        soft,
    ]


def pressed(picture: Picture, core: float, strength: float) -> Picture:
    """Stretch the levels between the core of the ink and a point ``strength`` of the way to paper."""
    levels = (np.arange(256) - core) * 255 / max(strength * (_WHITE - core), 1)
    return np.asarray(cv2.LUT(picture, np.clip(levels, 0, 255).astype(np.uint8)), np.uint8)


def _sheet(workings: Sequence[Picture]) -> tuple[Picture, list[int]]:
    """The workings one under the other, and the row at which each begins."""
    margin = round(2 * X_HEIGHT)
    rows, columns = workings[0].shape
    step = rows + _GAP
    sheet = np.full((2 * margin + step * len(workings), columns + 2 * margin), _PAPER, np.uint8)
    tops = [margin + step * index for index in range(len(workings))]
    for top, working in zip(tops, workings, strict=True):
        sheet[top : top + rows, margin : margin + columns] = working
    return sheet, tops


def _read(
    sheet: Picture, tops: Sequence[int], recogniser: Recogniser, model: str | None
) -> list[list[Token]]:
    words = recogniser(sheet, _DPI, Mode.BLOCK, model) if model else recogniser(sheet, _DPI, Mode.BLOCK)
    step, margin = (tops[1] - tops[0]), tops[0]
    readings = []
    for top in tops:
        raw = sorted(
            (w for w in words if top - _GAP / 2 <= w.box.centre[1] < top + step - _GAP / 2),
            key=lambda word: word.box.left,
        )
        readings.append(
            [Token(w.text, w.box.left - margin, w.box.right - margin, w.confidence) for w in decode(raw)]
        )
    return readings


@lru_cache(maxsize=1)
def _second_model() -> str | None:
    return "Vietnamese"


def _word(token: Token, line: Line, area: Box) -> Word:
    left, right = token.left + area.left, token.right + area.left
    before = [w for w in line.words if left < w.box.centre[0] < right]
    box = Box(left, line.box.top, right, line.box.bottom)
    if len(before) == 1 and before[0].text == token.text:
        return Word(token.text, before[0].box, max(before[0].confidence, token.confidence), before[0].read)
    read = " ".join(w.text for w in before)
    return Word(token.text, box, token.confidence, read or None)
