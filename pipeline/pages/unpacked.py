"""A large picture packed as PNG packs its rows: poppler undoes that byte by byte, four times as slowly as we.

So where nothing about a file is open to interpretation, poppler draws a copy for the time being that holds the same picture
unpacked, and reading uses it too: it is unpacked once.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

import pikepdf

from pipeline.pages.fingerprint import fingerprint

_LEAST, _MOST = 2_000_000, 150_000_000
"""Bytes of an unpacked picture that is worth it, and of one that may be written down."""

_LARGEST, _PAGES = 400_000_000, 2000
"""Bytes and pages of a file that is looked at for each of its pages."""

_PNG = 10
"""Predictors from here on are those of PNG."""


@dataclass(frozen=True, slots=True)
class Easily:
    """What to draw in place of a page: a file, the number of the page there, and the fingerprint that its picture had; "" where it is as it was."""

    path: Path
    number: int
    mark: str = ""


@contextmanager
def unpacked(path: Path, pdf: pikepdf.Pdf, number: int, image: pikepdf.Stream) -> Iterator[Easily]:
    """The page to draw: of the PDF at ``path``, or of one that holds this page alone, in which ``image``, in ``pdf`` as well, is unpacked."""
    if not (_is_slow(image) and _is_plain(path, pdf) and _stands_alone(pdf, number)):
        yield Easily(path, number)
        return
    mark = fingerprint(image)
    try:
        image.write(image.read_bytes())
    except pikepdf.PdfError:  # damaged: poppler tells
        yield Easily(path, number)
        return
    with tempfile.TemporaryDirectory() as folder, _of_page(pdf, number) as single:
        file = Path(folder) / "page.pdf"
        single.save(file, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
        yield Easily(file, 1, mark)


@contextmanager
def _of_page(pdf: pikepdf.Pdf, number: int) -> Iterator[pikepdf.Pdf]:
    """A file of this page alone."""
    if len(pdf.pages) == 1:
        yield pdf
        return
    with pikepdf.new() as single:
        single.pages.append(pdf.pages[number - 1])
        yield single


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
    """Whether every reader finds the same objects in a file: it was written in one go, and nothing had to be guessed."""
    once = "/Prev" not in pdf.trailer and "/XRefStm" not in pdf.trailer
    if not once or pdf.is_encrypted or pdf.get_warnings():
        return False
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        return len(data) <= _LARGEST and all(_is_there_once(data, each) for each in (b"startxref", b"%PDF-"))


def _is_there_once(data: mmap, token: bytes) -> bool:
    first = data.find(token)
    return first >= 0 and data.find(token, first + 1) < 0


def _stands_alone(pdf: pikepdf.Pdf, number: int) -> bool:
    """Whether a page looks the same without its file, and takes nothing of other pages along: no layers, no form, no picture but its own."""
    if len(pdf.pages) == 1:
        return True
    if any(key in pdf.Root for key in ("/OCProperties", "/AcroForm")) or len(pdf.pages) > _PAGES:
        return False
    page = pdf.pages[number - 1]
    return "/Annots" not in page.obj and len(page.resources.get("/XObject", ())) == 1
