"""Pictures of which a part beside the pixels makes no sense (a note, a colour, a place): opened without that part.

Viewers skip what they do not understand there. Pillow reads nearly all of it, and opens nothing where it stumbles.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

_SIGNATURE, _LENGTH, _AROUND = 8, 4, 12
"""Of a PNG: bytes before its first chunk; those that tell a chunk's length, and those of it that are not its content."""

_OF_THE_PIXELS = frozenset({b"tRNS", b"acTL", b"fcTL", b"fdAT"})
"""Chunks of a PNG that change what it shows, though programs may skip them."""

_NO_CONTENT, _NOTES, _SCAN = (
    frozenset({0x01, *range(0xD0, 0xD9)}),
    frozenset({*range(0xE0, 0xF0), 0xFE}),
    0xDA,
)
"""Segments of a JPEG without content, such as belong to programs, and the one with which the pixels begin."""

_Part = tuple[bytes, bool]
"""Bytes of a file, and whether they are beside its pixels."""


def without_nonsense(data: bytes, kind: str) -> bytes | None:
    """A PNG or JPEG without those parts beside its pixels with which it cannot be opened; None where there are none."""
    parts = list(_chunks(data) if kind == "PNG" else _segments(data))
    frame = list(_frame(parts, kind))
    kept = [(part, beside) for part, beside in parts if not beside or _opens(_alone(part, frame, kind), kind)]
    return b"".join(part for part, _ in kept) if len(kept) < len(parts) else None


def _frame(parts: list[_Part], kind: str) -> Iterator[bytes]:
    """What it takes to open a file: of the pixels of a PNG no more than that they begin."""
    for part, beside in parts:
        if kind == "PNG" and part[_LENGTH : _LENGTH + 4] == b"IDAT":
            yield part[: _LENGTH + 4]
            return
        if not beside:
            yield part


def _alone(part: bytes, frame: list[bytes], kind: str) -> bytes:
    """A file with nothing beside its pixels but this part."""
    begins = 2 if kind == "PNG" else 1  # behind the signature, and the chunk that tells the size
    return b"".join([*frame[:begins], part, *frame[begins:]])


def _opens(data: bytes, kind: str) -> bool:
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=(kind,)):
            return True
    except Exception:
        return False


def _chunks(data: bytes) -> Iterator[_Part]:
    """The parts of a PNG (ISO/IEC 15948, 5.3)."""
    yield data[:_SIGNATURE], False
    at = _SIGNATURE
    while at < len(data):
        end = at + int.from_bytes(data[at : at + _LENGTH], "big") + _AROUND
        name = data[at + _LENGTH : at + _LENGTH + 4]
        yield data[at:end], name[:1].islower() and name not in _OF_THE_PIXELS
        at = end


def _segments(data: bytes) -> Iterator[_Part]:
    """The parts of a JPEG (ITU-T T.81, B.1); its pixels, and all behind them, are the last one."""
    yield data[:2], False
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != _SCAN:
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        length = 0 if marker in _NO_CONTENT else int.from_bytes(data[at + 2 : at + 4], "big")
        yield data[at : at + 2 + length], marker in _NOTES
        at += 2 + length
    yield data[at:], False
