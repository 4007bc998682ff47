"""Near-duplicates: a rescan of the same paper. Found and linked by what the paper says, never merged.

Papers of one form look alike, and most of what they say is the form's. So a look (a perceptual hash of where the words
stand) only proposes; what decides is what tells papers apart: type, subject, number and date of the record, the numbers
printed on it, and whether what stands at the same place of both texts is the same. Where too little was read to tell (a cover
filled by hand), nothing is linked.

The hash is a DCT hash after Zauner 2010, of 16 × 16 coefficients, because pages of text are more alike than photographs. It
is taken of where the words stand, not of the pixels: borders, emblems, seals and signatures come and go from scan to scan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.fingerprint import FEWEST, printed_numbers
from schemas.quality import is_sure
from schemas.questions import DATE_FIELDS
from schemas.records import UNKNOWN, Record
from schemas.text import PageText
from schemas.vietnamese import fold, nfc

SAME_WORDS = 0.9
"""Share of words that papers must have in common that only look alike."""

MOST_OTHERS = 0.01
"""Places with other words, for each word in common, from which papers with the same numbers or key are two papers."""

READ_WORSE = 50.0
"""Least likeness (0–100) of two readings of the same words."""

NEARLY_SAME = 80.0
"""The same where nothing but the words speaks for one paper: *Hùng* and *Hưng*, *An* and *Lan* are two persons."""

_NUMBERS = ("number", "serial", "enterprise_code", "dossier_code")
_FEWEST_LETTERS = 2
_SHORT = 4
_LONG_NUMBER, _DIGITS_READ_WRONG = 6, 3
_BLANKS = 3
_BLANK = re.compile(r":[\s._…-]*$", re.MULTILINE)
_NO_DIGIT = re.compile(r"\D")
_WORD = re.compile(r"[^\W_]+")
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

    ``key`` of its record (None where too little is known), its ``numbers`` (hashed, for they are personal data), the hash of
    its first page (None where too little was read), its ``words`` (in order), ``unread``: labels
    behind which nothing was read, and ``facts``: what the record is sure of (``type``, ``number``, ``subject``, ``date``).
    """

    key: str | None
    numbers: frozenset[str]
    page_hash: str | None = None
    words: tuple[str, ...] = ()
    unread: int = 0
    facts: Mapping[str, str] = field(default_factory=dict)


def paper_print(record: Record, text: str, page_hash: str | None = None) -> Print:
    """The print of one paper from its record, its full text, and the hash of its first page."""
    words = tuple(_WORD.findall(nfc(text)))
    unread = len(_BLANK.findall(text))
    return Print(paper_key(record), printed_numbers(text), page_hash, words, unread, _facts(record))


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
    number = next((str(fields[name].value) for name in _NUMBERS if name in fields), None)
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
    """The same paper scanned twice, as far as one can tell.

    Some sign must speak for it: equal keys, mostly the same numbers, or the same look. And nothing may speak against it: a
    fact of which both records are sure, or text at the same place that is another one (a name, a number). For a look, nearly
    all words must be the same besides.
    """
    if any(other.facts.get(name, value) != value for name, value in one.facts.items()):
        return False
    common = one.numbers & other.numbers
    same_numbers = len(common) >= FEWEST and len(common) >= NEAR_NUMBERS * max(
        len(one.numbers), len(other.numbers)
    )
    same_key = one.key is not None and one.key == other.key
    same_look = (
        one.page_hash is not None
        and other.page_hash is not None
        and distance(one.page_hash, other.page_hash) <= NEAR_PICTURE
    )
    if not (same_key or same_numbers or same_look):
        return False
    if not (one.words and other.words):
        return same_key or same_numbers
    agreement = compare(one.words, other.words)
    if same_key:
        return agreement.others <= max(1, MOST_OTHERS * agreement.shared)
    if (
        same_numbers
    ):  # the signer's name under a seal may be misread; whom a form is about stands there more than once
        return (
            not agreement.numbers
            and agreement.names <= 1
            and agreement.others <= max(1, MOST_OTHERS * agreement.shared)
        )
    longest = max(len(one.words), len(other.words))
    written = max(one.unread, other.unread) < _BLANKS  # by hand, which nobody could compare
    return written and agreement.same and agreement.shared >= max(_FEWEST_WORDS, SAME_WORDS * longest)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two texts agree, word by word: words that both have in this order, and places where they say something else.

    ``others`` counts places with at least two letters or digits in both texts that are not the same read worse;
    ``numbers`` those with long numbers that differ in several digits; ``names`` those with words in capitals that
    are other words; ``same`` is False where any word that is more than
    a speck is missing in one, or has other letters than a misread one would have.
    """

    shared: int
    others: int
    numbers: int
    names: int
    same: bool


def compare(one: Sequence[str], other: Sequence[str]) -> Agreement:
    """Lay two texts side by side."""
    from rapidfuzz.distance import Indel
    from rapidfuzz.fuzz import ratio

    shared = others = numbers = names = 0
    same = True
    found = Indel.opcodes([word.lower() for word in one], [word.lower() for word in other])
    steps = [(op.tag, op.src_start, op.src_end, op.dest_start, op.dest_end) for op in found]
    for step in _blocks(steps):
        left, right = " ".join(one[step[0] : step[1]]), " ".join(other[step[2] : step[3]])
        if left.lower() == right.lower():
            shared += step[1] - step[0]
            continue
        digits, other_digits = _NO_DIGIT.sub("", left), _NO_DIGIT.sub("", right)
        long = min(len(digits), len(other_digits)) >= _LONG_NUMBER
        numbers += long and Indel.distance(digits, other_digits) >= 2 * _DIGITS_READ_WRONG
        likeness = ratio(fold(left), fold(right))
        named = left[:1].isupper() and right[:1].isupper()
        names += named and likeness < (100 if min(len(left), len(right)) <= _SHORT else NEARLY_SAME)
        others += likeness < READ_WORSE and min(len(left), len(right)) >= _FEWEST_LETTERS
        misread = min(len(left), len(right)) > _SHORT and ratio(left.lower(), right.lower()) >= NEARLY_SAME
        same = same and digits == other_digits and (misread or max(len(left), len(right)) == 1)
    return Agreement(shared, others, numbers, names, same)


def _blocks(steps: Iterable[tuple[str, int, int, int, int]]) -> Iterator[tuple[int, int, int, int]]:
    """Steps of an edit, all that lies between two equal ones in one."""
    open: tuple[int, int, int, int] | None = None
    for kind, *ends in steps:
        if kind == "equal":
            if open is not None:
                yield open
            open = None
            yield ends[0], ends[1], ends[2], ends[3]
        else:
            open = (open[0], ends[1], open[2], ends[3]) if open else (ends[0], ends[1], ends[2], ends[3])
    if open is not None:
        yield open


def _facts(record: Record) -> Mapping[str, str]:
    """What tells a paper from others of its form, where the record is sure of it."""
    sure = {name: str(field.value) for name, field in record.fields.items() if is_sure(field)}
    number = next((sure[name] for name in _NUMBERS if name in sure), None)
    found = {
        "type": record.type if record.type != UNKNOWN else None,
        "subject": record.subject.id if record.subject.id in sure.values() else None,
        "number": fold(number) if number else None,
        "date": next((sure[name] for name in DATE_FIELDS if name in sure), None),
    }
    return {name: value for name, value in found.items() if value}
