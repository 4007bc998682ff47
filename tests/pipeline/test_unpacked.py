"""A large picture packed as PNG does is drawn and read from a copy in which it is unpacked; nothing else about a page changes."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest

from pipeline.intake import take_in
from pipeline.intake_pdf import open_pdf
from pipeline.pages import load_page
from pipeline.pages.unpacked import unpacked

WIDTH, HEIGHT = 900, 1200


def _picture() -> np.ndarray:
    rng = np.random.default_rng(1)
    page = np.full((HEIGHT, WIDTH, 3), 240, np.uint8)
    page[100:1100:40, 80:820] = rng.integers(0, 120, (25, 740, 3), np.uint8)
    return page


def _pdf(path: Path, picture: np.ndarray, pages: int = 1) -> Path:
    """A file of one such picture a page; its rows are packed as PNG does, each as it is."""
    rows = b"".join(b"\0" + row.tobytes() for row in picture)
    with pikepdf.new() as pdf:
        for _ in range(pages):
            image = pdf.make_stream(zlib.compress(rows))
            image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
            image.Width, image.Height, image.BitsPerComponent = WIDTH, HEIGHT, 8
            image.ColorSpace, image.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.FlateDecode
            image.DecodeParms = pikepdf.Dictionary(Predictor=15, Colors=3, BitsPerComponent=8, Columns=WIDTH)
            page = pdf.add_blank_page(page_size=(450, 600))
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
            page.Contents = pdf.make_stream(b"450 0 0 600 0 0 cm /I Do")
        pdf.save(path, compress_streams=False, recompress_flate=False)
    return path


def _drawn_from(path: Path, number: int = 1) -> Path:
    with open_pdf(path) as pdf:
        image = pdf.pages[number - 1].Resources.XObject.I
        with unpacked(path, pdf, number, image) as easily:
            assert bool(easily.mark) == (easily.path != path)
            if easily.mark:
                with pikepdf.open(easily.path) as other:
                    (page,) = other.pages
                    assert "/Filter" not in page.Resources.XObject.I
                    assert easily.path.stat().st_size < 3.5 * WIDTH * HEIGHT, "no other page is written down"
            return easily.path


def test_such_a_picture_is_unpacked_once_for_all(tmp_path: Path) -> None:
    picture = _picture()
    path = _pdf(tmp_path / "a.pdf", picture)
    assert _drawn_from(path) != path
    page = load_page(take_in(path), 1)
    assert np.array_equal(page.picture, picture)
    assert page.embedded
    assert not page.look


def test_so_it_is_on_each_of_many_pages(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf", _picture(), 3)
    for number in (1, 3):
        assert _drawn_from(path, number) != path
        page = load_page(take_in(path), number)
        assert np.array_equal(page.picture, _picture())
        assert page.embedded
        assert not page.look


@pytest.mark.parametrize("what", ["/OCProperties", "/AcroForm", "/Annots", "shared"])
def test_a_page_that_looks_otherwise_alone_is_drawn_in_its_file(tmp_path: Path, what: str) -> None:
    path = _pdf(tmp_path / "a.pdf", _picture(), 2)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        first, second = (page.obj for page in pdf.pages)
        if what == "shared":
            first.Resources.XObject.J = second.Resources.XObject.I
        else:
            (first if what == "/Annots" else pdf.Root)[what] = (
                pikepdf.Array() if what == "/Annots" else pikepdf.Dictionary()
            )
        pdf.save(path, compress_streams=False, recompress_flate=False)
    assert _drawn_from(path) == path


def test_a_file_that_readers_may_understand_otherwise_is_drawn_as_it_is(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf", _picture())
    path.write_bytes(path.read_bytes() + b"\n% startxref\n")
    assert _drawn_from(path) == path


def test_what_is_drawn_over_the_picture_is_seen(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf", _picture())
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].Contents = pdf.make_stream(
            b"q 450 0 0 600 0 0 cm /I Do Q q 0 0 450 300 re W n 1 0 0 rg 0 0 450 300 re f Q"
        )
        pdf.save(path, compress_streams=False, recompress_flate=False)
    assert load_page(take_in(path), 1).picture[-200:].reshape(-1, 3).mean(axis=0)[1] < 60
