"""PDF files whose table of objects is broken, with objects in streams among them: the table is made anew from the objects themselves.

Viewers do so too; of the libraries here only those for the old kind of table. All objects stay as they are, byte for byte, and a new table
follows them, so that nothing is made up. Of several objects of one number the last one counts, as for viewers.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from itertools import groupby
from mmap import ACCESS_READ, mmap
from pathlib import Path

from schemas.errors import Damaged, TooLarge

_HEADER, _BEFORE = b"%PDF-", 1024
_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})\s+(\d{1,5})\s+obj\b")
_NEXT = re.compile(rb"\bstream\r?\n|\bendobj\b|(?<!\d)\d{1,10}\s+\d{1,5}\s+obj\b")
_END = b"endstream"
_IN_STREAM, _FIRST = re.compile(rb"/Type\s*/ObjStm\b"), re.compile(rb"/First\s+(\d{1,9})\b")
_DEFLATED, _FILTERED = re.compile(rb"/Filter\s*\[?\s*/FlateDecode\s*\]?"), b"/Filter"
_REFERENCE = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,5}\s+R\b")
_ROOT, _LOCKED = re.compile(rb"/Root\s+(\d{1,10})\s+\d{1,5}\s+R\b"), b"/Encrypt"

_MOST_OBJECTS, _EXPANDED = 8_388_607, 256 * 1024 * 1024
"""The highest number of an object (ISO 32000-1, annex C), and bytes that all object streams may expand to."""

_PLAIN, _PACKED = 1, 2
_Entry = tuple[int, int, int]


def rebuild(path: Path, target: Path) -> None:
    """Write the file with a new table of its objects to ``target``. Raises Damaged where that cannot be, TooLarge."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        start = max(data.find(_HEADER, 0, _BEFORE), 0)
        entries: dict[int, _Entry] = {}
        wanted: set[int] = set()
        root, expanded = 0, 0
        for number, generation, at, head, content in _objects(data):
            entries[number] = (_PLAIN, at - start, generation)
            wanted.update(map(int, _REFERENCE.findall(head)))
            if found := _ROOT.findall(head):
                root = int(found[-1])
            if _IN_STREAM.search(head):
                inside = _unpacked(head, content, _EXPANDED - expanded)
                expanded += len(inside)
                wanted.update(map(int, _REFERENCE.findall(inside)))
                for place, packed in enumerate(_numbers(head, inside)):
                    entries[packed] = (_PACKED, number, place)
        tail = data[data.rfind(b"trailer") :] if data.rfind(b"trailer") >= 0 else b""
        for found in _ROOT.findall(tail):
            root = int(found)
        if _LOCKED in tail or root not in entries:
            raise Damaged("its table of objects is missing")
        if not wanted <= entries.keys():
            raise Damaged("objects are missing")
        with target.open("wb") as out:
            out.write(memoryview(data)[start:])
            out.write(_table(entries, root, len(data) - start))


def _objects(data: mmap) -> Iterator[tuple[int, int, int, bytes, bytes]]:
    """Number, generation, place, dictionary and stream of each object that stands by itself; streams are not searched for more."""
    found = _OBJECT.search(data)
    while found:
        end = _NEXT.search(data, found.end())
        head = data[found.end() : end.start() if end else len(data)]
        behind, content = end.start() if end else len(data), b""
        if end and end[0].startswith(b"stream"):
            behind = data.find(_END, end.end())
            if behind < 0:
                raise Damaged("the end of the file is missing")
            if _IN_STREAM.search(head):
                content = data[end.end() : behind]
        if _LOCKED in head and _ROOT.search(head):
            raise Damaged("its table of objects is missing")
        yield int(found[1]), int(found[2]), found.start(), head, content
        found = _OBJECT.search(data, behind)


def _unpacked(head: bytes, content: bytes, most: int) -> bytes:
    """What an object stream holds. Raises Damaged, TooLarge."""
    if _FILTERED not in head:
        return content
    if not _DEFLATED.search(head) or b"/Predictor" in head:
        raise Damaged("objects are stored in an unknown way")
    unpacking = zlib.decompressobj()
    try:
        inside = unpacking.decompress(content, most)
    except zlib.error as fault:
        raise Damaged("objects are damaged") from fault
    if unpacking.unconsumed_tail:
        raise TooLarge("a stream expands beyond the limit")
    if not unpacking.eof:
        raise Damaged("objects are damaged")
    return inside


def _numbers(head: bytes, inside: bytes) -> list[int]:
    """The numbers of the objects in a stream, in the order in which they lie there."""
    first = _FIRST.search(head)
    pairs = inside[: int(first[1])].split() if first else []
    if not first or len(pairs) % 2 or not all(each.isdigit() for each in pairs):
        raise Damaged("objects are damaged")
    return [int(each) for each in pairs[::2]]


def _table(entries: Mapping[int, _Entry], root: int, at: int) -> bytes:
    """A cross-reference stream (ISO 32000-1, 7.5.8) that stands ``at`` this place, and the end of the file."""
    number = max(entries) + 1
    if number > _MOST_OBJECTS:
        raise Damaged("objects are damaged")
    whole = {**entries, number: (_PLAIN, at + 1, 0)}
    rows, runs = bytearray(), b""
    for _, run in groupby(enumerate(sorted(whole)), lambda each: each[1] - each[0]):
        numbers = [each for _, each in run]
        runs += b" %d %d" % (numbers[0], len(numbers))
        for kind, place, third in map(whole.__getitem__, numbers):
            rows += kind.to_bytes(1, "big") + place.to_bytes(8, "big") + third.to_bytes(4, "big")
    head = b"\n%d 0 obj\n<</Type/XRef/W[1 8 4]/Index[%s]/Size %d/Root %d 0 R/Length %d>>\nstream\n" % (
        number, runs, number + 1, root, len(rows),
    )  # fmt: skip
    return head + rows + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (at + 1)
