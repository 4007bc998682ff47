"""Intake: from a path to a Scan, or a refusal with its reason.

The extension is never believed. Nothing is decoded here beyond headers, so a picture of a hundred thousand pixels or a
decompression bomb is refused for the price of reading the file. What only decoding can tell (a page cut off in the
middle) is found by ``pipeline.pages.load_page``, page by page, so that the other pages of the file are still read.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.limits import DEFAULT_LIMITS, Limits, guarded
from pipeline.model import MediaType, Scan
from schemas.errors import EmptyFile, NotFound, TooLarge, UnknownFormat, Unreadable

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["DEFAULT_LIMITS", "Limits", "take_in"]

_CHUNK = 1 << 20
_HEAD = 1024


def take_in(path: Path, limits: Limits = DEFAULT_LIMITS) -> Scan:
    """Hash, sniff and check one file.

    Raises one of the Refused errors: NotFound, Unreadable, EmptyFile, UnknownFormat, Damaged, Encrypted, TooLarge,
    ActiveContent.
    """
    size, sha256, head = _read_through(path, limits)
    media_type = _sniff(head)
    if media_type is MediaType.PDF:
        from pipeline.intake_pdf import examine_pdf

        pages, signed = examine_pdf(path, limits)
    else:
        pages, signed = _count_pages(path, media_type, limits), False
    return Scan(path, sha256, size, media_type, pages, signed)


def _read_through(path: Path, limits: Limits) -> tuple[int, str, bytes]:
    """Size, SHA-256 and first bytes of a regular file."""
    try:
        with os.fdopen(
            os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb"
        ) as file:  # a named pipe must not hold us up
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable(f"{path.name}: not a file")
            if status.st_size > limits.size:
                raise TooLarge(f"{status.st_size:,} bytes; the limit is {limits.size:,}")
            digest, size, head = hashlib.sha256(), 0, b""
            while chunk := file.read(_CHUNK):
                head = head or chunk[:_HEAD]
                digest.update(chunk)
                size += len(chunk)
    except (FileNotFoundError, NotADirectoryError) as missing:
        raise NotFound(path.name) from missing
    except (OSError, ValueError) as fault:
        raise Unreadable(f"{path.name}: {getattr(fault, 'strerror', None) or 'bad name'}") from fault
    if size == 0:
        raise EmptyFile(path.name)
    return size, digest.hexdigest(), head


def _sniff(head: bytes) -> MediaType:
    """The format, from the first bytes; a PDF may have up to a kilobyte before its header (ISO 32000-1, annex H)."""
    if head.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return MediaType.TIFF
    if b"%PDF-" in head:
        return MediaType.PDF
    raise UnknownFormat


def _count_pages(path: Path, media_type: MediaType, limits: Limits) -> int:
    """Pages of a picture file, from its headers; every header is checked against the limits."""
    from PIL import Image

    with guarded(limits), Image.open(path, formats=(media_type.name,)) as image:
        return _count_tiff_pages(image, limits) if media_type is MediaType.TIFF else 1


def _count_tiff_pages(image: Image.Image, limits: Limits) -> int:
    pages = 1
    while True:
        if image.width * image.height > limits.pixels:
            raise TooLarge(f"page {pages} has more than {limits.pixels:,} pixels")
        try:
            image.seek(pages)
        except EOFError:
            return pages
        pages += 1
        if pages > limits.pages:
            raise TooLarge(f"more than {limits.pages:,} pages")
