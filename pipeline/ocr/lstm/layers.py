"""The layers of a network as graphs for ONNX Runtime.

Weights of the LSTMs along the line are bytes, which cost half of 32-bit floats and err no more (docs/training.md); how states and
what is below become bytes is decided for each step anew. All else is little, and stays in floats.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.ocr.lstm.graph import OWN, Array, Node, Setting, graph
from pipeline.ocr.lstm.model import POOL, Floats, Lstm, Model

Bytes = NDArray[np.int8]

_LARGEST, _SHARES = 63, (1.0, 0.9, 0.8, 0.7)
"""The largest weight as a byte: with more, processors without instructions for such sums (VNNI) would cut sums of two
products at 16 bits. And what share of a column's largest weight it may stand for."""


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
    bias, inputs, states = _as_onnx(model.down)
    weights: dict[str, Array] = {
        "inputs": inputs.transpose(0, 2, 1),
        "rows": states.transpose(0, 2, 1),
        "bias": bias,
    }
    nodes = (
        Node("LSTM", ("x", *weights), ("", "last"), {"hidden_size": len(model.down.states)}),
        Node("Squeeze", ("last", "one"), ("states",)),
    )
    return graph(nodes, weights | {"one": np.array([0])}, gives="states")


def line_layers(model: Model) -> bytes:
    """The LSTMs along lines (frames, lines, states) of ``counts`` frames, and the probability of each class."""
    nodes: list[Node] = []
    weights: dict[str, Array] = {"one": np.array([1])}
    below = "x"
    for number, layer in enumerate(model.along):
        node, its = _lstm(layer, f"along{number}", below, f"both{number}")
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


def _lstm(lstm: Lstm, name: str, below: str, gives: str) -> tuple[Node, dict[str, Array]]:
    """An LSTM along lines of ``counts`` frames, its weights in bytes, as ONNX Runtime has it."""
    bias, *matrices = _as_onnx(lstm)
    weights: dict[str, Array] = {f"{name}.bias": bias}
    scales: list[str] = []
    for part, columns in zip(("inputs", "states"), matrices, strict=True):
        quantized, scale, zero = in_bytes(columns)
        weights |= {f"{name}.{part}": quantized, f"{name}.{part}.scale": scale, f"{name}.{part}.zero": zero}
        scales += (f"{name}.{part}.scale", f"{name}.{part}.zero")
    takes = (below, f"{name}.inputs", f"{name}.states", f"{name}.bias", "counts", "", "", "", *scales)
    direction = "reverse" if lstm.backwards else "forward"
    settings: dict[str, Setting] = {"hidden_size": len(lstm.states), "direction": direction}
    return Node("DynamicQuantizeLSTM", takes, (gives,), settings, OWN), weights


def _as_onnx(lstm: Lstm) -> tuple[Floats, Floats, Floats]:
    """Bias, (1, 8 n), and weights of inputs and states, (1, rows, 4 n): gates input, exit, forget, entry, and no halved sigmoids."""

    def ordered(columns: Floats) -> Floats:
        entry, into, keep, out = np.split(columns, 4, axis=-1)
        return np.concatenate((2 * into, 2 * out, 2 * keep, entry), axis=-1)[None]

    bias = np.concatenate((ordered(lstm.bias), np.zeros((1, 4 * len(lstm.states)), np.float32)), axis=1)
    return bias, ordered(lstm.inputs), ordered(lstm.states)


def in_bytes(columns: Floats) -> tuple[Bytes, Floats, Bytes]:
    """Weights (1, inputs, outputs) as bytes, with the scale of each column and its zero, both (1, outputs).

    A column's scale is the one, of some, that changes its weights least: a single large weight may be cut.
    """
    highest = np.abs(columns).max(axis=1) + np.float32(1e-12)
    scales = np.stack([share * highest / _LARGEST for share in _SHARES])
    tried = [np.clip(np.rint(columns / scale[:, None]), -_LARGEST, _LARGEST) for scale in scales]
    changes = [
        ((each * scale[:, None] - columns) ** 2).sum(axis=1)
        for each, scale in zip(tried, scales, strict=True)
    ]
    best = np.argmin(changes, axis=0)[None]
    scale = np.take_along_axis(scales, best, axis=0)[0]
    quantized = np.take_along_axis(np.stack(tried), best[..., None, :], axis=0)[0]
    return quantized.astype(np.int8), scale.astype(np.float32), np.zeros(scale.shape, np.int8)
