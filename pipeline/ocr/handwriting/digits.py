"""The network that reads one handwritten digit: two layers of convolution, two full ones, in numpy.

Made by ``training/digits.py``; what it was trained on and how well it reads stands in ``docs/digits.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import Picture

Floats = NDArray[np.float32]

SIDE = 28
"""Rows and columns of a digit's picture."""

NOTHING = 10
"""The class of what is no digit."""

_INSIDE = 20


def scores(w: dict[str, Floats], pictures: Floats) -> Floats:
    """What the network makes of pictures (count, SIDE, SIDE): (count, classes), the higher the likelier."""
    one = _layer(pictures[:, None], w["conv1"], w["bias1"])
    two = _layer(one, w["conv2"], w["bias2"])
    full = np.maximum(two.reshape(len(pictures), -1) @ w["full"] + w["bias3"], 0)
    return np.asarray(full @ w["out"] + w["bias4"], np.float32)


def _layer(x: Floats, kernels: Floats, bias: Floats) -> Floats:
    """Convolution, rectifier, and the largest of each 2 × 2."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (5, 5), axis=(2, 3)).transpose(0, 2, 3, 1, 4, 5)
    count, rows, columns = windows.shape[:3]
    sums = windows.reshape(count * rows * columns, -1) @ kernels.reshape(len(kernels), -1).T + bias
    pooled = sums.reshape(count, rows // 2, 2, columns // 2, 2, -1).max(axis=(2, 4))
    return np.ascontiguousarray(np.maximum(pooled, 0).transpose(0, 3, 1, 2), np.float32)


def framed(ink: Picture) -> Floats:
    """A digit, light on black, as the network takes it: its ink brought to one size, in the middle, 0–1."""
    lit = ink > 0.25 * max(int(ink.max()), 1)
    rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
    frame = np.zeros((SIDE, SIDE), np.float32)
    if len(rows) == 0:
        return frame
    tight = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    scale = _INSIDE / max(tight.shape)
    size = (max(round(tight.shape[1] * scale), 1), max(round(tight.shape[0] * scale), 1))
    small = cv2.resize(tight, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    frame[top : top + size[1], left : left + size[0]] = small / max(float(small.max()), 1.0)
    return frame


@dataclass(frozen=True, slots=True)
class Network:
    """The trained weights."""

    weights: dict[str, Floats]

    def chances(self, pictures: Floats) -> Floats:
        """How likely each picture (count, SIDE, SIDE) is each digit, and no digit at all: (count, 11)."""
        found = scores(self.weights, pictures)
        chance = np.exp(found - found.max(axis=1, keepdims=True))
        return np.asarray(chance / chance.sum(axis=1, keepdims=True), np.float32)


@lru_cache(maxsize=1)
def network() -> Network:
    """The committed network."""
    with (
        (files("pipeline.ocr.handwriting") / "data" / "digits.npz").open("rb") as file,
        np.load(file) as saved,
    ):
        return Network({name: saved[name].astype(np.float32) for name in saved.files})
