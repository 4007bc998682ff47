"""Pages come out as a viewer shows them; poppler's rendering is the judge for PDF, Pillow for pictures."""

from __future__ import annotations

from contextlib import suppress
from itertools import product
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf2image import convert_from_path
from pikepdf import Array, Dictionary, Name
from PIL import Image

from pipeline.intake import Limits, take_in
from pipeline.model import Picture, ScanPage
from pipeline.pages import load_page, plausible_dpi
from schemas.errors import Damaged

from .papers import FULL, add_page, encoded, image_stream, one_picture_pdf, picture


def _load(path: Path, number: int = 1) -> ScanPage:
    page = load_page(take_in(path), number)
    assert page.picture.dtype == np.uint8
    assert page.picture.flags.c_contiguous
    assert page.number == number
    return page


def _file(tmp_path: Path, image: Image.Image, kind: str, **options: object) -> Path:
    path = tmp_path / f"scan.{kind.lower()}"
    path.write_bytes(encoded(image, kind, **options))
    return path


def _grey(found: Picture) -> np.ndarray:
    return found if found.ndim == 2 else np.asarray(Image.fromarray(found).convert("L"))


def _difference(one: Picture, other: Picture) -> float:
    """Mean absolute difference in grey levels; huge where the shapes differ."""
    a, b = _grey(one).astype(float), _grey(other).astype(float)
    return float(np.abs(a - b).mean()) if a.shape == b.shape else 255.0


# Picture files


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_lossless_pictures_come_out_exactly(tmp_path: Path, mode: str, kind: str) -> None:
    page = _load(_file(tmp_path, picture(mode), kind, dpi=(300, 300)))
    expected = np.asarray(picture(mode).convert("RGB" if mode == "RGB" else "L"))
    assert np.array_equal(page.picture, expected)
    assert page.dpi == pytest.approx(300, abs=0.1)


@pytest.mark.parametrize("mode", ["CMYK", "P", "RGBA", "LA", "I;16", "YCbCr"])
def test_other_kinds_of_colour(tmp_path: Path, mode: str) -> None:
    kind = "PNG" if mode in {"P", "RGBA", "LA", "I;16"} else "TIFF"
    image = picture("I").point(lambda v: v * 257).convert("I;16") if mode == "I;16" else picture(mode)
    page = _load(_file(tmp_path, image, kind))
    assert _difference(page.picture, np.asarray(picture())) < 4


def test_transparent_pixels_are_white_paper(tmp_path: Path) -> None:
    image = picture("RGBA")
    image.putalpha(0)
    assert _load(_file(tmp_path, image, "PNG")).picture.min() == 255


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_exif_orientation(tmp_path: Path, orientation: int, kind: str) -> None:
    from PIL import ImageOps

    exif = Image.Exif()
    exif[0x0112] = orientation
    page = _load(_file(tmp_path, picture(), kind, exif=exif, dpi=(300, 300)))
    stored = picture()
    stored.getexif()[0x0112] = orientation
    assert _difference(page.picture, np.asarray(ImageOps.exif_transpose(stored))) < 4


def test_every_page_of_a_fax_with_its_own_size_and_square_pixels(tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    later = picture("1", (864, 550))
    picture("1", (864, 550)).save(
        path, save_all=True, append_images=[later, picture("1")], compression="group4", dpi=(204, 98)
    )
    scan = take_in(path)
    pages = [load_page(scan, number) for number in (1, 2, 3)]
    assert [page.dpi for page in pages] == [pytest.approx(204, abs=1)] * 3
    assert pages[0].picture.shape == (1145, 864)
    assert pages[2].picture.shape == (1832, 640)
    with pytest.raises(IndexError):
        load_page(scan, 4)


@pytest.mark.parametrize(
    ("kind", "options"), [("JPEG", {}), ("PNG", {}), ("TIFF", {"compression": "tiff_lzw"})]
)
def test_a_truncated_picture_is_damaged(tmp_path: Path, kind: str, options: dict[str, str]) -> None:
    rng = np.random.default_rng(1)
    noisy = Image.fromarray(rng.integers(0, 255, (400, 300, 3), dtype=np.uint8))
    data = encoded(noisy, kind, **options)
    path = tmp_path / "cut"
    path.write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises(Damaged):
        _load(path)


def test_one_broken_page_leaves_the_others_readable(tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    picture("L").save(path, save_all=True, append_images=[picture("L")] * 2, compression="tiff_lzw")
    data = bytearray(path.read_bytes())
    with Image.open(path) as image:
        image.seek(1)
        start = image.tag_v2[273][0]
    data[start : start + 200] = b"\xff" * 200
    path.write_bytes(data)
    scan = take_in(path)
    with pytest.raises(Damaged):
        load_page(scan, 2)
    assert _difference(load_page(scan, 3).picture, np.asarray(picture("L"))) == 0


# dpi


@pytest.mark.parametrize(
    ("size", "stated", "expected"),
    [
        ((2480, 3508), 300, 300),
        ((2480, 3508), 72, 300),
        ((2480, 3508), 96, 300),
        ((2480, 3508), 0, 300),
        ((3508, 4961), 0, 300),  # A3
        ((1654, 2339), 0, 200),  # A4, though A5 would be 283
        ((1748, 2480), 0, 300),  # A5
        ((830, 1176), 0, 100.6),  # a small picture of A4
        ((1012, 638), 72, 300),  # chip card
        ((3024, 4032), 72, 345),  # a phone
        ((2480, 3508), 5, 300),
        ((2480, 3508), 100_000, 300),
        ((2480, 3508), 150, 150),  # may be A3 and more: the file says so
    ],
)
def test_dpi(size: tuple[int, int], stated: float, expected: float) -> None:
    assert plausible_dpi(*size, stated) == pytest.approx(expected, rel=0.006)
    assert plausible_dpi(size[1], size[0], stated) == pytest.approx(expected, rel=0.006)


@given(st.integers(1, 20_000), st.integers(1, 20_000), st.floats(0, 1e6))
def test_dpi_is_always_positive(width: int, height: int, stated: float) -> None:
    assert plausible_dpi(width, height, stated) > 0


# PDF

_PLACES = {
    "plain": FULL,
    "nested": "q 2 0 0 2 0 0 cm q 76.8 0 0 105.6 0 0 cm /Im0 Do Q Q",
    "upside_down": "q -153.6 0 0 -211.2 153.6 211.2 cm /Im0 Do Q",
    "mirrored": "q 153.6 0 0 -211.2 0 211.2 cm /Im0 Do Q",
    "mirrored_left": "q -153.6 0 0 211.2 153.6 0 cm /Im0 Do Q",
    "white_under": "1 1 1 rg 0 0 153.6 211.2 re f " + FULL,
    "hidden_text": FULL + " BT /F0 12 Tf 3 Tr 10 10 Td (hidden words) Tj ET",
}
_SIDEWAYS = {
    "left": "q 0 153.6 -211.2 0 211.2 0 cm /Im0 Do Q",
    "right": "q 0 -153.6 211.2 0 0 153.6 cm /Im0 Do Q",
    "transposed": "q 0 153.6 211.2 0 0 0 cm /Im0 Do Q",
}
_ALL_PLACES = [(c, (153.6, 211.2)) for c in _PLACES.values()] + [
    (c, (211.2, 153.6)) for c in _SIDEWAYS.values()
]


@pytest.mark.parametrize(("place", "rotate"), list(product(_ALL_PLACES, (0, 90, 180, 270, -90))))
def test_an_only_picture_is_taken_as_a_viewer_shows_it(
    tmp_path: Path, place: tuple[str, tuple[float, float]], rotate: int
) -> None:
    pdf = pikepdf.new()
    add_page(pdf, image_stream(pdf, picture()), place[0], place[1], Rotate=rotate)
    pdf.save(tmp_path / "a.pdf")
    page = _load(tmp_path / "a.pdf")
    (shown,) = convert_from_path(tmp_path / "a.pdf", dpi=300)
    assert _difference(page.picture, np.asarray(shown)) < 0.5
    assert page.dpi == pytest.approx(300, abs=0.01)
    # The scanner's own pixels, not a rendering of them.
    assert np.array_equal(np.sort(page.picture, axis=None), np.sort(np.asarray(picture()), axis=None))


def test_rotate_is_inherited(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_page(pdf, image_stream(pdf, picture()), FULL)
    pdf.Root.Pages.Rotate = 90
    pdf.save(tmp_path / "a.pdf")
    assert _load(tmp_path / "a.pdf").picture.shape[:2] == (640, 880)


def test_a_jpeg_in_a_pdf_is_decoded_not_rendered(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_page(pdf, image_stream(pdf, picture(), "jpeg"), FULL)
    pdf.save(tmp_path / "a.pdf")
    expected = Image.open(_file(tmp_path, picture(), "JPEG", quality=95))
    assert np.array_equal(_load(tmp_path / "a.pdf").picture, np.asarray(expected))


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "CMYK"])
@pytest.mark.parametrize("inverted", [False, True])
def test_colour_spaces_and_decode(tmp_path: Path, mode: str, inverted: bool) -> None:
    pdf = pikepdf.new()
    image = image_stream(pdf, picture(mode))
    if inverted:
        image.Decode = Array([1, 0] * len(picture(mode).getbands()))
    add_page(pdf, image, FULL)
    pdf.save(tmp_path / "a.pdf")
    (shown,) = convert_from_path(tmp_path / "a.pdf", dpi=300)
    assert _difference(_load(tmp_path / "a.pdf").picture, np.asarray(shown)) < (12 if mode == "CMYK" else 0.5)


@pytest.mark.parametrize("black_is_1", [False, True])
@pytest.mark.parametrize("stencil", [False, True])
def test_fax_compression_and_stencils(tmp_path: Path, black_is_1: bool, stencil: bool) -> None:
    tiff = _file(tmp_path, picture("1"), "TIFF", compression="group4", tiffinfo={278: 880})  # one strip
    with Image.open(tiff) as image:
        start, length = image.tag_v2[273][0], image.tag_v2[279][0]
    pdf = pikepdf.new()
    stream = image_stream(pdf, picture("1"))
    stream.write(
        tiff.read_bytes()[start : start + length],
        filter=Name.CCITTFaxDecode,
        decode_parms=Dictionary(K=-1, Columns=640, Rows=880, BlackIs1=black_is_1),
    )
    del stream.ColorSpace
    if stencil:
        stream.ImageMask = True
    else:
        stream.ColorSpace = Name.DeviceGray
    add_page(pdf, stream, FULL)
    pdf.save(tmp_path / "a.pdf")
    (shown,) = convert_from_path(tmp_path / "a.pdf", dpi=300)
    page = _load(tmp_path / "a.pdf")
    assert page.picture.ndim == 2 or not stencil
    assert _difference(page.picture, np.asarray(shown)) < 0.5


_MORE_THAN_A_PICTURE = {
    "visible text": FULL + " BT /F0 12 Tf 10 10 Td (a stamp) Tj ET",
    "a drawn line": FULL + " 5 w 0 0 m 70 100 l S",
    "two pictures": FULL + " q 20 0 0 20 0 0 cm /Im0 Do Q",
    "half the page": "q 153.6 0 0 100 0 0 cm /Im0 Do Q",
    "slanted": "q 152 10 -10 210 0 0 cm /Im0 Do Q",
    "cropped": "q 200 0 0 280 -10 -10 cm /Im0 Do Q",
}


@pytest.mark.parametrize("content", _MORE_THAN_A_PICTURE.values(), ids=_MORE_THAN_A_PICTURE.keys())
def test_a_page_that_is_more_than_a_picture_is_rendered_at_300_dpi(tmp_path: Path, content: str) -> None:
    one_picture_pdf(tmp_path / "a.pdf", content=content)
    page = _load(tmp_path / "a.pdf")
    (shown,) = convert_from_path(tmp_path / "a.pdf", dpi=300)
    assert page.dpi == 300
    assert _difference(page.picture, np.asarray(shown)) == 0


def test_what_annotations_show_is_shown(tmp_path: Path) -> None:
    for subtype in (Name.Stamp, Name.Widget):
        pdf = pikepdf.new()
        look = pikepdf.Stream(pdf, b"0 0 30 30 re f")
        look.BBox, look.Subtype = Array([0, 0, 30, 30]), Name.Form
        note = Dictionary(Type=Name.Annot, Subtype=subtype, Rect=[20, 20, 50, 50], AP=Dictionary(N=look), F=4)
        page = add_page(pdf, image_stream(pdf, picture()), FULL)
        page.obj.Annots = Array([pdf.make_indirect(note)])
        pdf.save(tmp_path / "a.pdf")
        found = _load(tmp_path / "a.pdf").picture
        (shown,) = convert_from_path(tmp_path / "a.pdf", dpi=300)
        assert _difference(found, np.asarray(shown)) < 0.5
        assert _difference(found, np.asarray(picture())) > 5


def test_soft_masks_are_rendered(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    stream = image_stream(pdf, picture())
    stream.SMask = image_stream(pdf, Image.new("L", (640, 880), 0))
    add_page(pdf, stream, FULL)
    pdf.save(tmp_path / "a.pdf")
    assert _load(tmp_path / "a.pdf").picture.min() == 255


def test_a_form_around_the_picture(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    form = pikepdf.Stream(pdf, b"q 10 0 0 10 0 0 cm /Im0 Do Q")
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 10, 10])
    form.Matrix = Array([15.36, 0, 0, 21.12, 0, 0])
    form.Resources = Dictionary(XObject=Dictionary(Im0=image_stream(pdf, picture())))
    add_page(pdf, form, "/Im0 Do")
    pdf.save(tmp_path / "a.pdf")
    assert np.array_equal(_load(tmp_path / "a.pdf").picture, np.asarray(picture()))


def test_huge_pages_are_rendered_within_the_limit(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_page(pdf, None, "0 0 m 9 9 l S", (14_000, 14_000))
    pdf.save(tmp_path / "a.pdf")
    page = load_page(take_in(tmp_path / "a.pdf"), 1, Limits(pixels=1_000_000))
    assert page.picture.shape[0] * page.picture.shape[1] <= 1_010_000


def test_a_small_claim_with_a_big_picture_inside(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    stream = pikepdf.Stream(pdf, encoded(Image.new("L", (20_000, 20_000)), "JPEG"))
    for key, value in image_stream(pdf, picture("L"), "jpeg").items():
        if key != "/Length":
            stream[key] = value
    add_page(pdf, stream, FULL)
    pdf.save(tmp_path / "a.pdf")
    assert _load(tmp_path / "a.pdf").picture.shape[:2] == (880, 640)  # as a viewer draws it, in bounds


def test_a_damaged_picture_in_a_pdf(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    stream = image_stream(pdf, picture(), "jpeg")
    stream.write(bytes(stream.read_raw_bytes())[:900], filter=Name.DCTDecode)
    add_page(pdf, stream, FULL)
    add_page(pdf, image_stream(pdf, picture()), FULL)
    pdf.save(tmp_path / "a.pdf")
    scan = take_in(tmp_path / "a.pdf")
    with pytest.raises(Damaged):
        load_page(scan, 1)
    assert np.array_equal(load_page(scan, 2).picture, np.asarray(picture()))


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw", "jpeg"])
def test_libtiff_keeps_its_words_to_itself(
    tmp_path: Path, compression: str, capfd: pytest.CaptureFixture[str]
) -> None:
    noise = Image.effect_noise((600, 800), 60).convert("1" if compression == "group4" else "L")
    data = bytearray(encoded(noise, "TIFF", compression=compression))
    for place in range(300, len(data) - 600, 97):
        data[place] ^= 0x5A
    path = tmp_path / "scan.tif"
    path.write_bytes(data)
    with suppress(Damaged):
        _load(path)
    assert capfd.readouterr().err == ""
