"""Running the network over all lines of a page at once.

Tesseract takes one line after the other and one column after the other, on bytes; here lines of like width go along side by
side, so that each step is one multiplication of matrices. ONNX Runtime does the arithmetic, on one thread, since pages are read
side by side. Sources: Hochreiter and Schmidhuber 1997 (LSTM); Graves and others 2006 (CTC); Tesseract 5, ``lstm/lstm.cpp``,
``lstm/input.cpp``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline.layout.masks import shares_below
from pipeline.model import Picture
from pipeline.ocr.lstm.layers import column_layer, line_layers, pixel_layers
from pipeline.ocr.lstm.model import POOL, Floats, Model
from pipeline.pixels import at_share

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_COLUMNS = 256
"""Columns that the LSTM down the columns takes at a time: as many as stay in the processor's cache."""

_INK = 0.05
"""Share of a line that is ink at the least, and paper."""

_FILLED, _FEWEST, _MOST = 0.9, 4, 16
"""Share of frames that hold something where lines go along side by side; lines that go together whatever their share, and at most: the
states of more leave the processor's cache (measured: 4 to 16 lines cost 10 µs a frame, 48 cost 12, 64 cost 14)."""


class Part(NamedTuple):
    """Frames of one line, from ``start`` to before ``end``."""

    line: int
    start: int
    end: int


class _Runners(NamedTuple):
    """What runs one model's layers: those of a line's pixels, of its columns, and of its frames."""

    features: InferenceSession
    down: InferenceSession
    along: InferenceSession


def probabilities(
    model: Model, lines: Sequence[Picture], parts: Sequence[Part] | None = None
) -> list[Floats]:
    """For each line, grey (model.height, width ≥ 3) uint8, the probability of each class (width // 3 frames, classes).

    With ``parts``, the same for each part of a line instead.
    """
    if parts is None:
        parts = [Part(number, 0, line.shape[1] // POOL) for number, line in enumerate(lines)]
    if not parts:
        return []
    runners = _runners(model)
    order = sorted(range(len(parts)), key=lambda number: parts[number].start - parts[number].end)
    counts = np.array([parts[number].end - parts[number].start for number in order], np.int32)
    grey = {number: _framed(lines[number]) for number in dict.fromkeys(part.line for part in parts)}
    columns = [_features(runners, grey[part.line], part) for part in (parts[number] for number in order)]
    summed = _down(runners, np.concatenate(columns, axis=1))
    ends = np.cumsum(counts)
    found: dict[int, Floats] = {}
    for start, stop in _alike(counts):
        side_by_side = np.zeros((counts[start], stop - start, summed.shape[1]), np.float32)
        for place in range(start, stop):
            side_by_side[: counts[place], place - start] = summed[ends[place] - counts[place] : ends[place]]
        (answers,) = runners.along.run(None, {"x": side_by_side, "counts": counts[start:stop]})
        for place in range(start, stop):
            found[order[place]] = np.ascontiguousarray(answers[: counts[place], place - start])
    return [found[number] for number in range(len(parts))]


def _alike(counts: np.ndarray[tuple[int], np.dtype[np.int32]]) -> Iterator[tuple[int, int]]:
    """Runs of lines, the longest first, that go along side by side: what is beyond their ends costs as much as what is not."""
    start, filled = 0, 0
    for place, count in enumerate(counts):
        room = (place + 1 - start) * int(counts[start])
        lines = place - start
        if lines >= _MOST or (lines >= _FEWEST and filled + count < _FILLED * room):
            yield start, place
            start, filled = place, 0
        filled += int(count)
    yield start, len(counts)


def levelled(line: Picture) -> Floats:
    """A line as the network takes it in: black −1, white 1, the middle grey 0."""
    black, white = _levels(line)
    half = max((white - black) / 2, 1.0)
    return np.asarray(np.clip((line.astype(np.float32) - black) / half - 1, -1, 1), np.float32)


def _levels(line: Picture) -> tuple[float, float]:
    """Black and white of a line: quarter points of the darkest and lightest turns along its middle row.

    Turns on the wrong side of the middle are grain of the paper or of the ink. Tesseract counts these too, so that the
    contrast that its network sees depends on how much paper there is between the words of a noisy line.
    """
    row = line[line.shape[0] // 2].astype(np.int16)
    before, here, after = row[:-2], row[1:-1], row[2:]
    middle = sum(shares_below(line, _INK, 1 - _INK)) / 2
    dark = here[((here < before) & (here <= after)) | ((here <= before) & (here < after))]
    light = here[((here > before) & (here >= after)) | ((here >= before) & (here > after))]
    dark, light = dark[dark < middle], light[light > middle]
    black = at_share(dark, 0.25) if len(dark) else 0.0
    return black, at_share(light, 0.75) if len(light) else 255.0


def _framed(line: Picture) -> Floats:
    """A line with a pixel of the middle grey, which lies beyond its edges, around it."""
    grey = np.zeros((line.shape[0] + 2, line.shape[1] + 2), np.float32)
    grey[1:-1, 1:-1] = levelled(line)
    return grey


def _features(runners: _Runners, grey: Floats, part: Part) -> Floats:
    """Convolution and maximum of a part of a framed line, (rows, columns, features)."""
    pixels = grey[None, None, :, POOL * part.start : POOL * part.end + 2]
    (found,) = runners.features.run(None, {"x": pixels})
    return np.asarray(found[0].transpose(1, 2, 0), np.float32)


def _down(runners: _Runners, features: Floats) -> Floats:
    """The last state (columns, states) of the LSTM down each column of ``features`` (rows, columns, features)."""
    starts = range(0, features.shape[1], _COLUMNS)
    parts = (np.ascontiguousarray(features[:, start : start + _COLUMNS]) for start in starts)
    return np.concatenate([runners.down.run(None, {"x": part})[0] for part in parts])


@lru_cache(maxsize=4)
def _runners(model: Model) -> _Runners:
    return _Runners(_runner(pixel_layers(model)), _runner(column_layer(model)), _runner(line_layers(model)))


def _runner(graph: bytes) -> InferenceSession:
    """What runs a graph on the thread that asks, and gives its memory back after each run: pages differ in size.

    The runtime is imported here, by who reads: its import starts a thread, for which a process that is forked later waits at its end.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
