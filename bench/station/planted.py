"""Wrong values planted where a reader would make them: in the words of a page, with the confidence that the word had.

A letter or digit of one word is exchanged as recognisers do, the paper is understood anew, and we look whether the field
that is wrong now is doubtful, which is what the page shows open. A confidence that did not fall is the worst case: real misreadings
mostly come with less. What the checks put right again is no wrong value, and another one is planted.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path

from apps.presentation import doubts_of
from pipeline.intake import take_in
from pipeline.model import PageReading, Scan
from pipeline.papers.assemble import assemble
from pipeline.read import read_scan_page
from schemas.geometry import Box
from schemas.records import Field
from schemas.text import Word

_LETTERS = (
    "aáàảãạ", "âấầẩẫậ", "ăắằẳẵặ", "eéèẻẽẹ", "êếềểễệ", "iíìỉĩị", "oóòỏõọ", "ôốồổỗộ", "ơớờởỡợ", "uúùủũụ", "ưứừửữự", "yýỳỷỹỵ",
    "nm", "ce", "hb", "đd",
)  # fmt: skip
_DIGITS = "0123456789"

_TIMES = 20
"""How often each word is tried at most."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A field whose value is wrong now: whether it was doubtful before, and whether the page shows it as doubtful."""

    type: str
    field: str
    right: str
    wrong: str
    doubtful_before: bool
    shown: bool


def plant(scans: Sequence[Path], number: int, seed: int) -> list[Planted]:
    """Half of the wrong values in fields that were sure, half in doubtful ones, spread over the scans."""
    rng = random.Random(seed)
    read = [_read(path) for path in scans]
    found: list[Planted] = []
    for doubtful in (False, True):
        tries = [one for scan, pages in read for one in _tries(scan, pages, doubtful=doubtful)]
        rng.shuffle(tries)
        again = islice(cycle(tries), _TIMES * len(tries))
        planted = (_one(*one, rng, doubtful=doubtful) for one in again)
        found += islice(filter(None, planted), number // 2)
    return found


def _read(path: Path) -> tuple[Scan, tuple[PageReading, ...]]:
    scan = take_in(path)
    return scan, tuple(read_scan_page(scan, number) for number in range(1, scan.page_count + 1))


_Try = tuple[Scan, tuple[PageReading, ...], str, int, Word]


def _tries(scan: Scan, pages: tuple[PageReading, ...], *, doubtful: bool) -> Iterator[_Try]:
    """One word of each field of a scan with one paper."""
    papers = assemble(scan, pages).documents
    if len(papers) != 1:
        return
    for name, field in papers[0].record.fields.items():
        if field.value is None or field.box is None or bool(doubts_of(field)) != doubtful:
            continue
        words = [
            (page.number, word)
            for page in pages
            if page.number == field.page
            for word in _inside(page, field)
        ]
        for number, word in words[:2]:
            yield scan, pages, name, number, word


def _inside(page: PageReading, field: Field) -> list[Word]:
    assert field.box is not None
    around = Box(*field.box)
    found = []
    for block in page.text.blocks:
        for line in block.lines:
            for word in line.words:
                x, y = page.text.to_scan.box(word.box).centre
                if (
                    around.left <= x <= around.right
                    and around.top <= y <= around.bottom
                    and word.text in field.text
                ):
                    found.append(word)
    return found


def _one(
    scan: Scan,
    pages: tuple[PageReading, ...],
    name: str,
    number: int,
    word: Word,
    rng: random.Random,
    *,
    doubtful: bool,
) -> Planted | None:
    """Plant one; None where no letter can be exchanged, or the value is right in spite of it, or gone."""
    text = _misread(word.text, rng)
    if text is None:
        return None
    before = assemble(scan, pages).documents[0]
    papers = assemble(
        scan, [_with(page, word, text) if page.number == number else page for page in pages]
    ).documents
    after = papers[0].record.fields.get(name) if len(papers) == 1 else None
    right = before.record.fields[name].value
    if after is None or after.value is None or after.value == right:
        return None
    return Planted(before.record.type, name, str(right), str(after.value), doubtful, bool(doubts_of(after)))


def _misread(text: str, rng: random.Random) -> str | None:
    places = list(range(len(text)))
    rng.shuffle(places)
    for at in places:
        letter = text[at]
        alike = (
            _DIGITS if letter.isdigit() else next((some for some in _LETTERS if letter.lower() in some), "")
        )
        others = [one for one in alike if one != letter.lower()]
        if others:
            chosen = rng.choice(others)
            return text[:at] + (chosen.upper() if letter.isupper() else chosen) + text[at + 1 :]
    return None


def _with(page: PageReading, word: Word, text: str) -> PageReading:
    """The page with another text in a word."""
    blocks = tuple(
        replace(
            block,
            lines=tuple(
                replace(
                    line, words=tuple(replace(one, text=text) if one is word else one for one in line.words)
                )
                for line in block.lines
            ),
        )
        for block in page.text.blocks
    )
    return replace(page, text=replace(page.text, blocks=blocks))
