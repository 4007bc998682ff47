"""Print that bare Tesseract reads with high confidence and we do not have at all: no step of ours may delete it.

Tesseract's layout is poor and its words are often wrong, but what it is sure of stands on the paper. A word of it is *had* where
something of ours lies on its place, however we read it, or where the same word of ours touches that place (its boxes may reach over
dot leaders and into other lines). Print is read the same when it is cut out and read by itself; a diamond of a border is read as *lọ* once.
What a seal says is kept as a picture, never as text; what stands in other coloured ink that was lifted (a received stamp) is listed, and
counted apart. What is left is looked at: a loss of ours.

``python -m bench.reading.lost [--real DIR] [--seed N --count N]`` lists it for real scans and for generated ones.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.reading.corpus import generated
from fixtures.generator import LEVELS, TYPES
from pipeline.clean import clean_page
from pipeline.intake import take_in
from pipeline.language.syllables import is_syllable
from pipeline.layout.cut import cut_region
from pipeline.model import Code, InkKind, Page, Picture
from pipeline.pages import load_page
from pipeline.read import read_scan_page
from schemas.geometry import Box, union
from schemas.text import PageText

SURE = 85.0
"""Tesseract's confidence (0–100) in a word from which on the word must be there."""

_COVERED, _ON_LEVEL = 0.4, 0.5
"""Share of a word's width that words of ours must cover, so much of whose height lies within its box: that is often far too high."""

_WHITE = 20
"""Pixels of paper around what is cut out and read by itself."""

_WITHIN = 0.9
"""Share of a word's box that lies within a seal or other ink where that ink says it."""

_SYLLABLE, _NUMBER = 2, 2
"""Fewest letters of a syllable and digits of a number that cannot be a speck."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A stretch of a line that only Tesseract read; ``box`` in pixels of the page as scanned. ``inked``: in colour that was lifted."""

    text: str
    box: Box
    inked: bool = False


def lost_print(picture: Picture, text: PageText, model: str = "vie") -> tuple[Lost, ...]:
    """What bare Tesseract reads on a picture (grey or RGB, as scanned, upright) and ``text``, ours of it, lacks."""
    ours = [text.to_scan.box(word.box) for word in text.words()]
    same = _by_letters(text)
    lines: dict[tuple[int, ...], list[tuple[str, Box]]] = {}
    for key, word, box in _tesseract(picture, model):
        if not _is_print(word) or _share(ours, box) >= _COVERED:
            continue
        if any(_touch(other, box) for other in same.get(_core(word), ())):
            continue
        if _reads_alone(picture, word, box, model):
            lines.setdefault(key, []).append((word, box))
    return tuple(
        Lost(" ".join(word for word, _ in words), union(box for _, box in words)) for words in lines.values()
    )


def lost_in(path: Path) -> Iterator[tuple[int, tuple[Lost, ...]]]:
    """For each page of a scan that lies upright, its number and what we lost on it; Tesseract reads no turned ones."""
    scan = take_in(path)
    for number in range(1, scan.page_count + 1):
        reading = read_scan_page(scan, number)
        text = reading.text
        page = load_page(scan, number)
        right, down = text.to_scan.point(1.0, 0.0), text.to_scan.point(0.0, 0.0)
        if right[0] - down[0] > abs(right[1] - down[1]):
            lost = tuple(one for one in lost_print(page.picture, text) if not _on_code(one, reading.codes))
            yield number, _told_apart(lost, clean_page(page)) if lost else ()


def main() -> int:
    """Read all scans; exit status 1 where print is lost."""
    parser = argparse.ArgumentParser(prog="python -m bench.reading.lost", description=main.__doc__)
    parser.add_argument("--real", type=Path, help="folder of scans; a truth is not needed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1, help="scans for each type and level (0: none)")
    parser.add_argument("--levels", nargs="+", default=list(LEVELS), choices=LEVELS)
    parser.add_argument("--types", nargs="+", default=list(TYPES), choices=TYPES)
    given = parser.parse_args()
    suffixes = {".jpg", ".png", ".tif", ".pdf"}
    scans = sorted(path for path in given.real.iterdir() if path.suffix in suffixes) if given.real else []
    pages = lines = inked = 0
    with tempfile.TemporaryDirectory() as folder:
        drawn = (
            sample.path
            for sample in generated(Path(folder), given.seed, given.count, given.levels, given.types)
        )
        for path in (*scans, *drawn):
            for number, lost in lost_in(path):
                pages, lines = pages + 1, lines + sum(not each.inked for each in lost)
                inked += sum(each.inked for each in lost)
                for each in lost:
                    told = " (in coloured ink)" if each.inked else ""
                    sys.stdout.write(f"{path.name} {number} {each.box.as_list()} {each.text}{told}\n")
    sys.stdout.write(f"{pages} pages, {lines} lines lost, {inked} in coloured ink\n")
    return int(lines > 0)


def _told_apart(lost: Sequence[Lost], page: Page) -> tuple[Lost, ...]:
    """Those that do not stand within a seal, and whether they stand in other ink."""
    circles = cut_region(page.picture).seals
    seals = [ink.box for ink in page.inks if ink.kind in {InkKind.SEAL_ROUND, InkKind.SEAL_SQUARE}]
    others = [ink.box for ink in page.inks if ink.box not in seals and ink.colour != "red"]
    on_page = page.to_scan.inverse()
    return tuple(
        replace(each, inked=_within(each.box, others))
        for each in lost
        if not any(circle.holds(on_page.box(each.box)) for circle in circles) and not _within(each.box, seals)
    )


def _within(box: Box, inks: Sequence[Box]) -> bool:
    return any(ink.intersection(box).area > _WITHIN * box.area for ink in inks)


def _on_code(lost: Lost, codes: Sequence[Code]) -> bool:
    return any(code.box.intersection(lost.box).area > 0 for code in codes)


def _core(word: str) -> str:
    return word.strip(".,;:-–—…/()[]\"'“”‘’")


def _is_print(word: str) -> bool:
    core = _core(word)
    if core.isdigit():
        return len(core) >= _NUMBER
    return len(core) >= _SYLLABLE and core.isalpha() and is_syllable(core)


def _by_letters(text: PageText) -> dict[str, list[Box]]:
    """Where each word of ours stands on the page as scanned."""
    places: dict[str, list[Box]] = {}
    for word in text.words():
        places.setdefault(_core(word.text), []).append(text.to_scan.box(word.box))
    return places


def _touch(one: Box, other: Box) -> bool:
    return one.intersection(other).area > 0


def _share(ours: Sequence[Box], box: Box) -> float:
    """The share of a box's width over which words of ours stand on its level."""
    columns = np.zeros(max(round(box.width), 1), np.bool_)
    for word in ours:
        if word.intersection(box).height >= _ON_LEVEL * min(word.height, box.height) > 0:
            left = max(round(word.left - box.left), 0)
            columns[left : max(round(word.right - box.left), 0)] = True
    return float(columns.mean())


def _reads_alone(picture: Picture, word: str, box: Box, model: str) -> bool:
    """Whether Tesseract reads the same word where nothing else is in sight, at its size and twice as large."""
    import cv2
    import pytesseract

    left, top, right, bottom = box.as_list()
    part = picture[max(top, 0) : bottom, max(left, 0) : right]
    paper = np.percentile(part, 90, axis=(0, 1)).astype(np.uint8)
    height, width = part.shape[:2]
    alone = np.empty((height + 2 * _WHITE, width + 2 * _WHITE, *part.shape[2:]), np.uint8)
    alone[:] = paper
    alone[_WHITE:-_WHITE, _WHITE:-_WHITE] = part
    double = cv2.resize(alone, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    read = (pytesseract.image_to_string(each, lang=model, config="--psm 7") for each in (alone, double))
    return all(_core(word).lower() in text.lower() for text in read)


def _tesseract(picture: Picture, model: str) -> list[tuple[tuple[int, ...], str, Box]]:
    """Its sure words: line, text, box."""
    import pytesseract

    os.environ["OMP_THREAD_LIMIT"] = "1"
    data = pytesseract.image_to_data(picture, lang=model, output_type=pytesseract.Output.DICT)
    found: list[tuple[tuple[int, ...], str, Box]] = []
    for i, word in enumerate(data["text"]):
        if word.strip() and float(data["conf"][i]) >= SURE:
            left, top = data["left"][i], data["top"][i]
            box = Box(left, top, left + data["width"][i], top + data["height"][i])
            found.append(((data["block_num"][i], data["par_num"][i], data["line_num"][i]), word, box))
    return found


if __name__ == "__main__":
    raise SystemExit(main())
