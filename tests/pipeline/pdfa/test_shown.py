"""A copy of a picture file shows what was read of it, however its bytes were stored: what viewers of PDF would take otherwise is encoded anew."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from pipeline.model import PageReading
from pipeline.pages import load_page
from pipeline.pdfa import PdfMetadata, images, write_pdfa
from pipeline.pdfa.images import encode_picture
from pipeline.pdfa.shown import has_one_meaning, shows
from schemas.errors import NotCopied
from schemas.text import PageText
from tests.pipeline import papers
from tests.pipeline.pdfa.drawn import rendered, scan_of

WIDTH, HEIGHT = 320, 440


def _jpeg(**options: object) -> bytes:
    return papers.encoded(papers.picture(size=(WIDTH, HEIGHT)), "JPEG", quality=92, **options)


def _adobe(transform: int) -> bytes:
    return b"\xff\xee\x00\x0eAdobe" + struct.pack(">HHHB", 100, 0, 0, transform)


def _without_jfif(jpeg: bytes) -> bytes:
    return jpeg[:2] + jpeg[4 + int.from_bytes(jpeg[4:6], "big") :]


def _with_mark(transform: int) -> bytes:
    jpeg = _jpeg()
    length = 4 + int.from_bytes(jpeg[4:6], "big")
    return jpeg[:length] + _adobe(transform) + jpeg[length:]


def _lossless_jpeg() -> bytes:
    """ISO 10918-1, annex H: the difference to the left neighbour, all its lengths coded in four bits."""
    pixels = np.asarray(papers.picture("L", (WIDTH, HEIGHT))).astype(int)
    left = np.concatenate([pixels[:, :1], pixels[:, :-1]], axis=1)
    left[1:, 0], left[0, 0] = pixels[:-1, 0], 128
    bits = []
    for difference in (pixels - left).ravel().tolist():
        length = abs(difference).bit_length()
        extra = difference if difference > 0 else difference + (1 << length) - 1
        bits.append(f"{length:04b}" + (f"{extra:0{length}b}" if length else ""))
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    data = int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\0")
    frame = b"\xff\xc3\0\x0b\x08" + struct.pack(">HH", HEIGHT, WIDTH) + b"\x01\x01\x11\0"
    table = b"\xff\xc4\0\x1c\0" + bytes([0, 0, 0, 9, *[0] * 12]) + bytes(range(9))
    return b"\xff\xd8" + frame + table + b"\xff\xda\0\x08\x01\x01\0\x01\0\0" + data + b"\xff\xd9"


def _short_palette(colours: int) -> bytes:
    """A palette that lacks the colour of ink, and an index of it."""
    light = papers.picture("L", (WIDTH, HEIGHT)).point(lambda level: level < 128)
    image = Image.fromarray(np.asarray(light).astype(np.uint8) * colours)
    image.putpalette([255] * 3 * colours + [9] * 3)
    png = papers.encoded(image, "PNG", bits=8)
    at = png.index(b"PLTE")
    length = int.from_bytes(png[at - 4 : at], "big")
    chunk = b"PLTE" + bytes([255]) * 3 * colours
    short = struct.pack(">I", 3 * colours) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return png[: at - 4] + short + png[at + 4 + length + 4 :]


def _reversed_bits(compression: str) -> bytes:
    sheet = papers.picture("1", (WIDTH - 3, HEIGHT))
    return papers.encoded(sheet, "TIFF", compression=compression, tiffinfo={266: 2})


def _reversed_raw() -> bytes:
    sheet = papers.picture("1", (WIDTH, HEIGHT))
    bits = np.unpackbits(np.frombuffer(sheet.tobytes(), np.uint8), bitorder="little")
    out = io.BytesIO()
    sheet.save(out, "TIFF", tiffinfo={266: 1})
    return (
        out.getvalue()
        .replace(sheet.tobytes(), np.packbits(bits).tobytes())
        .replace(struct.pack("<HHIH", 266, 3, 1, 1), struct.pack("<HHIH", 266, 3, 1, 2))
    )


ODD: dict[str, Callable[[], bytes]] = {
    "tiff-g4-reversed": lambda: _reversed_bits("group4"),
    "tiff-g3-reversed": lambda: _reversed_bits("group3"),
    "tiff-raw-reversed": _reversed_raw,
    "jpeg-jfif-and-rgb": lambda: _with_mark(0),
    "jpeg-rgb-with-jfif": lambda: _jpeg(keep_rgb=True, dpi=(150, 150)),
    "jpeg-lossless": _lossless_jpeg,
    "png-short-palette": lambda: _short_palette(3),
    "png-one-colour": lambda: _short_palette(1),
}
USUAL: dict[str, Callable[[], bytes]] = {
    "jfif": _jpeg,
    "progressive": lambda: _jpeg(progressive=True),
    "no marks": lambda: _without_jfif(_jpeg()),
    "adobe": lambda: _with_mark(1),
    "adobe alone": lambda: _without_jfif(_with_mark(1)),
    "rgb": lambda: _jpeg(keep_rgb=True),
}


def _copied(path: Path, data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """What was read of a file, and what a viewer shows of its copy."""
    path.write_bytes(data)
    scan = scan_of(path)
    page = load_page(scan, 1)
    height, width = page.picture.shape[:2]
    reading = PageReading(1, width, height, page.dpi, 0, PageText(1, width, height, page.dpi, ()))
    write_pdfa(scan, [reading], path.with_suffix(".pdf"), PdfMetadata())
    read = page.picture if page.picture.ndim == 3 else np.repeat(page.picture[..., None], 3, axis=2)
    return read.astype(int), rendered(path.with_suffix(".pdf"), width, height).astype(int)


@pytest.mark.parametrize("kind", ODD)
def test_odd_codings_are_copied_as_they_were_read(kind: str, tmp_path: Path) -> None:
    read, shown = _copied(tmp_path / "scan", ODD[kind]())
    assert read.min() < 40, "something is to be seen"
    assert np.ptp(read) > 100
    assert np.abs(read - shown).mean() < 3


@pytest.mark.parametrize("kind", USUAL)
def test_a_usual_jpeg_lies_in_the_copy_as_it_came(kind: str, tmp_path: Path) -> None:
    data = USUAL[kind]()
    read, shown = _copied(tmp_path / "scan", data)
    assert np.abs(read - shown).mean() < 3
    with pikepdf.open(tmp_path / "scan.pdf") as pdf:
        assert pdf.pages[0].get_images()["/Im0"].read_raw_bytes() == data


@pytest.mark.parametrize(
    "change",
    [
        lambda jpeg: jpeg.replace(b"\xff\xc0", b"\xff\xc9", 1),  # arithmetic
        lambda jpeg: jpeg.replace(b"\xff\xc0\0\x11\x08", b"\xff\xc0\0\x11\x0c", 1),  # twelve bits
        lambda jpeg: jpeg.replace(struct.pack(">HH", HEIGHT, WIDTH), struct.pack(">HH", 0, WIDTH), 1),
        lambda jpeg: jpeg.replace(b"\x03\x01\x22", b"\x03R\x22", 1),  # a channel of another name
        lambda jpeg: jpeg[:2] + _adobe(1) + _adobe(0) + jpeg[2:],
        lambda jpeg: jpeg[:2] + _adobe(2) + jpeg[2:],
        lambda jpeg: jpeg[:2],
        lambda jpeg: b"",
    ],
)
def test_what_decoders_may_take_otherwise_is_not_passed_through(change: Callable[[bytes], bytes]) -> None:
    jpeg = _jpeg()
    assert has_one_meaning(jpeg)
    assert change(jpeg) != jpeg
    assert not has_one_meaning(change(jpeg))


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "noise"])
def test_what_was_encoded_wrongly_is_never_signed(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our own encoders are not believed either; a large colour page, of noise, becomes a JPEG."""
    noise = np.random.default_rng(7).integers(150, 255, (1600, 1200, 3), np.uint8)
    sheet = Image.fromarray(noise) if mode == "noise" else papers.picture(mode, (WIDTH, HEIGHT))
    path = tmp_path / "scan.tif"
    sheet.save(path, compression="tiff_lzw" if mode != "1" else "group3")
    scan = scan_of(path)
    assert encode_picture(sheet).filter == {"1": "/CCITTFaxDecode", "noise": "/DCTDecode"}.get(
        mode, "/FlateDecode"
    )
    reading = PageReading(1, *sheet.size, 150.0, 0, PageText(1, *sheet.size, 150.0, ()))
    write_pdfa(scan, [reading], tmp_path / "copy.pdf", PdfMetadata())
    other = (
        sheet.transpose(Image.Transpose.FLIP_TOP_BOTTOM) if mode != "noise" else Image.new("RGB", sheet.size)
    )
    wrong = encode_picture(other)
    if mode == "noise":
        noted = Image.new("RGB", sheet.size, (200, 200, 200))
        noted.paste((90, 90, 90), (64, 64, 80, 80))
        out = io.BytesIO()
        noted.save(out, "JPEG")
        wrong = replace(wrong, data=out.getvalue(), filter="/DCTDecode", parameters={})
    monkeypatch.setattr(images, "encode_picture", lambda _: wrong)
    with pytest.raises(NotCopied):
        write_pdfa(scan, [reading], tmp_path / "other.pdf", PdfMetadata())
    assert not (tmp_path / "other.pdf").exists()


def test_one_row_of_a_fax_that_differs_is_seen() -> None:
    sheet = papers.picture("1", (WIDTH - 3, HEIGHT))
    pixels = np.asarray(sheet.convert("L"))
    assert shows(encode_picture(sheet), pixels)
    other = pixels.copy()
    other[7, WIDTH - 4] ^= 255
    assert not shows(encode_picture(sheet), other)
