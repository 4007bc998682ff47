"""Numbers as Vietnamese papers print them: digits with points and commas, amounts of money, number words."""

from __future__ import annotations

import re
from decimal import Decimal

from schemas.vietnamese import fold

#: Letters and signs that recognisers give for digits.
LOOKALIKES = str.maketrans("OoQDØøIil|!íÍìZzSsBbGgq", "00000011111111225588699")

_UNITS = {
    "khong": 0,
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "tu": 4,
    "nam": 5,
    "lam": 5,
    "nham": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
}
_SCALES = {
    "nghin": 1_000,
    "ngan": 1_000,
    "trieu": 1_000_000,
    "ty": 1_000_000_000,
    "ti": 1_000_000_000,
}
_DIGIT_NAMES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def repair_digits(text: str) -> str:
    """Digits where a recogniser gave letters that look like them; other characters stay.

    >>> repair_digits("O4S2O6OO12B4")
    '045206001284'
    """
    return text.translate(LOOKALIKES)


LONGEST = 40
"""Characters of a number; what is longer is none that anybody counts or pays."""


def to_decimal(text: str) -> Decimal | None:
    """The first number in ``text``: a point groups thousands and a comma begins decimals, unless it cannot be so.

    A single point or comma before exactly three digits groups thousands; None where there is no number.

    >>> to_decimal("1.250,5 m2"), to_decimal("120.5"), to_decimal("100,000,000 VND")
    (Decimal('1250.5'), Decimal('120.5'), Decimal('100000000'))
    """
    found = _NUMBER.search(text)
    if not found or len(found.group()) > LONGEST:
        return None
    number = found.group()
    point, comma = number.rfind("."), number.rfind(",")
    if point >= 0 and comma >= 0:
        decimal, group = (",", ".") if comma > point else (".", ",")
        if number.count(decimal) > 1:
            return None
        return Decimal(number.replace(group, "").replace(decimal, "."))
    mark = "." if point >= 0 else ","
    parts = number.split(mark)
    grouped = len(parts) > 1 and all(len(part) == 3 for part in parts[1:]) and 1 <= len(parts[0]) <= 3
    if len(parts) == 1 or (grouped and parts[0] != "0"):
        return Decimal("".join(parts))
    return Decimal(".".join(parts)) if len(parts) == 2 else None


def to_money(text: str) -> int | None:
    """An amount in đồng; ``triệu`` and ``tỷ`` multiply; None where there is none.

    >>> to_money("100.000.000 đồng"), to_money("1,5 tỷ đồng"), to_money("Một trăm triệu đồng")
    (100000000, 1500000000, 100000000)
    """
    amount = to_decimal(text)
    if amount is None:
        words = fold(text).split("dong")[0]
        return number_from_words(words)
    rest = fold(text[_NUMBER.search(text).end() :]).split()  # type: ignore[union-attr]
    scale = _SCALES.get(rest[0].strip("().,"), 1) if rest else 1
    total = amount * scale
    return int(total) if total == int(total) else None


def number_from_words(text: str) -> int | None:
    """A whole number in Vietnamese words, tones not needed; None where a word is no number word.

    >>> number_from_words("hai nghìn không trăm hai mươi"), number_from_words("mười lăm"), number_from_words("hai")
    (2020, 15, 2)
    """
    total = current = 0
    pending: int | None = None
    seen = False
    for word in re.findall(r"[a-z]+", fold(text)):
        seen = True
        if word in _UNITS:
            if pending is not None:
                current = current * 10 + pending  # digit by digit: "hai không hai mươi"
            pending = _UNITS[word]
        elif word == "mot":
            pending = 1
        elif word == "muoi":
            current += 10 * (pending if pending is not None else 1)
            pending = None
        elif word == "tram":
            current += 100 * (pending if pending is not None else 1)
            pending = None
        elif word in _SCALES:
            current += pending or 0
            total += (current or 1) * _SCALES[word]
            current, pending = 0, None
        elif word not in {"linh", "le", "chan"}:
            return None
    return total + current + (pending or 0) if seen else None


def number_in_words(number: int) -> str:
    """A number from 0 to 9999 as dates and sums spell it; raises ValueError outside.

    >>> number_in_words(2005), number_in_words(21), number_in_words(1994)
    ('hai nghìn không trăm lẻ năm', 'hai mươi mốt', 'một nghìn chín trăm chín mươi tư')
    """
    if not 0 <= number <= 9999:
        raise ValueError("0 to 9999")
    words: list[str] = []
    thousands, rest = divmod(number, 1000)
    if thousands:
        words += [_DIGIT_NAMES[thousands], "nghìn"]
    hundreds, rest = divmod(rest, 100)
    if hundreds or (thousands and rest):
        words += [_DIGIT_NAMES[hundreds], "trăm"]
    tens, units = divmod(rest, 10)
    if tens == 0:
        if units or not words:
            words += (["lẻ"] if words else []) + [_DIGIT_NAMES[units]]
        return " ".join(words)
    words += ["mười"] if tens == 1 else [_DIGIT_NAMES[tens], "mươi"]
    if units:
        special = {5: "lăm", 1: "mốt" if tens > 1 else "một", 4: "tư" if tens > 1 else "bốn"}
        words.append(special.get(units, _DIGIT_NAMES[units]))
    return " ".join(words)
