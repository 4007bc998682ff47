"""The picture of the copy is that of the scan: same pixels, same bytes wherever PDF can hold them, upright."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import page as page_validation
import pikepdf
import pytest
from PIL import Image

from pipeline.model import PageReading
from pipeline.pages import load_page
from pipeline.pdfa import PdfMetadata, write_pdfa
from schemas.text import PageText
from tests.pipeline import papers
from tests.pipeline.pdfa.drawn import rendered, scan_of

EMPTY = PageText(1, 10, 10, 100.0, ())


def _jpeg(mode: str) -> Callable[[Path], Path]:
    return lambda path: _save(path, papers.encoded(papers.picture(mode), "JPEG", quality=90, dpi=(300, 300)))


def _png(mode: str, **options: object) -> Callable[[Path], Path]:
    return lambda path: _save(path, papers.encoded(papers.picture(mode), "PNG", dpi=(300, 300), **options))


def _tiff(mode: str, **options: object) -> Callable[[Path], Path]:
    return lambda path: _save(path, papers.encoded(papers.picture(mode), "TIFF", dpi=(300, 300), **options))


def _save(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _exif(turn: int, kind: str = "JPEG") -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        exif = Image.Exif()
        exif[0x0112] = turn
        return _save(path, papers.encoded(papers.picture(), kind, exif=exif, dpi=(300, 300)))

    return make


def _palette_png(path: Path) -> Path:
    return _save(path, papers.encoded(papers.picture().quantize(16), "PNG", dpi=(300, 300)))


def _rgba_png(path: Path) -> Path:
    image = papers.picture().convert("RGBA")
    image.putalpha(200)
    return _save(path, papers.encoded(image, "PNG", dpi=(300, 300)))


def _pdf(**options: object) -> Callable[[Path], Path]:
    return lambda path: papers.one_picture_pdf(path, **options)  # type: ignore[arg-type]


def _stencil(path: Path) -> Path:
    pdf = pikepdf.new()
    stream = papers.image_stream(pdf, papers.picture("1"))
    del stream["/ColorSpace"]
    stream["/ImageMask"] = True
    papers.add_page(pdf, stream, "0 g " + papers.FULL)
    pdf.save(path)
    return path


def _cmyk(path: Path) -> Path:
    pdf = pikepdf.new()
    papers.add_page(pdf, papers.image_stream(pdf, papers.picture().convert("CMYK")), papers.FULL)
    pdf.save(path)
    return path


def _two_strips(path: Path) -> Path:
    """As some scanners do: a page in strips."""
    pdf = pikepdf.new()
    image = papers.picture()
    upper = papers.image_stream(pdf, image.crop((0, 0, 640, 440)))
    lower = papers.image_stream(pdf, image.crop((0, 440, 640, 880)))
    content = "q 153.6 0 0 105.6 0 105.6 cm /Im0 Do Q q 153.6 0 0 105.6 0 0 cm /Im1 Do Q"
    page = papers.add_page(pdf, upper, content)
    page.obj["/Resources"]["/XObject"]["/Im1"] = lower
    pdf.save(path)
    return path


SHAPES: dict[str, Callable[[Path], Path]] = {
    "jpeg": _jpeg("RGB"),
    "jpeg-grey": _jpeg("L"),
    "jpeg-cmyk": _jpeg("CMYK"),
    "png": _png("RGB"),
    "png-grey": _png("L"),
    "png-1bit": _png("1"),
    "png-palette": _palette_png,
    "png-alpha": _rgba_png,
    "tiff": _tiff("RGB"),
    "tiff-lzw": _tiff("RGB", compression="tiff_lzw"),
    "tiff-g4": _tiff("1", compression="group4"),
    "tiff-g4-one-strip": _tiff("1", compression="group4", tiffinfo={278: 880}),
    "tiff-g3": _tiff("1", compression="group3"),
    "tiff-jpeg": _tiff("RGB", compression="jpeg"),
    "pdf": _pdf(),
    "pdf-stencil": _stencil,
    "pdf-cmyk": _cmyk,
    "pdf-strips": _two_strips,
    **{f"exif-{turn}": _exif(turn) for turn in range(2, 9)},
    **{f"tiff-orientation-{turn}": _exif(turn, "TIFF") for turn in (2, 6, 7)},
    **{f"pdf-rotate-{turn}": _pdf(Rotate=turn) for turn in (90, 180, 270)},
    "pdf-upside-down": _pdf(content="q 153.6 0 0 -211.2 0 211.2 cm /Im0 Do Q"),
    "pdf-turned-image": _pdf(content="q 0 211.2 -153.6 0 153.6 0 cm /Im0 Do Q"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_copy_looks_like_the_scan(shape: str, tmp_path: Path) -> None:
    scan = scan_of(SHAPES[shape](tmp_path / "scan"))
    shown = load_page(scan, 1)
    height, width = shown.picture.shape[:2]
    write_pdfa(
        scan, [PageReading(1, width, height, shown.dpi, 0, EMPTY)], tmp_path / "copy.pdf", PdfMetadata()
    )

    there = rendered(tmp_path / "copy.pdf", width, height).astype(int)
    expected = shown.picture if shown.picture.ndim == 3 else np.repeat(shown.picture[..., None], 3, axis=2)
    difference = np.abs(there - expected.astype(int))
    assert difference.mean() < 3, "another picture"
    assert np.percentile(difference.max(axis=2), 97) < 40, "moved or recoloured"
    assert page_validation.is_pdf_compliant(tmp_path / "copy.pdf", profile="2b")


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_the_copy_is_upright_without_a_new_compression(turns: int, tmp_path: Path) -> None:
    upright = papers.picture()
    data = papers.encoded(upright.rotate(90 * turns, expand=True), "JPEG", quality=95, dpi=(300, 300))
    scan = scan_of(_save(tmp_path / "scan.jpg", data))
    width, height = upright.rotate(90 * turns, expand=True).size
    write_pdfa(
        scan, [PageReading(1, width, height, 300.0, turns, EMPTY)], tmp_path / "copy.pdf", PdfMetadata()
    )

    there = rendered(tmp_path / "copy.pdf", *upright.size).astype(int)
    assert np.abs(there - np.asarray(upright).astype(int)).mean() < 4
    with pikepdf.open(tmp_path / "copy.pdf") as pdf:
        assert pdf.pages[0].get_images()["/Im0"].read_raw_bytes() == data
        assert [float(v) for v in pdf.pages[0].mediabox] == pytest.approx([0, 0, 153.6, 211.2], abs=0.01)


@pytest.mark.parametrize(
    ("shape", "filter"),
    [
        ("tiff-g4-one-strip", "/CCITTFaxDecode"),
        ("png", "/FlateDecode"),
        ("pdf", "/FlateDecode"),
        ("png-1bit", "/CCITTFaxDecode"),
    ],
)
def test_bytes_are_passed_through_or_kept_without_loss(shape: str, filter: str, tmp_path: Path) -> None:
    scan = scan_of(SHAPES[shape](tmp_path / "scan"))
    write_pdfa(scan, [PageReading(1, 640, 880, 300.0, 0, EMPTY)], tmp_path / "copy.pdf", PdfMetadata())
    with pikepdf.open(tmp_path / "copy.pdf") as pdf:
        image = pikepdf.PdfImage(pdf.pages[0].get_images()["/Im0"])
        assert image.filters == [filter]
        mode = "1" if "1bit" in shape or "g4" in shape else "RGB"
        assert np.array_equal(
            np.asarray(image.as_pil_image().convert(mode)), np.asarray(papers.picture(mode))
        )


def test_large_noisy_pictures_are_kept_at_their_resolution(tmp_path: Path) -> None:
    noise = np.random.default_rng(7).integers(150, 255, (1600, 1200, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "scan.png", dpi=(300, 300))
    scan = scan_of(tmp_path / "scan.png")
    write_pdfa(scan, [PageReading(1, 1200, 1600, 300.0, 0, EMPTY)], tmp_path / "copy.pdf", PdfMetadata())
    with pikepdf.open(tmp_path / "copy.pdf") as pdf:
        image = pikepdf.PdfImage(pdf.pages[0].get_images()["/Im0"])
        assert (image.width, image.height, image.filters) == (1200, 1600, ["/DCTDecode"])
    assert (tmp_path / "copy.pdf").stat().st_size < (tmp_path / "scan.png").stat().st_size


class _Left:
    """What complains when it is collected, as a connection to SQLite does since Python 3.13."""

    def __init__(self) -> None:
        self.own = self

    def __del__(self) -> None:
        warnings.warn("never closed", ResourceWarning, stacklevel=1)


@pytest.mark.filterwarnings("ignore:never closed")
def test_what_is_collected_meanwhile_is_no_fault_of_the_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = warnings.simplefilter

    def while_pikepdf_listens(*asked: Any, **more: Any) -> None:
        real(*asked, **more)
        _Left()
        [[] for _ in range(3000)]  # so many that garbage is looked for

    monkeypatch.setattr(warnings, "simplefilter", while_pikepdf_listens)
    scan = scan_of(SHAPES["png"](tmp_path / "scan"))
    write_pdfa(scan, [PageReading(1, 640, 880, 300.0, 0, EMPTY)], tmp_path / "copy.pdf", PdfMetadata())
    assert (tmp_path / "copy.pdf").is_file()
