"""Why a picture file cannot be decoded: because it is damaged, or because no decoder here knows how it is stored."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pipeline.model import MediaType

if TYPE_CHECKING:
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

_BITS, _COMPRESSION, _FORMAT = 258, 259, 339
_WIDTH, _HEIGHT, _PHOTOMETRIC, _EXTRA, _SUBSAMPLING = 256, 257, 262, 338, 530
_YCBCR = 6
_KNOWN_SOF, _KNOWN_BITS = {0xC0, 0xC1, 0xC2, 0xC3}, 8
"""Ways of a JPEG to be coded: sequential, progressive, without loss; with so many bits."""

_SOF = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7}
_SCAN = 0xDA
_LIBTIFF = {1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946}
"""Compressions that every libtiff has."""


def unknown_coding(path: Path, media_type: MediaType, frame: int = 0) -> str | None:
    """How a JPEG, or a frame of a TIFF (from 0), that could not be decoded is stored, where no decoder here knows that; None where it must be damaged."""
    try:
        with path.open("rb") as file:
            if media_type is MediaType.JPEG:
                return _unknown_jpeg(file)
            return _unknown_tiff(file, frame) if media_type is MediaType.TIFF else None
    except Exception:  # headers that make no sense
        return None


def _unknown_jpeg(file: BinaryIO) -> str | None:
    file.seek(2)
    while True:
        lead, marker = file.read(2)
        if lead != 0xFF or marker == _SCAN:
            return None
        length = int.from_bytes(file.read(2), "big")
        if marker in _SOF:
            bits = file.read(1)[0]
            known = marker in _KNOWN_SOF and bits == _KNOWN_BITS
            return None if known else f"JPEG of kind {marker:02X} with {bits} bits"
        file.seek(length - 2, 1)


def _unknown_tiff(file: BinaryIO, frame: int) -> str | None:
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    header = file.read(8)
    if header[:4] == b"MM\0+":
        return "BigTIFF in big-endian order"
    header += file.read(8) if header[2] == ord("+") else b""
    directory = ImageFileDirectory_v2(header)
    for _ in range(frame + 1):
        if not directory.next:
            return None
        file.seek(directory.next)
        directory.load(file)
    return _unknown_frame(directory) if _WIDTH in directory and _HEIGHT in directory else None


def _unknown_frame(directory: ImageFileDirectory_v2) -> str | None:
    from PIL.TiffImagePlugin import OPEN_INFO

    compression = directory.get(_COMPRESSION, 1)
    if not is_configured(compression):
        return f"TIFF with compression {compression}"
    bits, photometric = directory.get(_BITS, (1,)), directory.get(_PHOTOMETRIC, 0)
    if compression == 1 and photometric == _YCBCR and directory.get(_SUBSAMPLING, (2, 2)) != (1, 1):
        return "TIFF with fewer samples of colour than of light"
    kind = (photometric, bits, directory.get(_EXTRA, ()))
    if not any((key[1], *key[4:]) == kind for key in OPEN_INFO):
        return f"TIFF with {' + '.join(map(str, bits))} bits of kind {directory.get(_FORMAT, (1,))[0]}"
    return None


def is_configured(compression: int) -> bool:
    """Whether Pillow and its libtiff decode a compression of TIFF."""
    from PIL.TiffImagePlugin import COMPRESSION_INFO

    if compression not in COMPRESSION_INFO:
        return False
    asked = [bool(library.TIFFIsCODECConfigured(compression)) for library in libtiffs()]
    return compression in _LIBTIFF or not asked or any(asked)


@cache
def libtiffs() -> tuple[ctypes.CDLL, ...]:
    """The libtiff that Pillow loaded, to be asked by its own functions."""
    from PIL import _imaging  # noqa: F401 - loads it

    return tuple(_loaded())


def _loaded() -> Iterator[ctypes.CDLL]:
    try:
        mapped = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for place in {line[line.index("/") :] for line in mapped if "libtiff" in line}:
        with suppress(OSError, AttributeError):
            library = ctypes.CDLL(place)
            library.TIFFIsCODECConfigured.argtypes = [ctypes.c_uint16]
            yield library
