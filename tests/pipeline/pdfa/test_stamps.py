"""What earlier signatures show on a signed scan is seen on the copy, too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import page as page_validation
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.stamp import TextStampStyle

from pipeline.model import PageReading
from pipeline.pages import load_page
from pipeline.pdfa import PdfMetadata, write_pdfa
from pipeline.sign import demo_signer
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
