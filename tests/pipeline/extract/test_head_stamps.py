"""Degrees of urgency and secrecy: printed in the head, framed in black, or stamped in red."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from fixtures.arrangements.paper import NATIONAL
from fixtures.generator.typesetting.fonts import Style
from pipeline.extract import extract
from pipeline.extract.head.stamps import with_secrecy
from pipeline.intake import take_in
from pipeline.model import Ink, InkKind
from pipeline.read import read_scan_page
from schemas.geometry import Box
from tests.pipeline.arranged import arranged
from tests.pipeline.plain_reading import typed_page


def _letter(*below: str):
    left = ["UBND TỈNH LAI CHÂU", "SỞ Y TẾ", "", "Số: 5/SYT-NVY", "V/v phòng, chống dịch", *below]
    return arranged(
        left, [*NATIONAL, "", "Lai Châu, ngày 12 tháng 5 năm 2020"], after=["Kính gửi: Các bệnh viện"]
    )


def _codes(page) -> list[str]:
    return [warning.code for warning in with_secrecy(page).warnings]


@pytest.mark.parametrize(
    ("line", "degree"),
    [("KHẨN Dự họp thẩm định phương án", "KHẨN"), ("BẢO MẬT Dữ liệu", None), ("MẬT Dự họp", None)],
)
def test_a_degree_of_urgency_close_before_a_line_of_small_letters(line, degree):
    page = _letter("", line)
    found = extract("administrative_document", [page]).fields.get("urgency")
    assert (found.value if found else None) == degree


@pytest.mark.parametrize(
    ("read", "degree"),
    [("HỎA TỐC", "HỎA TỐC"), ("HOA TÓC", "HỎA TỐC"), ("THƯỢNG KHẨN", "THƯỢNG KHẨN"), ("KHÂN", "KHẨN")],
)
def test_degrees_of_urgency(read, degree):
    page = _letter("", read)
    assert extract("administrative_document", [page]).fields["urgency"].value == degree
    assert "secret" not in _codes(page)


@pytest.mark.parametrize("read", ["MẬT", "TỐI MẬT", "TỎI MẬT", "TUYỆT MẬT"])
def test_a_secret_paper_is_doubted_and_not_called_urgent(read):
    page = _letter("", read)
    assert "secret" in _codes(page)
    fields = extract("administrative_document", [page]).fields
    assert "urgency" not in fields
    assert fields["issuing_agency"].value == "SỞ Y TẾ"


def test_a_stamp_that_was_lifted_off_tells_as_well():
    stamp = Ink(InkKind.STAMP, Box(300, 700, 600, 800), "red", "TUYỆT MẬT")
    assert "secret" in _codes(replace(_letter(), inks=(stamp,)))


@pytest.mark.parametrize("text", ["MẶT TRẬN TỔ QUỐC", "BÍ MẬT CÔNG TÁC", "KHẨN TRƯƠNG", "MỘT"])
def test_other_words_are_no_stamps(text):
    page = _letter("", text)
    assert "secret" not in _codes(page)
    assert "urgency" not in extract("administrative_document", [page]).fields


def test_red_box_stamps_are_read_from_the_scan(tmp_path):
    path = tmp_path / "letter.png"
    cv2.imwrite(str(path), cv2.cvtColor(_stamped_letter("HỎA TỐC"), cv2.COLOR_RGB2BGR))
    page = read_scan_page(take_in(path), 1)
    assert len([ink for ink in page.inks if ink.text]) == 1
    assert extract("administrative_document", [page]).fields["urgency"].value == "HỎA TỐC"


@pytest.mark.parametrize(("words", "dpi"), [("HỎA TỐC", 80), ("MẬT", 72), ("MẬT", 80)])
def test_box_stamps_of_small_pictures_of_which_a_jpeg_keeps_half_the_colour(tmp_path, words, dpi):
    path = tmp_path / "letter.jpg"
    small = cv2.resize(_stamped_letter(words), None, fx=dpi / 200, fy=dpi / 200, interpolation=cv2.INTER_AREA)
    Image.fromarray(small).save(path, quality=75, subsampling=2, dpi=(dpi, dpi))
    page = read_scan_page(take_in(path), 1)
    urgency = extract("administrative_document", [page]).fields.get("urgency")
    told = [warning.message_en for warning in page.warnings if warning.code == "secret"]
    assert (urgency is not None and urgency.value == words) or any(f" {words}:" in each for each in told)


def _stamped_letter(words):
    sheet = np.full((2339, 1654, 3), 255, np.uint8)
    _draw(sheet, "Kính gửi: Các đơn vị trực thuộc Sở Y tế tỉnh Lai Châu để thực hiện", (250, 900), (0, 0, 0))
    for line in range(14):
        _draw(
            sheet,
            "Thực hiện chương trình công tác năm và ý kiến chỉ đạo của cấp trên về",
            (250, 960 + 50 * line),
            (0, 0, 0),
        )
    _draw(sheet, words, (300, 400), (200, 30, 40))
    cv2.rectangle(sheet, (280, 385), (480, 450), (200, 30, 40), 3)
    return sheet


def _draw(sheet, text, at, colour):
    image = Image.fromarray(sheet)
    ImageDraw.Draw(image).text(at, text, font=Style(13.0 * 200 / 300).font, fill=colour)
    sheet[:] = np.asarray(image)


def test_who_copied_a_paper_is_no_agency_above_the_one_that_issued_it():
    """The mark of a digital copy above the national title (Decree 30/2020, annex I, appendix on *sao y*)."""
    text = """\
                                                                               SAO Y
                                                                             UBND TỈNH HÀ GIANG
                                                                             11-07-2022 08:31:27
     THỦ TƯỚNG CHÍNH PHỦ                  CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
     Số: 819/QĐ-TTg                           Độc lập - Tự do - Hạnh phúc
                                             Hà Nội, ngày 07 tháng 7 năm 2022

^QUYẾT ĐỊNH
^Về việc thành lập Tổ công tác thúc đẩy giải ngân vốn đầu tư công

     Căn cứ Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015;
"""
    fields = extract("administrative_document", [typed_page(text)]).fields
    assert fields["issuing_agency"].value == "THỦ TƯỚNG CHÍNH PHỦ"
    assert "parent_agency" not in fields
