"""A range of bytes of a file (RFC 9110, section 14); of several ranges the whole is sent."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import BinaryIO

from fastapi import HTTPException

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True, slots=True)
class Span:
    """``length`` bytes from ``first`` on, of ``size`` in all."""

    first: int
    length: int
    size: int
    partial: bool

    @property
    def headers(self) -> dict[str, str]:
        """What tells of it."""
        told = {"Content-Length": str(self.length)}
        if self.partial:
            told["Content-Range"] = f"bytes {self.first}-{self.first + self.length - 1}/{self.size}"
        return told


def span_of(file: BinaryIO, asked: str | None) -> Span:
    """What to send of a file; status 416 for a range beyond its end."""
    size = file.seek(0, io.SEEK_END)
    found = _RANGE.fullmatch(asked.replace(" ", "")) if asked else None
    if found is None or not (found[1] or found[2]):
        return Span(0, size, size, partial=False)
    if not found[1]:  # the last bytes
        length = min(int(found[2]), size)
        first = size - length
    else:
        first = int(found[1])
        length = min(int(found[2]) if found[2] else size - 1, size - 1) - first + 1
    if length <= 0 or first >= size:
        file.close()
        raise HTTPException(416, "the file has no such bytes", {"Content-Range": f"bytes */{size}"})
    return Span(first, length, size, partial=True)
