"""The default recogniser: Tesseract's models, run by ourselves on all lines of a page at once.

Reading a page so costs a fifth of Tesseract's own time, and nothing for starting a process, and every frame's
probabilities are at hand where Tesseract tells only a few choices. A model that we cannot run goes to Tesseract itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from time import monotonic

import numpy as np

from pipeline.layout.strips import sized
from pipeline.model import Picture
from pipeline.ocr.lstm.ctc import in_doubt, words
from pipeline.ocr.lstm.model import POOL, Floats, Model, UnknownNetwork, load_model, second_model
from pipeline.ocr.lstm.network import Part, probabilities
from pipeline.ocr.lstm.packed import our_model, shared_out, with_fillers
from pipeline.ocr.recogniser import CONTRAST, MODEL, Words
from pipeline.ocr.tesseract import tesseract
from schemas.errors import PageTimeout
from schemas.geometry import Box

_AT_ONCE = 60_000
"""Pixels of width that go through the network at a time: two full pages, some 100 MB."""

_OURS = 2 / 3
"""Say of our own network against that of the second opinion, as exponent of its probabilities."""


def lstm(lines: Sequence[Picture], model: str | None = None, *, timeout: float = 120.0) -> tuple[Words, ...]:
    """Read pictures of single lines; ``timeout`` in seconds for all of them (0 for none).

    Where no ``model`` is asked for, our own reads, and one of Tesseract's too what is in doubt; without our weights, two of
    Tesseract's. Raises RecogniserMissing when the model is not installed, PageTimeout after ``timeout``.
    """
    try:
        network = load_model(model or MODEL)
    except UnknownNetwork:
        return tesseract(lines, model or MODEL, timeout=timeout)
    first, other = (network, None) if model else _pair(network)
    end = monotonic() + timeout if timeout else float("inf")
    strips = [sized(line, network.height) for line in lines]
    inked = [n for n, line in enumerate(strips) if np.ptp(line) > CONTRAST and line.shape[1] >= POOL]
    batch = [int(total) // _AT_ONCE for total in accumulate(strips[n].shape[1] for n in inked)]
    found: dict[int, Words] = {}
    for number in sorted(set(batch)):
        part = [n for n, place in zip(inked, batch, strict=True) if place == number]
        frames = _frames(first, other, [strips[n] for n in part])
        for n, each in zip(part, frames, strict=True):
            found[n] = _as_wide(words(first, each), lines[n].shape[0] / network.height)
        if monotonic() > end:
            raise PageTimeout(f"{timeout:g} s")
    return tuple(found.get(n, ()) for n in range(len(lines)))


def _pair(network: Model) -> tuple[Model, Model | None]:
    """Who reads, and who is asked about words in doubt: our own and the one it began from, which errs elsewhere by now."""
    ours = our_model()
    if ours is not None and _are_alike(ours, network):
        return ours, network
    return network, _second(network)


def _second(first: Model) -> Model | None:
    """The model of Tesseract that is asked about words in doubt, where it is installed and tells the same signs apart."""
    name = second_model()
    try:
        other = load_model(name) if name else None
    except UnknownNetwork:
        return None
    return other if other and _are_alike(first, other) else None


def _are_alike(model: Model, other: Model) -> bool:
    """Whether lines have one height for both, and the signs of ``other`` are the first of those of ``model``."""
    return model.height == other.height and model.signs[: len(other.signs)] == other.signs


def _frames(model: Model, other: Model | None, lines: Sequence[Picture]) -> list[Floats]:
    """The probabilities of each frame; of words in doubt, the two models' geometric mean (Genest and Zidek 1986).

    Where ours sees nothing at all, the other decides alone: a single sign in a cell is seldom among what ours learnt from.
    """
    frames = probabilities(model, lines)
    ours = model is our_model()
    if ours:
        frames = [with_fillers(each, model.signs) for each in frames]
    if other is None:
        return frames
    say = _OURS if ours else 0.5
    doubtful = [Part(n, *span) for n, each in enumerate(frames) for span in in_doubt(model, each)]
    empty = [n for n, each in enumerate(frames) if ours and (each.argmax(axis=1) == model.null).all()]
    asked = [*doubtful, *(Part(n, 0, len(frames[n])) for n in empty)]
    for part, answer in zip(asked, probabilities(other, lines, asked) if asked else (), strict=True):
        place = slice(part.start, part.end)
        first = frames[part.line][place]
        second = shared_out(answer, first, model.signs)
        mean = first**say * second ** (1 - say) if part.line not in empty else second
        frames[part.line][place] = mean / mean.sum(axis=1, keepdims=True)
    return frames


def _as_wide(read: Words, scale: float) -> Words:
    """The words with their boxes in pixels of a picture that is ``scale`` times as large."""
    if scale == 1:
        return read
    boxes = (word.box for word in read)
    grown = (Box(b.left * scale, b.top * scale, b.right * scale, b.bottom * scale) for b in boxes)
    return tuple(replace(word, box=box) for word, box in zip(read, grown, strict=True))
