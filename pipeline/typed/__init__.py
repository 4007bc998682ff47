"""What people type for a field: understood wholly or not at all. Nothing is repaired, guessed or left out.

A recogniser's text is read by ``pipeline.normalize``, which looks for a value among specks and puts right what was misread. What a
person types means what it says; where that could be two things, she is asked to write it otherwise (``schemas.expected``).
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.normalize.tidying import Value
from pipeline.typed.codes import CODES
from pipeline.typed.dates import DATES
from pipeline.typed.numbers import NUMBERS
from pipeline.typed.texts import TEXTS
from schemas.expected import longest
from schemas.plain import is_harmless
from schemas.values import Kind
from schemas.vietnamese import nfc

_READERS: dict[Kind, Callable[[str], Value | None]] = {**TEXTS, **DATES, **NUMBERS, **CODES}


def read_typed(kind: Kind, text: str) -> Value | None:
    """The value that ``text`` as a whole is, in its normal form, with the checks that it can do by itself; None where it is none.

    >>> read_typed(Kind.DECIMAL, "1 234,5").value, read_typed(Kind.DECIMAL, "-5")
    (1234.5, None)
    """
    if not is_harmless(text) or len(text) > longest(kind):
        return None
    lines = [" ".join(line.split()) for line in nfc(text).splitlines()]
    whole = ("\n" if kind is Kind.LIST else " ").join(line for line in lines if line)
    return _READERS[kind](whole) if whole else None
