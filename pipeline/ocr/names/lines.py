"""Lines that may be the name of a signer and are in doubt: which they are, and where such a name begins.

A signer's name stands under the middle of its title (Decree 30/2020/NĐ-CP, annex I), so the title tells how far to the
left a name reaches of which the seal has covered the beginning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from pipeline.language.names import chance
from pipeline.language.neighbours import is_known
from pipeline.model import X_HEIGHT
from pipeline.ocr.names.likeness import core, is_name_part
from schemas.gazetteer import is_place
from schemas.geometry import Box, union
from schemas.lexicon import offices
from schemas.text import Line, Word

_SURE = 0.9
"""A covered name with a word of less confidence is read again."""

_MOST_WORDS, _LONGEST_NAME = 12, 6

LOST = 7.0
"""How far to the left of a line a family name may have been lost, in x-heights."""

_UNDER = 5.0
"""How far a name may stand under the signature, in x-heights."""

_TITLE, _HALF = 24.0, 10.0
"""How far under its title a name may stand, and how far to either side of its middle it reaches, in x-heights."""

_TALLEST = 5.0
"""A line higher than this is no name, though pieces of a seal hang on it, in x-heights."""

_LONGEST = 30.0
"""The width of a line that is no name, in x-heights; a letter of a name takes about one."""

_PIECES = 4.0
"""Widest gap between the pieces of a name that a stroke has torn apart, in x-heights."""

_NUMBER = 0.4
"""Confidence of a number that is no piece of a name."""

_RUN_TOGETHER = 6
"""Letters of a word in capitals that may be two of a title run together: CHỦTỊCH."""

_BEGIN = frozenset("TM KT TL TUQ TRƯỞNG GIÁM CHÁNH THỦ NGƯỜI CÔNG PHÓ".split())
"""Words that a title begins with, so that it has lost nothing on its left."""


def doubtful_names(lines: Sequence[Line], covers: Sequence[Box]) -> list[Line]:
    """Lines under ``covers`` (boxes of large ink) that read like names and are in doubt, torn ones put together."""
    found: list[Line] = []
    for line in lines:
        if not may_be_name(line) or any(_holds(name, line) for name in found):
            continue
        whole = _put_together(line, lines)
        start = start_of(whole, lines)
        likely = _is_plain(whole) if start is None else _is_brief(whole)
        if likely and _is_doubtful(whole, start) and _is_covered(whole, covers):
            found.append(whole)
    return found


def start_of(name: Line, lines: Sequence[Line]) -> float | None:
    """Where a name begins that stands under the middle of its title; None where no title above it tells."""
    good = good_words(name)
    last = [word for word in name.words if word is good[-1] or is_name_part(core(word.text))][-1]
    left, right, top = good[0].box.left, last.box.right, good[0].box.top
    middles = []
    for box in map(_centred, lines):
        if box is None or not 0 < top - box.bottom < _TITLE * X_HEIGHT:
            continue
        if box.left - 8 * X_HEIGHT < (left + right) / 2 < box.right + 8 * X_HEIGHT:
            middles.append((top - box.bottom, box.centre[0]))
    # Of lines that disagree the highest is right: the others have lost letters to the seal.
    agreed = [(sum(abs(m - other) < 0.6 * X_HEIGHT for _, other in middles), away, m) for away, m in middles]
    if not agreed:
        return None
    start = 2 * max(agreed)[2] - right
    return start if start < left + 0.8 * X_HEIGHT else None


def untold_places(
    over: Sequence[Line], lines: Sequence[Line], covers: Sequence[Box], aside: float = 0.0
) -> Iterator[Box]:
    """Places under titles, among the lines ``over``, where large ink stands and nothing reads like a name: one may lie under the ink.

    It may reach so many x-heights further ``aside`` than a printed one.
    """
    titles = [box for line in over if (box := _title(line)) is not None]
    damaged = [box for line in over if (box := _damaged_title(line)) is not None and box not in titles]
    for title in (*titles, *damaged):
        middle, half = title.centre[0], (_HALF + aside) * X_HEIGHT
        under = Box(middle - half, title.bottom, middle + half, title.bottom + _TITLE * X_HEIGHT)
        inside = [cover.intersection(under) for cover in covers]
        if not any(box.width > 4 * X_HEIGHT and box.height > 2 * X_HEIGHT for box in inside):
            continue
        below = [line for line in lines if line.box.centre[1] > title.bottom]
        if not any(under.intersection(line.box).area > 0 and _settles(line) for line in below):
            yield under


def _settles(line: Line) -> bool:
    """Whether a line under a title is a name, or another title that has a place of its own."""
    return _title(line) is not None or (may_be_name(line) and sum(map(is_good, line.words)) > 0)


def names_office(line: Line) -> bool:
    """Whether half of the words of a line, two at least, are words of which titles of officers are made."""
    words = [letters for word in line.words if len(letters := core(word.text).upper()) > 1]
    known = sum(word in _office_words() for word in words)
    return known > 1 and 2 * known >= len(words)


@cache
def _office_words() -> frozenset[str]:
    return frozenset(word for title in offices() for word in title.split())


def good_words(name: Line) -> list[Word]:
    """The words of a name that were read well; all of them when none was."""
    return [word for word in name.words if is_good(word)] or list(name.words)


def stands_under(box: Box, place: Box, lines: Sequence[Line], aside: float = 0.0) -> bool:
    """Whether a line of ink in a place under a title may be a name: in its middle, as high as print, and not read yet.

    One may stand so many x-heights further ``aside``.
    """
    off = abs(box.centre[0] - place.centre[0])
    like_print = 1.2 * X_HEIGHT < box.height < _TALLEST * X_HEIGHT and box.width > 3 * X_HEIGHT
    read = any(
        box.intersection(line.box).area > 0.4 * box.area
        for line in lines
        if sum(word.confidence > 0.6 for word in line.words) > 1
    )
    return off < (3 + aside) * X_HEIGHT and like_print and not read


def is_good(word: Word) -> bool:
    """Whether a word was read as a part of a name, and more likely rightly than not."""
    return word.confidence >= 0.6 and is_name_part(core(word.text))


def is_whole(name: Line) -> bool:
    """Whether nothing in a name of two words and more is in doubt."""
    return len(name.words) > 1 and all(map(is_good, name.words))


def is_family(text: str) -> bool:
    """Whether a word is rather a family name than a given one: Mai and Văn are both, and may have lost one before them."""
    return chance(text, family=True) > chance(text, family=False)


def may_be_name(line: Line) -> bool:
    """Whether a line holds a part of a name and nothing that is surely none."""
    words = line.words
    if len(words) > _MOST_WORDS or not any(map(is_good, words)):
        return False
    first = next(i for i, word in enumerate(words) if is_good(word))
    return all(
        word.confidence <= 0.8 or len(word.text) == 1 or _may_be_part(word, cut=i < first)
        for i, word in enumerate(words)
    )


def _may_be_part(word: Word, *, cut: bool) -> bool:
    """Whether a sure word may stand in a name; with ``cut`` it may have lost its capital (ương)."""
    text = core(word.text)
    return text.isalpha() and not text.isupper() and (text[0].isupper() or cut or word.confidence < 0.98)


def _is_brief(line: Line) -> bool:
    """Whether a line holds no more good words than a name, none that a sign follows as in a sentence, and no label."""
    good = [word for word in line.words if is_good(word)]
    if len(good) > _LONGEST_NAME or line.box.width > _LONGEST * X_HEIGHT or any(map(_is_label, line.words)):
        return False
    return not any(word.text.endswith((",", ":", ";", "/")) for word in good)


def _is_label(word: Word) -> bool:
    """Whether a word ends the label of an entry, as on a card: Sex:."""
    text = core(word.text)
    return word.text.endswith(":") and len(text) > 2 and text.isalpha() and not is_name_part(text)


def _is_plain(line: Line) -> bool:
    """Whether a line that no title stands over is a name all the same: nothing in it was read as another word.

    One good word, or a place (*Cần Thơ*), is rather where an address ends.
    """
    if len(good_words(line)) == len(line.words) and (len(line.words) == 1 or is_place(line.text)):
        return False
    others = [core(word.text) for word in line.words if word.confidence > 0.2 and not is_good(word)]
    return _is_brief(line) and not any(
        len(text) > 2 and text.isalpha() and text[1:].islower() for text in others[1:]
    )


def _is_doubtful(name: Line, start: float | None) -> bool:
    words = name.words
    if min(word.confidence for word in words) < _SURE or not all(is_name_part(word.text) for word in words):
        return True
    if start is not None:
        return start < words[0].box.left - 1.5 * X_HEIGHT or chance(words[0].text, family=True) < 1e-5
    return not is_family(words[0].text)


def _is_covered(line: Line, covers: Sequence[Box]) -> bool:
    box = line.box
    around = Box(
        box.left - LOST * X_HEIGHT, box.top - _UNDER * X_HEIGHT, box.right + X_HEIGHT, box.bottom + X_HEIGHT
    )
    return any(around.intersection(cover).area > 0 for cover in covers)


def _put_together(line: Line, lines: Sequence[Line]) -> Line:
    """A line with the pieces of the same row that stand near it."""
    words = list(line.words)
    grown = True
    while grown:
        grown = False
        box = Line(tuple(words)).box
        for other in lines:
            place = other.box
            height = min(box.bottom, place.bottom) - max(box.top, place.top)
            gap = max(place.left - box.right, box.left - place.right)
            beside = height > 0.5 * min(box.height, place.height) and gap < _PIECES * X_HEIGHT
            if beside and other.words[0] not in words and (may_be_name(other) or _is_scrap(other)):
                words.extend(other.words)
                grown = True
                break
    return Line(tuple(sorted(words, key=lambda word: word.box.left)))


def _is_scrap(line: Line) -> bool:
    """Whether nothing in a line was read with confidence; the number before a name in a table is none of its pieces."""
    return len(line.words) <= 3 and all(
        word.confidence < (_NUMBER if word.text.isdigit() else 0.8) for word in line.words
    )


def _holds(name: Line, line: Line) -> bool:
    return any(word in name.words for word in line.words)


def _centred(line: Line) -> Box | None:
    """The box of a line that stands over the middle of a name: its title, or the note in brackets under it."""
    text = line.text
    return line.box if text.startswith("(") and text.endswith(")") else _title(line)


def _title(line: Line) -> Box | None:
    """The box of a title in capitals: CHỦ TỊCH, KT. GIÁM ĐỐC."""
    words = [word for word in line.words if core(word.text) or word.confidence > 0.5]
    sure = [word for word in words if word.confidence > 0.8 and core(word.text).isupper()]
    if len(words) < 2:
        return None
    begins = words[0].text[:1].isalpha() and core(words[0].text) in _BEGIN
    if len(sure) < len(words) - begins:
        return None
    known = sum(map(_is_known_capital, sure))
    return union(word.box for word in words) if known >= 2 else None


def _damaged_title(line: Line) -> Box | None:
    """The box of a title that ink has damaged, so that its middle tells little: in capitals, and a word of it is sure."""
    letters = [word for word in line.words if len(core(word.text)) > 1]
    if not letters or not all(core(word.text).isupper() for word in letters):
        return None
    known = any(
        word.confidence > 0.8 and (_is_known_capital(word) or len(core(word.text)) >= _RUN_TOGETHER)
        for word in letters
    )
    return union(word.box for word in letters) if known else None


def _is_known_capital(word: Word) -> bool:
    text = core(word.text)
    return len(text) > 1 and text.isupper() and is_known(text.lower())
