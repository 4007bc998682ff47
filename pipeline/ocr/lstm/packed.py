"""A trained network as one small file of arrays that numpy reads; our own lies beside this module.

How it was made: ``training/`` and ``docs/training.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

import numpy as np

from pipeline.ocr.lstm.model import Floats, Lstm, Model

ADDED = {
    "–": "-",
    "…": ".",
    "’": "'",
    "‘": "'",
    "²": "2",
    "³": "3",
    "≥": ">",
    "≤": "<",
    "№": "N",
    "±": "+",
    "×": "x",
}
"""Signs that Tesseract's models lack and ours knows, and the sign that looks most like each."""


_FILLER, _TAKEN_FOR = "<", "≤"
"""Of a machine-readable zone each line holds up to 25 fillers; our network has seen too few of them and takes them for the other."""


def pack(model: Model, file: Path) -> None:
    """Write a network, its weights in 16-bit floats (a tenth of a per mille of each weight is lost)."""
    layers = {"down": model.down} | {f"along{n}": layer for n, layer in enumerate(model.along)}
    weights = {
        "kernel": model.kernel,
        "kernel_bias": model.kernel_bias,
        "weights": model.weights,
        "bias": model.bias,
    }
    for name, layer in layers.items():
        weights |= {
            f"{name}.inputs": layer.inputs,
            f"{name}.states": layer.states,
            f"{name}.bias": layer.bias,
        }
    halves: dict[str, Any] = {name: array.astype(np.float16) for name, array in weights.items()}
    backwards = np.array([layer.backwards for layer in model.along])
    shape = np.array([model.height, model.null])
    with file.open("wb") as out:
        np.savez_compressed(out, signs=np.array(model.signs), shape=shape, backwards=backwards, **halves)


def unpack(file: Path | IO[bytes]) -> Model:
    """A packed network. Raises KeyError or ValueError when the file holds none."""
    with np.load(file) as parts:
        height, null = parts["shape"].tolist()
        along = tuple(
            _lstm(parts, f"along{n}", backwards=backwards)
            for n, backwards in enumerate(parts["backwards"].tolist())
        )
        return Model(
            height,
            _array(parts, "kernel"),
            _array(parts, "kernel_bias"),
            _lstm(parts, "down"),
            along,
            _array(parts, "weights"),
            _array(parts, "bias"),
            tuple(map(str, parts["signs"])),
            null,
        )


@lru_cache(maxsize=1)
def our_model() -> Model | None:
    """The network that reads first; None where its weights are not installed."""
    file = files("pipeline.ocr.lstm") / "data" / "reader.npz"
    if not file.is_file():
        return None
    with file.open("rb") as opened:
        return unpack(opened)


def with_fillers(frames: Floats, signs: tuple[str, ...]) -> Floats:
    """Chances (frames, classes) of our network, in place, in which ≤ is always the filler <."""
    frames[:, signs.index(_FILLER)] += frames[:, signs.index(_TAKEN_FOR)]
    frames[:, signs.index(_TAKEN_FOR)] = 0.0
    return frames


def shared_out(other: Floats, ours: Floats, signs: tuple[str, ...]) -> Floats:
    """Chances (frames, classes) of a network that lacks our added signs, as chances of all of ours, ``signs``.

    What it takes for a hyphen may be a dash: it has no say between the two, so its share is parted as ``ours`` parts it.
    """
    full = np.zeros_like(ours)
    full[:, : other.shape[1]] = other
    for place in range(other.shape[1], ours.shape[1]):
        like = signs.index(ADDED[signs[place]])
        share = ours[:, place] / np.maximum(ours[:, place] + ours[:, like], 1e-12)
        full[:, place] = share * other[:, like]
    for place in range(other.shape[1], ours.shape[1]):
        full[:, signs.index(ADDED[signs[place]])] -= full[:, place]
    return np.maximum(full, 0.0)


def _lstm(parts: Mapping[str, Any], name: str, *, backwards: bool = False) -> Lstm:
    inputs, states, bias = (_array(parts, f"{name}.{part}") for part in ("inputs", "states", "bias"))
    return Lstm(inputs, states, bias, backwards)


def _array(parts: Mapping[str, Any], name: str) -> Floats:
    return np.asarray(parts[name], np.float32)
