"""The network as ONNX Runtime runs it, against the same network written out in numpy."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.ocr.lstm.model import Floats, Lstm, Model, load_model
from pipeline.ocr.lstm.network import Part, levelled, probabilities
from pipeline.ocr.lstm.packed import our_model


def _written_out(model: Model, line: np.ndarray) -> Floats:
    """The network of one line, step by step, as its sources give it."""
    height, width = line.shape[0], line.shape[1] // 3 * 3
    grey = np.pad(levelled(line), 1)
    pixels = np.stack([grey[y : y + height, x : x + width] for x in range(3) for y in range(3)])
    values = np.tanh(np.tensordot(model.kernel, pixels, 1) + model.kernel_bias[:, None, None])
    frames = values.reshape(len(values), height // 3, 3, width // 3, 3).max(axis=(2, 4)).transpose(2, 1, 0)
    states = np.stack([_states(model.down, column)[-1] for column in frames])
    for layer in model.along:
        states = _states(layer, states[::-1])[::-1] if layer.backwards else _states(layer, states)
    outputs = np.exp(states @ model.weights + model.bias)
    return np.asarray(outputs / outputs.sum(axis=1, keepdims=True), np.float32)


def _states(lstm: Lstm, steps: Floats) -> Floats:
    state = cell = np.zeros(len(lstm.states), np.float32)
    found = []
    for step in steps:
        entry, *gates = np.split(step @ lstm.inputs + state @ lstm.states + lstm.bias, 4)
        into, keep, out = ((1 + np.tanh(gate)) / 2 for gate in gates)
        cell = keep * cell + into * np.tanh(entry)
        state = out * np.tanh(cell)
        found.append(state)
    return np.array(found)


@pytest.mark.parametrize("name", ["ours", "vie"])
def test_it_gives_what_the_network_written_out_gives(name: str) -> None:
    model = our_model() if name == "ours" else load_model(name)
    assert model is not None
    noise = np.random.default_rng(20261129)
    widths = (3, 4, 50, 200, 61, 7, 300, 90, 31, 33, 35, 120, 5, 8)
    lines = [noise.integers(0, 256, (model.height, width), np.uint8) for width in widths]
    for line, frames in zip(lines, probabilities(model, lines), strict=True):
        np.testing.assert_allclose(frames, _written_out(model, line), atol=1e-3)
    (part,) = probabilities(model, lines, [Part(3, 10, 40)])
    assert part.shape == (30, len(model.signs))
    np.testing.assert_allclose(part.sum(axis=1), 1, atol=1e-4)
    assert probabilities(model, lines, []) == []
