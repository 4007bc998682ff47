"""``python -m training.judge SHARD…``: character error rates of networks on the same strips, beside Tesseract's own.

``--weights`` names checkpoints of ``training.learn`` (or an exported network); each is run as reading runs it.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from pipeline.model import Picture
from pipeline.ocr.lstm.model import Model, load_model
from pipeline.ocr.lstm.network import probabilities
from pipeline.ocr.lstm.packed import unpack
from schemas.vietnamese import fold
from training.alphabet import decode
from training.shards import Labelled, read_shard

_AT_ONCE = 100


@dataclass(slots=True)
class Count:
    """Characters of the truth, edits, and those edits that vanish without tones and marks."""

    characters: int = 0
    edits: int = 0
    tones: int = 0

    def add(self, truth: str, read: str) -> None:
        """Count one strip."""
        edits = Levenshtein.distance(truth, read)
        self.characters += len(truth)
        self.edits += edits
        self.tones += edits - Levenshtein.distance(fold(truth), fold(read))

    def __str__(self) -> str:
        share = 100 / max(self.characters, 1)
        return f"{self.edits * share:5.2f} % ({self.edits}, tones {self.tones})"


def read_strips(model: Model, pictures: Sequence[Picture]) -> list[str]:
    """What a network reads by itself on each strip: the likeliest sign of each frame."""
    found = list[str]()
    for start in range(0, len(pictures), _AT_ONCE):
        part = pictures[start : start + _AT_ONCE]
        found += (
            decode(frames.argmax(axis=1).tolist(), model.signs, model.null)
            for frames in probabilities(model, part)
        )
    return found


def count(
    strips: Sequence[Labelled], readings: Sequence[str], group: Callable[[Labelled], str]
) -> dict[str, Count]:
    """Counts for each group of strips, and for ``all``."""
    found = defaultdict[str, Count](Count)
    for strip, read in zip(strips, readings, strict=True):
        for name in (group(strip), "all"):
            found[name].add(strip.text, read)
    return dict(found)


def main() -> None:
    """Judge Tesseract's network and others."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("shards", type=Path, nargs="+")
    options.add_argument("--model", default="vie")
    options.add_argument("--weights", type=Path, action="append", default=[])
    options.add_argument("--by", choices=("scan", "face", "level", "dpi"), default="scan")
    options.add_argument(
        "--differences", action="store_true", help="show lines that the last network reads otherwise"
    )
    given = options.parse_args()
    first = load_model(given.model)
    strips = [strip for file in given.shards for strip in read_shard(file)]
    place = {"scan": 0, "face": 0, "level": 1, "dpi": 2}[given.by]
    models = {given.model: first} | {file.stem: unpack(file) for file in given.weights}
    readings = {
        name: read_strips(model, [strip.picture for strip in strips]) for name, model in models.items()
    }
    counts = {
        name: count(strips, read, lambda strip: strip.source.split("/")[place])
        for name, read in readings.items()
    }
    print(" | ".join(["", *models]))
    for group in sorted(counts[given.model], key=lambda name: (name == "all", name)):
        print(" | ".join([group, *(str(each[group]) for each in counts.values())]))
    if given.differences:
        before, *_, last = readings.values()
        for strip, old, new in zip(strips, before, last, strict=True):
            if old != new:
                print(f"\n{strip.source}\ntrue {strip.text}\nold  {old}\nnew  {new}")


if __name__ == "__main__":
    main()
