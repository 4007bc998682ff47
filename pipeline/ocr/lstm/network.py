"""Running the network over all lines of a page at once.

Tesseract takes one line after the other and one column after the other, on bytes; here all lines go along side by side, so
that each step is one multiplication of matrices, in 32-bit floats, which are more exact than Tesseract's bytes. Sources:
Hochreiter and Schmidhuber 1997 (LSTM); Graves and others 2006 (CTC); Tesseract 5, ``lstm/lstm.cpp``, ``lstm/input.cpp``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pipeline.layout.masks import share_below
from pipeline.model import Picture
from pipeline.ocr.lstm.model import POOL, Floats, Lstm, Model
from pipeline.pixels import at_share

if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
    from threadpoolctl import threadpool_limits

    threadpool_limits(
        1, "blas"
    )  # pages are read side by side; threads that wait for each other double the cost

_COLUMNS = 256
"""Columns that the LSTM down the columns takes at a time: as many as stay in the processor's cache."""

_INK = 0.05
"""Share of a line that is ink at the least, and paper."""

_FRAMES = 16
"""Frames whose inputs are multiplied at a time, for the same reason."""


class Part(NamedTuple):
    """Frames of one line, from ``start`` to before ``end``."""

    line: int
    start: int
    end: int


def probabilities(
    model: Model, lines: Sequence[Picture], parts: Sequence[Part] | None = None
) -> list[Floats]:
    """For each line, grey (model.height, width ≥ 3) uint8, the probability of each class (width // 3 frames, classes).

    With ``parts``, the same for each part of a line instead.
    """
    if parts is None:
        parts = [Part(number, 0, line.shape[1] // POOL) for number, line in enumerate(lines)]
    order = sorted(range(len(parts)), key=lambda number: parts[number].start - parts[number].end)
    frames = np.array([parts[number].end - parts[number].start for number in order])
    whole = {line: _features(model, lines[line]) for line in dict.fromkeys(part.line for part in parts)}
    cut = (parts[number] for number in order)
    features = np.concatenate([whole[part.line][:, :, part.start : part.end] for part in cut], axis=2)
    summed = _down(model.down, np.ascontiguousarray(features.transpose(1, 0, 2)))
    side_by_side = np.zeros((frames[0], len(order), summed.shape[1]), np.float32)
    for place, (count, end) in enumerate(zip(frames, np.cumsum(frames), strict=True)):
        side_by_side[:count, place] = summed[end - count : end]
    for layer in model.along:
        side_by_side = _along(layer, side_by_side, frames)
    found = {
        number: _softmax(side_by_side[:count, place] @ model.weights + model.bias)
        for place, (number, count) in enumerate(zip(order, frames, strict=True))
    }
    return [found[number] for number in range(len(parts))]


def levelled(line: Picture) -> Floats:
    """A line as the network takes it in: black −1, white 1, the middle grey 0."""
    black, white = _levels(line)
    half = max((white - black) / 2, 1.0)
    return np.asarray(np.clip((line.astype(np.float32) - black) / half - 1, -1, 1), np.float32)


def _features(model: Model, line: Picture) -> Floats:
    """Convolution and maximum, (features, height // 3, width // 3); beyond the edges lies the middle grey."""
    height, width = line.shape[0], line.shape[1] // POOL * POOL
    grey = np.zeros((height + 2, line.shape[1] + 2), np.float32)
    grey[1:-1, 1:-1] = levelled(line)
    around = np.empty((9, height, width), np.float32)
    for right in range(3):
        for down in range(3):
            around[3 * right + down] = grey[down : down + height, right : right + width]
    y = (model.kernel @ around.reshape(9, -1)).reshape(-1, height // POOL, POOL, width)
    y = np.maximum(np.maximum(y[:, :, 0], y[:, :, 1]), y[:, :, 2])
    y = np.maximum(np.maximum(y[..., 0::3], y[..., 1::3]), y[..., 2::3])
    y += model.kernel_bias[:, None, None]
    return np.asarray(np.tanh(y, out=y), np.float32)  # tanh rises, so the maximum may come first


def _levels(line: Picture) -> tuple[float, float]:
    """Black and white of a line: quarter points of the darkest and lightest turns along its middle row.

    Turns on the wrong side of the middle are grain of the paper or of the ink. Tesseract counts these too, so that the
    contrast that its network sees depends on how much paper there is between the words of a noisy line.
    """
    row = line[line.shape[0] // 2].astype(np.int16)
    before, here, after = row[:-2], row[1:-1], row[2:]
    middle = (share_below(line, _INK) + share_below(line, 1 - _INK)) / 2
    dark = here[((here < before) & (here <= after)) | ((here <= before) & (here < after))]
    light = here[((here > before) & (here >= after)) | ((here >= before) & (here > after))]
    dark, light = dark[dark < middle], light[light > middle]
    black = at_share(dark, 0.25) if len(dark) else 0.0
    return black, at_share(light, 0.75) if len(light) else 255.0


def _down(lstm: Lstm, features: Floats) -> Floats:
    """The last state (columns, states) of an LSTM down each column of ``features`` (rows, features, columns)."""
    inputs, recurrent = np.ascontiguousarray(lstm.inputs.T), np.ascontiguousarray(lstm.states.T)
    states = len(lstm.states)
    found = np.empty((features.shape[2], states), np.float32)
    for start in range(0, len(found), _COLUMNS):
        part = features[:, :, start : start + _COLUMNS]
        cell = np.zeros((states, part.shape[2]), np.float32)
        state = np.zeros_like(cell)
        for row in part:
            gates = inputs @ row
            gates += lstm.bias[:, None]
            gates += recurrent @ state
            state = _step(gates.reshape(4, states, -1), cell)
        found[start : start + _COLUMNS] = state.T
    return found


def _along(lstm: Lstm, frames: Floats, counts: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Floats:
    """The states (frames, lines, states) of an LSTM along all lines; ``counts`` of frames fall from line to line."""
    length, lines, _ = frames.shape
    states = len(lstm.states)
    going = (counts[None, :] > np.arange(length)[:, None]).sum(
        axis=1
    )  # lines that reach as far as each frame
    found = np.zeros((length, lines, states), np.float32)
    state, cell = np.zeros((2, lines, states), np.float32)
    starts = range(0, length, _FRAMES)
    for start in reversed(starts) if lstm.backwards else starts:
        most = going[start]
        part = frames[start : start + _FRAMES, :most]
        gates = (part.reshape(-1, part.shape[2]) @ lstm.inputs).reshape(len(part), most, 4, states)
        gates += lstm.bias.reshape(4, states)
        steps = range(start, start + len(part))
        for t in reversed(steps) if lstm.backwards else steps:
            count = going[t]
            now = gates[t - start, :count]
            now += (state[:count] @ lstm.states).reshape(count, 4, states)
            state[:count] = found[t, :count] = _step(now.transpose(1, 0, 2), cell[:count])
    return found


def _step(gates: Floats, cell: Floats) -> Floats:
    """One step of an LSTM, in place: ``gates`` (4, …) input, entry, forget, exit before their squashing; gives the state."""
    np.tanh(gates, out=gates)
    gates[1:] += 1
    gates[1:] *= 0.5
    entry, into, keep, out = gates
    entry *= into
    cell *= keep
    cell += entry
    np.tanh(cell, out=entry)
    entry *= out
    return np.asarray(entry, np.float32)


def _softmax(outputs: Floats) -> Floats:
    outputs -= outputs.max(axis=1, keepdims=True)
    np.exp(outputs, out=outputs)
    outputs /= outputs.sum(axis=1, keepdims=True)
    return outputs
