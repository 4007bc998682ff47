"""Data that are missing though a file says that it is whole are damage; data that make no sense are a doubt. Both are told, and nothing else is."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from pipeline.intake import cut_jpeg, take_in
from pipeline.intake.complaints import heard
from pipeline.model import Scan
from pipeline.pages import load_page
from pipeline.read import read_scan_page
from schemas.errors import Damaged
from tests.pipeline.intake.test_cut_short import fax_pdf, strip
from tests.pipeline.papers import FULL, add_page, encoded

EOI = b"\xff\xd9"


def sheet(mode: str = "L", size: tuple[int, int] = (640, 880)) -> Image.Image:
    """White paper with grain above, a grey table, and print at the foot."""
    grain = np.random.default_rng(1).integers(225, 256, (size[1], size[0]))
    grain[600:] = 255
    grain[300:360, 80:560] = 128
    grain[size[1] - 60 : size[1] - 30, 60:500:3] = 20
    return Image.fromarray(grain.astype(np.uint8)).convert(mode)


def written(path: Path, data: bytes) -> Scan:
    path.write_bytes(data)
    return take_in(path)


def in_pdf(path: Path, jpeg: bytes, mode: str = "L", size: tuple[int, int] = (640, 880)) -> Scan:
    pdf = pikepdf.new()
    stream = pikepdf.Stream(pdf, jpeg)
    space = pikepdf.Name.DeviceGray if mode == "L" else pikepdf.Name.DeviceRGB
    stream.Type, stream.Subtype, stream.ColorSpace = pikepdf.Name.XObject, pikepdf.Name.Image, space
    stream.Width, stream.Height = size
    stream.BitsPerComponent, stream.Filter = 8, pikepdf.Name.DCTDecode
    add_page(pdf, stream, FULL)
    pdf.save(path)
    return take_in(path)


WHOLE = {
    "grey": encoded(sheet(), "JPEG", quality=80),
    "colour": encoded(sheet("RGB"), "JPEG", quality=80),
    "ink": encoded(sheet("CMYK"), "JPEG", quality=80),
    "progressive": encoded(sheet("RGB"), "JPEG", quality=80, progressive=True),
    "restarts": encoded(sheet(), "JPEG", quality=80, restart_marker_rows=1),
    "restarts in colour": encoded(sheet("RGB"), "JPEG", quality=80, restart_marker_blocks=7),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_whole_jpeg_is_no_doubt(tmp_path: Path, kind: str) -> None:
    assert load_page(written(tmp_path / "a.jpg", WHOLE[kind]), 1).doubts == ()


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("share", [0.5, 0.8])
def test_the_mark_of_the_end_behind_a_part_of_a_jpeg_makes_it_no_whole(
    tmp_path: Path, kind: str, share: float
) -> None:
    cut = WHOLE[kind][: int(len(WHOLE[kind]) * share)].rstrip(b"\xff") + EOI
    with pytest.raises(Damaged, match="last row"):
        load_page(written(tmp_path / "a.jpg", cut), 1)


@pytest.mark.parametrize("kind", ["grey", "colour", "progressive", "restarts"])
def test_nor_in_a_pdf(tmp_path: Path, kind: str) -> None:
    mode = "L" if kind in {"grey", "restarts"} else "RGB"
    data = WHOLE[kind]
    assert load_page(in_pdf(tmp_path / "whole.pdf", data, mode), 1).doubts == ()
    with pytest.raises(Damaged, match="last row"):
        load_page(in_pdf(tmp_path / "cut.pdf", data[: len(data) // 2].rstrip(b"\xff") + EOI, mode), 1)


def test_a_progressive_jpeg_without_its_last_scans_is_damaged(tmp_path: Path) -> None:
    data = WHOLE["progressive"]
    scans = [found.start() for found in re.finditer(b"\xff\xda", data)]
    assert len(scans) > 3
    for begin in scans[1:]:
        cut = data[: data.rindex(b"\xff\xc4", 0, begin)]  # with the table that belongs to it
        with pytest.raises(Damaged):
            load_page(written(tmp_path / "a.jpg", cut + EOI), 1)


def test_a_jpeg_that_says_it_is_higher_than_its_data_is_damaged(tmp_path: Path) -> None:
    data = bytearray(WHOLE["grey"])
    at = data.index(b"\xff\xc0") + 5
    assert struct.unpack_from(">H", data, at) == (880,)
    struct.pack_into(">H", data, at, 1760)
    with pytest.raises(Damaged, match="last row"):
        load_page(written(tmp_path / "a.jpg", bytes(data)), 1)


def test_a_jpeg_that_lost_pieces_between_its_restarts_is_damaged(tmp_path: Path) -> None:
    data = WHOLE["restarts"]
    marks = [found.start() for found in re.finditer(rb"\xff[\xd0-\xd7]", data)]
    with pytest.raises(Damaged, match="last row"):
        load_page(written(tmp_path / "a.jpg", data[: marks[30]] + data[marks[60] :]), 1)


def test_a_jpeg_that_lost_bytes_in_its_midst_is_damaged(tmp_path: Path) -> None:
    data = WHOLE["grey"]
    with pytest.raises(Damaged, match="last row"):
        load_page(written(tmp_path / "a.jpg", data[:40_000] + data[80_000:]), 1)


@pytest.mark.parametrize("kind", ["grey", "colour", "restarts"])
def test_bytes_too_many_or_a_few_that_are_gone_are_a_doubt(tmp_path: Path, kind: str) -> None:
    """What is left over nobody needs for a row, and of what is gone too little is missing to call it damaged."""
    data = WHOLE[kind]
    middle = data.index(b"\xff\xda") + 30_000
    more = np.random.default_rng(4).integers(0, 255, 500, dtype=np.uint8).tobytes()
    (doubt,) = load_page(written(tmp_path / "a.jpg", data[:-2] + more + EOI), 1).doubts
    assert doubt.code == "broken_data"
    if kind != "restarts":
        scan = written(tmp_path / "b.jpg", data[:middle] + more + data[middle:])
        assert [one.code for one in load_page(scan, 1).doubts] == ["broken_data"]
    if kind == "grey":  # its last row of blocks is less than a hundredth of the picture
        scan = written(tmp_path / "c.jpg", data[:middle] + data[middle + 100 :])
        assert [one.code for one in load_page(scan, 1).doubts] == ["broken_data"]


@pytest.mark.parametrize("padding", [b"\0" * 500, b"\xff" * 3, b""])
def test_padding_is_none(tmp_path: Path, padding: bytes) -> None:
    data = WHOLE["grey"]
    for whole in (data[:-2] + padding + EOI, data + padding, data + b"notes of a telephone" + padding):
        assert load_page(written(tmp_path / "a.jpg", whole), 1).doubts == ()


def test_without_room_to_decode_it_again_a_progressive_jpeg_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: bytes) -> None:
        raise MemoryError

    monkeypatch.setattr(cut_jpeg, "shown_jpeg", full)
    assert load_page(written(tmp_path / "a.jpg", WHOLE["progressive"]), 1).doubts == ()


def test_an_ordinary_jpeg_is_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cut_jpeg, "shown_jpeg", lambda _: pytest.fail("decoded again"))
    plain = Image.fromarray(np.random.default_rng(2).integers(0, 256, (880, 640), dtype=np.uint8))
    for number, each in enumerate((plain, Image.new("L", (640, 880), 255), Image.new("RGB", (640, 880)))):
        load_page(written(tmp_path / f"{number}.jpg", encoded(each, "JPEG")), 1)


@pytest.mark.parametrize("rows", [880, 80])
def test_a_jpeg_within_a_tiff_that_is_cut_is_damaged_for_reading_too(tmp_path: Path, rows: int) -> None:
    data = encoded(sheet("RGB"), "TIFF", compression="jpeg", tiffinfo={278: rows})
    assert load_page(written(tmp_path / "whole.tif", data), 1).doubts == ()
    with Image.open(tmp_path / "whole.tif") as image:
        places = list(zip(image.tag_v2[273], image.tag_v2[279], strict=True))
    cut = bytearray(data)
    start, size = places[0]
    if rows == 880:
        cut[start + size // 2 : start + size] = EOI + bytes(size - size // 2 - 2)
    else:
        for start, size in places[3:6]:
            cut[start + size // 3 : start + size] = EOI + bytes(size - size // 3 - 2)
    scan = written(tmp_path / "a.tif", bytes(cut))
    with pytest.raises(Damaged, match="last row"):
        read_scan_page(scan, 1)


def short(path: Path, mode: str, share: float, **how: object) -> Scan:
    """A PNG whose data are whole, and those of fewer rows."""
    data = encoded(sheet(mode), "PNG", **how)
    parts, at = [], 8
    while at < len(data):
        end = at + int.from_bytes(data[at : at + 4], "big") + 12
        parts.append((data[at + 4 : at + 8], data[at + 8 : end - 4]))
        at = end
    rows = zlib.decompress(b"".join(content for name, content in parts if name == b"IDAT"))
    idat = zlib.compress(rows[: int(len(rows) * share)])
    chunks = [part for part in parts if part[0] != b"IDAT"]
    chunks.insert(-1, (b"IDAT", idat))
    return written(
        path,
        data[:8]
        + b"".join(
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
            for name, content in chunks
        ),
    )


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA", "P"])
def test_a_png_with_fewer_rows_than_it_says_is_damaged_for_reading_too(tmp_path: Path, mode: str) -> None:
    for share in (0.5, 0.95):
        with pytest.raises(Damaged, match="last row"):
            read_scan_page(short(tmp_path / "a.png", mode, share), 1)
    load_page(short(tmp_path / "a.png", mode, 1.0), 1)


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "P"])
def test_a_png_that_is_black_at_its_foot_is_whole(tmp_path: Path, mode: str) -> None:
    """Of one, two, four bits or more, in rows that do not fill their last byte."""
    for width in (640, 637):
        black = Image.new(mode, (width, 301))
        page = load_page(written(tmp_path / "a.png", encoded(black, "PNG")), 1)
        assert page.picture.max() == 0


def test_an_interlaced_png(tmp_path: Path) -> None:
    """Eight pixels by eight, each of them in its pass."""
    passes = [(1, 1), (1, 1), (2, 1), (2, 2), (4, 2), (4, 4), (8, 4)]
    rows = b"".join((b"\0" + bytes(columns)) * count for columns, count in passes)

    def made(data: bytes) -> bytes:
        head = b"IHDR" + struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 1)
        body = [head, b"IDAT" + zlib.compress(data), b"IEND"]
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(each) - 4) + each + struct.pack(">I", zlib.crc32(each)) for each in body
        )

    assert load_page(written(tmp_path / "a.png", made(rows)), 1).picture.shape == (8, 8)
    with pytest.raises(Damaged):
        load_page(written(tmp_path / "a.png", made(rows[: len(rows) // 2])), 1)


def garbage(data: bytes) -> bytes:
    """A fax with noise in its midst."""
    noise = np.random.default_rng(3).integers(0, 256, 200, dtype=np.uint8).tobytes()
    middle = len(data) // 2
    return data[:middle] + noise + data[middle + len(noise) :]


def test_noise_in_a_fax_is_a_doubt(tmp_path: Path) -> None:
    whole, (data,) = strip("group4", tmp_path / "a.tif")
    assert load_page(take_in(tmp_path / "a.tif"), 1).doubts == ()
    scan = written(tmp_path / "b.tif", whole.replace(data, garbage(data)))
    (doubt,) = load_page(scan, 1).doubts
    assert doubt.code == "broken_data"
    assert "hỏng" in doubt.message_vi
    assert "broken_data" in [warning.code for warning in read_scan_page(scan, 1).warnings]


def test_so_it_is_in_a_pdf(tmp_path: Path) -> None:
    """Also when another fax was decoded, on purpose, behind its end."""
    whole = take_in(
        fax_pdf(tmp_path / "a.pdf", "group4", 1 - 3 / len(strip("group4", tmp_path / "a.tif")[1][0]))
    )
    assert load_page(whole, 1).doubts == ()
    _, (data,) = strip("group4", tmp_path / "a.tif")
    broken = tmp_path / "b.pdf"
    with pikepdf.open(fax_pdf(tmp_path / "c.pdf", "group4", 1)) as pdf:
        image = pdf.pages[0].Resources.XObject.Im0
        image.write(garbage(data), filter=image.Filter, decode_parms=image.DecodeParms)
        pdf.save(broken)
    (doubt,) = load_page(take_in(broken), 1).doubts
    assert doubt.code == "broken_data"


def test_what_the_viewer_says_of_a_jpeg_is_heard(tmp_path: Path) -> None:
    """Bytes that make no sense, and no row that is missing, in a PDF."""
    data = bytearray(WHOLE["grey"])
    start = data.index(b"\xff\xda") + 20_000
    data[start : start + 400] = bytes(400)
    before = heard()
    page = load_page(in_pdf(tmp_path / "a.pdf", bytes(data)), 1)
    assert heard() > before
    assert [doubt.code for doubt in page.doubts] == ["broken_data"]
