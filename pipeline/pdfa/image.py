"""A picture as PDF holds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class PdfImage:
    """The bytes and the dictionary of an image XObject, and how it must be turned to look as scanned.

    ``quarter_turns`` are clockwise, after mirroring top to bottom where ``mirrored``.
    """

    width: int
    height: int
    data: bytes
    filter: str
    colour_space: str
    bits: int
    parameters: dict[str, Any] = field(default_factory=dict)
    palette: bytes | None = None
    mirrored: bool = False
    quarter_turns: int = 0
