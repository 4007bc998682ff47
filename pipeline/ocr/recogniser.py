"""The seam to the recogniser: pictures of lines in, words with what else they may be out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.model import Picture
from schemas.geometry import Box

MODEL = "vie"
"""The model of Tesseract that reads first."""

CONTRAST = 40
"""Levels between the darkest and the lightest pixel of a line below which it is empty: of white alone words are made up."""

Choices = tuple[tuple[str, float], ...]
"""What one symbol may be: (text, cost) with the best first; costs in nats, 0 is certain."""


@dataclass(frozen=True, slots=True)
class RawWord:
    """One word as the engine gave it: text (NFC), box in pixels, confidence 0–1, and the choices for each symbol.

    ``symbols`` is empty when the engine offers no choices. ``readings`` are other texts that the whole word may have,
    with their costs over ``text``, where the engine can tell.
    """

    text: str
    box: Box
    confidence: float
    symbols: tuple[Choices, ...] = ()
    readings: Choices = ()


Words = tuple[RawWord, ...]
"""The words of one line from left to right; boxes are pixels of its picture, near enough to tell the words apart."""


class Recogniser(Protocol):
    """Reads pictures of single lines, each grey (height, width) uint8, level, dark on light.

    ``model`` names the one model to read with; without it the recogniser reads as well as it can. Raises RecogniserMissing when the engine or the model is missing, PageTimeout
    when it takes too long.
    """

    def __call__(self, lines: Sequence[Picture], model: str | None = ...) -> tuple[Words, ...]:
        """The words of each line, in the order of ``lines``; none where it holds no text."""
        ...
