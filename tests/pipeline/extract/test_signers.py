"""Several signers side by side, titles of which a part was lost, and last pages that come alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.arrangements.paper import NATIONAL
from pipeline.extract import extract
from pipeline.model import PageReading
from pipeline.papers.classify import classify
from schemas.quality import is_sure
from schemas.records import UNKNOWN, Field
from schemas.text import Block, BlockKind, Line
from schemas.vietnamese import key
from tests.pipeline.arranged import LEFT, RIGHT, arranged

KEPT = ("Nơi nhận:", "- Như trên;", "- Lưu: VT, NC.")


def _read(page: PageReading) -> dict[str, Field]:
    return dict(extract(classify([page])[0], [page]).fields)


def test_those_who_sign_beside_are_kept_with_sign_title_and_name():
    page = arranged(
        ["BỘ NỘI VỤ", "BỘ TÀI CHÍNH", "", "Số: 15/2014/TTLT-BNV-BTC"],
        [*NATIONAL, "Hà Nội, ngày 12 tháng 5 năm 2014"],
        ["THÔNG TƯ LIÊN TỊCH", "Hướng dẫn chế độ phụ cấp"],
        cosigner=["KT. BỘ TRƯỞNG BỘ TÀI CHÍNH", "THỨ TRƯỞNG", "", "", "", "Vũ Thị Mai"],
        signer=["KT. BỘ TRƯỞNG BỘ NỘI VỤ", "THỨ TRƯỞNG", "", "", "", "Trần Anh Tuấn"],
    )
    fields = _read(page)
    assert (fields["signer_title"].value, fields["signer_name"].value) == ("THỨ TRƯỞNG", "Trần Anh Tuấn")
    assert fields["other_signers"].value == ["KT. THỨ TRƯỞNG Vũ Thị Mai"]
    assert not is_sure(fields["other_signers"])


@pytest.mark.parametrize("title", ["BÁC SĨ ĐIỀU TRỊ", "TRƯỞNG PHÒNG"])
def test_who_signed_is_not_told_where_a_title_beside_has_no_legible_name(title):
    page = arranged([], [], cosigner=["THỦ TRƯỞNG ĐƠN VỊ"], signer=[title, "", "", "", "Trần Thị Lựu"])
    fields = extract("administrative_document", [page]).fields
    assert fields["signer_name"].value == "Trần Thị Lựu"
    assert not is_sure(fields["signer_name"])


def test_three_who_sign_side_by_side_have_their_own_titles():
    titles = (("CHỦ TỊCH", "Y Blô Niê"), ("CHỦ TỊCH", "Bùi Thị Sương"), ("BÍ THƯ", "Cao Bá Khiêm"))
    feet = [[title, "", "", "", name] for title, name in titles]
    outer = arranged([], [], cosigner=feet[0], signer=feet[2])
    beside = [line for line in arranged([], [], signer=feet[1]).text.lines() if line.text in titles[1]]
    shifted = [
        Line(tuple(replace(word, box=word.box.moved(-0.25 * (RIGHT - LEFT), 0)) for word in line.words))
        for line in beside
    ]
    text = outer.text
    page = replace(outer, text=replace(text, blocks=(*text.blocks, Block(BlockKind.OTHER, tuple(shifted)))))
    fields = extract("administrative_document", [page]).fields
    assert (fields["signer_title"].value, fields["signer_name"].value) == titles[2]
    assert fields["other_signers"].value == [" ".join(other) for other in titles[:2]]


@pytest.mark.parametrize("down", [-30, 0, 50])
def test_of_three_whose_titles_stand_in_common_rows_the_right_one_is_the_signer(down):
    signed = (("SỞ NỘI VỤ", "Trương Ái Thơ"), ("SỞ Y TẾ", "Tạ Thanh Vũ"), ("BHXH TỈNH", "Châu Việt Triều"))
    feet = [["KT. GIÁM ĐỐC", agency, "PHÓ GIÁM ĐỐC", "", "", "", name] for agency, name in signed]
    outer = arranged([], [])
    places = ((-0.6, 0), (-0.22, 0), (0.14, down))
    lines = [
        Line(tuple(replace(word, box=word.box.moved(aside * (RIGHT - LEFT), lower)) for word in line.words))
        for foot, (aside, lower) in zip(feet, places, strict=True)
        for line in arranged([], [], signer=foot).text.lines()
        if line.text in foot
    ]
    text = outer.text
    page = replace(outer, text=replace(text, blocks=(*text.blocks, Block(BlockKind.OTHER, tuple(lines)))))
    fields = extract("administrative_document", [page]).fields
    assert fields["signer_name"].value == "Châu Việt Triều"
    assert [other.split("ĐỐC ")[-1] for other in fields["other_signers"].value] == [
        "Trương Ái Thơ",
        "Tạ Thanh Vũ",
    ]


def test_a_deputy_below_a_head_of_no_list_whose_sign_was_lost():
    page = arranged([], [], signer=["TRƯỞNG THUẾ CƠ SỞ", "PHÓ TRƯỞNG THUẾ CƠ SỞ", "", "", "", "Lê Hoài Linh"])
    fields = extract("administrative_document", [page]).fields
    assert (fields["signer_authority"].value, fields["signer_title"].value) == (
        "KT.",
        "PHÓ TRƯỞNG THUẾ CƠ SỞ",
    )
    assert not is_sure(fields["signer_authority"])


@pytest.mark.parametrize(("more", "sure"), [(0.0, True), (60.0, False)])
def test_a_title_whose_first_word_reaches_too_far_to_the_left_is_for_a_look(more, sure):
    """*Q.* on the rim of a seal was not read, but the ink is there."""
    title = "TRƯỞNG PHÒNG KHÁM"
    page = arranged([], [], recipients=KEPT, signer=[title, "", "", "", "Tô Hồng Lĩnh"], confidence=0.999)
    lines = []
    for line in page.text.lines():
        first, *others = line.words
        if line.text == title:
            first = replace(first, box=replace(first.box, left=first.box.left - more))
        lines.append(Line((first, *others)))
    text = replace(page.text, blocks=(Block(BlockKind.OTHER, tuple(lines)),))
    fields = extract("administrative_document", [replace(page, text=text)]).fields
    assert fields["signer_title"].value == title
    assert is_sure(fields["signer_title"]) is sure


def test_words_of_a_seal_below_the_title_are_no_part_of_it():
    page = arranged([], [], signer=["PHÓ GIÁM ĐỐC", "//5 HAN", "", "", "Tòng Duy Nghĩa"], confidence=0.99)
    seal = {"//5": 0.56, "HAN": 0.32}

    def told(line: Line) -> Line:
        words = (replace(w, confidence=seal.get(w.text, w.confidence)) for w in line.words)
        return replace(line, words=tuple(words))

    blocks = tuple(replace(block, lines=tuple(map(told, block.lines))) for block in page.text.blocks)
    fields = extract(
        "administrative_document", [replace(page, text=replace(page.text, blocks=blocks))]
    ).fields
    assert (fields["signer_title"].value, fields["signer_name"].value) == ("PHÓ GIÁM ĐỐC", "Tòng Duy Nghĩa")


@pytest.mark.parametrize(("beside", "sure"), [(["“5h NAM Đóc", "", "", "", "Vũ Thị Mai"], False), ([], True)])
def test_one_of_two_signers_is_looked_at_where_the_title_of_the_other_is_not_legible(beside, sure):
    page = arranged(
        [], [], cosigner=beside, signer=["CHỦ TỊCH", "", "", "", "Trần Anh Tuấn"], confidence=0.99
    )
    name = extract("administrative_document", [page]).fields["signer_name"]
    assert name.value == "Trần Anh Tuấn"
    assert is_sure(name) is sure


def test_a_last_page_alone_gives_its_signer_and_recipients_and_nothing_else():
    page = arranged(
        [], [], recipients=KEPT, signer=["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "", "", "", "Trần Duy Đông"]
    )
    assert classify([page])[0] == "administrative_document"
    fields = _read(page)
    assert {name: field.value for name, field in fields.items()} == {
        "recipients": ["Như trên", "Lưu: VT, NC"],
        "signer_authority": "TM.",
        "signer_title": "CHỦ TỊCH",
        "signer_name": "Trần Duy Đông",
    }


@pytest.mark.parametrize("signer", [["ĐẠI DIỆN BÊN A", "GIÁM ĐỐC", "", "", "", "Trần Duy Đông"], []])
def test_a_page_that_only_somebody_signs_stays_unknown(signer):
    assert classify([arranged([], [], signer=signer)])[0] == UNKNOWN


def test_a_title_without_a_legible_name_is_never_sure():
    page = arranged([], [], recipients=KEPT, signer=["GIÁM ĐỐC"])
    assert not is_sure(_read(page)["signer_title"])


def test_what_stands_hardly_legible_before_a_title_leaves_it_in_doubt():
    page = arranged([], [], recipients=KEPT, signer=["/2/ GIÁM ĐỐC", "", "", "", "Trần Duy Đông"])
    blocks = tuple(
        replace(
            block,
            lines=tuple(
                replace(
                    line,
                    words=tuple(replace(w, confidence=0.2) if key(w.text) == "2" else w for w in line.words),
                )
                for line in block.lines
            ),
        )
        for block in page.text.blocks
    )
    touched = replace(page, text=replace(page.text, blocks=blocks))
    field = _read(touched)["signer_title"]
    assert str(field.value).endswith("GIÁM ĐỐC")
    assert not is_sure(field)


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("La A Nồng", "La A Nồng"),
        ("Đại Ly Hồ Viết Dũng", "Hồ Viết Dũng"),
        ("Đại úy A Đum", "A Đum"),
        ("Thượng Sĩ Trần Hoài Bảo", "Trần Hoài Bảo"),
        ("Thượng Trần Hoài Bảo", "Trần Hoài Bảo"),
        ("Thiều Trần Bảo", "Thiều Trần Bảo"),
        ("PGS.TS.Hồ Viết Dũng", "Hồ Viết Dũng"),
    ],
)
def test_single_letters_of_names_stay_and_ranks_go_though_a_tone_is_lost(printed, name):
    page = arranged([], [], signer=["CHỦ TỊCH", "", "", "", printed], confidence=0.99)
    assert extract("administrative_document", [page]).fields["signer_name"].value == name


def test_a_dash_of_the_seals_rim_beside_the_title_parts_no_title():
    page = arranged(
        [], [], signer=["TM. BAN THƯỜNG TRỰC", "-          CHỦ TỊCH", "", "", "", "Triệu Đình Lê"]
    )
    fields = extract("administrative_document", [page]).fields
    assert (fields["signer_authority"].value, fields["signer_title"].value) == ("TM.", "CHỦ TỊCH")


@pytest.mark.parametrize(("bit", "believed"), [("gỀN", 0.09), ("/5", 0.36)])
def test_bits_of_a_seal_between_the_lines_of_a_title_part_none(bit, believed):
    rows = ["TM. BAN THƯỜNG VỤ", f"{bit}          PHÓ CHỦ TỊCH", "", "", "", "Lại Thị Tươi"]
    page = arranged([], [], signer=rows, confidence=0.99)
    lines = [
        Line(tuple(replace(word, confidence=believed) if word.text == bit else word for word in line.words))
        for line in page.text.lines()
    ]
    text = replace(page.text, blocks=(Block(BlockKind.OTHER, tuple(lines)),))
    fields = extract("administrative_document", [replace(page, text=text)]).fields
    assert (fields["signer_authority"].value, fields["signer_title"].value) == ("TM.", "PHÓ CHỦ TỊCH")


def test_the_line_that_says_for_whom_a_party_signs_is_none_of_the_title():
    page = arranged(
        ["TRUNG TÂM Y TẾ HUYỆN MAI CHÂU", "", "Số: 15/HĐ-TTYT"],
        [*NATIONAL, "Mai Châu, ngày 09 tháng 3 năm 2023"],
        ["HỢP ĐỒNG", "Thuê vận chuyển chất thải"],
        cosigner=["ĐẠI DIỆN BÊN B", "TỔNG GIÁM ĐỐC", "", "", "", "Bùi Văn Khuyến"],
        signer=["ĐẠI DIỆN BÊN A", "GIÁM ĐỐC", "", "", "", "Hà Thị Thu Huế"],
    )
    fields = _read(page)
    assert (fields["signer_title"].value, fields["signer_name"].value) == ("GIÁM ĐỐC", "Hà Thị Thu Huế")
    assert fields["other_signers"].value == ["TỔNG GIÁM ĐỐC Bùi Văn Khuyến"]


@pytest.mark.parametrize("title", ["KẾ TOÁN TRƯỞNG", "TỔNG GIÁM ĐỐC"])
def test_letters_of_a_title_are_no_sign_of_authority(title):
    page = arranged(
        [],
        [],
        cosigner=[title, "", "", "", "Vũ Thị Mai"],
        signer=["GIÁM ĐỐC", "", "", "", "Trần Anh Tuấn"],
    )
    fields = extract("administrative_document", [page]).fields
    assert fields["other_signers"].value == [f"{title} Vũ Thị Mai"]
