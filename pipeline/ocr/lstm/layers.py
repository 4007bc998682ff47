"""The layers of a network as graphs for ONNX Runtime.

Where the processor has instructions for it, weights of the LSTMs along the line are bytes, which cost half of 32-bit floats and err no
more (docs/training.md); how states and what is below become bytes is decided for each step anew. All else is little, and stays in floats.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.ocr.lstm.graph import OWN, Array, Node, Setting, graph
from pipeline.ocr.lstm.model import POOL, Floats, Lstm, Model

Bytes = NDArray[np.int8]

_LARGEST = 127
"""The largest weight as a byte."""

_PROCESSOR = Path("/proc/cpuinfo")


def pixel_layers(model: Model) -> bytes:
    """Convolution of 3 × 3 pixels, the highest of POOL × POOL, tanh: it rises, so that the maximum may come first."""
    kernel = model.kernel.reshape(-1, 1, 3, 3).transpose(0, 1, 3, 2)  # given column by column
    sides = {"kernel_shape": (POOL, POOL), "strides": (POOL, POOL)}
    nodes = (
        Node("Conv", ("x", "kernel", "bias"), ("all",)),
        Node("MaxPool", ("all",), ("highest",), sides),
        Node("Tanh", ("highest",), ("features",)),
    )
    return graph(nodes, {"kernel": kernel, "bias": model.kernel_bias}, gives="features")


def column_layer(model: Model) -> bytes:
    """The LSTM down columns (rows, columns, features): its last states (columns, states)."""
    node, weights = _lstm(model.down, "down", "x", ("", "last"))
    squeeze = Node("Squeeze", ("last", "one"), ("states",))
    return graph((node, squeeze), {**weights, "one": np.array([0])}, gives="states")


def line_layers(model: Model) -> bytes:
    """The LSTMs along lines (frames, lines, states) of ``counts`` frames, and the probability of each class."""
    nodes: list[Node] = []
    weights: dict[str, Array] = {"one": np.array([1])}
    below, lstm = "x", _lstm_in_bytes if multiplies_bytes() else _lstm
    for number, layer in enumerate(model.along):
        node, its = lstm(layer, f"along{number}", below, (f"both{number}",), "counts")
        below = f"states{number}"
        nodes += (node, Node("Squeeze", (f"both{number}", "one"), (below,)))
        weights |= its
    nodes += (
        Node("MatMul", (below, "weights"), ("product",)),
        Node("Add", ("product", "bias"), ("outputs",)),
        Node("Softmax", ("outputs",), ("probabilities",), {"axis": 2}),
    )
    weights |= {"weights": model.weights, "bias": model.bias}
    return graph(nodes, weights, gives="probabilities", counts=("counts",))


def _lstm(
    lstm: Lstm, name: str, below: str, gives: Sequence[str], counts: str = ""
) -> tuple[Node, dict[str, Array]]:
    """An LSTM as ONNX has it."""
    bias, inputs, states = _as_onnx(lstm)
    weights: dict[str, Array] = {
        f"{name}.inputs": inputs.transpose(0, 2, 1),
        f"{name}.states": states.transpose(0, 2, 1),
        f"{name}.bias": bias,
    }
    return Node("LSTM", (below, *weights, counts), gives, _settings(lstm)), weights


def _lstm_in_bytes(
    lstm: Lstm, name: str, below: str, gives: Sequence[str], counts: str = ""
) -> tuple[Node, dict[str, Array]]:
    """The same with its weights in bytes, as ONNX Runtime has it."""
    bias, *matrices = _as_onnx(lstm)
    weights: dict[str, Array] = {f"{name}.bias": bias}
    scales: list[str] = []
    for part, columns in zip(("inputs", "states"), matrices, strict=True):
        quantized, scale, zero = in_bytes(columns)
        weights |= {f"{name}.{part}": quantized, f"{name}.{part}.scale": scale, f"{name}.{part}.zero": zero}
        scales += (f"{name}.{part}.scale", f"{name}.{part}.zero")
    takes = (below, f"{name}.inputs", f"{name}.states", f"{name}.bias", counts, "", "", "", *scales)
    return Node("DynamicQuantizeLSTM", takes, gives, _settings(lstm), OWN), weights


def _settings(lstm: Lstm) -> dict[str, Setting]:
    return {"hidden_size": len(lstm.states), "direction": "reverse" if lstm.backwards else "forward"}


def _as_onnx(lstm: Lstm) -> tuple[Floats, Floats, Floats]:
    """Bias, (1, 8 n), and weights of inputs and states, (1, rows, 4 n): gates input, exit, forget, entry, and no halved sigmoids."""

    def ordered(columns: Floats) -> Floats:
        entry, into, keep, out = np.split(columns, 4, axis=-1)
        return np.concatenate((2 * into, 2 * out, 2 * keep, entry), axis=-1)[None]

    bias = np.concatenate((ordered(lstm.bias), np.zeros((1, 4 * len(lstm.states)), np.float32)), axis=1)
    return bias, ordered(lstm.inputs), ordered(lstm.states)


@lru_cache(maxsize=1)
def multiplies_bytes() -> bool:
    """Whether the processor sums products of bytes in one step (VNNI); others gain nothing, and may cut such sums at 16 bits."""
    return _PROCESSOR.is_file() and "vnni" in _PROCESSOR.read_text()


def in_bytes(columns: Floats) -> tuple[Bytes, Floats, Bytes]:
    """Weights (1, inputs, outputs) as bytes, with the scale of each column and its zero, both (1, outputs)."""
    scale = np.maximum(np.abs(columns).max(axis=1), np.float32(1e-12)) / np.float32(_LARGEST)
    return np.rint(columns / scale[:, None]).astype(np.int8), scale, np.zeros(scale.shape, np.int8)
