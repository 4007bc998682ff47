"""A large picture packed as PNG does is drawn and read from a copy in which it is unpacked; nothing else about a page changes."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest

from pipeline.intake import take_in
from pipeline.intake.pdf import open_pdf
from pipeline.pages import load_page
from pipeline.pages.unpacked import unpacked
from pipeline.pages.viewer import Viewing

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


def _drawn_from(path: Path, number: int = 1, *, anywhere: bool = False) -> Path:
    with open_pdf(path) as pdf, unpacked(path, pdf, number) as easily:
        assert bool(easily.marks) == (easily.path != path)
        if easily.marks and not anywhere:
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


def _with(path: Path, what: str, pages: int = 2) -> Path:
    """A file whose pages also have a layer that is off, a field that is filled, or something in a form."""
    with pikepdf.open(_pdf(path, _picture(), pages), allow_overwriting_input=True) as pdf:
        box = b"0 0 1 rg 100 100 200 200 re f"
        layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("a")))
        fields = []
        for number, page in enumerate(pdf.pages):
            content = page.Contents.read_bytes()
            if what == "layer":
                page.Resources.Properties = pikepdf.Dictionary(L=layer)
                page.Contents = pdf.make_stream(b"q " + content + b" Q /OC /L BDC " + box + b" EMC")
            elif what == "form":
                form = pdf.make_stream(content)
                form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
                form.BBox, form.Resources = pikepdf.Array([0, 0, 450, 600]), page.Resources
                page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
                page.Contents = pdf.make_stream(b"/F Do")
            elif what == "field":
                look = pdf.make_stream(box)
                look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
                look.BBox = pikepdf.Array([0, 0, 450, 600])
                widget = pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx,
                    T=pikepdf.String(f"f{number}"), V=pikepdf.String("a"), F=4, P=page.obj,
                    Rect=pikepdf.Array([0, 0, 450, 600]), AP=pikepdf.Dictionary(N=look),
                )  # fmt: skip
                fields.append(pdf.make_indirect(widget))
                page.Annots = pikepdf.Array(fields[-1:])
        if what == "layer":
            pdf.Root.OCProperties = pikepdf.Dictionary(
                OCGs=pikepdf.Array([layer]), D=pikepdf.Dictionary(OFF=pikepdf.Array([layer]))
            )
        elif what == "field":
            pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(fields))
        pdf.save(path, compress_streams=False, recompress_flate=False)
    return path


@pytest.mark.parametrize("pages", [1, 2])
@pytest.mark.parametrize(("what", "seen"), [("layer", False), ("form", False), ("field", True)])
def test_layers_forms_and_fields_of_a_page_go_with_it(
    tmp_path: Path, what: str, seen: bool, pages: int
) -> None:
    path = _with(tmp_path / "a.pdf", what, pages)
    with open_pdf(path) as pdf, unpacked(path, pdf, pages) as easily:
        assert easily.path != path
        (shown,) = Viewing(easily.path, easily.number, side=600).pictures()
    (as_it_is,) = Viewing(path, pages, side=600).pictures()
    assert np.array_equal(shown, as_it_is)
    assert (shown[400, 200] == (0, 0, 255)).all() == seen


@pytest.mark.parametrize("what", ["form", "added to"])
def test_a_page_that_shows_its_picture_only_is_proven_to(tmp_path: Path, what: str) -> None:
    path = _with(tmp_path / "a.pdf", what)
    if what == "added to":
        first = path.read_bytes()
        table = int(first[first.rindex(b"startxref") + 9 :].split()[0])
        more = b"\n90 0 obj\n<</A 1>>\nendobj\n"
        update = (
            b"xref\n90 1\n%010d 00000 n \ntrailer\n<</Size 91/Prev %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        )
        path.write_bytes(first + more + update % (len(first) + 1, table, len(first) + len(more)))
    assert _drawn_from(path, 2, anywhere=True) != path
    assert load_page(take_in(path), 2).embedded


def test_a_page_is_not_drawn_with_the_pictures_of_all_others(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf", _picture(), 2)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for number in range(60):
            other = pdf.make_stream(bytes(200 * 300))
            other.Type, other.Subtype, other.Width, other.Height = (
                pikepdf.Name.XObject, pikepdf.Name.Image, 200, 300,
            )  # fmt: skip
            other.ColorSpace, other.BitsPerComponent = pikepdf.Name.DeviceGray, 8
            pdf.pages[0].Resources.XObject[f"/J{number}"] = other
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
