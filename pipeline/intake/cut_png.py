"""PNG files that hold fewer bytes than their rows need: Pillow leaves the missing rows black, or see-through, and says nothing."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.intake.cut_short import WHOLE

if TYPE_CHECKING:
    from PIL.Image import Image

_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Of an interlaced PNG: first column and row of each pass, and the steps between them (ISO/IEC 15948, 8.2)."""

_CHANNELS, _PIECE = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}, 1 << 20


def png_ends_early(path: Path, image: Image) -> bool:
    """Whether rows are missing in a PNG that was decoded; it is unpacked again only where the last row holds nothing."""
    width, height = image.size
    if np.asarray(image.crop((0, height - 1, width, height))).any() or getattr(image, "n_frames", 1) > 1:
        return False
    data = path.read_bytes()
    bits = data[24] * _CHANNELS.get(data[25], 0)
    sizes = [
        ((width - left + across - 1) // across, (height - top + down - 1) // down)
        for left, top, across, down in (_PASSES if data[28] else ((0, 0, 1, 1),))
    ]
    needed = sum(
        rows * (1 + (columns * bits + 7) // 8) for columns, rows in sizes if columns > 0 and rows > 0
    )
    return _unpacked(data, needed) < WHOLE * needed


def _unpacked(png: bytes, most: int) -> int:
    """How many bytes the rows of a PNG unpack to, up to so many; all where they cannot be unpacked, which Pillow tells."""
    unpacking, found, at = zlib.decompressobj(), 0, 8
    try:
        while at + 12 <= len(png) and found < most:
            length = int.from_bytes(png[at : at + 4], "big")
            piece = png[at + 8 : at + 8 + length] if png[at + 4 : at + 8] == b"IDAT" else b""
            while piece and found < most:
                found += len(unpacking.decompress(piece, _PIECE))
                piece = unpacking.unconsumed_tail
            at += 12 + length
    except zlib.error:
        return most
    return found
