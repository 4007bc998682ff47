"""Strips in batches of about the same width, as arrays that the networks take in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from pipeline.ocr.lstm.model import POOL, Floats
from pipeline.ocr.lstm.network import levelled
from training.alphabet import encode
from training.shards import Labelled

_STEP = 32 * POOL
"""Widths of batches are multiples of this many pixels."""


@dataclass(frozen=True, slots=True)
class Batch:
    """``lines`` (batch, height, width), levelled, 0 beyond their ends; ``counts`` of frames; classes of all texts in a row."""

    lines: Floats
    counts: NDArray[np.int64]
    targets: NDArray[np.int64]
    lengths: NDArray[np.int64]
    texts: tuple[str, ...]


def batches(
    rng: Random | None, strips: Sequence[Labelled], places: dict[str, int], pixels: int
) -> Iterator[Batch]:
    """All strips that can be written with the signs of ``places``, at most so many ``pixels`` of width in a batch.

    They are shuffled with ``rng``, and left in order of width without. Widths are rounded up to a few, since PyTorch
    makes code for each shape that it meets.
    """
    by_width = defaultdict[int, list[tuple[Labelled, list[int]]]](list)
    for strip in strips:
        if codes := encode(strip.text, places):
            by_width[-(-strip.picture.shape[1] // _STEP) * _STEP].append((strip, codes))
    groups = list[tuple[int, list[tuple[Labelled, list[int]]]]]()
    for width, pairs in sorted(by_width.items()):
        if rng:
            rng.shuffle(pairs)
        most = max(pixels // width, 1)
        groups += [(width, pairs[start : start + most]) for start in range(0, len(pairs), most)]
    if rng:
        rng.shuffle(groups)
    yield from (_batch(width, group) for width, group in groups)


def _batch(width: int, group: Sequence[tuple[Labelled, list[int]]]) -> Batch:
    pictures = [strip.picture for strip, _ in group]
    lines = np.zeros((len(group), pictures[0].shape[0], width), np.float32)
    for place, picture in enumerate(pictures):
        lines[place, :, : picture.shape[1]] = levelled(picture)
    return Batch(
        lines,
        np.array([picture.shape[1] // POOL for picture in pictures]),
        np.concatenate([codes for _, codes in group]),
        np.array([len(codes) for _, codes in group]),
        tuple(strip.text for strip, _ in group),
    )
