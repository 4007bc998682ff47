"""The seam to the recogniser: the one thing that Tesseract does for us, and that another engine could do."""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol

from pipeline.model import Picture
from schemas.text import Line


class Mode(IntEnum):
    """How the picture is laid out; the values are Tesseract's page segmentation modes."""

    AUTOMATIC = 3
    COLUMN = 4
    BLOCK = 6
    LINE = 7
    SPARSE = 11


class Recogniser(Protocol):
    """Reads a grey picture (height, width) uint8 at a stated dpi; boxes come back in its pixels.

    ``model`` names the language model. Raises Unreachable when the engine is missing, PageTimeout when it takes too
    long.
    """

    def __call__(self, picture: Picture, dpi: float, mode: Mode, model: str = ...) -> tuple[Line, ...]:
        """Lines in the order in which the engine gives them."""
        ...
