"""Where a value stands: the rows of words it was read from and how it was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.extract.rows import Row, Token
from schemas.geometry import Box, union
from schemas.records import Method


@dataclass(frozen=True, slots=True)
class Span:
    """The words of a value; ``likeness`` 0–1: how well the label or the place on the page fits.

    ``torn``: it does not stand as it should, or a line beside or below may belong to it: something may be lost.
    ``written``: digits of it look as if a pen had filled them in.
    ``parts``: the values of a list of which the words are (agencies that issue together).
    ``beside``: words after it in its line that are no part of it and tell what it must be (the office after *KT.*).
    """

    rows: tuple[Row, ...]
    likeness: float = 1.0
    method: Method = Method.LABEL
    torn: bool = False
    beside: str = ""
    parts: tuple[Span, ...] = ()
    written: bool = False

    @property
    def text(self) -> str:
        """The rows, separated by newlines."""
        return "\n".join(row.text for row in self.rows)

    @property
    def as_read(self) -> str:
        """The rows as they read where names stand."""
        return "\n".join(" ".join(token.as_read for token in row.tokens) for row in self.rows)

    @property
    def tokens(self) -> tuple[Token, ...]:
        """All words."""
        return tuple(token for row in self.rows for token in row.tokens)

    @property
    def page(self) -> int:
        """Number of the page of the first word; raises IndexError when there is none."""
        return self.rows[0].page

    @property
    def box(self) -> Box:
        """Around the words on the first page, in pixels of the upright page."""
        return union(row.box for row in self.rows if row.page == self.page)


def span_of(rows: Iterable[Row], likeness: float = 1.0, method: Method = Method.LAYOUT) -> Span | None:
    """A span, or None where there is no row."""
    kept = tuple(row for row in rows if row.tokens)
    return Span(kept, likeness, method) if kept else None
