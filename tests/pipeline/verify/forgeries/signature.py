"""Universal signature forgery and signature wrapping (Mladenov and others, 2019): inside the signature's own object."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf

from tests.pipeline.verify.forgeries.parts import Parts
from tests.pipeline.verify.forgeries.writing import PAID, Forgery, registered

BYTES: dict[str, Forgery] = {}
_bytes = registered(BYTES)


def _in_the_signature(pattern: bytes, new: Callable[[re.Match[bytes]], bytes]) -> Forgery:
    """Something else in the bytes of the first signature, of the same length."""

    def forge(signed: Path) -> bytes:
        data = signed.read_bytes()
        found = re.search(pattern, data, re.DOTALL)
        assert found
        put = new(found)
        assert len(put) <= len(found[0])
        return data[: found.start()] + put.ljust(len(found[0])) + data[found.end() :]

    return forge


_RANGE = rb"/ByteRange \[[^\]]*\]"
_CONTENTS = rb"/Contents <[0-9A-Fa-f]+>"
for _title, _new in {
    "range_missing": b"",
    "range_null": b"/ByteRange null",
    "range_empty": b"/ByteRange []",
    "range_of_nothing": b"/ByteRange [0 0 0 0]",
    "range_negative": b"/ByteRange [0 -1 -1 -1]",
    "range_of_names": b"/ByteRange [/a /b /c /d]",
    "range_of_two": b"/ByteRange [0 9]",
    "range_escaped": b"/Byte#52ange [0 9 9 9]",
    "range_huge": b"/ByteRange [0 9999 9999 9]",
}.items():
    BYTES[_title] = _in_the_signature(_RANGE, lambda _, new=_new: new)  # type: ignore[misc]
for _title, _new in {
    "contents_missing": b"",
    "contents_null": b"/Contents null",
    "contents_empty": b"/Contents <>",
    "contents_zero": b"/Contents <00>",
    "contents_name": b"/Contents /x",
    "contents_text": b"/Contents (forged)",
}.items():
    BYTES[_title] = _in_the_signature(_CONTENTS, lambda _, new=_new: new)  # type: ignore[misc]


def _zeros_shortened(found: re.Match[bytes]) -> bytes:
    """Room for something in the gap that no signature covers."""
    return found[0][:-200] + b"> /Evil (in the gap)"


BYTES["gap_with_more_than_contents"] = _in_the_signature(_CONTENTS, _zeros_shortened)


@_bytes
def second_part_moved(signed: Path) -> bytes:
    """Signature wrapping: what was signed lies further back, other bytes in its place."""
    data = signed.read_bytes()
    first, length, start, tail = map(int, next(_ranges(data)))
    put = b"\n9999 0 obj\n<</Evil true>>\nendobj\n".ljust(128)
    new = b"/ByteRange [%d %d %d %d]" % (first, length, start + len(put), tail)
    moved = data[:start] + put + data[start:]
    return re.sub(_RANGE, lambda old: new.ljust(len(old[0])), moved, count=1)


@_bytes
def end_not_covered(signed: Path) -> bytes:
    data = signed.read_bytes()
    first, length, start, tail = map(int, next(_ranges(data)))
    new = b"/ByteRange [%d %d %d %d]" % (first, length, start, tail - 20)
    return re.sub(_RANGE, lambda old: new.ljust(len(old[0])), data, count=1)


@_bytes
def bytes_behind_the_end(signed: Path) -> bytes:
    return signed.read_bytes() + b"\n% something behind the end\n"


@_bytes
def saved_anew(signed: Path) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(signed) as pdf:
        pdf.save(out)
    return out.getvalue()


@_bytes
def two_keys_of_one_name(signed: Path) -> bytes:
    """Readers differ in which of two equal keys they take: the page has its old content, and another under the same name."""
    p = Parts(signed)
    page = b"%d 0 obj\n<</Contents %d 0 R %s\nendobj\n" % (p.page, p.size, p.page_body[2:])
    return p.update((p.page, page), (p.size, p.stream(p.size, PAID)))


def _ranges(data: bytes) -> Iterator[tuple[bytes, ...]]:
    for found in re.finditer(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", data):
        yield found.groups()
