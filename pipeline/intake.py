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

from pipeline.limits import DEFAULT_LIMITS, Limits, guarded, within
from pipeline.model import MediaType, Scan
from pipeline.pictures import frames, open_picture
from schemas.errors import EmptyFile, NotFound, TooLarge, UnknownFormat, Unreadable

__all__ = ["DEFAULT_LIMITS", "Limits", "take_in"]

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_CHUNK = 1 << 20
_HEAD = 1024


def take_in(path: Path, limits: Limits = DEFAULT_LIMITS) -> Scan:
    """Hash, sniff and check one file.

    Raises one of the Refused errors: NotFound, Unreadable, EmptyFile, UnknownFormat, Damaged, Encrypted, TooLarge,
    TakesTooLong, ActiveContent.
    """
    size, sha256, head = _read_through(path, limits)
    media_type = _sniff(head)
    with within(limits.seconds, path.name), guarded(limits):
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
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return MediaType.WEBP
    if head[4:8] == b"ftyp" and _brands(head) & _HEIC_BRANDS:
        return MediaType.HEIC
    if b"%PDF-" in head:
        return MediaType.PDF
    raise UnknownFormat


def _brands(head: bytes) -> set[bytes]:
    """What the first box of an ISO media file (ISO/IEC 14496-12, 4.3) says that the file is."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    return {head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))}


def _count_pages(path: Path, media_type: MediaType, limits: Limits) -> int:
    """Pages of a picture file, from its headers; every header is checked against the limits."""
    with open_picture(path, media_type) as image:
        if media_type is not MediaType.TIFF:
            return 1
        pages = 0
        for _ in frames(image):
            pages += 1
            if image.width * image.height > limits.pixels:
                raise TooLarge(f"page {pages} has more than {limits.pixels:,} pixels")
            if pages > limits.pages:
                raise TooLarge(f"more than {limits.pages:,} pages")
        return pages
