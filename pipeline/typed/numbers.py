"""Amounts, measures and whole numbers, as Vietnamese people write them: a point or a blank between thousands, a comma before decimals."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from pipeline.normalize.tidying import Value, check
from schemas.values import Kind
from schemas.vietnamese import fold

_DIGITS = 15
"""As many digits as every program keeps of a number."""
_PLAIN = re.compile(r"[0-9]+")
_GROUPED = re.compile(
    r"[1-9][0-9]{0,2}(?P<group>[., ])[0-9]{3}(?:(?P=group)[0-9]{3})*(?:(?!(?P=group))[.,](?P<decimals>[0-9]+))?"
)
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]*)[.,][0-9]+")


def to_number(text: str, *, whole: bool) -> Decimal | None:
    """The number; None where it is none, or may be two: *1,234* is 1234 for some and 1.234 for others, unless it must be ``whole``.

    >>> [str(to_number(text, whole=False)) for text in ("1.234,5", "1 234.5", "1,234.5", "10 000", "10.000", "0,5")]
    ['1234.5', '1234.5', '1234.5', '10000', '10000', '0.5']
    >>> to_number("1,234", whole=False), to_number("1 23", whole=False), to_number("1,5", whole=True)
    (None, None, None)
    """
    if sum(char.isdigit() for char in text) > _DIGITS:
        return None
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if found := _GROUPED.fullmatch(text):
        return _grouped(text, found["group"], found["decimals"], whole=whole)
    if _DECIMAL.fullmatch(text) and not whole:
        return Decimal(text.replace(",", "."))
    return None


def _grouped(text: str, group: str, decimals: str | None, *, whole: bool) -> Decimal | None:
    if decimals is not None:
        return None if whole else Decimal(text.replace(group, "").replace(",", "."))
    if group == "," and text.count(group) == 1 and not whole:
        return None
    return Decimal(text.replace(group, ""))


_SCALES = {
    "nghin": 10**3,
    "ngan": 10**3,
    "trieu": 10**6,
    "ty": 10**9,
    "ti": 10**9,
}
_DONG = re.compile(r"\s?(?:dong|vnd|d)$")
_TERM = re.compile(rf"(?P<number>[0-9][0-9., ]*?)\s?(?P<scale>{'|'.join(_SCALES)})(?:\s|$)")


def to_amount(text: str) -> int | None:
    """An amount in đồng: digits, or numbers with *tỷ*, *triệu*, *nghìn* after each, the greatest first.

    >>> to_amount("2 tỷ 500 triệu"), to_amount("1,5 tỷ đồng"), to_amount("20.000.000đ"), to_amount("2 tỷ 500")
    (2500000000, 1500000000, 20000000, None)
    """
    plain = _DONG.sub("", fold(text)).strip()
    if (number := to_number(plain, whole=True)) is not None:
        return int(number)
    terms = [*_TERM.finditer(plain)]
    if not terms or sum(len(term.group()) for term in terms) != len(plain):
        return None
    total, before = Decimal(0), 10**13
    for term in terms:
        number, scale = to_number(term["number"].strip(), whole=len(terms) > 1), _SCALES[term["scale"]]
        if number is None or number * scale >= before:
            return None
        total, before = total + number * scale, scale
    return int(total) if total == int(total) else None


def _money(text: str) -> Value | None:
    amount = to_amount(text)
    return None if amount is None else Value(amount, checks=(check("money", amount > 0, "nothing"),))


_MEASURE = re.compile(r"(?P<number>.*?)\s?(?:m|m2|m²|mét|mét vuông)?", re.IGNORECASE)
_DECIMALS = 2
"""Areas and heights are printed with one or two."""


def _decimal(text: str) -> Value | None:
    found = _MEASURE.fullmatch(text)
    number = to_number(found["number"], whole=False) if found else None
    if number is None:
        return None
    fine = -int(number.as_tuple().exponent) <= _DECIMALS
    return Value(float(number), checks=(check("decimals", fine, "a measure has two decimals at most"),))


def _count(text: str) -> Value | None:
    number = to_number(text, whole=True)
    return None if number is None else Value(int(number), checks=(check("number", True),))


NUMBERS: dict[Kind, Callable[[str], Value | None]] = {
    Kind.MONEY: _money,
    Kind.DECIMAL: _decimal,
    Kind.COUNT: _count,
}
