"""Nothing lost, nothing made up: what is read and copied is what a viewer shows, whatever the page description says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from bench.hostile.papers import random_pdf
from pipeline.intake import take_in
from pipeline.model import PageReading, Scan
from pipeline.pages import load_again, load_page
from pipeline.pages.likeness import alike
from pipeline.pages.viewer import Viewing
from pipeline.pdfa import PdfMetadata, write_pdfa
from schemas.errors import Damaged, NotCopied, TooLarge, TooSmall
from schemas.text import PageText

from .papers import FULL, add_page, encoded, image_stream, picture

BLACK = "1 0 0 rg 60 80 40 40 re f"


def reading_of(scan: Scan, number: int) -> PageReading:
    """The page as it was read, without its words."""
    page = load_page(scan, number)
    height, width = page.picture.shape[:2]
    text = PageText(number, width, height, page.dpi, ())
    return PageReading(number, width, height, page.dpi, 0, text, look=page.look, embedded=page.embedded)


def copy_of(path: Path) -> Path:
    scan = take_in(path)
    target = path.with_suffix(".copy.pdf")
    pages = [reading_of(scan, number) for number in range(1, scan.page_count + 1)]
    write_pdfa(scan, pages, target, PdfMetadata())
    return target


def looks(path: Path, number: int = 1, side: int = 1200) -> np.ndarray:
    """A page as a viewer shows it, coarse enough to be rid of what pixels round."""
    (shown,) = Viewing(path, number, side=side).pictures()
    size = (75, max(75 * shown.shape[0] // shown.shape[1], 1))
    return np.asarray(cv2.resize(shown, size, interpolation=cv2.INTER_AREA)).astype(int)


def demand_same(path: Path) -> None:
    """Page, copy and what is read must show the same, and pages keep their size."""
    copy = copy_of(path)
    scan = take_in(path)
    for number in range(1, scan.page_count + 1):
        shown, copied = looks(path, number), looks(copy, number)
        assert shown.shape == copied.shape
        assert np.abs(shown - copied).max() < 90
        read = load_page(scan, number).picture
        read = read if read.ndim == 3 else np.repeat(read[..., None], 3, axis=2)
        small = cv2.resize(read, shown.shape[1::-1], interpolation=cv2.INTER_AREA).astype(int)
        assert np.abs(shown - small).max() < 90


def page_with(
    path: Path, content: str = FULL, image: pikepdf.Stream | None = None, **entries: object
) -> Path:
    pdf = pikepdf.new()
    add_page(pdf, image or image_stream(pdf, picture(), "jpeg"), content, **entries)
    pdf.save(path)
    return path


@pytest.mark.parametrize(
    "content",
    [
        f"{FULL} q 40 0 0 20 60 90 cm BI /W 1 /H 1 /CS /RGB /BPC 8 /F /AHx ID FF0000 > EI Q",
        f"{BLACK} q 135 0 0 186 9 12 cm /Im0 Do Q",
        f"0 160 153.6 51 re W n {FULL}",
        f"0 0 m 153 0 l 76 211 l h W n {FULL}",
        f"{FULL} {BLACK}",
    ],
    ids=["inline image over", "marks before 88 %", "clip", "odd clip", "marks over"],
)
def test_what_is_drawn_is_copied(tmp_path: Path, content: str) -> None:
    demand_same(page_with(tmp_path / "a.pdf", content))


@pytest.mark.parametrize(
    "content",
    [f"Q {FULL}", f"{FULL} Q Q {BLACK}", f"q {FULL} Q Q /F1 Do"],
    ids=["before all", "before what was added", "in a form"],
)
def test_a_state_restored_that_was_never_saved_hides_nothing(tmp_path: Path, content: str) -> None:
    """Poppler draws no further; what other programs added behind it is there in every other viewer."""
    pdf = pikepdf.new()
    form = pikepdf.Stream(pdf, f"q Q Q {BLACK}".encode())
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 300])
    page = add_page(pdf, image_stream(pdf, picture(), "jpeg"), content)
    page.obj.Resources.XObject.F1 = pdf.make_indirect(form)
    pdf.save(tmp_path / "a.pdf")
    shown = load_page(take_in(tmp_path / "a.pdf"), 1).picture
    seen = [tuple(shown[row, column] // 200) for row, column in ((420, 300), (500, 400))]
    assert (seen == [(1, 0, 0)] * 2) is (BLACK in content or "F1" in content)
    assert shown.min() < 50
    copied = looks(copy_of(tmp_path / "a.pdf"))
    small = cv2.resize(shown, copied.shape[1::-1], interpolation=cv2.INTER_AREA).astype(int)
    assert np.abs(small - copied).max() < 90


@pytest.mark.parametrize("turned", [0, 90])
def test_tiles_of_a_pattern(tmp_path: Path, turned: int) -> None:
    """Whose size a viewer rounds to whole pixels, at each resolution otherwise."""
    pdf = pikepdf.new()
    tile = pikepdf.Stream(pdf, b"0 0.6 0 rg 0 0 5 5 re f")
    for key, value in {"PatternType": 1, "PaintType": 1, "TilingType": 1, "XStep": 10, "YStep": 10}.items():
        tile[f"/{key}"] = value
    tile.BBox, tile.Resources = Array([0, 0, 10, 10]), Dictionary()
    content = f"{FULL} /Pattern cs /P0 scn 50 50 60 60 re f"
    page = add_page(pdf, image_stream(pdf, picture(), "jpeg"), content, Rotate=turned)
    page.obj.Resources.Pattern = Dictionary(P0=tile)
    pdf.save(tmp_path / "a.pdf")
    demand_same(tmp_path / "a.pdf")


@pytest.mark.parametrize(
    "entries",
    [
        {"CropBox": Array([-50, -70, 300, 400])},
        {"MediaBox": Array([153.6, 211.2, 0, 0])},
        {"CropBox": Array([0, 0])},
        {"CropBox": pikepdf.String("none")},
        {"UserUnit": 10},
        {"UserUnit": pikepdf.String("x")},
        {"CropBox": Array([20, 30, 120, 190]), "Rotate": 90},
        {"CropBox": Array([60, 40, 400, 120])},
        {"CropBox": Array([60, -300, 100, 150])},
        {"Rotate": Decimal("90.0")},
        {"Rotate": 135},
    ],
    ids=str,
)
def test_odd_boxes_and_units(tmp_path: Path, entries: dict[str, object]) -> None:
    demand_same(page_with(tmp_path / "a.pdf", **entries))


def test_a_page_keeps_its_size_at_96_dpi(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_page(pdf, image_stream(pdf, picture("RGB", (560, 793))), "q 420 0 0 595 0 0 cm /Im0 Do Q", (420, 595))
    pdf.save(tmp_path / "a5.pdf")
    with pikepdf.open(copy_of(tmp_path / "a5.pdf")) as copy:
        assert [float(side) for side in copy.pages[0].mediabox] == [0, 0, 420, 595]


def test_colours_that_pdf_a_does_not_have(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    cmyk = pikepdf.Stream(pdf, encoded(picture("CMYK"), "JPEG", quality=90))
    for key, value in image_stream(pdf, picture("CMYK")).items():
        if key != "/Length":
            cmyk[key] = value
    cmyk.Filter = Name.DCTDecode
    add_page(pdf, cmyk, FULL)
    function = Dictionary(FunctionType=2, Domain=[0, 1], C0=[1, 1, 1], C1=[0, 0, 0], N=1)
    ink = image_stream(pdf, picture("L"))
    ink.ColorSpace = Array([Name.Separation, Name.Black, Name.DeviceRGB, function])
    add_page(pdf, ink, FULL)
    odd = image_stream(pdf, picture("L"))
    odd.ColorSpace = Array([Name.CalGray, Dictionary(WhitePoint=[0, 0, 0], Gamma=0)])
    add_page(pdf, odd, FULL)
    bits = image_stream(pdf, picture("L"))
    bits.BitsPerComponent, bits.Width = 3, 640
    add_page(pdf, bits, FULL)
    pdf.save(tmp_path / "a.pdf")
    demand_same(tmp_path / "a.pdf")


def test_inverted_jpeg_is_read_as_shown(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    image = image_stream(pdf, picture(), "jpeg")
    image.Decode = Array([1, 0, 1, 0, 1, 0])
    add_page(pdf, image, FULL)
    pdf.save(tmp_path / "a.pdf")
    demand_same(tmp_path / "a.pdf")


def test_what_cannot_be_seen_is_neither_read_nor_kept(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("off")))
    pdf.Root.OCProperties = Dictionary(
        OCGs=Array([group]), D=Dictionary(OFF=Array([group]), Order=Array([group]))
    )
    hidden = image_stream(pdf, picture(), "jpeg")
    hidden.OC = group
    add_page(pdf, hidden, FULL)
    faint = add_page(pdf, image_stream(pdf, picture(), "jpeg"), f"/G gs {FULL}")
    faint.obj.Resources.ExtGState = Dictionary(G=Dictionary(ca=0, CA=0))
    pdf.save(tmp_path / "a.pdf")
    demand_same(tmp_path / "a.pdf")
    assert load_page(take_in(tmp_path / "a.pdf"), 1).picture.min() == 255
    with pikepdf.open(copy_of(tmp_path / "a.pdf")) as copy:
        for page in copy.pages:
            for image in page.get_images().values():
                assert pikepdf.PdfImage(image).as_pil_image().convert("L").getextrema() == (255, 255)


def test_filled_fields_and_null_annotations(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    look = pikepdf.Stream(pdf, b"0 g BT /F0 12 Tf 2 3 Td (4711/2024) Tj ET")
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 70, 15])
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    look.Resources = Dictionary(Font=Dictionary(F0=font))
    note = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, Rect=[30, 100, 100, 115], F=4, AP=Dictionary(N=look)
    )
    page = add_page(pdf, image_stream(pdf, picture(), "jpeg"), FULL)
    page.obj.Annots = Array([pdf.make_indirect(note), None])
    pdf.save(tmp_path / "a.pdf")
    demand_same(tmp_path / "a.pdf")


@pytest.mark.parametrize("kind", ["text", "box"])
def test_a_field_that_nobody_filled_costs_nothing(tmp_path: Path, kind: str) -> None:
    pdf = pikepdf.new()
    look = pikepdf.Stream(pdf, b"/Tx BMC q 2 2 66 11 re W n Q EMC")
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 70, 15])
    tick = pikepdf.Stream(pdf, b"0 g 3 3 9 9 re f")
    tick.Type, tick.Subtype, tick.BBox = Name.XObject, Name.Form, Array([0, 0, 70, 15])
    note = Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=[30, 100, 100, 115], F=4)
    if kind == "text":
        note.FT, note.AP = Name.Tx, Dictionary(N=look)
    else:
        note.FT, note.AS, note.AP = Name.Btn, Name.Off, Dictionary(N=Dictionary(Yes=tick))
    page = add_page(pdf, image_stream(pdf, picture(), "jpeg"), FULL)
    page.obj.Annots = Array([pdf.make_indirect(note)])
    pdf.save(tmp_path / "a.pdf")
    scan = take_in(tmp_path / "a.pdf")
    reading = reading_of(scan, 1)
    assert reading.embedded
    with pikepdf.open(copy_of(tmp_path / "a.pdf")) as copy:
        assert len(copy.pages[0].Resources.XObject) == 1
    demand_same(tmp_path / "a.pdf")
    if kind == "box":
        note.AS = Name.Yes
        page.obj.Annots = Array([pdf.make_indirect(note)])
        pdf.save(tmp_path / "b.pdf")
        demand_same(tmp_path / "b.pdf")
        with pikepdf.open(copy_of(tmp_path / "b.pdf")) as copy:
            assert len(copy.pages[0].Resources.XObject) == 2


@pytest.mark.parametrize("content", [FULL, f"{FULL} 1 0 0 rg 20 20 60 60 re f"])
def test_a_page_that_was_read_is_loaded_again_as_it_was(tmp_path: Path, content: str) -> None:
    scan = take_in(page_with(tmp_path / "a.pdf", content))
    assert np.array_equal(load_again(scan, reading_of(scan, 1)), load_page(scan, 1).picture)


def test_a_pale_mark_over_a_picture_is_read_and_copied(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    sheet = Image.new("RGB", (640, 880), (255, 255, 255))
    sheet.paste(picture().resize((300, 200)), (100, 100))
    page = add_page(pdf, image_stream(pdf, sheet), FULL)
    stamp = pdf.make_stream(b"0.88 g 0 0 60 30 re f")
    stamp.Type, stamp.Subtype, stamp.BBox = Name.XObject, Name.Form, Array([0, 0, 60, 30])
    page["/Annots"] = Array(
        [
            pdf.make_indirect(
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Stamp,
                    F=4,
                    Rect=Array([40, 40, 100, 70]),
                    AP=Dictionary(N=stamp),
                )
            )
        ]
    )
    pdf.save(tmp_path / "a.pdf")
    shown, copied = looks(tmp_path / "a.pdf"), looks(copy_of(tmp_path / "a.pdf"))
    assert np.abs(shown - copied).max() < 16
    assert abs(int(load_page(take_in(tmp_path / "a.pdf"), 1).picture[-230, 290].max()) - 224) < 4


def test_what_is_faint_on_a_dark_page_is_no_less_on_its_copy() -> None:
    dark = np.zeros((480, 340, 3), np.uint8)
    faint = dark.copy()
    faint[100:380:12, 40:300] = 25
    assert not alike(dark, faint)
    assert alike(faint + np.uint8(3), faint)


@pytest.mark.parametrize(
    ("size", "unit", "reason"),
    [
        ((2, 2), 1, TooSmall),
        ((1, 14400), 1, TooSmall),
        ((10_000_000, 300), 1, TooLarge),
        ((595, 842), 75_000, TooLarge),
    ],
)
def test_pages_that_no_paper_has(
    tmp_path: Path, size: tuple[float, float], unit: int, reason: type[Exception]
) -> None:
    pdf = pikepdf.new()
    add_page(pdf, None, BLACK, MediaBox=Array([0, 0, *size]), UserUnit=unit)
    pdf.save(tmp_path / "a.pdf")
    with pytest.raises(reason):
        load_page(take_in(tmp_path / "a.pdf"), 1)


def test_a_sliver_is_no_paper(tmp_path: Path) -> None:
    Image.new("L", (5, 300), 255).save(tmp_path / "a.png", dpi=(200, 200))
    with pytest.raises(TooSmall):
        load_page(take_in(tmp_path / "a.png"), 1)


def test_one_bad_page_never_takes_the_others_along(tmp_path: Path) -> None:
    from pipeline.read import read_scan_page

    pdf = pikepdf.new()
    add_page(pdf, image_stream(pdf, picture(), "jpeg"), FULL)
    add_page(pdf, None, BLACK, MediaBox=Array([0, 0, 2, 2]))
    pdf.save(tmp_path / "a.pdf")
    scan = take_in(tmp_path / "a.pdf")
    pages = [read_scan_page(scan, number) for number in (1, 2)]
    assert [page.refused for page in pages] == [False, True]
    assert pages[1].warnings[0].code == "too_small"
    write_pdfa(scan, pages, tmp_path / "copy.pdf", PdfMetadata())
    assert np.abs(looks(tmp_path / "copy.pdf") - looks(tmp_path / "a.pdf")).max() < 90
    assert looks(tmp_path / "copy.pdf", 2).min() < 200  # a notice stands there, it is not blank


@pytest.mark.parametrize(("share", "whole"), [(0.6, False), (0.998, True)])
def test_a_picture_without_its_last_rows(tmp_path: Path, share: float, whole: bool) -> None:
    """A viewer shows white paper where they are missing: it may not pass for a paper that is blank there."""
    pdf = pikepdf.new()
    image = image_stream(pdf, picture())
    image.write(picture().tobytes()[: int(640 * 880 * 3 * share)])
    add_page(pdf, image, FULL)
    pdf.save(tmp_path / "a.pdf")
    scan = take_in(tmp_path / "a.pdf")
    if whole:
        assert load_page(scan, 1).picture.min() < 20
    else:
        with pytest.raises(Damaged, match="last row"):
            load_page(scan, 1)


def test_padding_after_the_end_is_no_harm(tmp_path: Path) -> None:
    path = page_with(tmp_path / "a.pdf")
    whole = path.read_bytes()
    path.write_bytes(whole + bytes(50_000))
    assert take_in(path).page_count == 1


def test_a_copy_that_shows_something_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.pdfa import write

    path = page_with(tmp_path / "a.pdf")
    monkeypatch.setattr(write, "keep_picture", lambda *_: None)
    monkeypatch.setattr(write, "keep_content", lambda *_: None)
    monkeypatch.setattr(write, "_picture", lambda *_: write.encode_picture(Image.new("L", (640, 880), 255)))
    with pytest.raises(NotCopied):
        copy_of(path)
    assert not path.with_suffix(".copy.pdf").exists()


@pytest.mark.parametrize("seed", range(8))
def test_drawn_by_chance(tmp_path: Path, seed: int) -> None:
    (tmp_path / "a.pdf").write_bytes(random_pdf(seed))
    demand_same(tmp_path / "a.pdf")


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 300, 50))
def test_three_hundred_drawn_by_chance(tmp_path: Path, first: int) -> None:
    for seed in range(first, first + 50):
        (tmp_path / "a.pdf").write_bytes(random_pdf(seed))
        demand_same(tmp_path / "a.pdf")
