"""The data that flows through the pipeline: scan → page → reading.

All of it is immutable and plain. Pictures are numpy arrays, uint8, rows first: (height, width) grey or
(height, width, 3) in RGB order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from schemas.geometry import Affine, Box
from schemas.records import Record
from schemas.text import PageText

Picture = NDArray[np.uint8]

X_HEIGHT = 18.0
"""Pixels of the x-height on the working copy: every page is read at the size at which the recogniser reads best."""


class MediaType(StrEnum):
    """The formats that scans arrive in."""

    PDF = "application/pdf"
    TIFF = "image/tiff"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    HEIC = "image/heic"


@dataclass(frozen=True, slots=True)
class Scan:
    """Bytes as they came, at ``path``. ``signed`` tells that a PDF already carries digital signatures.

    ``came_from`` is the path as it was given, where ``path`` is a copy of our own (``pipeline.intake.take_in``).
    """

    path: Path
    sha256: str
    size: int
    media_type: MediaType
    page_count: int
    signed: bool = False
    came_from: Path | None = None

    @property
    def given(self) -> Path:
        """The path as a person knows it."""
        return self.came_from or self.path


@dataclass(frozen=True, slots=True)
class Warning:
    """A doubt about the quality of a page: stable ``code``, a sentence for the clerk, one for the operator."""

    code: str
    message_vi: str
    message_en: str


@dataclass(frozen=True, slots=True)
class ScanPage:
    """One page as scanned. ``dpi`` is stated by the file, or inferred from A4 where the file says nothing.

    ``look`` is the page of a PDF as a viewer shows it, small and packed (``pipeline.pages.likeness``); empty for pictures, and where
    ``embedded`` says enough.
    ``embedded`` is the ``fingerprint`` of the one picture in the PDF that a viewer shows as this page; "" where there is none.
    ``doubts`` are what was found doubtful as it was decoded.
    """

    number: int
    picture: Picture
    dpi: float
    look: bytes = b""
    embedded: str = ""
    doubts: tuple[Warning, ...] = ()


class InkKind(StrEnum):
    """What somebody put on the paper besides print."""

    SEAL_ROUND = "seal_round"
    SEAL_SQUARE = "seal_square"
    SIGNATURE = "signature"
    STAMP = "stamp"


@dataclass(frozen=True, slots=True)
class Ink:
    """A seal, stamp or signature that was lifted off the working copy; ``box`` in pixels of the page as scanned.

    ``text`` is what a stamp in the upper part of the page says, a line each; "" where nothing was read.
    """

    kind: InkKind
    box: Box
    colour: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A QR or bar code; ``box`` in pixels of the page as scanned."""

    symbology: str
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Page:
    """The working copy of a page: upright, deskewed, grey, ink lifted.

    ``to_scan`` maps its pixels to pixels of the page as scanned; ``quarter_turns`` counts the turns of 90° clockwise
    that make the scan upright (0–3). ``unlifted`` is the same picture with all its coloured ink, None where it had none.
    """

    number: int
    picture: Picture
    dpi: float
    to_scan: Affine
    quarter_turns: int = 0
    blank: bool = False
    inks: tuple[Ink, ...] = ()
    codes: tuple[Code, ...] = ()
    warnings: tuple[Warning, ...] = ()
    unlifted: Picture | None = None


@dataclass(frozen=True, slots=True)
class PageReading:
    """What was read on one page. Holds no picture but a small look, so that a thousand of them are cheap.

    ``width``, ``height``, ``dpi``, ``look`` and ``embedded`` are those of the page as scanned; of a ``refused`` page, which cannot be
    decoded or drawn, nothing is known but its place, and a warning tells why.
    """

    number: int
    width: int
    height: int
    dpi: float
    quarter_turns: int
    text: PageText
    blank: bool = False
    inks: tuple[Ink, ...] = ()
    codes: tuple[Code, ...] = ()
    warnings: tuple[Warning, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    look: bytes = b""
    refused: bool = False
    embedded: str = ""


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """One paper in a scan: its pages in order (``pipeline.kept_pages``, where they may be many), its type, and its record."""

    id: str
    type: str
    type_confidence: float
    pages: Sequence[PageReading]
    record: Record

    @property
    def text(self) -> str:
        """The text of all pages; a form feed separates pages."""
        return "\f".join(page.text.text for page in self.pages)


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read in one scan: every page of the scan is in exactly one document."""

    scan: Scan
    documents: tuple[DocumentReading, ...]
    seconds: Mapping[str, float] = field(default_factory=dict)
