"""From a drawn sheet to strips with their texts: scanned, cleaned and cut by the very code that reads.

What a strip says is known from where the words were drawn. A strip that holds half a word, since a line was torn up or
something covered it, is left out: nobody knows what it should be read as.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

import numpy as np

from fixtures.generator.model import Sheet
from fixtures.generator.scanner.capture import Capture, Level, plan
from fixtures.generator.scanner.geometry import Mapping
from fixtures.generator.scanner.scan import scan_sheet
from pipeline.clean import clean_page
from pipeline.layout.cut import cut_region
from pipeline.layout.lines import TextLine
from pipeline.model import X_HEIGHT, Page, Picture, ScanPage
from pipeline.ocr.recogniser import CONTRAST
from training.faces import Face, choose
from training.sheets import draw_setting, draw_sheet
from training.texts import Texts

_OFF, _BESIDE = 0.55, 0.35
"""How far the foot of a word may lie from the baseline, and its sides beyond the line, in x-heights."""

_LOW = (75, 85, 100, 110, 130)
"""Resolutions of pictures sent by phone and of old web pages, in dpi; otherwise clean."""

_FRAME = 4
"""Pixels of a strip that a sign takes at the least, on average."""

_WIDEST = 1600
"""Pixels of a strip; longer lines are rare, and dear to learn from."""

LEVELS: dict[Level, float] = {"light": 0.6, "medium": 0.28, "heavy": 0.12}


@dataclass(frozen=True, slots=True)
class Sample:
    """One strip, grey (HEIGHT, width) uint8, what it says, and what it was drawn with."""

    picture: Picture
    text: str
    family: str
    level: Level
    dpi: int


def draw_samples(
    rng: Random, faces: Sequence[Face], texts: Texts, level: Level | None = None
) -> tuple[Sample, ...]:
    """The strips of one sheet, in one face of ``faces``, scanned at a ``level``: some ten of them."""
    level = level or rng.choices(list(LEVELS), weights=list(LEVELS.values()))[0]
    face = choose(rng, faces)
    sheet = draw_sheet(rng, faces, draw_setting(rng, face), texts)
    capture = _capture(rng, level, coloured=bool(sheet.ink))
    scanned = scan_sheet(sheet, sheet if capture.bleed else None, capture, rng)
    page = clean_page(ScanPage(1, scanned.image, capture.dpi))
    if page.quarter_turns or page.blank:
        return ()
    return tuple(
        Sample(picture, text, face.family, level, capture.dpi)
        for picture, text in label(page, sheet, scanned.mapping)
    )


def _capture(rng: Random, level: Level, *, coloured: bool) -> Capture:
    """A capture without what makes lines unknowable: black borders, holes, quarter turns. Colour is dear, and rarely matters."""
    capture = plan(rng, level).but(turned=0, borders=(0.0,) * 4, holes=False)
    if capture.mode == "colour" and not coloured and rng.random() < 0.8:
        capture = capture.but(mode="grey")
    if level == "light" and capture.mode != "bw" and rng.random() < 0.15:
        capture = capture.but(dpi=rng.choice(_LOW), blur=rng.uniform(0.1, 0.4))
    if level == "light" and rng.random() < 0.2:  # copiers of agencies send 1 bit and 200 dpi
        capture = capture.but(mode="bw", toner=rng.uniform(0.9, 1.0), threshold=rng.randint(130, 175))
    if capture.mode == "bw" and rng.random() < 0.4:
        capture = capture.but(dpi=200)
    return capture


def label(page: Page, sheet: Sheet, mapping: Mapping) -> Iterator[tuple[Picture, str]]:
    """The strips of a page as they are read, each with the words of the sheet that were drawn there.

    ``mapping`` leads from the sheet to the scan from which the page was made.
    """
    back = page.to_scan.inverse()
    feet = [
        _Foot(
            word.text,
            *(back.point(*mapping.point(x, word.box.bottom)) for x in (word.box.left, word.box.right)),
        )
        for line in sheet.lines
        for word in line.words
    ]
    cut = cut_region(page.picture)
    for strip, line in zip(cut.strips, cut.lines.lines, strict=True):
        text = _text_of(line, feet)
        width = strip.picture.shape[1]
        if text and _FRAME * len(text) <= width <= _WIDEST and np.ptp(strip.picture) > CONTRAST:
            yield strip.picture, text


class _Foot(NamedTuple):
    """A word and the ends of its baseline on the page, (x, y) in pixels."""

    text: str
    left: tuple[float, float]
    right: tuple[float, float]


def _text_of(line: TextLine, feet: Sequence[_Foot]) -> str:
    """The words that stand on a line; nothing where one of them stands there in part only."""
    found = list[tuple[float, str]]()
    for foot in feet:
        (left, y0), (right, y1) = foot.left, foot.right
        middle = (left + right) / 2
        if abs(line.baseline_at(middle) - (y0 + y1) / 2) > _OFF * X_HEIGHT:
            continue
        if right < line.left + _BESIDE * X_HEIGHT or left > line.right - _BESIDE * X_HEIGHT:
            continue
        if left < line.left - _BESIDE * X_HEIGHT or right > line.right + _BESIDE * X_HEIGHT:
            return ""
        found.append((left, foot.text))
    return " ".join(text for _, text in sorted(found))
