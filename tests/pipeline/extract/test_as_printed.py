"""What agencies print otherwise than the decree has it stays as it is printed: no word is put in, and none is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.extract import extract
from pipeline.normalize.agencies import repair_agency
from pipeline.normalize.titles import repair_officer
from schemas.geometry import Box
from schemas.quality import is_sure
from schemas.text import Block, BlockKind, Line, Word
from tests.pipeline.arranged import arranged

LEFT = ("UBND TỈNH BÌNH PHƯỚC", "SỞ Y TẾ", "", "Số: 812/SYT-NVY")
RIGHT = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Bình Phước, ngày 05 tháng 3 năm 2014",
)
NAME = ("", "", "", "Lê Vũ Nam")


def _fields(left=LEFT, right=RIGHT, title=(), **more):
    return extract("administrative_document", [arranged(left, right, title, confidence=0.99, **more)]).fields


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("V/v: cấp sổ theo dõi", "V/v: cấp sổ theo dõi"),
        ("V/v : cấp sổ theo dõi", "V/v: cấp sổ theo dõi"),
        ("Về cho học sinh nghỉ học", "Về cho học sinh nghỉ học"),
    ],
)
def test_the_subject_of_a_letter(printed, value):
    assert _fields((*LEFT, printed), after=["Kính gửi: Các trường học."])["excerpt"].value == value


def test_the_excerpt_under_a_title_keeps_the_colon_of_its_mark():
    fields = _fields(title=("QUYẾT ĐỊNH", "V/v : Giao đất xây dựng trạm"))
    assert fields["excerpt"].value == "V/v: Giao đất xây dựng trạm"


@pytest.mark.parametrize("printed", ["Ký bởi: BỘ THÔNG TIN VÀ TRUYỀN THÔNG", "Người ký: SỞ Y TẾ BÌNH PHƯỚC"])
def test_what_a_program_prints_of_a_signature_is_none_of_the_title(printed):
    fields = _fields(signer=("KT. BỘ TRƯỞNG", "THỨ TRƯỞNG", printed, "", "", "Lê Vũ Nam"))
    assert (fields["signer_title"].value, fields["signer_name"].value) == ("THỨ TRƯỞNG", "Lê Vũ Nam")


def test_the_note_with_which_paper_a_rule_came_is_no_part_of_its_excerpt():
    note = "(Ban hành kèm theo Quyết định số 59/QĐ-UBND ngày 22/7/2021)"
    fields = _fields(LEFT[:2], RIGHT[:2], ["QUY CHẾ LÀM VIỆC", "Của Sở Y tế nhiệm kỳ 2021 - 2026", note])
    assert (fields["kind"].value, fields["excerpt"].value) == (
        "QUY CHẾ",
        "LÀM VIỆC Của Sở Y tế nhiệm kỳ 2021 - 2026",
    )


@pytest.mark.parametrize(
    ("office", "title", "sure"),
    [
        ("KT. CHÁNH VĂN PHÒNG", "PHÓ VĂN PHÒNG", False),
        ("KT. BỘ TRƯỞNG, CHỦ NHIỆM", "PHÓ CHỦ NHIỆM", True),
        ("", "BỘ TRƯỞNG, CHỦ NHIỆM", True),
    ],
)
def test_a_title_that_is_printed_so(office, title, sure):
    found = _fields(signer=(*([office] if office else []), title, *NAME))["signer_title"]
    assert (found.value, is_sure(found)) == (title, sure)


def test_of_two_offices_the_deputy_is_that_of_the_second():
    found = _fields(signer=("KT. BỘ TRƯỞNG, CHỦ NHIỆM", "NHIỆM", *NAME))["signer_title"]
    assert (found.value, is_sure(found)) == ("PHÓ CHỦ NHIỆM", False)


@pytest.mark.parametrize("title", ["PHÓ VĂN PHÒNG", "PHÓ TRẠM TRƯỞNG TRẠM Y TẾ", "BỘ TRƯỞNG, CHỦ NHIỆM"])
def test_titles_of_no_list_keep_their_words(title):
    assert repair_officer(title) == title


@pytest.mark.parametrize(
    "agency", ["PHÒNG GIÁO DỤC-ĐÀO TẠO", "PHÒNG GIÁO DỤC - ĐÀO TẠO", "BẢO HIỂM XÃ HỘI TP.HỒ CHÍ MINH"]
)
def test_agencies_keep_their_dashes_and_dots(agency):
    assert repair_agency(agency) == agency


def test_a_city_right_behind_its_abbreviation():
    fields = _fields(right=(*RIGHT[:2], "TP.Hồ Chí Minh, ngày 05 tháng 3 năm 2014"))
    assert fields["issue_place"].value == "TP.Hồ Chí Minh"


def test_a_date_whose_first_word_was_misread():
    fields = _fields(right=(*RIGHT[:2], "Bình Phước, rgày 05 tháng 3 năm 2014"))
    assert (fields["issue_place"].value, fields["issue_date"].value) == ("Bình Phước", "2014-03-05")


@pytest.mark.parametrize(
    ("further", "items"),
    [
        ("Cổng TTĐT;", ["Như trên", "VPCP: các PCN; các Vụ: KTTH; Cổng TTĐT", "Lưu: VT"]),
        ("  Cổng TTĐT;", ["Như trên", "VPCP: các PCN; các Vụ: KTTH", "Cổng TTĐT", "Lưu: VT"]),
    ],
)
def test_an_item_of_the_recipients_that_breaks_after_a_semicolon(further, items):
    listed = ["Nơi nhận:", "- Như trên;", "- VPCP: các PCN; các Vụ: KTTH;", further, "- Lưu: VT."]
    assert _fields(recipients=listed, signer=("GIÁM ĐỐC", *NAME))["recipients"].value == items


def _with_rim(page, beside, bit, believed):
    """The page with a bit of a seal at the left of the line that holds a word."""
    lines = []
    for line in page.text.lines():
        box = line.words[0].box
        rim = Word(bit, Box(box.left - 160, box.top, box.left - 120, box.bottom), believed)
        lines.append(Line((rim, *line.words)) if any(word.text == beside for word in line.words) else line)
    text = replace(page.text, blocks=(Block(BlockKind.OTHER, tuple(lines)),))
    return replace(page, text=text)


@pytest.mark.parametrize(("bit", "believed"), [("-UỐC", 0.12), ("82", 0.55)])
def test_the_last_word_of_a_title_in_a_line_of_its_own_beside_a_bit_of_the_seal(bit, believed):
    signer = ("CỤC TRƯỞNG CỤC LƯU TRỮ NHÀ", "NƯỚC", *NAME)
    page = arranged(LEFT, RIGHT, signer=signer, confidence=0.99)
    fields = extract("administrative_document", [_with_rim(page, "NƯỚC", bit, believed)]).fields
    assert fields["signer_title"].value == "CỤC TRƯỞNG CỤC LƯU TRỮ NHÀ NƯỚC"


@pytest.mark.parametrize(
    "number", ["11-LĐTBXH/TT", "01-TANDTC-VKSNDTC/TTLT", "01/2004/TTLT/BVHTT-BYT", "249/1998/CV-NHNN7"]
)
def test_numbers_of_the_nineties(number):
    assert _fields((*LEFT[:3], f"Số: {number}"))["number"].value == number


def test_a_title_in_two_lines_that_says_whose_it_is():
    title = [
        "QUYẾT ĐỊNH",
        "CỦA ỦY BAN NHÂN DÂN THÀNH PHỐ",
        "V/v phê duyệt đề cương quy hoạch",
        "đến năm 2010",
    ]
    left = ("ỦY BAN NHÂN DÂN", "THÀNH PHỐ HỒ CHÍ MINH", "", "Số: 120/2003/QĐ-UB")
    fields = _fields(left, title=title, after=["ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH"])
    assert (fields["kind"].value, fields["excerpt"].value) == (
        "QUYẾT ĐỊNH",
        "V/v phê duyệt đề cương quy hoạch đến năm 2010",
    )


def test_a_department_keeps_the_comma_that_is_printed():
    assert repair_agency("BỘ LAO ĐÔNG, THƯƠNG BINH VÀ XÃ HỘI") == "BỘ LAO ĐỘNG, THƯƠNG BINH VÀ XÃ HỘI"


@pytest.mark.parametrize(
    ("read", "title"), [("PHỚGH-TỊCH THƯỜNG TRỰC", "PHÓ CHỦ TỊCH THƯỜNG TRỰC"), ("Ủ TỊCH", "PHÓ CHỦ TỊCH")]
)
def test_a_deputy_put_back_has_no_agency_in_the_title(read, title):
    found = _fields(signer=("KT. CHỦ TỊCH ỦY BAN NHÂN DÂN", read, *NAME))["signer_title"]
    assert (found.value, is_sure(found)) == (title, False)


def test_a_sign_without_its_dot_before_a_marked_capital():
    fields = _fields(signer=("TM ỦY BAN NHÂN DÂN", "CHỦ TỊCH", *NAME))
    assert (fields["signer_authority"].value, fields["signer_title"].value) == ("TM.", "CHỦ TỊCH")


def test_comrades_and_reports_whose_stroke_was_read_as_a_letter():
    listed = ["Nơi nhận:", "- Các đíc PCT;", "- Bộ trưởng (để bíc);", "- Lưu: VT."]
    items = ["Các đ/c PCT", "Bộ trưởng (để b/c)", "Lưu: VT"]
    assert _fields(recipients=listed, signer=("GIÁM ĐỐC", *NAME))["recipients"].value == items


@pytest.mark.parametrize(
    ("read", "item"),
    [
        ("Tỉnh ủy (b/C)", "Tỉnh ủy (b/c)"),
        ("Cục TXNK (thiện)", "Cục TXNK (t/hiện)"),
        ("UBND.các huyện", "UBND các huyện"),
        ("Cổng TTĐT VGP.vn", "Cổng TTĐT VGP.vn"),
        ("TT.Đảng uỷ", "TT.Đảng uỷ"),
        ("Hội từ thiện", "Hội từ thiện"),
    ],
)
def test_shortened_words_of_recipients(read, item):
    listed = ["Nơi nhận:", "- Như trên;", f"- {read};", "- Lưu: VT."]
    found = _fields(recipients=listed, signer=("GIÁM ĐỐC", *NAME))["recipients"].value
    assert found == ["Như trên", item, "Lưu: VT"]


def test_the_head_of_a_union_whose_date_stands_level_with_its_first_line():
    left = (
        "HỘI NÔNG DÂN VIỆT NAM",
        "BAN CHẤP HÀNH TRUNG ƯƠNG",
        "*",
        "Số 664 - CV/HNDTW",
        "V/v: đề cử Nông dân",
    )
    fields = _fields(
        left=left, right=("Hà Nội, ngày 20 tháng 7 năm 2014",), title=("Kính gửi: - Hội Nông dân",)
    )
    assert [fields[name].value for name in ("number", "excerpt", "issuing_agency", "issue_date")] == [
        "664-CV/HNDTW",
        "V/v: đề cử Nông dân",
        "BAN CHẤP HÀNH TRUNG ƯƠNG",
        "2014-07-20",
    ]


def test_the_number_of_a_tax_office_is_no_directives():
    left = ("TỔNG CỤC THUẾ", "CỤC THUẾ TP. HỒ CHÍ MINH", "Số: 5736/CT-QLN", "V/v phối hợp quản lý nợ")
    fields = _fields(left=left, title=("Kính gửi: Các phòng thuộc Cục Thuế",))
    assert (fields["number"].value, fields["kind"].value) == ("5736/CT-QLN", "CÔNG VĂN")


def test_a_letter_with_the_number_of_a_directive_keeps_it_for_a_look():
    left = ("UBND TỈNH BÌNH PHƯỚC", "SỞ Y TẾ", "Số: 12/CT-SYT", "V/v phòng dịch")
    found = _fields(left=left, title=("Kính gửi: Các bệnh viện",))["number"]
    assert (found.value, is_sure(found)) == ("12/CT-SYT", False)


def test_a_long_list_of_recipients_is_whole_and_so_are_its_long_lines():
    items = [f"Ban {number} của Đảng" for number in range(2, 24)]
    items[3] = "HĐND, UBND các tỉnh, thành phố trực thuộc TW"
    listed = ["Nơi nhận:", *(f"- {item};" for item in items), "- Lưu: VT."]
    found = _fields(recipients=listed, signer=("GIÁM ĐỐC", *NAME))["recipients"].value
    assert found == [*items, "Lưu: VT"]


def test_a_title_of_four_lines_keeps_its_last():
    lines = ("VỤ TRƯỞNG VỤ THỰC HÀNH QUYỀN", "CÔNG TỐ VÀ KIỂM SÁT ĐIỀU TRA", "TỘI PHẠM VỀ TRẬT TỰ", "XÃ HỘI")
    assert _fields(signer=("TL. VIỆN TRƯỞNG", *lines, *NAME))["signer_title"].value == " ".join(lines)


def test_an_ampersand_stays_in_an_excerpt():
    title = ["QUYẾT ĐỊNH", "Ban hành Quy định về tổ chức của", "Sở Nông nghiệp & PTNT tỉnh Bình Phước"]
    assert _fields(title=title)["excerpt"].value == " ".join(title[1:])


def test_a_vice_minister_below_a_minister_whose_sign_was_lost():
    fields = _fields(signer=("BỘ TRƯỞNG", "THỨ TRƯỞNG", *NAME))
    assert (fields["signer_authority"].value, fields["signer_title"].value) == ("KT.", "THỨ TRƯỞNG")
    assert not is_sure(fields["signer_authority"])


@pytest.mark.parametrize("stroke", ["", "* "])
def test_a_council_that_prints_the_office_in_small_letters(stroke):
    below = ("KT. Chủ tịch", f"{stroke}Phó Chủ tịch")
    fields = _fields(signer=("TM. THƯỜNG TRỰC HỘI ĐỒNG", "NHÂN DÂN", *below, "", "", "", "HOÀNG VIẾT ĐƯỜNG"))
    signer = tuple(fields[f"signer_{part}"].value for part in ("authority", "title", "name"))
    assert signer == ("KT.", "Phó Chủ tịch", "HOÀNG VIẾT ĐƯỜNG")


def test_of_an_office_in_small_letters_the_lost_deputy_is_so_too():
    found = _fields(signer=("KT. Chủ tịch", "", "", "", "HOÀNG VIẾT ĐƯỜNG"))["signer_title"]
    assert (found.value, is_sure(found)) == ("Phó Chủ tịch", False)
