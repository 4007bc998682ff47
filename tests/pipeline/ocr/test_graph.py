"""The network as ONNX Runtime runs it, against the same network written out in numpy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipeline.clean import clean_page
from pipeline.intake import take_in
from pipeline.ocr.lstm import layers
from pipeline.ocr.lstm.layers import in_bytes, multiplies_bytes
from pipeline.ocr.lstm.model import Floats, Lstm, Model, load_model
from pipeline.ocr.lstm.network import Part, levelled, probabilities
from pipeline.ocr.lstm.packed import our_model
from pipeline.ocr.region import cut_region
from pipeline.pages import load_page

SCAN = Path(__file__).parents[3] / "fixtures" / "scans" / "giay-hen-tra.png"


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


@pytest.fixture(scope="module")
def strips() -> list[np.ndarray]:
    """Lines of a scan, and noise of many widths."""
    noise = np.random.default_rng(20261129)
    widths = (3, 4, 50, 61, 7, 90, 31, 33, 35, 120, 5, 8)
    page = clean_page(load_page(take_in(SCAN), 1))
    cut = [strip.picture for strip in cut_region(page.picture).strips]
    return [*cut[:12], *(noise.integers(0, 256, (cut[0].shape[0], width), np.uint8) for width in widths)]


@pytest.mark.parametrize("in_bytes", [False, True])
@pytest.mark.parametrize("name", ["ours", "vie"])
def test_it_gives_what_the_network_written_out_gives(
    name: str, in_bytes: bool, strips: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = our_model() if name == "ours" else load_model(name)
    assert model is not None
    model = replace(model)  # for which no graph has been made
    monkeypatch.setattr(layers, "multiplies_bytes", lambda: in_bytes)
    same, apart = [], []
    for line, frames in zip(strips[:12], probabilities(model, strips), strict=False):
        written = _written_out(model, line)
        assert frames.shape == written.shape
        same += (frames.argmax(axis=1) == written.argmax(axis=1)).tolist()
        apart += np.abs(frames - written).sum(axis=1).tolist()
    if in_bytes:  # which tips frames between two signs, many of them on a processor that cuts sums of bytes
        assert np.mean(same) > (0.97 if multiplies_bytes() else 0.8)
        assert np.mean(apart) < 0.05 or not multiplies_bytes()
    else:
        assert max(apart) < 1e-3
    (part,) = probabilities(model, strips, [Part(0, 10, 40)])
    assert part.shape == (30, len(model.signs))
    np.testing.assert_allclose(part.sum(axis=1), 1, atol=1e-4)
    assert probabilities(model, strips, []) == []


@given(
    arrays(np.float32, (1, 5, 3), elements=st.floats(-4, 4, width=32)),
)
def test_weights_as_bytes_are_near_what_they_were(columns: np.ndarray) -> None:
    quantized, scale, zero = in_bytes(columns)
    assert quantized.dtype == np.int8
    assert (zero == 0).all()
    change = np.abs(quantized * scale[:, None] - columns)
    assert (change.max(axis=1) <= np.abs(columns).max(axis=1) / 254 + 1e-6).all()
