"""Strips in batches of about the same width, as arrays that the networks take in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from pipeline.ocr.lstm.model import POOL, Floats
from pipeline.ocr.lstm.network import levelled
from training.alphabet import encode
from training.shards import Labelled


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
    """All strips that can be written with the signs of ``places``, about so many ``pixels`` of width in a batch.

    They are shuffled with ``rng``, and left in order of width without.
    """
    coded = [(strip, codes) for strip in strips if (codes := encode(strip.text, places))]
    jitter = rng.uniform if rng else lambda low, _: low
    coded.sort(key=lambda pair: pair[0].picture.shape[1] * jitter(1.0, 1.15))
    groups, inside = list[list[tuple[Labelled, list[int]]]](), list[tuple[Labelled, list[int]]]()
    for pair in coded:
        if (
            inside
            and (len(inside) + 1) * max(pair[0].picture.shape[1], inside[-1][0].picture.shape[1]) > pixels
        ):
            groups.append(inside)
            inside = []
        inside.append(pair)
    groups.append(inside)
    if rng:
        rng.shuffle(groups)
    yield from (_batch(group) for group in groups if group)


def _batch(group: Sequence[tuple[Labelled, list[int]]]) -> Batch:
    pictures = [strip.picture for strip, _ in group]
    widest = max(picture.shape[1] for picture in pictures)
    lines = np.zeros((len(group), pictures[0].shape[0], widest + -widest % POOL), np.float32)
    for place, picture in enumerate(pictures):
        lines[place, :, : picture.shape[1]] = levelled(picture)
    return Batch(
        lines,
        np.array([picture.shape[1] // POOL for picture in pictures]),
        np.concatenate([codes for _, codes in group]),
        np.array([len(codes) for _, codes in group]),
        tuple(strip.text for strip, _ in group),
    )
