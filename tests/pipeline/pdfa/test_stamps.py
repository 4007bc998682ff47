"""What earlier signatures show on a signed scan is seen on the copy, too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import page as page_validation
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.stamp import TextStampStyle

from pipeline.model import PageReading, ScanPage
from pipeline.pages import load_again, load_page
from pipeline.pages.box import page_box
from pipeline.pdfa import PdfMetadata, write_pdfa
from pipeline.pdfa.stamps import note_patches
from pipeline.sign import demo_signer
from schemas.geometry import Box
from schemas.text import PageText
from tests.pipeline import papers
from tests.pipeline.pdfa.drawn import rendered, scan_of, words


@pytest.mark.parametrize("rotate", [0, 90])
def test_visible_signature_of_a_signed_scan(rotate: int, tmp_path: Path) -> None:
    plain = papers.one_picture_pdf(tmp_path / "plain.pdf", Rotate=rotate)
    signer = PdfSigner(
        PdfSignatureMetadata("So"),
        demo_signer(tmp_path)._signer,
        stamp_style=TextStampStyle(stamp_text="So: 4567", background=None),
        new_field_spec=SigFieldSpec("So", box=(60, 60, 140, 100)),
    )
    with plain.open("rb") as file, (tmp_path / "signed.pdf").open("w+b") as out:
        signer.sign_pdf(IncrementalPdfFileWriter(file), output=out)
    scan = scan_of(tmp_path / "signed.pdf")
    assert scan.signed
    shown = load_page(scan, 1)
    height, width = shown.picture.shape[:2]
    page = PageReading(1, width, height, shown.dpi, 0, PageText(1, width, height, shown.dpi, ()))
    written = write_pdfa(scan, [page], tmp_path / "copy.pdf", PdfMetadata())

    assert written.kept == 1
    asked = (height, width) if rotate else (width, height)  # pdftoppm scales before it turns
    there = rendered(tmp_path / "copy.pdf", width, height).astype(int)
    before = rendered(tmp_path / "signed.pdf", *asked).astype(int)
    assert np.abs(before - rendered(plain, *asked)).max() > 100, "the stamp is to be seen"
    assert np.abs(there - before).mean() < 2
    assert words(tmp_path / "copy.pdf") == []
    assert page_validation.is_pdf_compliant(tmp_path / "copy.pdf", profile="2b")


def _noted(path: Path, side: int) -> Path:
    """A field filled in over a background of so many pixels."""
    pdf = pikepdf.new()
    look = pdf.make_stream(b"0 g BT /F0 7 Tf 2 4 Td (040095999999 4567) Tj ET")
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 90, 12])
    look.Resources = Dictionary(
        Font=Dictionary(F0=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    )
    note = Dictionary(
        Type=Name.Annot,
        Subtype=Name.FreeText,
        DA="/F0 7 Tf",
        Rect=[30, 100, 120, 112],
        F=4,
        AP=Dictionary(N=look),
    )
    page = papers.add_page(pdf, papers.image_stream(pdf, Image.new("L", (side, side), 255)), papers.FULL)
    page.obj.Annots = Array([pdf.make_indirect(note)])
    pdf.save(path)
    return path


@pytest.mark.parametrize("side", [1, 10, 60])
def test_notes_over_a_coarse_background_are_read_and_copied_as_sharply_as_shown(
    side: int, tmp_path: Path
) -> None:
    path = _noted(tmp_path / "a.pdf", side)
    scan = scan_of(path)
    shown = load_page(scan, 1)
    assert shown.picture.shape[:2] == (880, 640)
    before = rendered(path, 640, 880).astype(int)
    assert before.min() < 60
    assert np.abs(before[..., 0] - shown.picture.reshape(880, 640, -1)[..., 0]).mean() < 0.5
    assert load_again(scan, _reading(shown)).shape == shown.picture.shape
    write_pdfa(scan, [_reading(shown)], tmp_path / "copy.pdf", PdfMetadata())
    there = rendered(tmp_path / "copy.pdf", 640, 880).astype(int)
    ink = before < 128
    assert ink.any()
    assert np.abs(there - before)[ink].mean() < 70, "letters are as sharp, a pixel aside"


def test_patches_are_finer_than_a_coarse_reading(tmp_path: Path) -> None:
    path = _noted(tmp_path / "a.pdf", 60)
    coarse = PageReading(1, 64, 88, 30.0, 0, PageText(1, 64, 88, 30.0, ()))
    with pikepdf.open(path) as pdf:
        box = page_box(pdf.pages[0], 1)
        ((patch, place),) = note_patches(pdf.pages[0], box, path, coarse)
    assert patch.width > 370, "90 points at 300 dpi"
    area = place.box(Box(0, 0, 1, 1))
    assert area.width == pytest.approx(90 * 64 / 153.6, abs=0.6)
    assert area.left == pytest.approx(30 * 64 / 153.6, abs=0.3)
    assert area.top == pytest.approx((211.2 - 112) * 88 / 211.2, abs=0.3)


def _reading(shown: ScanPage) -> PageReading:
    height, width = shown.picture.shape[:2]
    text = PageText(1, width, height, shown.dpi, ())
    return PageReading(1, width, height, shown.dpi, 0, text, look=shown.look, embedded=shown.embedded)
