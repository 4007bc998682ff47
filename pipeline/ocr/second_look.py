"""A second look where it pays: lines that a seal or a signature covers are read again with the light ink pressed out.

Print is darker than the ink of seals even on grey scans. Stretched so that only what is nearly as dark as print stays,
the part of the page under the seal is segmented and read anew; of the readings of a line the one with the higher
calibrated confidence stays. A pen is as dark as print: what stays noise is read once more without its strokes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.language.syllables import is_syllable
from pipeline.layout.masks import ink_level, ink_mask
from pipeline.model import X_HEIGHT, Picture
from pipeline.ocr.names import pressed, vote_names
from pipeline.ocr.names.pen import without_strokes
from pipeline.ocr.recogniser import Recogniser
from pipeline.ocr.region import Region, moved, read_region
from schemas.geometry import Box, union
from schemas.text import Line, Word

_PIECE = 3
"""Letters from which on what is a syllable is no stroke of a pen."""

_STRENGTH = 0.5
"""How far towards paper, from the core of the ink, a pixel may lie and still count as ink."""

_TITLE, _SURE = 5, 0.8
"""Letters, and least confidence of a word, with which a line that was noise comes out from under ink."""

_CLEAR = 0.9
"""Least confidence of an abbreviation that comes out so (*VỤ TRƯỞNG VỤ QUẢN LÝ THUẾ / DNL*)."""

_DOUBT = 0.6
"""A covered line with a word below this confidence is read again."""


_CERTAIN = 0.95
"""Confidence of a word beside a name that seal or pen had covered, which is none of their strokes."""


def look_again(
    picture: Picture,
    colours: Iterable[Picture],
    first: Region,
    covers: Sequence[Box],
    recogniser: Recogniser,
) -> tuple[Line, ...]:
    """The lines of ``first``, better ones in place of doubtful ones under ``covers`` (boxes in pixels of ``picture``).

    ``colours`` are the same picture with the ink of one colour each.
    """
    if not covers:
        return first.lines
    spared, names = vote_names(picture, colours, first.lines, covers, recogniser)
    put_to_vote = (line for line in first.lines if not any(line is other for other in spared))
    lines = [
        *spared,
        *(rest for line in put_to_vote if (rest := _left_of(line, names, _CERTAIN)) is not None),
    ]
    doubtful = [line for line in lines if _is_doubtful(line) and _is_covered(line.box, covers)]
    lost = [box for box in first.lost if _is_covered(box, covers)]
    if not doubtful and not lost:
        return (*lines, *names)
    crop, left, top = _part(picture, [*(line.box for line in doubtful), *lost])
    core = ink_level(picture, ink_mask(picture))
    again = read_region(pressed(crop, core, _STRENGTH), recogniser)
    sure = [*names, *(line for line in lines if line not in doubtful)]
    fresh = [moved(line, left, top) for line in again.lines]
    fresh = [line for line in fresh if not any(_overlap(line.box, other.box) for other in sure)]
    better = _in_place(lines, doubtful, fresh)
    others = (line for line in fresh if line not in better)
    come_out = [out for line in others if (out := line if _is_sure(line) else _as_abbreviation(line))]
    come_out = [line for line in come_out if any(_overlap(line.box, box) for box in lost)]
    told = [*better, *come_out, *names]
    return (*told, *_under_pen(picture, lost, told, recogniser))


def _under_pen(
    picture: Picture, lost: Sequence[Box], told: Sequence[Line], recogniser: Recogniser
) -> list[Line]:
    """Print among the ``lost`` boxes that a pen crossed: what of it is read once the strokes are out, and lies on nothing ``told``."""
    found: list[Line] = []
    for box in lost:
        if any(_overlap(line.box, box) for line in (*told, *found)):
            continue
        crop, left, top = _part(picture, [box])
        everywhere = 2 * crop.shape[0]
        bare = without_strokes(crop, everywhere, everywhere, X_HEIGHT)[0]
        fresh = [moved(line, left, top) for line in read_region(bare, recogniser).lines]
        found += [
            line
            for line in fresh
            if _overlap(line.box, box)
            and _is_mostly_sure(line)
            and not any(_overlap(line.box, other.box) for other in told)
        ]
    return found


def _is_mostly_sure(line: Line) -> bool:
    """Whether most letters of a line are those of sure words."""
    letters = [(sum(map(str.isalpha, word.text)), word.confidence >= _SURE) for word in line.words]
    sure = sum(count for count, is_sure in letters if is_sure)
    return sure >= _TITLE and 2 * sure > sum(count for count, _ in letters)


def _in_place(lines: Sequence[Line], doubtful: Sequence[Line], fresh: Sequence[Line]) -> list[Line]:
    """All lines, better ones in place of doubtful ones; one that stands for two pieces of a line comes once."""
    won: list[Line] = []
    for line in doubtful:
        won += [better for better in _better(line, fresh) if better in fresh and better not in won]
    kept = [
        line
        for line in lines
        if line not in doubtful or not any(_overlap(line.box, better.box) for better in won)
    ]
    replaced = [line for line in lines if not any(line is other for other in kept)]
    return [*kept, *won, *(rest for line in replaced if (rest := _left_of(line, won, _DOUBT)) is not None)]


def _left_of(line: Line, won: Sequence[Line], least: float) -> Line | None:
    """The words of a line, of so much confidence, in whose place nothing was read anew; of a syllable less is enough.

    Ink pressed out takes pale words along, and the number before a name is no part of it.
    """
    boxes = [word.box for better in won for word in better.words]
    words = tuple(
        word
        for word in line.words
        if word.confidence >= (min(least, _SURE) if _is_syllable(word) else least)
        and not any(word.box.intersection(box).area > 0 for box in boxes)
    )
    return Line(words) if words else None


def _is_syllable(word: Word) -> bool:
    """Three letters and more that are a syllable: no strokes of a pen are read so."""
    letters = word.text.strip(".,;:")
    return len(letters) >= _PIECE and is_syllable(letters)


def _better(line: Line, fresh: Sequence[Line]) -> list[Line]:
    """A doubtful line, or what was read anew in its place when that is worth more."""
    instead = [new for new in fresh if _overlap(line.box, new.box)]
    return instead if sum(map(_worth, instead)) > _worth(line) else [line]


def _overlap(a: Box, b: Box) -> bool:
    """Whether two lines lie on each other: half of the lower one's height and of the shorter one's width."""
    both = a.intersection(b)
    return both.height > 0.5 * min(a.height, b.height) and both.width > 0.5 * min(a.width, b.width)


def _worth(line: Line) -> float:
    """Letters that are likelier right than wrong, less those that are likelier wrong."""
    return sum(len(word.text) * (word.confidence - 0.5) for word in line.words)


def _is_doubtful(line: Line) -> bool:
    """Whether something in a line is in doubt and something is not: what holds no sure word is the seal itself."""
    sure = [word.confidence for word in line.words]
    return min(sure) < _DOUBT <= max(sure)


def _is_sure(line: Line) -> bool:
    """Whether a line that was noise before is print now: a title that the rim of a seal had crossed."""
    letters = sum(map(str.isalpha, line.text))
    return letters >= _TITLE and min(word.confidence for word in line.words) >= _SURE


def _as_abbreviation(line: Line) -> Line | None:
    """A few capitals that come out so, in doubt: their first letter may be lost in the rim. The last word of a title may be one."""
    letters, least = sum(map(str.isalpha, line.text)), min(word.confidence for word in line.words)
    if letters < _PIECE or least < _CLEAR or not line.text.isupper():
        return None
    return Line(tuple(replace(word, confidence=min(word.confidence, _DOUBT)) for word in line.words))


def _is_covered(box: Box, covers: Sequence[Box]) -> bool:
    around = Box(box.left - X_HEIGHT, box.top - X_HEIGHT, box.right + X_HEIGHT, box.bottom + X_HEIGHT)
    return any(around.intersection(cover).area > 0 for cover in covers)


def _part(picture: Picture, boxes: Sequence[Box]) -> tuple[Picture, int, int]:
    """The part of the page around some lines, and where it begins."""
    around = union(boxes)
    pad = 3 * X_HEIGHT
    left, top = max(round(around.left - pad), 0), max(round(around.top - pad), 0)
    return picture[top : round(around.bottom + pad), left : round(around.right + pad)], left, top
