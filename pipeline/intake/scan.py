"""Intake: from a path to a Scan, or a refusal with its reason.

The extension is never believed. Nothing is decoded here beyond headers, so a picture of a hundred thousand pixels or a
decompression bomb is refused for the price of reading the file. What only decoding can tell (a page cut off in the
middle) is found by ``pipeline.pages.load_page``, page by page, so that the other pages of the file are still read.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.intake.pictures import frames, open_picture, page_count
from pipeline.limits import DEFAULT_LIMITS, Limits, guarded, within
from pipeline.model import MediaType, Scan
from schemas.errors import (
    EmptyFile,
    MachineFault,
    NotAFile,
    NotFound,
    SourceAway,
    TooLarge,
    UnknownFormat,
    Unreadable,
    machine_fault,
)

__all__ = ["DEFAULT_LIMITS", "Limits", "keep_own", "take_in"]

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_ANY_BRANDS, _AVIF_BRANDS = {b"mif1", b"msf1"}, {b"avif", b"avis"}
"""What names HEIC (ISO/IEC 23008-12); what names any such file, whatever it is coded with; and what names another coding."""

_CHUNK = 1 << 20
_AWAY = {
    errno.EIO,
    errno.ESTALE,
    errno.ENODEV,
    errno.ENXIO,
    errno.EREMOTEIO,
    errno.ENOTCONN,
    errno.ESHUTDOWN,
    errno.ECONNRESET,
    errno.ECONNABORTED,
    errno.ETIMEDOUT,
    errno.EHOSTDOWN,
    errno.EHOSTUNREACH,
    errno.ENETDOWN,
    errno.ENETUNREACH,
}
"""What the system says of a file on a share, or a stick, that went away while it was read."""
_HEAD = 1024


def take_in(path: Path, limits: Limits = DEFAULT_LIMITS, own: Path | None = None) -> Scan:
    """Hash, sniff and check one file.

    With ``own`` (a place where nobody else may write) it is read once, into a copy there, and the copy is what is hashed,
    examined, read and archived: whoever exchanges the file meanwhile, even to and fro, changes nothing. Raises one of the
    Refused errors: NotFound, NotAFile, Unreadable, EmptyFile, UnknownFormat, Damaged, Encrypted, TooLarge, TakesTooLong,
    ActiveContent; ScratchFull where there is no room for the copy, SourceAway where
    the share that it lies on went away.
    """
    size, sha256, head = _read_through(path, limits, own)
    if size == 0:
        raise EmptyFile(path.name)
    media_type = _sniff(head)
    place = own or path
    with within(limits.seconds, path.name), guarded(limits):
        if media_type is MediaType.PDF:
            from pipeline.intake.pdf import examine_pdf

            pages, signed = examine_pdf(place, limits)
        else:
            pages, signed = _count_pages(place, media_type, limits), False
    return Scan(place, sha256, size, media_type, pages, signed, path if own else None)


def keep_own(path: Path, limits: Limits, own: Path) -> None:
    """A copy of a file, at a place where nobody else may write. Raises NotFound, Unreadable, TooLarge, SourceAway, ScratchFull."""
    _read_through(path, limits, own)


def _read_through(path: Path, limits: Limits, own: Path | None = None) -> tuple[int, str, bytes]:
    """Size, SHA-256 and first bytes of a regular file, read once; what was read is at ``own`` then."""
    try:
        _demand_file(path.stat(), path)  # before it is opened: a socket cannot be, and a device may act on it
        with os.fdopen(
            os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb"
        ) as file:  # a named pipe must not hold us up
            status = os.fstat(file.fileno())
            _demand_file(status, path)  # whatever lies there by now
            if status.st_size > limits.size:
                raise TooLarge(f"{status.st_size:,} bytes; the limit is {limits.size:,}")
            digest, size, head = hashlib.sha256(), 0, b""
            with _copying_to(own) as write:
                while chunk := file.read(_CHUNK):
                    head = head or chunk[:_HEAD]
                    digest.update(chunk)
                    size += len(chunk)
                    if size > limits.size:
                        raise TooLarge(f"more than {limits.size:,} bytes")
                    write(chunk)
    except (FileNotFoundError, NotADirectoryError) as missing:
        raise NotFound(path.name) from missing
    except (OSError, ValueError) as fault:
        if getattr(fault, "errno", None) in _AWAY:
            raise SourceAway(path.name) from fault
        raise Unreadable(f"{path.name}: {getattr(fault, 'strerror', None) or 'bad name'}") from fault
    return size, digest.hexdigest(), head


def _demand_file(status: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise NotAFile(path.name)


@contextmanager
def _copying_to(own: Path | None) -> Iterator[Callable[[bytes], object]]:
    """Something to write pieces with; to nowhere, where no copy is wanted."""
    if own is None:
        yield lambda _: None
        return
    with _room():
        own.unlink(missing_ok=True)
        copy = os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def write(piece: bytes) -> None:
        with _room():
            copy.write(piece)

    try:
        yield write
    finally:
        with _room():  # closing writes the rest
            copy.close()


@contextmanager
def _room() -> Iterator[None]:
    """That our own copy cannot be written is no fault of the file."""
    try:
        yield
    except OSError as fault:
        raise (machine_fault(fault) or MachineFault(f"no copy to work on: {fault.strerror}")) from fault


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
    if head[4:8] == b"ftyp" and _is_heic(_brands(head)):
        return MediaType.HEIC
    if b"%PDF-" in head:
        return MediaType.PDF
    raise UnknownFormat


def _is_heic(brands: set[bytes]) -> bool:
    return bool(brands & _HEIC_BRANDS or (brands & _ANY_BRANDS and not brands & _AVIF_BRANDS))


def _brands(head: bytes) -> set[bytes]:
    """What the first box of an ISO media file (ISO/IEC 14496-12, 4.3) says that the file is."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    return {head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))}


def _count_pages(path: Path, media_type: MediaType, limits: Limits) -> int:
    """Pages of a picture file, from its headers; every header is checked against the limits."""
    with open_picture(path, media_type) as image:
        if media_type is not MediaType.TIFF:
            return _demand_few(page_count(image), limits)
        pages = 0
        for _, fault in frames(image):
            pages += 1
            if fault is None and image.width * image.height > limits.pixels:
                raise TooLarge(f"page {pages} has more than {limits.pixels:,} pixels")
            _demand_few(pages, limits)
        return pages


def _demand_few(pages: int, limits: Limits) -> int:
    if pages > limits.pages:
        raise TooLarge(f"more than {limits.pages:,} pages")
    return pages
