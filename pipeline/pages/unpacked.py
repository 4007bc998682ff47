"""Large pictures without loss: poppler unpacks them byte by byte, four times as slowly as we.

So where nothing about a file is open to interpretation, poppler draws a copy for the time being that holds the same pictures of a page
unpacked, and reading uses them too: they are unpacked once.
"""

from __future__ import annotations

import re
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from mmap import ACCESS_READ, mmap
from pathlib import Path

import pikepdf

from pipeline.pages.fingerprint import fingerprint
from pipeline.pages.headers import channels_of, pictures_of

_LEAST, _MOST = 2_000_000, 150_000_000
"""Bytes of an unpacked picture that is worth it, and of all of a page that may be written down."""

_LARGEST, _PAGES, _OBJECTS = 400_000_000, 2000, 50_000
"""Bytes, pages and objects of a file that is looked at for each of its pages."""

_SLOW = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW"}

_SHARED = "/OCProperties", "/AcroForm"
"""What a file says that a page's look depends on: its layers, and its form."""

_REVISIONS = 64
_START = b"startxref"
_PLACE, _EARLIER = re.compile(_START + rb"\s+(\d{1,15})"), re.compile(rb"/Prev\s+(\d{1,15})")


@dataclass(frozen=True, slots=True)
class Easily:
    """What to draw in place of a page: a file, the number of the page there, and the fingerprints that pictures had which were unpacked."""

    path: Path
    number: int
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def fingerprint(self, image: pikepdf.Stream) -> str:
        """The fingerprint of a picture as it lies in its file."""
        return self.marks.get(image.objgen) or fingerprint(image)


@contextmanager
def unpacked(path: Path, pdf: pikepdf.Pdf, number: int) -> Iterator[Easily]:
    """The page to draw: of the PDF at ``path``, or of one that holds this page alone, in which its slow pictures, in ``pdf`` as well, are unpacked."""
    pictures: list[pikepdf.Stream] = []
    with suppress(Exception):  # what cannot be understood stays as it is
        pictures = pictures_of(pdf.pages[number - 1])
    sizes = {each.objgen: (each, size) for each in pictures if (size := _unpacked_size(each)) >= _LEAST}
    total = sum(size for _, size in sizes.values())
    if not (0 < total <= _MOST and _is_plain(path, pdf) and _stands_alone(pdf, pictures, total)):
        yield Easily(path, number)
        return
    marks = {}
    try:
        for image, _ in sizes.values():
            marks[image.objgen] = fingerprint(image)
            image.write(image.read_bytes())
    except pikepdf.PdfError:  # damaged: poppler tells
        yield Easily(path, number, {key: mark for key, mark in marks.items() if mark})
        return
    with tempfile.TemporaryDirectory() as folder, _of_page(pdf, number) as single:
        file = Path(folder) / "page.pdf"
        with warnings.catch_warnings(action="ignore"):  # a form that lists no fields is so in the file itself
            single.save(file, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
        yield Easily(file, 1, marks)


@contextmanager
def _of_page(pdf: pikepdf.Pdf, number: int) -> Iterator[pikepdf.Pdf]:
    """A file of this page alone, with what its look depends on; references to other pages lead nowhere."""
    if len(pdf.pages) == 1:
        yield pdf
        return
    with pikepdf.new() as single:
        with warnings.catch_warnings(action="ignore"):  # as in ``unpacked``
            single.pages.append(pdf.pages[number - 1])
        for key in _SHARED:
            if key in pdf.Root:
                pdf.Root[key] = pdf.make_indirect(pdf.Root[key])
                single.Root[key] = single.copy_foreign(pdf.Root[key])
        yield single


def _unpacked_size(image: pikepdf.Stream) -> int:
    """Bytes of the pixels of a picture of whole bytes that is packed so; 0 for others."""
    try:
        (coding,) = image.Filter if isinstance(image.Filter, pikepdf.Array) else [image.Filter]
        if str(coding) not in _SLOW or int(image.BitsPerComponent) != 8 or not image.is_indirect:
            return 0
        told = image.get("/DecodeParms", pikepdf.Dictionary())
        (told,) = told if isinstance(told, pikepdf.Array) else [told]
        channels = channels_of(image.ColorSpace)
        return int(image.Width) * int(image.Height) * channels
    except (AttributeError, KeyError, TypeError, ValueError):
        return 0


def _is_plain(path: Path, pdf: pikepdf.Pdf) -> bool:
    """Whether every reader finds the same objects in a file: nothing had to be guessed, and all its tables of objects are one chain."""
    if Path(pdf.filename) != path:  # written by us for the time being
        return True
    if "/XRefStm" in pdf.trailer or pdf.is_encrypted or pdf.get_warnings():
        return False
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        whole = len(data) <= _LARGEST and len(list(_places(data, b"%PDF-"))) == 1
        return whole and len(list(_places(data, _START))) == _chained(data)


def _places(data: mmap, token: bytes) -> Iterator[int]:
    at = data.find(token)
    while at >= 0:
        yield at
        at = data.find(token, at + 1)


def _chained(data: mmap) -> int:
    """How many tables of objects are reached from the last one."""
    tables: set[int] = set()
    found = _PLACE.match(data, max(data.rfind(_START), 0))
    while found and int(found[1]) < len(data) and len(tables) < _REVISIONS:
        table = int(found[1])
        if table in tables:
            return 0
        tables.add(table)
        end = data.find(_START if data[table : table + 4] == b"xref" else b"stream", table)
        found = _EARLIER.search(data, table, max(end, table))
    return len(tables)


def _stands_alone(pdf: pikepdf.Pdf, pictures: Sequence[pikepdf.Stream], enough: int) -> bool:
    """Whether a page can be written down without much of other pages: programs name all pictures of a file for each of its pages."""
    if len(pdf.pages) == 1:
        return True
    beside = sum(int(each.get("/Length", 0)) for each in pictures if _unpacked_size(each) < _LEAST)
    return len(pdf.pages) <= _PAGES and len(pdf.objects) <= _OBJECTS and beside <= enough
