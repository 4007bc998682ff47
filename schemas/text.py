"""The text of a page as a tree: page → block → line → word.

Everything between the recogniser and the rest of the house speaks this tree, so that the recogniser can be changed.
Text is NFC. Boxes are pixels of the *upright page* (turned, deskewed, scaled); ``PageText.to_scan`` maps them to
pixels of the page as scanned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from schemas.geometry import IDENTITY, Affine, Box, union


class BlockKind(StrEnum):
    """What a block of lines is on the page."""

    HEADER_LEFT = "header_left"
    HEADER_RIGHT = "header_right"
    TITLE = "title"
    BODY = "body"
    CELL = "cell"
    RECIPIENTS = "recipients"
    SIGNATURE = "signature"
    STAMP = "stamp"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Word:
    """One word. ``confidence`` 0–1; ``read`` is what the recogniser gave where a correction changed it."""

    text: str
    box: Box
    confidence: float
    read: str | None = None

    def __reduce__(self) -> tuple[type[Word], tuple[str, Box, float, str | None]]:
        """As that of a box."""
        return Word, (self.text, self.box, self.confidence, self.read)


@dataclass(frozen=True, slots=True)
class Line:
    """Words from left to right; never empty."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words, separated by one space."""
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        """Around all words."""
        return union(word.box for word in self.words)


@dataclass(frozen=True, slots=True)
class Cell:
    """Place of a block in a table: which table of the page, row and column from 0."""

    table: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that are read one after the other."""

    kind: BlockKind
    lines: tuple[Line, ...]
    cell: Cell | None = None

    @property
    def text(self) -> str:
        """The lines, separated by newlines."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class PageText:
    """All text of one page, blocks in the order in which a person reads them.

    ``width`` and ``height`` are pixels of the upright page, ``dpi`` its resolution.
    """

    number: int
    width: int
    height: int
    dpi: float
    blocks: tuple[Block, ...]
    to_scan: Affine = IDENTITY

    @property
    def text(self) -> str:
        """Lines separated by newlines, in reading order."""
        return "\n".join(block.text for block in self.blocks)

    def lines(self) -> Iterator[Line]:
        """All lines in reading order."""
        for block in self.blocks:
            yield from block.lines

    def words(self) -> Iterator[Word]:
        """All words in reading order."""
        for line in self.lines():
            yield from line.words
