"""The law's marks: right words, right place, over nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import page as page_validation
import pikepdf
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from pipeline.pdfa import CopyMark, PdfMetadata, QrMark, Written, write_pdfa
from schemas.text import PageText
from tests.pipeline.pdfa.drawn import paper, reading, rendered, scan_of, turned, words

TIME = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
COPY = CopyMark("ỦY BAN NHÂN DÂN XÃ PHÚ XUÂN", TIME, "SAO Y")
QR = QrMark("000.00.01.H48-261121-0012", "1.004873", "001087000001", "Giấy khai sinh", "Tỉnh|Đắk Lắk", TIME)


def _marked(
    folder: Path, top: float = 1.1, turns: int = 0, qr: QrMark | None = None, copy: CopyMark | None = COPY
) -> tuple[Path, Written]:
    image, text = paper(top=top)
    if top < 1:
        ImageDraw.Draw(image).line((0, 30, image.width, 30), fill="black", width=3)
    scanned, to_scan = turned(image, turns)
    scanned.save(folder / "scan.jpg", quality=80, dpi=(100, 100))
    scan = scan_of(folder / "scan.jpg")
    target = folder / "copy.pdf"
    written = write_pdfa(
        scan, [reading(scan, text, turns, to_scan)], target, PdfMetadata(), copy_mark=copy, qr_mark=qr
    )
    assert page_validation.is_pdf_compliant(target, profile="2b")
    return target, written


def test_copy_mark_at_the_top_right(tmp_path: Path) -> None:
    pdf, written = _marked(tmp_path)
    left, _bottom, right, top = written.mark or (0, 0, 0, 0)
    assert left > 595 / 2
    assert right < 595 - 20
    assert 841 - 40 < top <= 841
    assert words(pdf)[:9] == "ỦY BAN NHÂN DÂN XÃ PHÚ XUÂN SAO Y".split()
    assert "2026-11-22T03:00:00+07:00" in words(pdf)
    with pikepdf.open(pdf) as file:
        (name,) = [
            str(font.BaseFont)
            for font in file.pages[0].Resources.Font.values()
            if "Blank" not in str(font.BaseFont)
        ]
        assert any(times in name for times in ("Tinos", "LiberationSerif"))
        assert "/F1 10 Tf" in b"".join(stream.read_bytes() for stream in file.pages[0].Contents).decode()
        assert len(file.pages[0].get_images()) == 1


def test_conversion_mark_names_the_converter(tmp_path: Path) -> None:
    pdf, _ = _marked(tmp_path, copy=CopyMark("UBND", TIME, converter="Đỗ Thị Ngọc Ánh"))
    assert "Người chuyển đổi: Đỗ Thị Ngọc Ánh" in " ".join(words(pdf))


def test_a_full_page_grows_by_a_strip(tmp_path: Path) -> None:
    plain, _ = _marked(tmp_path, top=0.4, copy=None)
    before = rendered(plain, 827, 1169)
    pdf, written = _marked(tmp_path, top=0.4, qr=QR)
    with pikepdf.open(pdf) as file:
        height = float(file.pages[0].mediabox[3])
    assert written.mark is not None
    assert height > 842 + 36
    assert written.mark[1] > 841
    strip = round((height - 841.68) * 100 / 72)
    after = rendered(pdf, 827, 1169 + strip)
    assert np.abs(after[strip:].astype(int) - before.astype(int)).mean() < 3, "the scan itself is untouched"


def test_turned_scans_are_marked_where_a_reader_sees_the_top(tmp_path: Path) -> None:
    for turns in (1, 2, 3):
        pdf, written = _marked(tmp_path, turns=turns)
        with pikepdf.open(pdf) as file:
            assert [round(float(v)) for v in file.pages[0].mediabox] == [0, 0, 595, 842]
        left, bottom, right, top = written.mark or (0, 0, 0, 0)
        page = rendered(pdf, 595, 842)
        assert (page[842 - round(top) : 842 - round(bottom), round(left) : round(right)] < 128).any()


def test_qr_is_read_back(tmp_path: Path) -> None:
    pdf, _ = _marked(tmp_path, qr=QR)
    with pikepdf.open(pdf) as file:
        width, height = (round(float(v) * 2) for v in file.pages[0].mediabox[2:])
    (code,) = zxingcpp.read_barcodes(rendered(pdf, width, height))
    assert (
        code.text
        == "000.00.01.H48-261121-0012|1.004873|001087000001|Giấy khai sinh|Tỉnh/Đắk Lắk|2026-11-22T03:00:00+07:00"
    )
    assert code.position.top_left.x < width / 3
    assert code.position.top_left.y < height / 6


LONG = CopyMark(
    "ỦY BAN NHÂN DÂN XÃ THƯỢNG LÂM KHÁNH VĨNH PHÚC, TỈNH BÀ RỊA - VŨNG TÀU (TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG)",
    TIME,
    "SAO Y",
    "Đỗ Thị Ngọc Ánh",
)


@pytest.mark.parametrize("inches", [(8.27, 11.69), (11.69, 8.27), (5.83, 8.27), (3.37, 2.13), (2.13, 3.37)])
def test_a_long_name_stays_on_the_page_and_off_the_code(inches: tuple[float, float], tmp_path: Path) -> None:
    """Each mark alone is where it is with the other: nothing is under anything."""
    Image.new("RGB", (round(inches[0] * 100), round(inches[1] * 100)), "white").save(
        tmp_path / "scan.png", dpi=(100, 100)
    )
    scan = scan_of(tmp_path / "scan.png")
    text = PageText(1, round(inches[0] * 100), round(inches[1] * 100), 100.0, ())
    target = tmp_path / "copy.pdf"
    written = write_pdfa(scan, [reading(scan, text)], target, PdfMetadata(), copy_mark=LONG, qr_mark=QR)
    assert page_validation.is_pdf_compliant(target, profile="2b")
    with pikepdf.open(target) as file:
        width, height = (float(v) for v in file.pages[0].mediabox[2:])
    assert width == pytest.approx(inches[0] * 72, abs=1)
    left, bottom, right, top = written.mark or (0, 0, 0, 0)
    assert 0 <= left < right <= width
    assert 0 <= bottom < top <= height
    page = rendered(target, round(width * 3), round(height * 3))
    (code,) = zxingcpp.read_barcodes(page)
    corners = [getattr(code.position, name) for name in ("top_left", "bottom_right")]
    (x0, y0), (x1, y1) = ((corner.x / 3, height - corner.y / 3) for corner in corners)
    assert x1 < left or y1 > top, "the code stands beside the text or above it"
    assert x0 > 0
    assert y0 < height
    assert " ".join(words(target)).startswith("ỦY BAN NHÂN DÂN XÃ THƯỢNG LÂM")
