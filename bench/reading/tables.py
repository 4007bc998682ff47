"""Words that are lost from tables of 5 to 60 equal rows: ruled and not, in colour, grey and 1 bit, at three levels.

A word is *lost* when nothing of it is in the text. Where words of the paper and words of ours touch, both texts are laid beside each other
sign by sign: a word of the paper is lost when no sign of ours stands for any of its own, or when it has several and not one of them was
read. Any other word that differs is *misread*: an error of reading, counted apart. What was read where nothing is printed is *made up*.

``python -m bench.reading.tables [--seed N] [--count N] [--keep DIR]``: the table on stdout, each lost or made-up word on stderr; exit status 1
where a word is lost.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from fixtures.generator import LEVELS, Scan, scan_papers, write_scan
from fixtures.generator.layouts.lists import equal_rows
from fixtures.generator.scanner.capture import Capture, Level, plan
from fixtures.generator.scanner.scan import ScannedPage
from pipeline.intake import take_in
from pipeline.read import read_scan_page
from schemas.geometry import Box
from schemas.text import PageText, Word

MODES = ("colour", "grey", "bw")
ROWS = (5, 60)

_BESIDE, _OVER = 0.3, 0.5
"""Share of the narrower of two words that both have in common, and share of a line's height by which one may lie above the other."""


_BLACK, _COVERED, _AROUND = 80, 0.8, 6
"""Darker than this (0–255), over so large a share of it, a place is covered, with so many pixels around: no letter is so full of ink."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of table; a ``marked`` one holds dashes, crosses and single digits that differ from row to row."""

    level: Level
    mode: str
    ruled: bool
    marked: bool


@dataclass(frozen=True, slots=True)
class Printed:
    """A word of the paper: its text, and its box in pixels of the upright page."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Compared:
    """What became of the words of a page."""

    words: int
    lost: tuple[Printed, ...]
    misread: tuple[tuple[str, str], ...]
    made_up: tuple[Word, ...]


def compare(page: ScannedPage, text: PageText) -> Compared:
    """The printed words that a scan shows, and what was read of them."""
    upright = text.to_scan.inverse()
    drawn = [word for line in page.lines for word in line.words if _is_shown(page, word.box)]
    printed, read = _differing(
        [Printed(word.text, upright.box(word.box)) for word in drawn], list(text.words())
    )
    lost: list[Printed] = []
    misread: list[tuple[str, str]] = []
    made_up: list[Word] = []
    for paper, ours in _together(printed, read):
        gone, wrong = _laid_beside(paper, ours)
        lost += gone
        misread += wrong
        made_up += [] if paper else ours
    return Compared(len(drawn), tuple(lost), tuple(misread), tuple(made_up))


def _is_shown(page: ScannedPage, box: Box) -> bool:
    """Whether a scan shows the place of a word: the dark lid of the scanner may lie over it."""
    left, top, right, bottom = box.as_list()
    place = page.image[max(top - _AROUND, 0) : bottom + _AROUND, max(left - _AROUND, 0) : right + _AROUND]
    return bool(place.size) and float((place < _BLACK).mean()) < _COVERED


def _differing(printed: Sequence[Printed], read: Sequence[Word]) -> tuple[list[Printed], list[Word]]:
    """The words of the paper and of ours without those that are the same, and stand on one place."""
    left, high = list(read), _height(printed)
    differing = []
    for one in printed:
        same = next(
            (word for word in left if word.text == one.text and _touch(one.box, word.box, high)), None
        )
        if same is None:
            differing.append(one)
        else:
            left.remove(same)
    return differing, left


def _together(printed: Sequence[Printed], read: Sequence[Word]) -> Iterator[tuple[list[Printed], list[Word]]]:
    """Groups of words of the paper and of ours that touch one another, each from left to right."""
    high = _height(printed)
    group = list(range(len(printed) + len(read)))

    def head(of: int) -> int:
        while group[of] != of:
            of = group[of]
        return of

    for i, one in enumerate(printed):
        for j, other in enumerate(read, len(printed)):
            if _touch(one.box, other.box, high):
                group[head(j)] = head(i)
    found: dict[int, tuple[list[Printed], list[Word]]] = defaultdict(lambda: ([], []))
    for i, one in enumerate(printed):
        found[head(i)][0].append(one)
    for j, other in enumerate(read, len(printed)):
        found[head(j)][1].append(other)
    for paper, ours in found.values():
        yield (
            sorted(paper, key=lambda word: word.box.left),
            sorted(ours, key=lambda word: word.box.left),
        )


def _height(printed: Sequence[Printed]) -> float:
    """That of most words."""
    return sorted(word.box.height for word in printed)[len(printed) // 2] if printed else 0.0


def _touch(one: Box, other: Box, high: float) -> bool:
    beside = min(one.right, other.right) - max(one.left, other.left)
    apart = max(one.top, other.top) - min(one.bottom, other.bottom)
    flat = min(one.height, other.height) < high / 2  # a dash
    over = apart <= _OVER * high if flat else -apart >= _BESIDE * min(one.height, other.height)
    return over and beside >= _BESIDE * min(one.width, other.width)


def _laid_beside(
    paper: Sequence[Printed], ours: Sequence[Word]
) -> tuple[list[Printed], list[tuple[str, str]]]:
    """Which words of the paper are lost, and which are misread as what."""
    before = "".join(word.text for word in paper)
    after = "".join(word.text for word in ours)
    same, stands = set[int](), dict[int, str]()
    for step in Levenshtein.opcodes(before, after):
        places = range(step.src_start, step.src_end)
        if step.tag == "equal":
            same.update(places)
        if step.tag in {"equal", "replace"}:
            stands.update(zip(places, after[step.dest_start : step.dest_end], strict=False))
    lost, misread, start = [], [], 0
    for word in paper:
        places = range(start, start + len(word.text))
        start += len(word.text)
        there = "".join(stands.get(place, "") for place in places)
        if not there or (len(word.text) > 1 and same.isdisjoint(places)):
            lost.append(word)
        elif there != word.text:
            misread.append((word.text, there))
    return lost, misread


def drawn(kind: Kind, seed: int) -> Scan:
    """A table of this kind, scanned; the same arguments give the same pixels."""
    rng = random.Random(f"tables:{seed}:{kind}")
    rows, landscape = rng.randint(*ROWS), rng.random() < 0.2
    paper = equal_rows(rng, rows, ruled=kind.ruled, landscape=landscape, marked=kind.marked)
    return scan_papers([paper], seed, kind.level, _capture(kind, rng))


def _capture(kind: Kind, rng: random.Random) -> Capture:
    """What the level suffers, in the mode that is wanted."""
    while (capture := plan(rng, kind.level)).mode != kind.mode:
        pass
    return capture


def kinds(levels: Sequence[Level]) -> Iterator[Kind]:
    """All kinds of tables."""
    for level, mode, ruled, marked in product(levels, MODES, (True, False), (False, True)):
        yield Kind(level, mode, ruled, marked)


def measure(kind: Kind, seed: int, folder: Path) -> Iterator[tuple[str, int, Compared]]:
    """Read one table as the file that would arrive: its name, and each page with what became of its words."""
    scan = drawn(kind, seed)
    lines = ("ruled" if kind.ruled else "unruled", "marked" if kind.marked else "equal")
    jpeg = scan.pages[0].jpeg is not None
    suffix = (".pdf" if jpeg else ".tif") if len(scan.pages) > 1 else ".jpg" if jpeg else ".png"
    path = folder / f"{seed}-{kind.level}-{kind.mode}-{'-'.join(lines)}{suffix}"
    write_scan(scan, path)
    taken = take_in(path)
    for number, page in enumerate(scan.pages, start=1):
        yield path.name, number, compare(page, read_scan_page(taken, number).text)


def main() -> int:
    """Draw, read and count; exit status 1 where a word is lost."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.reading.tables", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--count", type=int, default=1, help="tables of each kind")
    parser.add_argument("--levels", nargs="+", default=list(LEVELS), choices=LEVELS)
    parser.add_argument("--keep", type=Path, help="folder where the drawn tables stay")
    given = parser.parse_args()
    counts: dict[Kind, Counter[str]] = defaultdict(Counter)
    with tempfile.TemporaryDirectory() as scratch:
        for seed, kind in product(range(given.seed, given.seed + given.count), kinds(given.levels)):
            for name, number, one in measure(kind, seed, given.keep or Path(scratch)):
                counts[kind].update(
                    pages=1,
                    words=one.words,
                    lost=len(one.lost),
                    misread=len(one.misread),
                    made_up=len(one.made_up),
                )
                for lost in one.lost:
                    sys.stderr.write(f"lost: {name} {number} {lost.text} {lost.box.as_list()}\n")
                for word in one.made_up:
                    sys.stderr.write(f"made up: {name} {number} {word.text} {word.box.as_list()}\n")
    sys.stdout.write(f"Seed {given.seed}\n\n" + "\n".join(rows(counts)) + "\n")
    return int(any(count["lost"] for count in counts.values()))


def rows(counts: dict[Kind, Counter[str]]) -> Iterator[str]:
    """Markdown: level, mode and ruling, and all together."""
    yield "| level | mode | rules | pages | words | lost | misread | made up |"
    yield "|---|---|---|---|---|---|---|---|"
    groups: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for kind, count in counts.items():
        groups[kind.level, kind.mode, "ruled" if kind.ruled else "unruled"] += count
    groups["all", "", ""] = sum(counts.values(), Counter())
    for group, count in groups.items():
        figures = (str(count[name]) for name in ("pages", "words", "lost", "misread", "made_up"))
        yield f"| {' | '.join(group)} | {' | '.join(figures)} |"


if __name__ == "__main__":
    raise SystemExit(main())
