"""``python -m training.real FOLDER FILE``: the lines of real scans, cut as they are read, with what they truly say.

A strip's truth is the stretch of a true line that its readings resemble most, widened to whole words. Several networks are
asked, and the reading that comes nearest decides where the stretch lies, so that none of them is favoured. Strips that
resemble no true line (seals, dirt), or one with handwriting in it, are left out. Only for judging: nothing is ever learnt from these.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

from bench.metrics import best_window, normal
from pipeline.clean import clean_page
from pipeline.intake import take_in
from pipeline.layout.cut import cut_region
from pipeline.ocr.lstm.model import Model, load_model
from pipeline.pages import load_page
from training.judge import read_strips
from training.shards import Labelled, write_shard

_ALIKE = 0.3
"""Share of a reading's characters that may differ from the truth at the most."""


@dataclass(frozen=True, slots=True)
class _Match:
    """A stretch of a true line, and the edits that part a reading from it, as a share."""

    text: str
    share: float


def label_real(scan: Path, truth: Sequence[str], models: Sequence[Model]) -> Iterator[Labelled]:
    """The strips of the first page of a scan that resemble one of the true lines."""
    page = clean_page(load_page(take_in(scan), 1))
    pictures = [strip.picture for strip in cut_region(page.picture).strips]
    readings = [read_strips(model, pictures) for model in models]
    for place, picture in enumerate(pictures):
        matches = [match for each in readings if (match := nearest(each[place], truth))]
        best = min(matches, key=lambda match: match.share, default=None)
        if best and best.share <= _ALIKE:
            yield Labelled(picture, best.text, scan.stem)


def nearest(reading: str, truth: Sequence[str]) -> _Match | None:
    """The stretch of whole words of a true line that a reading resembles most; None where there is nothing to compare.

    Lines hold what ``bench.metrics.normal`` leaves of them, but for those with handwriting, ⟦…⟧, of which none is given.
    """
    if not reading or not truth:
        return None
    edits, start, end, line = min((*best_window(reading, line), line) for line in truth)
    if "⟦" in line:
        return None
    while start > 0 and line[start - 1] != " ":
        start -= 1
    while end < len(line) and line[end] != " ":
        end += 1
    return _Match(line[start:end].strip(), edits / len(reading))


def main() -> None:
    """Cut all scans with a truth beside them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "scans", type=Path, help="folder of scans; NAME.txt is the truth of the first page of NAME.*"
    )
    options.add_argument("file", type=Path, help="the shard that is written, NAME.npz")
    given = options.parse_args()
    cv2.setNumThreads(1)
    models = [load_model(name) for name in ("vie", "Vietnamese")]
    found = list[Labelled]()
    for text in sorted(given.scans.glob("*.txt")):
        scan = next(
            file
            for file in sorted(text.parent.glob(f"{text.stem}.*"))
            if file.suffix not in (".txt", ".json")
        )
        note = json.loads(text.with_suffix(".json").read_text("utf-8"))
        lines = [*text.read_text("utf-8").splitlines(), *note.get("optional_lines", ())]
        truth = [line if "⟦" in line else normal(line) for line in lines if line.strip()]
        strips = list(label_real(scan, truth, models))
        print(f"{scan.name}: {len(strips)} strips, {sum(len(s.text) for s in strips)} characters", flush=True)
        found += strips
    write_shard(given.file, found)


if __name__ == "__main__":
    main()
