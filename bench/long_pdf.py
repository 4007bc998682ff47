"""Long PDF files as a scanner makes them: black and white pages, each a picture of its own; one paper, or a stack of many."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path
from random import Random

import pikepdf
from PIL import Image, ImageDraw, ImageFont

from fixtures.generator import make_scan
from fixtures.generator.facts.agencies import agency
from fixtures.generator.facts.places import place
from fixtures.generator.prose.compose import Writer
from fixtures.generator.scanner.capture import Capture
from fixtures.generator.writers import picture
from pipeline.pdfa.carrier import Carrier
from pipeline.pdfa.images import encode_picture

DPI = 200
_SIZE = 1654, 2339
_FONT = "Tinos-Regular.ttf"
_LETTERS = 78
LINES = 34
"""On a full page."""


def write_long_pdf(path: Path, pages: int, seed: int, *, stack: bool = False, lines: int = LINES) -> None:
    """Write so many pages, no two alike: one report with page numbers, ``lines`` on a page, or with ``stack`` papers of a few pages each."""
    pictures = path.with_suffix(".pictures")
    with pictures.open("wb") as file:
        carrier = Carrier(file)
        drawn = _papers(seed) if stack else _report(seed, lines)
        numbers = [carrier.add(encode_picture(page)) for page, _ in zip(drawn, range(pages), strict=False)]
        carrier.finish()
    width, height = (side * 72 / DPI for side in _SIZE)
    with pikepdf.open(pictures) as pdf:
        for number in numbers:
            page = pdf.add_blank_page(page_size=(width, height))
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.get_object((number, 0))))
            page.Contents = pikepdf.Stream(pdf, f"{width:.2f} 0 0 {height:.2f} 0 0 cm /Im0 Do".encode())
        pdf.save(path)
    pictures.unlink()


def _report(seed: int, on_page: int) -> Iterator[Image.Image]:
    """One paper: its first page, then page after page of text with its number at the top."""
    rng = Random(seed)
    day = date(2025, 3, 4)
    writer = Writer(rng, agency(rng, place(rng, day.year)), day)
    lines = [_line(text) for text in textwrap.wrap(writer.sentences(300), _LETTERS)]
    yield _first(seed)
    for number in count(2):
        yield _text_page(str(number), rng.sample(lines, on_page))


def _papers(seed: int) -> Iterator[Image.Image]:
    """First pages, each a paper of its own."""
    firsts = [_first(seed + number) for number in range(20)]
    for number in count(1):
        page = firsts[number % len(firsts)].copy()
        ImageDraw.Draw(page).text((_SIZE[0] - 300, _SIZE[1] - 90), f"tờ {number}", 0, _font(28))
        yield page


def _first(seed: int) -> Image.Image:
    """The first page of a drawn decision."""
    capture = Capture(mode="bw", dpi=DPI)
    scan = make_scan("administrative_document", seed, capture=capture)
    page = Image.new("1", _SIZE, 1)
    page.paste(picture(scan.pages[0]))
    return page


def _line(text: str) -> Image.Image:
    line = Image.new("1", (_SIZE[0] - 400, 56), 1)
    ImageDraw.Draw(line).text((0, 0), text, 0, _font(38))
    return line


def _text_page(number: str, lines: list[Image.Image]) -> Image.Image:
    page = Image.new("1", _SIZE, 1)
    ImageDraw.Draw(page).text((_SIZE[0] / 2, 110), number, 0, _font(38), anchor="mm")
    for row, line in enumerate(lines):
        page.paste(line, (220, 190 + 58 * row))
    return page


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONT, size)
