"""Drawn strips on disk, some thousand in a file, so that they can be learnt from more than once.

Each shard is drawn from its own number, so that drawing can be stopped anywhere, resumed, and done by several processes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from pipeline.layout.strips import HEIGHT
from pipeline.model import Picture


@dataclass(frozen=True, slots=True)
class Labelled:
    """A strip, grey (HEIGHT, width) uint8, what it says, and where it is from, such as ``Tinos/light/200``."""

    picture: Picture
    text: str
    source: str


def write_shard(file: Path, strips: Sequence[Labelled]) -> None:
    """Write strips to a file that is there whole or not at all."""
    part = file.with_suffix(f".{os.getpid()}.part")
    pixels = np.concatenate([strip.picture for strip in strips] or [np.zeros((HEIGHT, 0), np.uint8)], axis=1)
    notes = json.dumps([[strip.picture.shape[1], strip.text, strip.source] for strip in strips])
    with part.open("wb") as out:
        np.savez_compressed(out, pixels=pixels, notes=np.frombuffer(notes.encode(), np.uint8))
    part.replace(file)


def read_shard(file: Path) -> list[Labelled]:
    """The strips of a file."""
    with np.load(file) as parts:
        pixels, notes = parts["pixels"], json.loads(parts["notes"].tobytes())
    ends = np.cumsum([width for width, _, _ in notes])
    return [
        Labelled(pixels[:, end - width : end], text, source)
        for end, (width, text, source) in zip(ends.tolist(), notes, strict=True)
    ]


def fill(
    folder: Path, numbers: range, size: int, seed: str, draw: Callable[[Random], Iterator[Labelled]]
) -> Iterator[Path]:
    """Draw the shards of these numbers that are not there yet, of ``size`` strips each; gives each when it is written."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        file = folder / f"{number:05}.npz"
        if file.exists():
            continue
        source = draw(Random(f"{seed}-{number}"))
        write_shard(file, [strip for strip, _ in zip(source, range(size), strict=False)])
        yield file
