"""The seam to the recogniser: the one thing that Tesseract does for us, and that another engine could do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from pipeline.model import Picture
from schemas.geometry import Box

Choices = tuple[tuple[str, float], ...]
"""What one symbol may be: (text, cost) with the best first; costs in nats, 0 is certain."""


class Mode(IntEnum):
    """How the picture is laid out, as Tesseract numbers it: our sheets are one block of lines and need nothing else."""

    BLOCK = 6


@dataclass(frozen=True, slots=True)
class RawWord:
    """One word as the engine gave it: text (NFC), box in pixels, confidence 0–1, and the choices for each symbol.

    ``symbols`` is empty when the engine offers no choices.
    """

    text: str
    box: Box
    confidence: float
    symbols: tuple[Choices, ...] = ()


class Recogniser(Protocol):
    """Reads a grey picture (height, width) uint8 of stated dpi; boxes come back in its pixels.

    ``model`` names the language model. Raises RecogniserMissing when the engine or the model is missing, PageTimeout
    when it takes too long.
    """

    def __call__(self, picture: Picture, dpi: float, mode: Mode, model: str = ...) -> tuple[RawWord, ...]:
        """Words in the order in which the engine gives them."""
        ...
