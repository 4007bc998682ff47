"""The words of a page as printed rows, whatever the layout analysis made of them.

Extraction must not depend on how well blocks were told apart: here the recogniser's lines are taken apart and set
together again by where the words stand. A word such as ``tên:NGUYỄN`` is cut after its colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from statistics import median

from pipeline.fetched import Fetched
from pipeline.language.syllables import is_syllable
from pipeline.model import PageReading
from pipeline.normalize.people import is_of_names
from pipeline.typeface import text_width
from schemas.geometry import Box, union
from schemas.text import BlockKind, Word
from schemas.vietnamese import key

_CUT = re.compile(
    r"(?<=[^\W\d_][:;])(?=[-–]?[^\W_\d]{2}|\d{2})|(?<=\w:)(?=\d)|(?<=[^\W\d_])(?=[.…_]{4,})|(?<=[.…_]{4})(?=\w)"
    r"|(?<=[^\W\d_]:)(?=[.…_]+\w)|(?<=^[.…_]{2})(?=\w)|(?<=^[.…_]{3})(?=\w)"  # *sinh:...Trạm*: a short leader
    r"|(?<=\w,)(?=,?ngày$)"  # *Bảo Lộc,ngày 02*
    r"|(?<=[TGhKBDL]S\.)(?=[^\W\d_]{2})"  # *PGS.TS.Trần Đức Viên*: academic titles without a blank
    r"|(?<=\d)(?=CỘNG$|ĐẢNG$)"  # the columns of a head meet: *QUẬN 3CỘNG HÒA …*
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a part of one. ``key``: its letters and digits, folded. ``box`` in pixels of the upright page.

    ``corrected``: the language model changed it. ``as_read`` is what it reads as inside a name: the language model that corrected ``text`` knows law, not names.
    """

    text: str
    key: str
    box: Box
    confidence: float
    as_read: str
    corrected: bool = False


@dataclass(frozen=True)
class Row:
    """Tokens that stand on one printed line of a page, from left to right; ``page`` is its number from 1.

    Text, box and height are computed once: each rule asks for them again.
    """

    page: int
    tokens: tuple[Token, ...]

    @cached_property
    def text(self) -> str:
        """The tokens, separated by one space."""
        return " ".join(token.text for token in self.tokens)

    @cached_property
    def box(self) -> Box:
        """Around all tokens."""
        return union(token.box for token in self.tokens)

    @cached_property
    def height(self) -> float:
        """Usual height of its words in pixels."""
        return median(token.box.height for token in self.tokens)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one page from top to bottom, and the frame of its text in pixels of the upright page.

    ``left`` and ``right`` are the usual margins of running text, ``line`` is the usual height of a word. ``stamps`` are lines
    of coloured stamps. ``spacing``, by which blanks between words and columns are measured, is a line's height, or more where all words
    stand far apart, as those of a typewriter do.
    """

    page: int
    rows: tuple[Row, ...]
    width: float
    height: float
    left: float
    right: float
    line: float
    spacing: float
    stamps: tuple[Row, ...] = ()


def sheet(page: PageReading) -> Sheet:
    """The rows of a page."""
    printed = (block for block in page.text.blocks if block.kind is not BlockKind.STAMP)
    lines = [tuple(_tokens(line.words)) for block in printed for line in block.lines]
    lines = [line for line in lines if line and not all(_speck(token) for token in line)]
    heights = [token.box.height for line in lines for token in line]
    usual = median(heights) if heights else 1.0
    # A line that stands in two columns far apart is split, so that each half finds its own row.
    runs = [run for line in lines for run in _split_tall(line, usual)]
    rows = tuple(_row(page.number, group) for group in _grouped(runs))
    left, right = margins(rows, page.text.width)
    rows = tuple(_within(row, left - usual, right + usual, _APART * usual) for row in rows)
    spacing = max(usual, _BLANKS * _usual_blank(lines))
    stamps = tuple(_stamps(page))
    return Sheet(page.number, rows, page.text.width, page.text.height, left, right, usual, spacing, stamps)


_BLANKS = 1.7
"""Usual blanks that are a line's height or less in print whose letters have their own widths."""


def _usual_blank(lines: Iterable[Sequence[Token]]) -> float:
    """Pixels between two words; 0 on a page without two in a line."""
    blanks = [after.box.left - word.box.right for line in lines for word, after in pairwise(line)]
    return median(blanks) if blanks else 0.0


def _stamps(page: PageReading) -> Iterator[Row]:
    """What stamps say: those in boxes of their own, and lines of coloured ones, each in the box of its stamp and in doubt."""
    for block in page.text.blocks:
        if block.kind is BlockKind.STAMP:
            yield from (Row(page.number, tuple(_tokens(line.words))) for line in block.lines)
    for ink in page.inks:
        for line in ink.text.splitlines():
            box = page.text.to_scan.inverse().box(ink.box)
            yield Row(page.number, (Token(line, key(line), box, _STAMPED, line),))


_STAMPED = 0.7
"""Confidence of what a stamp says."""


def _speck(token: Token) -> bool:
    return len(token.key) <= 1 and token.confidence < 0.3


_APART, _HARDLY = 3.0, 0.6
"""Line heights between a word and a sign of a frame beside it, and the confidence with which such a sign is read at most."""


def _within(row: Row, left: float, right: float, apart: float) -> Row:
    """The row without a single hardly read sign that stands outside of the margins, far from its words: a piece of a frame."""

    def piece(token: Token, beside: Token) -> bool:
        outside = token.box.right < left or token.box.left > right
        gap = max(beside.box.left - token.box.right, token.box.left - beside.box.right)
        return len(token.key) <= 1 and token.confidence < _HARDLY and outside and gap > apart

    tokens = row.tokens
    if len(tokens) > 1 and piece(tokens[0], tokens[1]):
        tokens = tokens[1:]
    if len(tokens) > 1 and piece(tokens[-1], tokens[-2]):
        tokens = tokens[:-1]
    return row if len(tokens) == len(row.tokens) else Row(row.page, tokens)


_FLUSH = 0.01
"""Share of the page's width within which two rows end at the same margin."""


def margins(rows: Sequence[Row], width: float) -> tuple[float, float]:
    """Where running text usually begins and ends; on a page with few rows at least the middle 70 % of ``width``.

    But where two rows end side by side, there it ends however few they are: a card on a large sheet.
    """
    long = [row.box for row in rows if len(row.tokens) > 2]
    lefts, rights = sorted(box.left for box in long), sorted(box.right for box in long)
    left = lefts[len(lefts) // 8] if lefts else width
    right = rights[-1 - len(rights) // 8] if rights else 0.0
    if len(long) < 6:
        flush = len(rights) > 1 and rights[-1] - rights[-2] < _FLUSH * width
        return min(left, 0.15 * width), rights[-1] if flush else max(right, 0.85 * width)
    return left, right


def sheets(pages: Sequence[PageReading]) -> Sequence[Sheet]:
    """One sheet for each page that is not blank; made when it is asked for."""
    places = [place for place, page in enumerate(pages) if not page.blank]
    return Fetched(lambda place: sheet(pages[place]), places)


def _tokens(words: Iterable[Word]) -> Iterable[Token]:
    for word in words:
        parts = _CUT.split(word.text) if len(word.text) > 3 else [word.text]
        at, total = 0, max(len(word.text), 1)
        for part in parts:
            if part:
                start, end = at / total, (at + len(part)) / total
                box = Box(
                    word.box.left + start * word.box.width,
                    word.box.top,
                    word.box.left + end * word.box.width,
                    word.box.bottom,
                )
                as_read = _as_read(word) if len(parts) == 1 else part
                yield Token(part, key(part), box, word.confidence, as_read, word.read is not None)
            at += len(part)


def _as_read(word: Word) -> str:
    """What was read, for a capitalised word that was corrected from another possible syllable.

    Unless only what it was corrected to occurs in names.
    """
    read = word.read
    if read is None or not read[:1].isupper():
        return word.text
    before, after = re.sub(r"\W", "", read), re.sub(r"\W", "", word.text)
    named = is_of_names(after) and not is_of_names(before)
    return word.text if named or not is_syllable(before) else read


def first_is_wider(words: Sequence[Token], *, bold: bool = False) -> bool:
    """Whether the first of some words is so much wider for its letters than the others that its box holds more than was read."""
    scales = [word.box.width / text_width(word.text, bold=bold) for word in words]
    return len(scales) > 1 and scales[0] > _WIDER * median(scales[1:])


_WIDER = 1.25
"""Times by which such a word is wider."""


def is_capitals(text: str, least: int = 4) -> bool:
    """Nearly all letters are capitals, ``least`` of them."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= least and sum(c.isupper() for c in letters) >= 0.75 * len(letters)


def _split_tall(line: tuple[Token, ...], usual: float) -> Iterable[tuple[Token, ...]]:
    """A line cut where the gap between two words is very wide."""
    start = 0
    for at in range(1, len(line)):
        if line[at].box.left - line[at - 1].box.right > 3 * usual:
            yield line[start:at]
            start = at
    yield line[start:]


def _grouped(runs: Sequence[tuple[Token, ...]]) -> list[list[tuple[Token, ...]]]:
    """Runs on the same printed line: at least half of the lower one's height overlaps."""
    boxes = [(run, union(token.box for token in run)) for run in runs]
    boxes.sort(key=lambda item: item[1].centre[1])
    groups: list[list[tuple[tuple[Token, ...], Box]]] = []
    for run, box in boxes:
        for group in groups[-4:][::-1]:
            if all(_beside(box, other) for _, other in group):
                group.append((run, box))
                break
        else:
            groups.append([(run, box)])
    groups.sort(key=lambda group: min(box.centre[1] for _, box in group))
    return [[run for run, _ in group] for group in groups]


def _beside(one: Box, other: Box) -> bool:
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    apart = one.left >= other.right - 2 or other.left >= one.right - 2
    return apart and overlap >= 0.5 * min(one.height, other.height)


def _row(page: int, runs: Iterable[tuple[Token, ...]]) -> Row:
    """Tokens from left to right; of two readings of the same place the surer one.

    Narrow words of one line may overlap and are two words all the same (*Y tế*).
    """
    kept: list[tuple[int, Token]] = []
    found = [(number, token) for number, run in enumerate(runs) for token in run]
    for number, token in sorted(found, key=lambda one: one[1].box.left):
        share = 0.7 if kept and kept[-1][0] != number else 0.85
        if kept and _same_place(kept[-1][1].box, token.box, share):
            if token.key and (token.confidence > kept[-1][1].confidence or not kept[-1][1].key):
                kept[-1] = number, token
        else:
            kept.append((number, token))
    return Row(page, tuple(token for _, token in kept))


def _same_place(one: Box, other: Box, share: float) -> bool:
    common = min(one.right, other.right) - max(one.left, other.left)
    return common > share * min(one.width, other.width) and one.intersection(other).height > 0


def gap_before(row: Row, at: int) -> float:
    """Pixels between a token and the one before it; infinite for the first."""
    return row.tokens[at].box.left - row.tokens[at - 1].box.right if at else float("inf")


def within(row: Row, left: float, right: float) -> Row | None:
    """The part of a row whose words have their middle between two verticals; None where there is none."""
    kept = tuple(token for token in row.tokens if left <= token.box.centre[0] < right)
    return Row(row.page, kept) if kept else None


def trimmed(row: Row) -> Box:
    """The box of a row without the signs that stick to its ends (*--:PHÓ*), every sign being as wide as a letter."""
    box, first, last = row.box, row.tokens[0], row.tokens[-1]
    leading = len(first.text) - len(first.text.lstrip(_SIGNS))
    trailing = len(last.text) - len(last.text.rstrip(_SIGNS))
    return replace(
        box,
        left=box.left + first.box.width * leading / len(first.text),
        right=box.right - last.box.width * trailing / len(last.text),
    )


_SIGNS = "-–—~:;.,'\"“”‘’*|_/\\«»=+^`"


def parts_of(row: Row, sheet: Sheet) -> list[Row]:
    """A row cut at the gaps between columns."""
    return segments(row, _COLUMNS * sheet.spacing)


_COLUMNS = 2.0
"""Widest gap within a column, in units of the sheet's spacing."""


def segments(row: Row, gap: float) -> list[Row]:
    """A row cut where words stand more than ``gap`` pixels apart."""
    parts: list[list[Token]] = []
    for at, token in enumerate(row.tokens):
        if not parts or gap_before(row, at) > gap:
            parts.append([])
        parts[-1].append(token)
    return [Row(row.page, tuple(part)) for part in parts]
