"""Pictures that end before their last row are damaged, also where viewers show white there; what lacks the mark of its end only is whole."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Dictionary, Name
from PIL import Image

from pipeline.intake import take_in
from pipeline.intake.cut_short import fax_ends_early
from pipeline.model import PageReading
from pipeline.pages import load_page
from pipeline.pages.viewer import Viewing
from pipeline.pdfa import PdfMetadata, write_pdfa
from schemas.errors import Damaged
from schemas.text import PageText
from tests.pipeline.papers import FULL, add_page, encoded, picture

KINDS = {"group4": -1, "group3": 0}


def page() -> Image.Image:
    """White below, as most papers are, with a line of print at the foot."""
    image = Image.new("1", (640, 880), 1)
    for top in (40, 90, 140, 820):
        for left in range(60, 560, 9):
            image.paste(0, (left, top + left % 7, left + 5, top + 20))
    return image


def strip(kind: str, path: Path, rows: int = 880) -> tuple[bytes, list[bytes]]:
    """A TIFF of the page and the data of its strips."""
    data = encoded(page(), "TIFF", compression=kind, dpi=(300, 300), tiffinfo={278: rows})
    path.write_bytes(data)
    with Image.open(path) as image:
        places = list(zip(image.tag_v2[273], image.tag_v2[279], strict=True))
    return data, [data[start : start + size] for start, size in places]


def fax_pdf(path: Path, kind: str, share: float, *, wrapped: bool = False) -> Path:
    _, (data,) = strip(kind, path.with_suffix(".tif"))
    pdf = pikepdf.new()
    stream = pikepdf.Stream(pdf, data[: round(len(data) * share)])
    entries = {"Subtype": Name.Image, "Width": 640, "Height": 880, "BitsPerComponent": 1}
    for key, value in (entries | {"ColorSpace": Name.DeviceGray}).items():
        stream["/" + key] = value
    how = Dictionary(K=KINDS[kind], Columns=640, Rows=880, BlackIs1=True)
    if wrapped:
        packed = pikepdf.Stream(pdf, zlib.compress(stream.read_raw_bytes()))
        for key in ("/Subtype", "/Width", "/Height", "/BitsPerComponent", "/ColorSpace"):
            packed[key] = stream[key]
        packed.Filter = pikepdf.Array([Name.FlateDecode, Name.CCITTFaxDecode])
        packed.DecodeParms = pikepdf.Array([Dictionary(), how])
        stream = packed
    else:
        stream.Filter, stream.DecodeParms = Name.CCITTFaxDecode, how
    add_page(pdf, stream, FULL)
    pdf.save(path)
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.5, 0.97])
def test_a_fax_in_a_pdf_that_is_cut_short_is_damaged(tmp_path: Path, kind: str, share: float) -> None:
    scan = take_in(fax_pdf(tmp_path / "a.pdf", kind, share))
    with pytest.raises(Damaged, match="last row"):
        load_page(scan, 1)


def test_so_it_is_behind_another_filter(tmp_path: Path) -> None:
    whole = take_in(fax_pdf(tmp_path / "b.pdf", "group4", 1, wrapped=True))
    assert load_page(whole, 1).picture.shape == (880, 640)
    scan = take_in(fax_pdf(tmp_path / "a.pdf", "group4", 0.5, wrapped=True))
    with pytest.raises(Damaged, match="last row"):
        load_page(scan, 1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [880, 300])
def test_a_tiff_whose_strip_is_cut_short_is_damaged(tmp_path: Path, kind: str, rows: int) -> None:
    path = tmp_path / "a.tif"
    data, strips = strip(kind, path, rows)
    assert load_page(take_in(path), 1).picture.min() == 0
    last = strips[-1]
    told = len(last).to_bytes(4, "little")
    assert data.count(told) == 1
    path.write_bytes(data.replace(told, (len(last) * 2 // 3).to_bytes(4, "little")))
    with pytest.raises(Damaged):
        load_page(take_in(path), 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fax_without_its_end_is_whole(tmp_path: Path, kind: str) -> None:
    """Neither marks of an end nor what follows it are of the paper."""
    path = tmp_path / "a.pdf"
    _, (data,) = strip(kind, tmp_path / "a.tif")
    share = 1 - 3 / len(data) if kind == "group4" else 1
    found = load_page(take_in(fax_pdf(path, kind, share)), 1).picture
    assert (found == np.asarray(page(), np.uint8) * 255).all()


@pytest.mark.parametrize("how", [{}, {"progressive": True}])
def test_a_jpeg_that_lacks_its_end_only_is_read_and_copied(tmp_path: Path, how: dict[str, bool]) -> None:
    path, copy = tmp_path / "a.jpg", tmp_path / "copy.pdf"
    data = encoded(picture(), "JPEG", quality=90, dpi=(300, 300), **how)
    path.write_bytes(data[:-2])
    scan = take_in(path)
    found = load_page(scan, 1)
    with Image.open(tmp_path / "a.jpg") as image:
        assert found.picture.shape == (image.height, image.width, 3)
    reading = PageReading(1, 640, 880, 300.0, 0, PageText(1, 640, 880, 300.0, ()))
    write_pdfa(scan, [reading], copy, PdfMetadata())
    with pikepdf.open(copy) as pdf:
        (placed,) = pdf.pages[0].Resources.XObject.values()
        assert placed.read_raw_bytes() == data
    assert path.read_bytes() == data[:-2], "the scan itself stays as it came"


def test_one_in_a_pdf_too(tmp_path: Path) -> None:
    for missing, name in ((0, "whole"), (2, "a")):
        pdf = pikepdf.new()
        data = encoded(picture(), "JPEG", quality=95)
        stream = pikepdf.Stream(pdf, data[: len(data) - missing])
        entries = {"Subtype": Name.Image, "Width": 640, "Height": 880, "BitsPerComponent": 8}
        for key, value in (entries | {"ColorSpace": Name.DeviceRGB, "Filter": Name.DCTDecode}).items():
            stream["/" + key] = value
        add_page(pdf, stream, FULL)
        pdf.save(tmp_path / f"{name}.pdf")
    found = load_page(take_in(tmp_path / "a.pdf"), 1).picture
    (shown,) = Viewing(tmp_path / "whole.pdf", 1, dpi=300).pictures()
    assert np.abs(found.astype(int) - shown).mean() < 2


@pytest.mark.parametrize("missing", [3, 400])
def test_a_jpeg_that_lacks_rows_is_damaged(tmp_path: Path, missing: int) -> None:
    path = tmp_path / "a.jpg"
    noisy = Image.fromarray(np.random.default_rng(1).integers(0, 255, (400, 300, 3), dtype=np.uint8))
    path.write_bytes(encoded(noisy, "JPEG")[:-missing])
    scan = take_in(path)
    with pytest.raises(Damaged):
        load_page(scan, 1)


@pytest.mark.parametrize("fill_order", [1, 2])
@pytest.mark.parametrize(
    ("kind", "tags"),
    [
        ("group4", {278: 880}),
        ("group4", {278: 64}),
        ("group3", {278: 880}),
        ("group3", {278: 880, 292: 1}),
        ("group3", {278: 880, 292: 5}),
    ],
)
def test_a_fax_that_says_where_it_or_its_lines_end_is_decoded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, tags: dict[int, int], fill_order: int
) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(
        encoded(page(), "TIFF", compression=kind, dpi=(300, 300), tiffinfo=tags | {266: fill_order})
    )
    opened: list[object] = []
    real = Image.open
    monkeypatch.setattr(Image, "open", lambda *given, **how: opened.append(given) or real(*given, **how))
    with real(path) as image:
        assert not fax_ends_early(image)
    assert opened == []
