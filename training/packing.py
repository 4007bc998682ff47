"""A trained network as one small file of arrays that numpy reads without PyTorch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.ocr.lstm.model import Floats, Lstm, Model


def pack(model: Model, file: Path) -> None:
    """Write the weights and signs of a network, in 16-bit floats (a tenth of a per mille of each weight is lost)."""
    layers = {"down": model.down} | {f"along{n}": layer for n, layer in enumerate(model.along)}
    arrays = {
        "kernel": model.kernel,
        "kernel_bias": model.kernel_bias,
        "weights": model.weights,
        "bias": model.bias,
    }
    for name, layer in layers.items():
        arrays |= {f"{name}.inputs": layer.inputs, f"{name}.states": layer.states, f"{name}.bias": layer.bias}
    halves: dict[str, Any] = {name: array.astype(np.float16) for name, array in arrays.items()}
    with file.open("wb") as out:
        np.savez_compressed(out, signs=np.array(model.signs), **halves)


def unpack(file: Path, model: Model) -> Model:
    """A packed network; what is not in the file (height, directions, the null) is that of ``model``, which it began from."""
    with np.load(file) as parts:
        arrays: dict[str, Floats] = {
            name: parts[name].astype(np.float32) for name in parts.files if name != "signs"
        }
        signs = tuple(map(str, parts["signs"]))
    return replace(
        model,
        kernel=arrays["kernel"],
        kernel_bias=arrays["kernel_bias"],
        down=_lstm(arrays, "down", model.down),
        along=tuple(_lstm(arrays, f"along{n}", layer) for n, layer in enumerate(model.along)),
        weights=arrays["weights"],
        bias=arrays["bias"],
        signs=signs,
    )


def _lstm(arrays: dict[str, Floats], name: str, before: Lstm) -> Lstm:
    return replace(
        before, inputs=arrays[f"{name}.inputs"], states=arrays[f"{name}.states"], bias=arrays[f"{name}.bias"]
    )
