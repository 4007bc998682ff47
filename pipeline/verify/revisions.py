"""The bytes that a signature covers: strictly the whole file up to the end of its revision, but for its own hex string."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

_HEX = frozenset(b"0123456789abcdefABCDEF")


def signed_end(embedded: EmbeddedPdfSignature) -> int:
    """Where the signed bytes end."""
    *_, start, length = map(int, embedded.byte_range)
    return start + length


def covers_its_revision(embedded: EmbeddedPdfSignature, file: BinaryIO, size: int) -> bool:
    """Whether the ``/ByteRange`` leaves out nothing but the signature's own ``/Contents``, and ends where its revision ends.

    ISO 32000-2, 12.8.1. Anything else is how signatures are wrapped and forged.
    """
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    if embedded.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        return False
    told = [int(value) for value in embedded.byte_range]
    if len(told) != 4 or min(told) < 0:
        return False
    first, length, start, rest = told
    if first != 0 or start <= length + 1 or start + rest > size:
        return False
    file.seek(length)
    gap = file.read(start - length)
    if gap[:1] != b"<" or gap[-1:] != b">" or not _HEX.issuperset(gap[1:-1]):
        return False
    return bytes.fromhex(gap[1:-1].decode("ascii")) == embedded.pkcs7_content


class Beginning(io.RawIOBase):
    """The first ``size`` bytes of a file, as a file of its own: the document as it was when it was signed."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._size, self._at = file, size, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """As files do."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """As files do."""
        self._file.seek(self._at)
        data = self._file.read(max(min(len(buffer), self._size - self._at), 0))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
