"""Near-duplicates: a rescan of the same paper. Found and linked by what the paper says and looks like, never merged.

Three signs: the key (type, number, subject, date) of its record; the numbers printed on it, since two papers of one form
share their labels but not their digits; and a perceptual hash of its first page (DCT hash after Zauner 2010, of 16 × 16
coefficients, because pages of text are more alike than photographs).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from pipeline.model import PageReading, Picture
from schemas.records import Record
from schemas.vietnamese import fold

_SIDE, _KEPT = 64, 16

NEAR_PICTURE = 28
"""Hashes that differ in at most so many of 256 bits are of the same page: the nearest pages of two papers of one form
differed in 41 bits, the same page scanned twice in the same manner in 8 to 15."""

NEAR_NUMBERS = 0.6
"""Share of common numbers from which two papers are the same, given at least three common ones."""


@dataclass(frozen=True, slots=True)
class Print:
    """What a paper is recognised by.

    ``key`` of its record (None where too little is known), its ``numbers`` (hashed, for they are personal data), and
    the hash of its first page (None where no picture is at hand).
    """

    key: str | None
    numbers: frozenset[str]
    phash: str | None = None


def paper_print(record: Record, pages: Iterable[PageReading], phash: str | None = None) -> Print:
    """The print of one paper."""
    return Print(paper_key(record), frozenset(number for page in pages for number in _numbers(page)), phash)


def _numbers(page: PageReading) -> Iterable[str]:
    """Every run of at least three digits on a page, separators dropped, hashed."""
    for run in re.findall(r"\d(?:[./-]?\d){2,}", page.text.text):
        yield blake2b(re.sub(r"\D", "", run).encode(), digest_size=6).hexdigest()


def phash(picture: Picture) -> str:
    """64 hex digits for an upright grey page (height, width); its margins, size and light hardly matter.

    Raises ValueError for what is no grey picture.
    """
    if picture.ndim != 2 or picture.size == 0:
        raise ValueError("a grey picture is (height, width)")
    import cv2
    import numpy as np

    small = cv2.resize(picture, (700, 990), interpolation=cv2.INTER_AREA)
    ink = 255 - small.astype(np.float32)
    ink[ink < 60] = 0
    ink = np.minimum(ink, 150)
    rows, columns = np.cumsum(ink.sum(1)), np.cumsum(ink.sum(0))
    if rows[-1] > 0:  # cut to where all but the outermost fiftieths of the ink is
        top, bottom = np.searchsorted(rows / rows[-1], (0.02, 0.98))
        left, right = np.searchsorted(columns / columns[-1], (0.02, 0.98))
        ink = ink[top : bottom + 1, left : right + 1]
    even = np.sqrt(cv2.resize(ink, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA))
    waves = np.asarray(cv2.dct(cv2.GaussianBlur(even, (0, 0), 1.0)))[:_KEPT, :_KEPT].ravel()
    return np.packbits(waves > np.median(waves[1:])).tobytes().hex()


def distance(one: str, other: str) -> int:
    """Bits in which two hashes differ, 0–256; raises ValueError for what are no two hashes."""
    if len(one) != len(other):
        raise ValueError("hashes of different length")
    return (int(one, 16) ^ int(other, 16)).bit_count()


def paper_key(record: Record) -> str | None:
    """Type, number, subject and date of a record as one string, folded; None where two of the last three are missing."""
    fields = record.fields
    named = ("number", "serial", "enterprise_code", "dossier_code")
    number = next((str(fields[name].value) for name in named if name in fields), None)
    if number is not None and not number[:1].isalnum():
        number = None  # its serial was not legible
    subject = record.subject.id or (fold(record.subject.name) if record.subject.name else None)
    if subject is None and "issuing_agency" in fields:
        subject = fold(str(fields["issuing_agency"].value))
    day = record.validity.valid_from.isoformat() if record.validity.valid_from else None
    if sum(part is None for part in (number, subject, day)) >= 2:
        return None
    return "|".join((record.type, number or "", subject or "", day or ""))


def is_near(one: Print, other: Print) -> bool:
    """The same paper scanned twice, as far as one can tell: equal keys, mostly the same numbers, or the same look."""
    if one.key is not None and one.key == other.key:
        return True
    common = one.numbers & other.numbers
    if len(common) >= 3 and len(common) >= NEAR_NUMBERS * max(len(one.numbers), len(other.numbers)):
        return True
    if one.phash is None or other.phash is None:
        return False
    return distance(one.phash, other.phash) <= NEAR_PICTURE and (one.key is None or other.key is None)
