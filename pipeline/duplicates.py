"""Near-duplicates: a rescan of the same paper. Found and linked by what the paper says and looks like, never merged.

Three signs: the key (type, number, subject, date) of its record; the numbers printed on it, since two papers of one form
share their labels but not their digits; and a perceptual hash of its first page (DCT hash after Zauner 2010, of 16 × 16
coefficients, because pages of text are more alike than photographs). The hash is taken of where the words stand, not of the
pixels: borders, emblems, seals and signatures come and go from scan to scan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.fingerprint import FEWEST, printed_numbers
from schemas.records import Record
from schemas.text import PageText
from schemas.vietnamese import fold

_SIDE, _KEPT, _CANVAS = 64, 16, 256
_FEWEST_WORDS = 8
_OUTERMOST = 2.0  # per cent of the words that may lie outside: specks that were read as words

NEAR_PICTURE = 40
"""Hashes that differ in at most so many of 256 bits look like one page. Of generated papers scanned twice (lightly and badly worn)
80 % differed in at most 40; no two papers of one form did, of 336 pairs; the nearest differed in 46."""

NEAR_NUMBERS = 0.6
"""Share of common numbers from which two papers are the same, given at least three common ones: 96 % of papers scanned twice, no two
papers of one form."""


@dataclass(frozen=True, slots=True)
class Print:
    """What a paper is recognised by.

    ``key`` of its record (None where too little is known), its ``numbers`` (hashed, for they are personal data), and
    the hash of its first page (None where too little was read).
    """

    key: str | None
    numbers: frozenset[str]
    page_hash: str | None = None


def paper_print(record: Record, text: str, page_hash: str | None = None) -> Print:
    """The print of one paper from its record, its full text, and the hash of its first page."""
    return Print(paper_key(record), printed_numbers(text), page_hash)


def first_page_hash(pages: Iterable[PageText]) -> str | None:
    """The hash of the first page that has words."""
    return next((found for page in pages if (found := page_hash(page))), None)


def page_hash(page: PageText) -> str | None:
    """64 hex digits for where the words of an upright page stand; None for a page with hardly any.

    The size of the page, its margins and what is not text do not matter.
    """
    import cv2
    import numpy as np

    boxes = np.array(
        [
            word.box.as_list()
            for word in page.words()
            if word.confidence >= 0.3 and sum(map(str.isalnum, word.text)) > 1
        ],
        float,
    ).reshape(-1, 4)
    if len(boxes) < _FEWEST_WORDS:
        return None
    left, top = np.percentile(boxes[:, :2], _OUTERMOST, axis=0)
    right, bottom = np.percentile(boxes[:, 2:], 100 - _OUTERMOST, axis=0)
    scale = _CANVAS / np.maximum([right - left, bottom - top] * 2, 1)
    canvas = np.zeros((_CANVAS, _CANVAS), np.float32)
    for x0, y0, x1, y1 in ((boxes - [left, top] * 2) * scale).round().clip(0, _CANVAS).astype(int):
        canvas[y0:y1, x0:x1] = 1
    small = cv2.resize(canvas, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    waves = np.asarray(cv2.dct(cv2.GaussianBlur(small, (0, 0), 1.0)))[:_KEPT, :_KEPT].ravel()
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
    """The same paper scanned twice, as far as one can tell: equal keys, mostly the same numbers, or the same look.

    A look alone counts only where one of the two shows hardly any numbers: pages of one form may look alike.
    """
    if one.key is not None and one.key == other.key:
        return True
    common = one.numbers & other.numbers
    if len(common) >= FEWEST and len(common) >= NEAR_NUMBERS * max(len(one.numbers), len(other.numbers)):
        return True
    if (
        one.page_hash is None
        or other.page_hash is None
        or min(len(one.numbers), len(other.numbers)) >= FEWEST
    ):
        return False
    return distance(one.page_hash, other.page_hash) <= NEAR_PICTURE and (one.key is None or other.key is None)
