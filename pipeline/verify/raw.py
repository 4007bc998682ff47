"""What stands in the bytes of a file whatever its tables say: signatures that no form lists, objects that no table lists.

Viewers that mend files look at the bytes; so a forger may hide there what readers by the book do not see.
"""

from __future__ import annotations

import mmap
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader


def _name(name: str) -> bytes:
    """A pattern for a name in every way of writing it (ISO 32000-2, 7.3.5: any character may be written ``#xx``)."""
    return b"/" + b"".join(
        f"(?:{letter}|#{ord(letter) >> 4:x}[{ord(letter) & 15:x}{ord(letter) & 15:X}])".encode()
        for letter in name
    )


_BYTE_RANGE = re.compile(_name("ByteRange"))
_OBJECT = re.compile(rb"(?<![0-9])(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+obj(?![A-Za-z0-9])")
_PAYLOAD = re.compile(rb"stream\r?\n")
_HEAD = 1 << 16


def signatures_mentioned(file: BinaryIO, size: int) -> int:
    """How many signature dictionaries are in the bytes, of any revision, listed or not, attached files included."""
    if size == 0:
        return 0
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return len(_mentions(data))


def _mentions(data: mmap.mmap) -> list[int]:
    if data.find(b"/ByteRange") < 0 and data.find(b"#") < 0:
        return []
    return [found.start() for found in _BYTE_RANGE.finditer(data)]


def hidden_signatures(file: BinaryIO, size: int, reader: PdfFileReader, known: int) -> bool:
    """Whether the bytes, of any revision, hold more signature dictionaries than the ``known`` ones of the form.

    Those inside a stream do not count: a signed PDF may be attached to another as it is.
    """
    if size == 0:
        return False
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        mentions = _mentions(data)
        if len(mentions) <= known:
            return False
        offsets = _offsets(reader)
        places = sorted(offsets)
        return sum(not _in_a_stream(data, places, offsets, reader, at) for at in mentions) > known


def unlisted_object(file: BinaryIO, reader: PdfFileReader, start: int) -> int | None:
    """Where, behind ``start``, an object stands that no cross-reference table of a revision lists; None when all are listed."""
    offsets = _offsets(reader)
    places = sorted(offsets)
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for match in _OBJECT.finditer(data, start):
            at = match.start()
            if at in offsets:
                continue
            if not _in_a_stream(data, places, offsets, reader, at):
                return at
    return None


def _in_a_stream(
    data: Any,
    places: Sequence[int],
    offsets: Mapping[int, tuple[int, int, int]],
    reader: PdfFileReader,
    at: int,
) -> bool:
    """Whether a place is inside the bytes of a stream, as the first revision that lists the stream has it."""
    before = bisect_right(places, at) - 1
    return before >= 0 and _inside_stream(data, places[before], offsets[places[before]], reader, at)


def numbers_defined(file: BinaryIO, reader: PdfFileReader, start: int, revision: int) -> frozenset[int]:
    """Numbers of all objects that any reader can find anew behind ``start``.

    By the tables after ``revision``, in the bytes, or in object streams, whether a table names what is in them or not.
    """
    found: set[int] = set()
    for later in range(revision + 1, reader.xrefs.total_revisions):
        found.update(ref.idnum for ref in reader.xrefs.explicit_refs_in_revision(later))
    found.update(number for _, number in _packed(reader, revision))
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        found.update(int(match[1]) for match in _OBJECT.finditer(data, start))
    return frozenset(found)


def unlisted_in_a_stream(reader: PdfFileReader, revision: int) -> int | None:
    """Number of an object in an object stream added after ``revision`` that no table says to be there; None when all are."""
    listed: set[tuple[int, int]] = set()
    for each in range(reader.xrefs.total_revisions):
        for part in _sections(reader, each):
            listed |= {(told.obj_stream_id, number) for number, told in part.xrefs_in_objstm.items()}
    return next(
        (number for stream, number in _packed(reader, revision) if (stream, number) not in listed), None
    )


def _packed(reader: PdfFileReader, revision: int) -> Iterator[tuple[int, int]]:
    """Object streams (ISO 32000-2, 7.5.7) added after ``revision``: the number of each, and of each object in it."""
    from pyhanko.pdf_utils.generic import Reference, StreamObject

    for later in range(revision + 1, reader.xrefs.total_revisions):
        resolver = reader.get_historical_resolver(later)
        for part in _sections(reader, later):
            for number, (generation, _) in part.standard_xrefs.items():
                holder = resolver.get_object(Reference(number, generation, reader))
                if isinstance(holder, StreamObject) and "/First" in holder:
                    words = holder.data[: int(holder["/First"])].split()
                    yield from ((number, int(word)) for word in words[::2])


def _sections(reader: PdfFileReader, revision: int) -> list[Any]:
    """The tables of a revision: its own, and the one beside it in hybrid files."""
    data = reader.xrefs.get_xref_data(revision)
    return [data, data.hybrid.xref_data] if data.hybrid is not None and data.hybrid.xref_data else [data]


def _offsets(reader: PdfFileReader) -> dict[int, tuple[int, int, int]]:
    """Offset → number, generation and first revision of every object that a table lists."""
    found: dict[int, tuple[int, int, int]] = {}
    for revision in range(reader.xrefs.total_revisions):
        data = reader.xrefs.get_xref_data(revision)
        info = reader.xrefs.get_xref_container_info(revision)
        if info.stream_ref is not None:  # a table that is an object itself
            found.setdefault(
                info.start_location, (info.stream_ref.idnum, info.stream_ref.generation, revision)
            )
        for part in _sections(reader, revision):
            for number, (generation, offset) in part.standard_xrefs.items():
                found.setdefault(offset, (number, generation, revision))
        if data.hybrid is not None and (told := data.hybrid.meta_info).stream_ref is not None:
            found.setdefault(
                told.start_location, (told.stream_ref.idnum, told.stream_ref.generation, revision)
            )
    return found


def _inside_stream(
    data: Any, offset: int, known: tuple[int, int, int], reader: PdfFileReader, at: int
) -> bool:
    """Whether a place is inside the bytes of the stream that begins at ``offset``."""
    from pyhanko.pdf_utils.generic import Reference, StreamObject
    from pyhanko.pdf_utils.misc import PdfError

    number, generation, revision = known
    try:
        holder = reader.get_historical_resolver(revision).get_object(Reference(number, generation, reader))
    except (PdfError, ValueError):
        return False
    payload = _PAYLOAD.search(data, offset, min(offset + _HEAD, at))
    if payload is None or not isinstance(holder, StreamObject):
        return False
    return at < payload.end() + len(holder.encoded_data)
