"""A large picture packed as PNG packs its rows: poppler undoes that byte by byte, four times as slowly as we.

So where nothing about a file is open to interpretation, poppler draws a copy for the time being that holds the same picture
unpacked, and reading uses it too: it is unpacked once.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pikepdf

from pipeline.pages.fingerprint import fingerprint

_LEAST, _MOST = 2_000_000, 150_000_000
"""Bytes of an unpacked picture that is worth it, and of one that may be written down."""

_PNG = 10
"""Predictors from here on are those of PNG."""


@contextmanager
def unpacked(path: Path, pdf: pikepdf.Pdf, image: pikepdf.Stream) -> Iterator[tuple[Path, str]]:
    """The file to draw a page of: the PDF at ``path``, or one in which ``image``, in ``pdf`` as well, is unpacked.

    And the fingerprint that the picture had before; "" where it stays as it is.
    """
    if not (_is_slow(image) and _is_plain(path, pdf)):
        yield path, ""
        return
    mark = fingerprint(image)
    try:
        image.write(image.read_bytes())
    except pikepdf.PdfError:  # damaged: poppler tells
        yield path, ""
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.pdf"
        pdf.save(file, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
        yield file, mark


def _is_slow(image: pikepdf.Stream) -> bool:
    """Whether a picture is large, and packed so."""
    try:
        (filter,) = image.Filter if isinstance(image.Filter, pikepdf.Array) else [image.Filter]
        told = image.DecodeParms
        (told,) = told if isinstance(told, pikepdf.Array) else [told]
        size = int(image.Width) * int(image.Height) * int(told.get("/Colors", 1))
        return (
            filter == pikepdf.Name.FlateDecode
            and int(told.get("/Predictor", 1)) >= _PNG
            and int(image.BitsPerComponent) == 8
            and _LEAST <= size <= _MOST
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return False


def _is_plain(path: Path, pdf: pikepdf.Pdf) -> bool:
    """Whether every reader finds the same objects in a file of one page: it was written in one go, and nothing had to be guessed."""
    once = "/Prev" not in pdf.trailer and "/XRefStm" not in pdf.trailer
    if len(pdf.pages) != 1 or not once or pdf.is_encrypted or pdf.get_warnings():
        return False
    data = path.read_bytes()
    return data.count(b"startxref") == 1 and data.count(b"%PDF-") == 1
