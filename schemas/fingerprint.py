"""The numbers printed on a paper as its fingerprint: papers of one form share their labels but not their digits.

Only hashes are kept: the numbers themselves are personal data. Smallest hashes (min-wise hashing, Broder 1997) make
papers findable that share most of their numbers, by equality alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

MARKS = 6
"""Smallest hashes that are kept: of two papers that share 60 % of their numbers, one is equal with 99.6 %."""

FEWEST = 3
"""Numbers that a paper must show; fewer say nothing."""

_RUN = re.compile(r"\d(?:[./-]?\d){2,}")
_NO_DIGIT = re.compile(r"\D")


def printed_numbers(text: str) -> frozenset[str]:
    """Every run of at least three digits in a text, separators dropped, hashed.

    >>> printed_numbers("Số: 45/QĐ ngày 01/8/2003") == printed_numbers("01.8.2003")
    True
    """
    return frozenset(
        blake2b(_NO_DIGIT.sub("", run).encode(), digest_size=6).hexdigest() for run in _RUN.findall(text)
    )


def marks(numbers: Iterable[str]) -> tuple[str, ...]:
    """The smallest hash by each of six orders; empty where there are too few numbers."""
    chosen = set(numbers)
    if len(chosen) < FEWEST:
        return ()
    return tuple(
        min(blake2b(number.encode(), digest_size=5, salt=bytes([order])).hexdigest() for number in chosen)
        for order in range(MARKS)
    )
