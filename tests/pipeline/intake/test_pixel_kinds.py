"""Pixels of unusual depth are shown as they are meant; what nobody decodes is refused for that, and not as damaged."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.intake import take_in
from pipeline.pages import load_page
from schemas.errors import Damaged, UnknownCoding
from tests.pipeline.papers import encoded, picture

GREY = np.asarray(picture("L"))
_UNSIGNED, _SIGNED, _FLOAT = 1, 2, 3


Tags = dict[int, int | tuple[int, ...]]


def frame(
    data: bytes,
    bits: int | tuple[int, ...],
    kind: int = _UNSIGNED,
    photometric: int = 1,
    shape=GREY.shape,
    **more: int | tuple[int, ...],
) -> tuple[Tags, bytes]:
    tags: Tags = {
        256: shape[1],
        257: shape[0],
        258: bits,
        259: 1,
        262: photometric,
        277: 1,
        278: shape[0],
        339: kind,
    }
    return tags | {int(key[1:]): value for key, value in more.items()}, data


def tiff(path: Path, *frames: tuple[Tags, bytes]) -> Path:
    """A little-endian TIFF of whole uncompressed strips."""
    whole = bytearray(b"II*\0\0\0\0\0")
    link = 4
    for tags, data in frames:
        entries = tags | {273: len(whole), 279: len(data)}
        whole += data + b"\0" * (len(data) % 2)
        struct.pack_into("<I", whole, link, len(whole))
        whole += struct.pack("<H", len(entries))
        link = len(whole) + 12 * len(entries)
        after = b""
        for tag, value in sorted(entries.items()):
            if isinstance(value, tuple):  # shorts, behind the directory
                whole += struct.pack("<HHII", tag, 3, len(value), link + 4 + len(after))
                after += struct.pack(f"<{len(value)}H", *value)
            else:
                whole += struct.pack("<HHII", tag, 4, 1, value)
        whole += bytes(4) + after
    path.write_bytes(whole)
    return path


def twelve_bits(grey: np.ndarray) -> bytes:
    wide = grey.astype(np.uint16) * 16 + (grey >> 4)
    even, odd = wide[:, ::2], wide[:, 1::2]
    return np.dstack([even >> 4, (even & 15) << 4 | odd >> 8, odd & 255]).astype(np.uint8).tobytes()


@pytest.mark.parametrize(
    "page",
    [
        frame(twelve_bits(GREY), 12),
        frame((GREY.astype("<u4") * 0x01010101).tobytes(), 32),
        frame((GREY.astype("<u4") * 257).tobytes(), 32),
        frame((GREY.astype("<i2") * 128).tobytes(), 16, _SIGNED),
        frame((GREY.astype("<u2") * 257).tobytes(), 16),
        frame(((255 - GREY).astype("<u2") * 257).tobytes(), 16, photometric=0),
        frame((GREY.astype("<f4") / 255).tobytes(), 32, _FLOAT),
    ],
    ids=["12", "32", "16 in 32", "signed 16", "16", "16 white is zero", "float"],
)
def test_depths(tmp_path: Path, page: tuple[Tags, bytes]) -> None:
    shown = load_page(take_in(tiff(tmp_path / "a.tif", page)), 1).picture
    assert np.abs(shown.astype(int) - GREY).max() <= 2


def test_old_programs_are_understood(tmp_path: Path) -> None:
    """A palette of bytes where 16 bits should be, and a fourth sample that means nothing: such pages were black and blank."""
    levels = tuple(range(256)) * 3
    path = tiff(tmp_path / "a.tif", frame(GREY.tobytes(), 8, photometric=3, t320=levels))
    assert np.array_equal(load_page(take_in(path), 1).picture[..., 0], GREY)
    four = np.dstack([GREY, GREY, GREY, np.zeros_like(GREY)])
    path = tiff(tmp_path / "b.tif", frame(four.tobytes(), (8,) * 4, photometric=2, t277=4, t339=(1,) * 4))
    assert np.array_equal(load_page(take_in(path), 1).picture[..., 0], GREY)


def test_small_copies_and_masks_are_no_pages(tmp_path: Path) -> None:
    """Old programs write the older of both tags; and Pillow knows no mask."""
    small = np.ascontiguousarray(GREY[::8, ::8])
    thumbnail = frame(small.tobytes(), 8, shape=small.shape, t255=2)
    mask = frame(bytes(GREY.size // 8), 1, photometric=4, t254=4)
    scan = take_in(tiff(tmp_path / "a.tif", thumbnail, frame(GREY.tobytes(), 8), mask))
    assert scan.page_count == 1
    assert np.array_equal(load_page(scan, 1).picture, GREY)


def test_what_nobody_decodes_is_not_called_damaged(tmp_path: Path) -> None:
    path = tiff(tmp_path / "a.tif", frame(GREY.astype("<f8").tobytes(), 64, _FLOAT))
    with pytest.raises(UnknownCoding, match="64 bits"):
        take_in(path)
    tags, data = frame(GREY.tobytes(), 8)
    with pytest.raises(UnknownCoding, match="34712"):
        take_in(tiff(path, (tags | {259: 34712}, data)))
    five = frame(bytes(5 * GREY.size), (8,) * 5, photometric=5, t277=5, t338=(2,), t339=(1,) * 5)
    with pytest.raises(UnknownCoding, match="8 bits"):
        take_in(tiff(path, five))
    halved = frame(bytes(GREY.size * 3 // 2), (8,) * 3, photometric=6, t277=3, t339=(1,) * 3, t530=(2, 2))
    with pytest.raises(UnknownCoding, match="colour"):
        load_page(take_in(tiff(path, halved)), 1)
    jpeg = bytearray(encoded(picture("L"), "JPEG"))
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 4] = 12
    path.write_bytes(jpeg)
    with pytest.raises(UnknownCoding, match="12 bits"):
        take_in(path)


def test_what_is_damaged_is_called_so(tmp_path: Path) -> None:
    whole = encoded(picture("L"), "TIFF", compression="tiff_lzw")
    (tmp_path / "a.tif").write_bytes(whole[:40])
    with pytest.raises(Damaged):
        take_in(tmp_path / "a.tif")
    (tmp_path / "b.tif").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Damaged):
        load_page(take_in(tmp_path / "b.tif"), 1)
    Image.new("L", (9, 9)).save(tmp_path / "c.jpg")
    (tmp_path / "c.jpg").write_bytes((tmp_path / "c.jpg").read_bytes()[:30])
    with pytest.raises(Damaged):
        take_in(tmp_path / "c.jpg")
