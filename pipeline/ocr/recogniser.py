"""The seam to the recogniser: the one thing that Tesseract does for us, and that another engine could do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.model import Picture
from schemas.geometry import Box

Choices = tuple[tuple[str, float], ...]
"""What one symbol may be: (text, cost) with the best first; costs in nats, 0 is certain."""


@dataclass(frozen=True, slots=True)
class RawWord:
    """One word as the engine gave it: text (NFC), box in pixels, confidence 0–1, and the choices for each symbol.

    ``symbols`` is empty when the engine offers no choices.
    """

    text: str
    box: Box
    confidence: float
    symbols: tuple[Choices, ...] = ()


Words = tuple[RawWord, ...]
"""The words of one line from left to right; boxes are pixels of its picture, near enough to tell the words apart."""


class Recogniser(Protocol):
    """Reads pictures of single lines, each grey (height, width) uint8, level, dark on light.

    ``model`` names the language model. Raises RecogniserMissing when the engine or the model is missing, PageTimeout
    when it takes too long.
    """

    def __call__(self, lines: Sequence[Picture], model: str = ...) -> tuple[Words, ...]:
        """The words of each line, in the order of ``lines``; none where it holds no text."""
        ...
