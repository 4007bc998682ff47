"""Pictures behind the first one of a file: pages where they can be papers, told where they are left out."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from pipeline.intake import Limits, take_in
from pipeline.model import PageReading, Picture
from pipeline.pages import load_page
from pipeline.pages.viewer import Viewing
from pipeline.pdfa import PdfMetadata, write_pdfa
from pipeline.read import read_scan_page
from schemas.errors import TooLarge
from schemas.text import PageText
from tests.pipeline.papers import encoded
from tests.scans import page

KINDS = ["HEIF", "WEBP", "PNG"]


def sheets(count: int) -> list[Image.Image]:
    """Pages that are told apart by a black bar."""
    found = []
    for number in range(count):
        sheet = Image.new("RGB", (240, 330), "white")
        sheet.paste("black", (40, 20 + 8 * number, 200, 26 + 8 * number))
        found.append(sheet)
    return found


def file_of(path: Path, kind: str, pictures: list[Image.Image]) -> Path:
    """One file with these pictures, the second one shown first where a format can say so."""
    if kind == "HEIF":
        heif = pillow_heif.HeifFile()
        for each in pictures:
            heif.add_from_pillow(each)
        heif.primary_index = len(pictures) - 1
        heif.save(path, quality=90)
    else:
        how = {"lossless": True, "duration": 500} if kind == "WEBP" else {}
        path.write_bytes(encoded(pictures[0], kind, save_all=True, append_images=pictures[1:], **how))
    return path


def _apart(one: Picture, other: Image.Image) -> float:
    grey = np.asarray(Image.fromarray(one).convert("L"), float)
    return float(np.abs(grey - np.asarray(other.convert("L"), float)).mean())


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_a_page_that_is_read_and_copied(tmp_path: Path, kind: str) -> None:
    pictures = sheets(3)
    scan = take_in(file_of(tmp_path / "a", kind, pictures))
    assert scan.page_count == 3
    pages = [load_page(scan, number) for number in (1, 2, 3)]
    for found, sheet in zip(pages, pictures, strict=True):
        assert _apart(found.picture, sheet) < 1, "in the order of the file"
        assert found.doubts == ()
    readings = [
        PageReading(one.number, 240, 330, one.dpi, 0, PageText(one.number, 240, 330, one.dpi, ()))
        for one in pages
    ]
    write_pdfa(scan, readings, tmp_path / "copy.pdf", PdfMetadata())
    for copied, sheet in zip(
        Viewing(tmp_path / "copy.pdf", 1, 3, side=330).pictures(), pictures, strict=True
    ):
        assert _apart(copied, sheet) < 4


@pytest.mark.parametrize("kind", KINDS)
def test_they_count_as_pages(tmp_path: Path, kind: str) -> None:
    path = file_of(tmp_path / "a", kind, sheets(3))
    with pytest.raises(TooLarge):
        take_in(path, Limits(pages=2))


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_a_film_is_one_page_with_a_doubt(tmp_path: Path, kind: str) -> None:
    scan = take_in(file_of(tmp_path / "a", kind, sheets(33)))
    assert scan.page_count == 1
    (doubt,) = load_page(scan, 1).doubts
    assert doubt.code == "further_pictures"
    assert "33 pictures" in doubt.message_en
    assert "33 ảnh" in doubt.message_vi


def _cameras(path: Path, size: tuple[int, int], kind: int = 0) -> Path:
    """A JPEG with a second picture of this size; ``kind`` of CIPA DC-007, table 4."""
    first = page("Giấy khai sinh")
    data = encoded(first, "MPO", save_all=True, append_images=[page("Giấy khai tử").resize(size)])
    of_first = re.search(rb"\x00\x00\x03\x00....\x00{8}", data[data.index(b"MPF\0") :], re.DOTALL)
    assert of_first
    entry = data.index(b"MPF\0") + of_first.end()
    path.write_bytes(data[:entry] + kind.to_bytes(4, "little") + data[entry + 4 :])
    return path


def test_a_second_picture_of_a_jpeg_is_told_with_the_page(tmp_path: Path) -> None:
    reading = read_scan_page(take_in(_cameras(tmp_path / "a.jpg", (827, 1165))), 1)
    assert [one.message_en for one in reading.warnings if one.code == "further_pictures"] == [
        "The file holds 2 pictures; only the first was taken as a page."
    ]
    assert "khai sinh" in reading.text.text


@pytest.mark.parametrize(
    ("size", "kind"), [((200, 280), 0), ((827, 1165), 0x010002), ((827, 1165), 0x020002)]
)
def test_what_a_telephone_puts_behind_its_picture_is_no_doubt(
    tmp_path: Path, size: tuple[int, int], kind: int
) -> None:
    """Maps of depth and light are small; previews and the picture for the other eye say what they are."""
    scan = take_in(_cameras(tmp_path / "a.jpg", size, kind))
    with Image.open(BytesIO(scan.path.read_bytes())) as image:
        assert image.n_frames == 2
    assert load_page(scan, 1).doubts == ()
