"""The invisible words: exact, in order, in their places; upright, turned, skewed, scaled; in two readers of PDF."""

from __future__ import annotations

import math
import re
import subprocess
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import page as page_validation
import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.model import PageReading
from pipeline.pages import load_page
from pipeline.pdfa import PdfMetadata, write_pdfa
from pipeline.pdfa.textlayer import clean_word
from schemas.geometry import Affine, Box
from schemas.text import Block, BlockKind, Line, PageText, Word
from tests.pipeline import papers
from tests.pipeline.pdfa.drawn import paper, placed_words, reading, scan_of, turned, words


def _copy(folder: Path, text: PageText | None = None, turns: int = 0) -> tuple[Path, PageText]:
    image, drawn = paper()
    scanned, to_scan = turned(image, turns)
    scanned.save(folder / "scan.jpg", quality=70, dpi=(100, 100))
    scan = scan_of(folder / "scan.jpg")
    write_pdfa(scan, [reading(scan, text or drawn, turns, to_scan)], folder / "copy.pdf", PdfMetadata())
    return folder / "copy.pdf", text or drawn


def _boxes(pdf: Path) -> list[tuple[float, float, float, float, str]]:
    """Words with their boxes in points, y down, as poppler finds them."""
    out = subprocess.run(
        ["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True
    ).stdout.decode()
    pattern = r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)<'
    return [(*map(float, found[:4]), found[4]) for found in re.findall(pattern, out)]


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_words_are_copied_exactly_and_in_order(turns: int, tmp_path: Path) -> None:
    pdf, text = _copy(tmp_path, turns=turns)
    expected = text.text.split()
    assert words(pdf) == expected
    assert words(pdf, "-raw") == expected
    with pypdfium2.PdfDocument(pdf) as document:
        assert document[0].get_textpage().get_text_range().split() == expected


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_words_stand_where_they_stand_in_the_picture(turns: int, tmp_path: Path) -> None:
    pdf, text = _copy(tmp_path, turns=turns)
    found = _boxes(pdf)
    drawn = list(text.words())
    assert len(found) == len(drawn)
    for (left, top, right, bottom, word), true in zip(found, drawn, strict=True):
        assert word == true.text
        assert left == pytest.approx(true.box.left * 0.72, abs=0.5)
        assert right == pytest.approx(true.box.right * 0.72, abs=0.5)
        middle = sum(true.box.as_list()[1::2]) / 2 * 0.72
        assert top < middle < bottom
        assert bottom - top < 20


def test_skewed_and_scaled_pages(tmp_path: Path) -> None:
    """The working copy was turned by 1.3° and drawn twice as large; the words lie along the slanted lines."""
    image, text = paper()
    image.save(tmp_path / "scan.jpg", dpi=(100, 100))
    scan = scan_of(tmp_path / "scan.jpg")
    angle = math.radians(1.3)
    cos, sin = math.cos(angle) / 2, math.sin(angle) / 2
    page = reading(scan, text, 0, Affine(cos, -sin, 5, sin, cos, 3))
    write_pdfa(scan, [page], tmp_path / "copy.pdf", PdfMetadata())
    assert words(tmp_path / "copy.pdf", "-raw") == text.text.split()
    with pikepdf.open(tmp_path / "copy.pdf") as pdf:
        content = pdf.pages[0].Contents.read_bytes().decode()
    a, b = map(float, re.search(r"q (\S+) (\S+) \S+ \S+ \S+ \S+ cm BT", content).groups())  # type: ignore[union-attr]
    assert math.degrees(math.atan2(b, a)) == pytest.approx(-1.3, abs=0.01)


def test_words_that_touch_or_overlap_stay_apart(tmp_path: Path) -> None:
    boxes = [Box(50, 50, 100, 70), Box(101, 50, 150, 70), Box(145, 50, 200, 70), Box(200, 50, 240, 70)]
    line = Line(tuple(Word(w, b, 0.9) for w, b in zip(["ngày", "23", "tháng", "8"], boxes, strict=True)))
    pdf, text = _copy(tmp_path, PageText(1, 827, 1169, 100.0, (Block(BlockKind.BODY, (line,)),)))
    assert words(pdf, "-raw") == words(pdf) == text.text.split()


def test_columns_keep_the_order_of_reading(tmp_path: Path) -> None:
    def line(text: str, left: float, top: float) -> Line:
        boxes = [Box(left + 60 * i, top, left + 60 * i + 50, top + 14) for i in range(len(text.split()))]
        return Line(tuple(Word(w, b, 0.9) for w, b in zip(text.split(), boxes, strict=True)))

    left = Block(BlockKind.HEADER_LEFT, (line("ỦY BAN NHÂN DÂN", 60, 60), line("TỈNH ĐẮK LẮK", 60, 85)))
    right = Block(BlockKind.HEADER_RIGHT, (line("CỘNG HÒA XÃ HỘI", 440, 60), line("Độc lập Tự do", 440, 85)))
    pdf, text = _copy(tmp_path, PageText(1, 827, 1169, 100.0, (left, right)))
    assert words(pdf, "-raw") == text.text.split()
    with pypdfium2.PdfDocument(pdf) as document:
        assert document[0].get_textpage().get_text_range().split() == text.text.split()


LETTERS = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđĐBCGHQW0189/-.,:()%“”–"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.text(LETTERS, min_size=1, max_size=12), min_size=1, max_size=6), min_size=1, max_size=8
    )
)
def test_any_vietnamese_words_survive(tmp_path: Path, lines: list[list[str]]) -> None:
    decomposed = [[unicodedata.normalize("NFD", word) for word in line] for line in lines]
    page = PageText(1, 827, 1169, 100.0, (Block(BlockKind.BODY, tuple(
        Line(tuple(Word(w, Box(40 + 120 * x, 60 + 60 * y, 40 + 120 * x + 9 * len(lines[y][x]), 78 + 60 * y), 0.5)
                   for x, w in enumerate(words_)))
        for y, words_ in enumerate(decomposed))),))  # fmt: skip
    pdf, _ = _copy(tmp_path, page)
    assert words(pdf, "-raw") == [word for line in lines for word in line]


def test_characters_that_no_paper_has_do_no_harm(tmp_path: Path) -> None:
    odd = Line(tuple(Word(w, Box(50 + 100 * i, 50, 130 + 100 * i, 70), 0.5) for i, w in enumerate(
        ["a\u0000b", "\u200b", "x y", "\U0001f600", "", "end"])))  # fmt: skip
    pdf, _ = _copy(tmp_path, PageText(1, 827, 1169, 100.0, (Block(BlockKind.BODY, (odd,)),)))
    assert words(pdf, "-raw") == ["ab", "xy", "\ufffd", "end"]
    assert page_validation.is_pdf_compliant(pdf, profile="2b")


def test_clean_word_is_nfc() -> None:
    assert clean_word("Nguye\u0302\u0303n") == "Nguyễn"


def test_metadata_agree_and_nothing_else_is_told(tmp_path: Path) -> None:
    image, text = paper()
    image.save(tmp_path / "scan.png", dpi=(100, 100))
    scan = scan_of(tmp_path / "scan.png")
    metadata = PdfMetadata(
        title="Quyết định số 4567/QĐ-UBND & <phụ lục>",
        agency="UBND tỉnh Đắk Lắk",
        type="administrative",
        id="6f0c9f7e-3a52-5d0b-9d64-1f1a52a1c0de",
        source_sha256=scan.sha256,
        created=datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC),
    )
    write_pdfa(scan, [reading(scan, text)], tmp_path / "copy.pdf", metadata)
    assert page_validation.validate_pdf(tmp_path / "copy.pdf", profile="2b").failures == []
    with pikepdf.open(tmp_path / "copy.pdf") as pdf:
        assert str(pdf.docinfo["/Title"]) == metadata.title
        assert str(pdf.docinfo["/Producer"]) == "Sohoa"
        with pdf.open_metadata() as xmp:
            assert xmp.pdfa_status == "2B"
            assert xmp["dc:title"] == metadata.title
            assert xmp["dc:publisher"] == {metadata.agency} or xmp["dc:publisher"] == [metadata.agency]
            assert xmp["dc:identifier"] == f"urn:uuid:{metadata.id}"
            assert xmp["dc:source"] == f"urn:sha256:{scan.sha256}"
            assert xmp["xmp:CreateDate"].startswith("2026-11-21T01:02:03")


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    first = _copy(tmp_path)[0].read_bytes()
    (tmp_path / "copy.pdf").unlink()
    assert _copy(tmp_path)[0].read_bytes() == first


def test_pages_of_one_document_out_of_a_longer_scan(tmp_path: Path) -> None:
    images = [paper(60, (f"trang {number}",))[0] for number in range(1, 5)]
    images[0].save(
        tmp_path / "scan.tif",
        save_all=True,
        append_images=images[1:],
        compression="tiff_deflate",
        dpi=(60, 60),
    )
    scan = scan_of(tmp_path / "scan.tif")
    texts = {n: paper(60, (f"trang {n}",))[1] for n in (2, 4)}
    write_pdfa(
        scan, [reading(scan, texts[n], number=n) for n in (2, 4)], tmp_path / "copy.pdf", PdfMetadata()
    )
    assert words(tmp_path / "copy.pdf") == ["trang", "2", "trang", "4"]


def test_an_old_invisible_layer_is_replaced(tmp_path: Path) -> None:
    """As scanners with poor built-in recognition write it: over one picture, and over strips."""
    wrong = "BT /F0 12 Tf 3 Tr 20 100 Td (wr0ng w0rds) Tj ET"
    for name, make in (
        ("one", papers.FULL + " " + wrong),
        ("strips", "0.5 g 0 0 20 20 re f " + papers.FULL + " " + wrong),
    ):
        path = papers.one_picture_pdf(tmp_path / f"{name}.pdf", content=make)
        scan = scan_of(path)
        page = reading(
            scan,
            PageText(
                1,
                640,
                880,
                300.0,
                (Block(BlockKind.BODY, (Line((Word("đúng", Box(50, 100, 200, 150), 0.9),)),)),),
            ),
        )
        write_pdfa(scan, [page], tmp_path / "copy.pdf", PdfMetadata())
        assert words(tmp_path / "copy.pdf") == ["đúng"], name


def test_a_born_digital_page_keeps_its_own_text(tmp_path: Path) -> None:
    """Made of a copy of ours with visible text: the letters stay vectors, and no word stands there twice."""
    from pipeline.pdfa import CopyMark

    image, text = paper()
    image.save(tmp_path / "scan.png", dpi=(100, 100))
    scan = scan_of(tmp_path / "scan.png")
    mark = CopyMark("UBND XÃ PHÚ XUÂN", datetime(2026, 1, 1, tzinfo=UTC))
    blank = replace(reading(scan, text), text=PageText(1, 827, 1169, 100.0, ()))
    write_pdfa(scan, [blank], tmp_path / "born.pdf", PdfMetadata(), copy_mark=mark)
    born = scan_of(tmp_path / "born.pdf")
    placed = placed_words(tmp_path / "born.pdf", load_page(born, 1).dpi)
    own = [word.text for word in placed]
    page = reading(born, PageText(1, 827, 1169, 100.0, (Block(BlockKind.BODY, (Line(placed),)),)))
    written = write_pdfa(born, [page], tmp_path / "copy.pdf", PdfMetadata())
    assert (written.kept, words(tmp_path / "copy.pdf")) == (1, own)
    misread = Line((Word("khác", Box(10, 10, 60, 30), 0.9),))
    page = reading(born, PageText(1, 827, 1169, 100.0, (Block(BlockKind.BODY, (misread,)),)))
    written = write_pdfa(born, [page], tmp_path / "copy.pdf", PdfMetadata())
    assert (written.kept, words(tmp_path / "copy.pdf")) == (0, ["khác"])


def test_fonts_that_are_not_embedded_lead_to_a_rendering(tmp_path: Path) -> None:
    path = papers.one_picture_pdf(
        tmp_path / "scan.pdf", content=papers.FULL + " BT /F0 12 Tf 20 100 Td (Hello) Tj ET"
    )
    scan = scan_of(path)
    read = Line((Word("Hello", Box(50, 400, 200, 450), 0.9),))
    page = reading(scan, PageText(1, 640, 880, 300.0, (Block(BlockKind.BODY, (read,)),)))
    written = write_pdfa(scan, [page], tmp_path / "copy.pdf", PdfMetadata())
    assert (written.kept, words(tmp_path / "copy.pdf")) == (0, ["Hello"])
    assert page_validation.is_pdf_compliant(tmp_path / "copy.pdf", profile="2b")


def test_nothing_is_left_behind_by_a_fault(tmp_path: Path) -> None:
    image, text = paper()
    image.save(tmp_path / "scan.png", dpi=(100, 100))
    scan = scan_of(tmp_path / "scan.png")
    page: PageReading = reading(scan, text)
    (tmp_path / "scan.png").write_bytes((tmp_path / "scan.png").read_bytes()[:2000])
    from schemas.errors import Damaged

    with pytest.raises(Damaged):
        write_pdfa(scan, [page], tmp_path / "copy.pdf", PdfMetadata())
    assert [path.name for path in tmp_path.iterdir() if "sohoa" not in path.name] == ["scan.png"]
