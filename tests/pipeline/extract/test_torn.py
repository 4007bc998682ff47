"""What was lost beside, before or below a value makes it doubtful; what was only misread is put right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.extract import extract
from schemas.quality import is_sure
from tests.pipeline.arranged import TEXT, arranged
from tests.pipeline.plain_reading import typed_page

LEFT = ("SỞ Y TẾ TỈNH SƠN LA", "Số: {number}")
RIGHT = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Sơn La, ngày 05 tháng 3 năm 2024",
)
SIGNER = ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "", "", "", "Lê Vũ Nam")


def _fields(
    *below: str,
    number: str = "305/QĐ-SYT",
    title: tuple[str, ...] = ("QUYẾT ĐỊNH", "Về việc cấp giấy phép"),
    after: tuple[str, ...] = (),
    signer: tuple[str, ...] = SIGNER,
):
    left = tuple(line.format(number=number) for line in LEFT) + below
    page = arranged(left, RIGHT, title, after, signer=signer, text=TEXT, confidence=0.99)
    return extract("administrative_document", [page]).fields


@pytest.mark.parametrize("mark", ["V/v", "VÑ", "VW", "VỊ", "V/"])
def test_the_mark_of_a_subject_is_known_by_its_place(mark):
    fields = _fields(
        f"{mark} cấp mã số thuế", number="305/SYT-NVY", title=(), after=("Kính gửi: Sở Tài chính",)
    )
    assert (fields["excerpt"].value, fields["kind"].value) == ("V/v cấp mã số thuế", "CÔNG VĂN")
    assert is_sure(fields["excerpt"])
    assert is_sure(fields["kind"])


def test_a_lost_title_is_told_by_the_number():
    fields = _fields(number="305/BC-SYT", title=())
    assert (fields["kind"].value, is_sure(fields["kind"])) == ("BÁO CÁO", False)


def test_a_speck_before_the_title_is_no_part_of_it():
    assert _fields(title=("- QUYẾT ĐỊNH", "Về việc cấp giấy phép"))["kind"].value == "QUYẾT ĐỊNH"


@pytest.mark.parametrize("office", ["CHI CỤC TRƯỞNG CHI CỤC THI HÀNH ÁN", "BÍ THƯ TỈNH ĐOÀN", "THANH TRA SỞ"])
def test_who_decides_is_no_part_of_the_excerpt(office):
    assert _fields(after=(office,))["excerpt"].value == "Về việc cấp giấy phép"


@pytest.mark.parametrize(
    ("line", "authority"), [("K/T GIÁM ĐỐC", "KT."), ("KIT GIÁM ĐỐC", "KT."), ("TIM BAN CHẤP HÀNH", "TM.")]
)
def test_the_sign_of_authority_with_its_slash_read_as_a_letter(line, authority):
    fields = _fields(signer=(line, *SIGNER[1:]))
    assert fields["signer_authority"].value == authority


def test_a_short_line_of_the_title_does_not_end_it():
    fields = _fields(
        signer=("TM. ỦY BAN THƯỜNG VỤ QUỐC", "HỘI", "CHỦ TỊCH", "", "", "", "Nguyễn Thị Kim Ngân")
    )
    assert (fields["signer_authority"].value, fields["signer_title"].value) == ("TM.", "CHỦ TỊCH")


@pytest.mark.parametrize("rank", ["Đại tá", "Đại lá", "Thiêu tướng", "BSCKII."])
def test_a_rank_is_no_part_of_the_name_and_moves_no_title(rank):
    fields = _fields(signer=(*SIGNER[:-1], f"{rank} Trần Thế Phan"))
    assert fields["signer_name"].value == "Trần Thế Phan"
    assert fields["signer_title"].valid


@pytest.mark.parametrize(("name", "whole"), [("          Văn Nam", False), ("Lê Văn Nam", True)])
def test_a_name_that_stands_beside_its_title_lost_a_word(name, whole):
    page = typed_page(
        "    SỞ Y TẾ                   CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "   Số: 305/QĐ-SYT                Độc lập - Tự do - Hạnh phúc\n\n^QUYẾT ĐỊNH\n^Về việc cấp giấy phép\n"
        + "\n" * 12
        + " " * 60
        + "GIÁM ĐỐC\n\n\n\n"
        + " " * 59
        + name,
        confidence=0.99,
    )
    assert extract("administrative_document", [page]).fields["signer_name"].valid is whole


MARRIAGE = """\
^GIẤY CHỨNG NHẬN KẾT HÔN
Họ, chữ đệm, tên vợ: TRẦN THỊ LAN                   Họ, chữ đệm, tên chồng: {husband}
Ngày, tháng, năm sinh: 28/7/1991                    Ngày, tháng, năm sinh: 02/11/1979
Dân tộc: Kinh                                       Dân tộc: Kinh
Nơi cư trú: Thôn 2, xã An Viễn,                     Nơi cư trú: Ấp 6, xã An Viễn, tỉnh
{second}                                            Đồng Nai
Nơi đăng ký kết hôn: UBND xã An Viễn, tỉnh Đồng Nai
"""


def _couple(husband: str = "VŨ VĂN NAM", second: str = "tỉnh Đồng Nai"):
    text = MARRIAGE.replace("{second}" + " " * (52 - 8), f"{second:<52}").format(husband=husband)
    return extract("marriage_certificate", [typed_page(text, confidence=0.99)]).fields


def test_a_line_set_in_lost_its_first_word():
    assert is_sure(_couple()["wife_residence"])
    torn = _couple(second="      Đồng Nai")["wife_residence"]
    assert (torn.value, is_sure(torn)) == ("Thôn 2, xã An Viễn, Đồng Nai", False)


def test_no_name_ends_with_a_middle_name():
    assert is_sure(_couple()["husband_name"])
    assert not is_sure(_couple(husband="VŨ VĂN")["husband_name"])


def test_a_stamp_in_the_head_is_no_agency():
    page = arranged(
        ("CÔNG VĂN ĐẾN", *(line.format(number="305/QĐ-SYT") for line in LEFT)),
        RIGHT,
        ("QUYẾT ĐỊNH",),
        signer=SIGNER,
    )
    fields = extract("administrative_document", [page]).fields
    assert "parent_agency" not in fields
    assert fields["issuing_agency"].value == "SỞ Y TẾ TỈNH SƠN LA"


@pytest.mark.parametrize(
    ("lines", "whole"), [(("", "", ""), False), (("", "HỘI ĐỒNG BỒI THƯỜNG"), True), ((), True)]
)
def test_room_above_a_number_of_another_agency_is_a_line_that_was_lost(lines, whole):
    left = ("UBND HUYỆN NGHĨA HÀNH", *lines, "Số: 17/PA-HĐBT")
    fields = extract("administrative_document", [arranged(left, RIGHT, ("PHƯƠNG ÁN",), signer=SIGNER)]).fields
    assert fields["issuing_agency"].valid is whole


@pytest.mark.parametrize(
    ("day", "sure"),
    [("02 tháng 02", True), ("2 tháng 02", False), ("22 tháng 2", False), ("22 tháng 3", True)],
)
def test_a_date_that_lacks_the_zero_asked_for_may_lack_a_digit(day, sure):
    right = (*RIGHT[:2], f"Sơn La, ngày {day} năm 2024")
    page = arranged(("SỞ Y TẾ", "Số: 305/QĐ-SYT"), right, ("QUYẾT ĐỊNH",), signer=SIGNER, confidence=0.99)
    assert is_sure(extract("administrative_document", [page]).fields["issue_date"]) is sure


def test_a_speck_before_the_committee_leaves_its_spelling():
    page = arranged(
        (".UỶ BAN NHÂN DÂN", "TỈNH QUẢNG NAM", "Số: 305/QĐ-UB"), RIGHT, ("QUYẾT ĐỊNH",), signer=SIGNER
    )
    assert (
        extract("administrative_document", [page]).fields["issuing_agency"].value
        == "UỶ BAN NHÂN DÂN TỈNH QUẢNG NAM"
    )


def test_a_sign_glued_to_a_word_of_the_excerpt_is_looked_at():
    fields = _fields(
        "V/v *ín dụng đối với nền kinh tế", number="305/SYT-NVY", title=(), after=("Kính gửi: Sở Tài chính",)
    )
    assert not is_sure(fields["excerpt"])


@pytest.mark.parametrize(("sure", "number"), [(0.58, "43/BC-SYT"), (0.95, "43/BC-SYT")])
def test_a_serial_written_by_hand_is_offered_and_never_sure(sure, number):
    page = arranged(("SỞ Y TẾ", "Số: 43 /BC-SYT"), RIGHT, ("BÁO CÁO",), signer=SIGNER, confidence=0.99)
    lines = tuple(
        replace(line, words=tuple(replace(w, confidence=sure) if w.text == "43" else w for w in line.words))
        for line in page.text.lines()
    )
    read = replace(page, text=replace(page.text, blocks=(replace(page.text.blocks[0], lines=lines),)))
    field = extract("administrative_document", [read]).fields["number"]
    assert (field.value, field.valid, is_sure(field)) == (number, False, False)


@pytest.mark.parametrize(("mark", "sure"), [("V ", True), ("Vịn ", True), ("V/", False)])
def test_a_mark_of_a_subject_that_is_hardly_one(mark, sure):
    fields = _fields(
        f"{mark}vận động ủng hộ", number="305/SYT-NVY", title=(), after=("Kính gửi: Sở Tài chính",)
    )
    assert fields["excerpt"].value == "V/v vận động ủng hộ"
    assert is_sure(fields["excerpt"]) is sure


def test_a_subject_beside_a_stamp_is_looked_at():
    below = ("V/v yêu cầu báo cáo", "Số: 152 các quy định của Luật", "Ngày: 12/4/2021")
    fields = _fields(*below, number="305/SYT-NVY", title=(), after=("Kính gửi: Sở Tài chính",))
    assert not is_sure(fields["excerpt"])


@pytest.mark.parametrize("read", ["HIỆU TR", "IỆU TRƯỞNG", "GIÁM ĐÓ"])
def test_a_title_that_lost_its_beginning_or_end_under_ink_is_looked_at(read):
    title = _fields(signer=(read, "", "", "", "Lê Vũ Nam"))["signer_title"]
    assert title.value in {"HIỆU TRƯỞNG", "GIÁM ĐỐC"}
    assert not is_sure(title)


@pytest.mark.parametrize("read", ["cM ĐỐC", "và HGIÁM ĐỐC", "GIÁM Đốc"])
def test_a_title_under_a_seal_is_known_by_the_word_that_stands_clear(read):
    title = _fields(signer=(read, "", "", "", "Lê Vũ Nam"))["signer_title"]
    assert title.value == "GIÁM ĐỐC"


@pytest.mark.parametrize(
    ("word", "read", "name"),
    [
        ("Quang", "Quảng", "Lê Quang Nam"),
        ("Thúy", "Thủy", "Lê Thủy Nam"),  # both are common
        ("Trần", "Tấn", "Trần Văn Nam"),
    ],
)
def test_a_mark_too_many_makes_no_rare_name_of_a_common_one(word, read, name):
    page = arranged(
        [line.format(number="305/QĐ-SYT") for line in LEFT], RIGHT, ("QUYẾT ĐỊNH",),
        signer=("GIÁM ĐỐC", "", "", "", name.replace(read, word)), text=TEXT, confidence=0.99,
    )  # fmt: skip
    lines = tuple(
        replace(line, words=tuple(replace(w, read=read) if w.text == word else w for w in line.words))
        for line in page.text.lines()
    )
    read_so = replace(page, text=replace(page.text, blocks=(replace(page.text.blocks[0], lines=lines),)))
    signer = extract("administrative_document", [read_so]).fields["signer_name"]
    assert signer.value == name
    assert not is_sure(signer)


def test_a_family_name_of_a_signer_that_is_hardly_legible_is_looked_at():
    page = arranged(
        [line.format(number="305/QĐ-SYT") for line in LEFT], RIGHT, ("QUYẾT ĐỊNH",),
        signer=("GIÁM ĐỐC", "", "", "", "Đỗ Thế Phong"), text=TEXT, confidence=0.99,
    )  # fmt: skip
    lines = tuple(
        replace(line, words=tuple(replace(w, confidence=0.77) if w.text == "Đỗ" else w for w in line.words))
        for line in page.text.lines()
    )
    covered = replace(page, text=replace(page.text, blocks=(replace(page.text.blocks[0], lines=lines),)))
    assert not is_sure(extract("administrative_document", [covered]).fields["signer_name"])


def test_an_application_below_the_title_is_no_excerpt():
    fields = _fields(
        title=("GIẤY NGHỈ PHÉP",), after=("Xét đơn đề nghị nghỉ phép ngày 04 tháng 01 của bà Lê Thị Lựu,",)
    )
    assert (fields["kind"].value, "excerpt" in fields) == ("GIẤY NGHỈ PHÉP", False)
    assert _fields(title=("THÔNG BÁO", "Xét tuyển viên chức"))["excerpt"].value == "Xét tuyển viên chức"


@pytest.mark.parametrize("begins", ["việc cấp", "về việc cấp", "V/v việc cấp", "vụ việc cấp"])
def test_an_excerpt_that_lost_its_beginning_is_looked_at(begins):
    excerpt = _fields(title=("QUYẾT ĐỊNH", f"{begins} giấy phép khai thác nước mặt"))["excerpt"]
    assert not is_sure(excerpt)
    assert is_sure(_fields(title=("QUYẾT ĐỊNH", "Về việc cấp giấy phép khai thác nước mặt"))["excerpt"])


@pytest.mark.parametrize(
    ("date", "place", "issued"),
    [
        ("Lai Châu, hồi 16 giờ 30 ngày 05 tháng 3 năm 2024", "Lai Châu", "2024-03-05"),
        ("Lai Châu, ngày tháng năm 20", "Lai Châu", None),
    ],
)
def test_the_place_before_an_hour_or_before_a_date_left_for_the_pen(date, place, issued):
    page = arranged(
        tuple(line.format(number="09/CĐ-SYT") for line in LEFT),
        (*RIGHT[:2], date),
        ("CÔNG ĐIỆN", "Về việc ứng phó mưa lớn"),
        signer=SIGNER,
        confidence=0.99,
    )
    fields = extract("administrative_document", [page]).fields
    assert fields["issue_place"].value == place
    assert (fields["issue_date"].value if "issue_date" in fields else None) == issued
