"""What stands beside the pixels of a picture and makes no sense stops neither reading nor copying; pages stand for themselves."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, UnidentifiedImageError

from pipeline.intake import take_in
from pipeline.model import PageReading, Scan
from pipeline.pages import load_page
from pipeline.pages.viewer import Viewing
from pipeline.pdfa import PdfMetadata, write_pdfa
from pipeline.read import read_scan_page
from schemas.errors import UnknownCoding, UnknownFormat
from schemas.text import PageText
from tests.pipeline.intake.test_pixel_kinds import GREY, frame, tiff
from tests.pipeline.papers import encoded, one_picture_pdf, picture


def chunk(name: bytes, content: bytes, crc: int | None = None) -> bytes:
    told = zlib.crc32(name + content) if crc is None else crc
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", told)


def png(*parts: bytes) -> bytes:
    """A PNG with these chunks behind its first one."""
    whole = encoded(picture("L"), "PNG")
    return whole[:33] + b"".join(parts) + whole[33:]


def jpeg(*parts: tuple[int, bytes], **how: object) -> bytes:
    """A JPEG with these segments behind its start."""
    whole = encoded(picture("L"), "JPEG", quality=95, dpi=(300, 300), **how)
    found = [struct.pack(">BBH", 0xFF, kind, len(content) + 2) + content for kind, content in parts]
    return whole[:2] + b"".join(found) + whole[2:]


def copied(scan: Scan, path: Path) -> np.ndarray:
    """The copy of a page as a viewer shows it."""
    page = load_page(scan, 1)
    height, width = page.picture.shape[:2]
    reading = PageReading(1, width, height, page.dpi, 0, PageText(1, width, height, page.dpi, ()))
    write_pdfa(scan, [reading], path, PdfMetadata())
    (drawn,) = Viewing(path, 1, side=max(height, width)).pictures()
    return drawn[..., 0].astype(int)


NONSENSE = {
    "gAMA": png(chunk(b"gAMA", b"xx")),
    "pHYs": png(chunk(b"pHYs", b"garbage")),
    "CRC": png(chunk(b"tEXt", b"a\0b", crc=1)),
    "two": png(chunk(b"gAMA", b"xx"), chunk(b"tEXt", b"a\0b"), chunk(b"pHYs", b"?")),
    "eXIf": png(chunk(b"eXIf", b"garbage")),
    "Adobe": jpeg((0xEE, b"Adobe\0d")),
    "EXIF": jpeg((0xE1, b"Exif\0\0garbage")),
    "JPEG in EXIF": jpeg((0xE1, b"Exif\0\0\xff\xd8\xff\xe0\0\x10JFIF")),
}


@pytest.mark.parametrize("data", NONSENSE.values(), ids=NONSENSE)
def test_the_picture_is_read_and_copied(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    scan = take_in(path)
    expected = np.asarray(picture("L")).astype(int)
    assert np.abs(load_page(scan, 1).picture.astype(int) - expected).mean() < 1
    assert np.abs(copied(scan, tmp_path / "copy.pdf") - expected).mean() < 2
    assert path.read_bytes() == data


def test_what_makes_sense_is_kept(tmp_path: Path) -> None:
    """The resolution and the orientation stand beside the pixels as well."""
    dense = struct.pack(">IIB", 11811, 11811, 1)  # 300 dpi
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "a.png"
    path.write_bytes(png(chunk(b"pHYs", dense), chunk(b"eXIf", exif.tobytes()), chunk(b"gAMA", b"xx")))
    with pytest.raises((UnidentifiedImageError, ValueError)), Image.open(path):
        pass
    page = load_page(take_in(path), 1)
    assert page.dpi == pytest.approx(300, abs=0.1)
    assert page.picture.shape == (640, 880), "turned"


def test_transparency_is_of_the_pixels(tmp_path: Path) -> None:
    """A colour that is nothing but paper, beside a chunk of nonsense."""
    (tmp_path / "a.png").write_bytes(png(chunk(b"gAMA", b"xx"), chunk(b"tRNS", b"\0\0")))
    assert load_page(take_in(tmp_path / "a.png"), 1).picture[800, 20] == 255, "black, and see-through"


@pytest.mark.parametrize("coding", [34712, 34661, 60000])
def test_a_page_of_a_tiff_that_nobody_decodes_leaves_the_others(tmp_path: Path, coding: int) -> None:
    tags, data = frame(GREY.tobytes(), 8)
    pages = [(tags, data), (tags | {259: coding}, data), (tags, data)]
    scan = take_in(tiff(tmp_path / "a.tif", *pages))
    assert scan.page_count == 3
    assert np.array_equal(load_page(scan, 1).picture, GREY)
    assert np.array_equal(load_page(scan, 3).picture, GREY)
    with pytest.raises(UnknownCoding, match=f"compression {coding}"):
        load_page(scan, 2)
    refused = read_scan_page(scan, 2)
    assert refused.refused
    assert [warning.code for warning in refused.warnings] == ["unknown_coding"]


@pytest.mark.parametrize(
    "brands", [b"avif\0\0\0\0avifmif1miaf", b"mif1\0\0\0\0mif1avif", b"avis\0\0\0\0avismsf1"]
)
def test_avif_is_no_damaged_heic(tmp_path: Path, brands: bytes) -> None:
    (tmp_path / "a.heic").write_bytes(struct.pack(">I", len(brands) + 8) + b"ftyp" + brands + bytes(100))
    with pytest.raises(UnknownFormat):
        take_in(tmp_path / "a.heic")


def test_grey_that_is_see_through_by_multiplication(tmp_path: Path) -> None:
    alpha = np.full_like(GREY, 255)
    alpha[:10] = 0
    grey = np.where(alpha == 0, 0, GREY)
    for second, expected in ((alpha, np.where(alpha == 0, 255, GREY)), (np.zeros_like(GREY), grey)):
        both = Image.merge("LA", [Image.fromarray(each.astype(np.uint8)) for each in (grey, second)])
        data = encoded(both, "TIFF")
        plain, multiplied = (struct.pack("<HHIHH", 338, 3, 1, kind, 0) for kind in (2, 1))
        assert data.count(plain) == 1
        (tmp_path / "a.tif").write_bytes(data.replace(plain, multiplied))
        with Image.open(tmp_path / "a.tif") as image:
            assert image.mode == "La"
        assert np.array_equal(load_page(take_in(tmp_path / "a.tif"), 1).picture, expected)


@pytest.mark.parametrize("count", [0, 9])
def test_a_pdf_that_miscounts_its_pages_is_drawn_and_copied(tmp_path: Path, count: int) -> None:
    whole, wrong = one_picture_pdf(tmp_path / "a.pdf"), tmp_path / "b.pdf"
    data = whole.read_bytes()
    assert data.count(b"/Count 1") == 1
    wrong.write_bytes(data.replace(b"/Count 1", b"/Count %d" % count))
    with pikepdf.open(wrong) as pdf:
        assert pdf.Root.Pages.Count == count
    scan = take_in(wrong)
    assert scan.page_count == 1
    assert np.array_equal(load_page(scan, 1).picture, load_page(take_in(whole), 1).picture)
    assert copied(scan, tmp_path / "copy.pdf").min() == 0
