"""Numbers and days that may be written by hand: their digits are taller, wider or farther apart than those that are printed.

Most letters leave room for the pen in their number and date. What was written there is read at times without a doubt
(*30* as *20*), so its look decides: boxes of words lie tight around their ink.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from pipeline.extract.rows import Token
from pipeline.extract.spans import Span

_TALLER, _LOWER, _WIDER, _APART, _OFF = 1.18, 0.82, 1.3, 1.2, 0.16
"""Height and width of a digit beside printed ones, and blanks and shifts in heights of one. Of 120 printed heads one in
thirty exceeds one of them, of real ones that were filled in by hand all."""

_ASKEW = 0.012
"""Rise of a line that may be left of the skew of a page."""

_TALLER_MARK = 1.28
"""The same of a number whose serial and mark were read as one word: a slash reaches above its letters."""


def with_written(date: Span | None, number: Span | None) -> tuple[Span | None, Span | None]:
    """Date and number of a head, marked as ``written`` where digits of them do not look like those of the year."""
    if date is None:
        return date, number
    printed = [token for token in date.tokens if token.key == "nam" or _is_year(token)]
    if not printed:
        return date, number
    height = median(token.box.height for token in printed)
    if _is_date_written(date.tokens, height):
        date = replace(date, written=True)
    if number and _is_number_written(number.tokens, height):
        number = replace(number, written=True)
    return date, number


def _is_year(token: Token) -> bool:
    return token.text.isdigit() and len(token.text) == 4


def _is_date_written(tokens: Sequence[Token], height: float) -> bool:
    year = next((token for token in tokens if _is_year(token)), None)
    for before, token in pairwise(tokens):
        if not token.key.isdigit() or _is_year(token):
            continue
        if (
            not _LOWER < token.box.height / height < _TALLER
            or token.box.left - before.box.right > _APART * height
        ):
            return True
        if year and _width(token) > _WIDER * _width(year):
            return True
        if year and abs(token.box.bottom - year.box.bottom) > _OFF * height + _ASKEW * abs(
            year.box.left - token.box.left
        ):
            return True
    return False


def _is_number_written(tokens: Sequence[Token], height: float) -> bool:
    for token in tokens:
        if token.text.isdigit() and not _LOWER < token.box.height / height < _TALLER:
            return True
        if token.text[:1].isdigit() and "/" in token.text and token.box.height > _TALLER_MARK * height:
            return True
    return False


def _width(token: Token) -> float:
    return token.box.width / len(token.text)
