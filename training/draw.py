"""``python -m training.draw FOLDER``: draw shards of strips to learn from, or to judge by."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from time import process_time

import cv2

from training.drawing import draw_samples
from training.faces import FOLDERS, Face, find_faces
from training.shards import Labelled, fill
from training.texts import Texts, load_texts


def strips(rng: Random, faces: Sequence[Face], texts: Texts) -> Iterator[Labelled]:
    """Strips without end."""
    while True:
        for each in draw_samples(rng, faces, texts):
            yield Labelled(each.picture, each.text, f"{each.family}/{each.level}/{each.dpi}")


def main() -> None:
    """Draw until the wanted shards are there."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--lines", type=Path, required=True, help="texts, one a line")
    options.add_argument(
        "--syllables", type=Path, required=True, help="syllables and counts, parted by a tab"
    )
    options.add_argument(
        "--fonts", type=Path, action="append", help="folders of fonts; else those of the system"
    )
    options.add_argument("--shards", type=int, default=10)
    options.add_argument("--first", type=int, default=0, help="number of the first shard")
    options.add_argument("--size", type=int, default=2000, help="strips in a shard")
    options.add_argument("--seed", default="1")
    options.add_argument("--judging", action="store_true", help="texts that are never learnt from")
    options.add_argument("--held-out", action="store_true", help="only the faces that are never learnt from")
    given = options.parse_args()
    cv2.setNumThreads(1)
    texts = load_texts(given.lines, given.syllables, judging=given.judging)
    faces = [face for face in find_faces(given.fonts or FOLDERS) if face.held_out == given.held_out]
    print(f"{len(faces)} faces, {len(texts.lines)} lines of text", flush=True)
    numbers = range(given.first, given.first + given.shards)
    start = process_time()
    for file in fill(given.folder, numbers, given.size, given.seed, lambda rng: strips(rng, faces, texts)):
        now = process_time()
        print(f"{file.name}: {given.size / (now - start):.0f} strips a second of cpu", flush=True)
        start = now


if __name__ == "__main__":
    main()
