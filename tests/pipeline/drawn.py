"""Papers of the fixture generator as page readings: every word read right, or with faults put in on purpose."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from fixtures.generator import make_paper
from fixtures.generator.model import Paper
from pipeline.model import Code, PageReading
from schemas.text import Line, Word
from tests.pipeline.plain_reading import page_of


@lru_cache(maxsize=8)  # each sheet is a picture of 26 MB
def paper(type: str, seed: int) -> Paper:
    return make_paper(type, seed)


def reading(
    drawn: Paper, fault: Callable[[str], str] = str, first: int = 1, confidence: float = 0.96
) -> list[PageReading]:
    """One page reading for each sheet; codes drawn on it are read."""
    pages = []
    for number, sheet in enumerate(drawn.sheets, start=first):
        lines = [
            Line(tuple(Word(fault(word.text), word.box, confidence) for word in line.words))
            for line in sheet.lines
            if line.words
        ]
        codes = tuple(
            Code("QRCode", mark.text, mark.box) for mark in sheet.marks if mark.kind == "qr" and mark.text
        )
        pages.append(page_of(lines, *sheet.size, number=number, codes=codes))
    return pages
