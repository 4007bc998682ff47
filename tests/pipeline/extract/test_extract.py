from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from pipeline.extract import extract
from pipeline.model import Code
from pipeline.papers.classify import classify
from schemas.documents import UnknownType, document_types
from schemas.geometry import Affine, Box
from schemas.quality import SURE, is_sure, quality_of
from schemas.records import UNKNOWN, Method
from schemas.text import Block, BlockKind, Line
from schemas.vietnamese import fold
from tests.pipeline.drawn import paper, reading
from tests.pipeline.plain_reading import typed_page

LETTER = """\
   UBND TỈNH QUẢNG NGÃI             CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
        SỞ NỘI VỤ                        Độc lập - Tự do - Hạnh phúc

  Số: 1234/SNV-CCVC             Quảng Ngãi, ngày 05 tháng 3 năm 2024
 V/v rà soát biên chế
      năm 2024

^Kính gửi: Ủy ban nhân dân các huyện, thị xã, thành phố.

     Thực hiện Công văn số 12/BNV-TCBC ngày 01/02/2024 của Bộ Nội vụ về việc rà soát, đề nghị các địa
phương báo cáo trước ngày 15/3/2024 để tổng hợp, báo cáo Ủy ban nhân dân tỉnh theo quy định hiện hành.

 Nơi nhận:                                            KT. GIÁM ĐỐC
 - Như trên;                                         PHÓ GIÁM ĐỐC
 - UBND tỉnh (b/c);
 - Lưu: VT, CCVC.


                                                  Nguyễn Thị Minh Hà
"""


def bare(word):
    """Without tones and marks, in its case."""
    return "".join(c.upper() if w.isupper() else c for c, w in zip(fold(word), word, strict=True))


def values(type, pages):
    return {name: field.value for name, field in extract(type, pages).fields.items()}


def test_a_letter_read_as_bare_lines():
    page = typed_page(LETTER)
    assert classify([page])[0] == "administrative_document"
    assert values("administrative_document", [page]) == {
        "parent_agency": "UBND TỈNH QUẢNG NGÃI",
        "issuing_agency": "SỞ NỘI VỤ",
        "number": "1234/SNV-CCVC",
        "issue_place": "Quảng Ngãi",
        "issue_date": "2024-03-05",
        "kind": "CÔNG VĂN",
        "excerpt": "V/v rà soát biên chế năm 2024",
        "recipients": ["Như trên", "UBND tỉnh (b/c)", "Lưu: VT, CCVC"],
        "signer_authority": "KT.",
        "signer_title": "PHÓ GIÁM ĐỐC",
        "signer_name": "Nguyễn Thị Minh Hà",
    }


@pytest.mark.parametrize("type", sorted(document_types()))
def test_what_is_read_right_is_extracted_right(type):
    drawn = paper(type, 31)
    pages = reading(drawn)
    assert classify(pages)[0] == type
    found = values(type, pages)
    wanted = {name: value for name, value in drawn.fields.items() if name not in drawn.handwritten}
    assert {name: found.get(name) for name in wanted} == wanted


@pytest.mark.parametrize("type", sorted(document_types()))
def test_labels_are_found_without_any_tone(type):
    """The recogniser lost every mark of the small letters: types and checked values are still right."""
    drawn = paper(type, 33)
    pages = reading(drawn, lambda word: word if word.isupper() else bare(word))
    assert classify(pages)[0] == type
    record = extract(type, pages)
    for name in (
        "number",
        "personal_id",
        "birth_date",
        "issue_date",
        "registration_date",
        "dossier_code",
        "capital",
    ):
        if name in drawn.fields and name not in drawn.handwritten:
            assert record.fields[name].value == drawn.fields[name], name


@pytest.mark.parametrize(
    "type", ["birth_certificate", "household_business_registration", "administrative_document"]
)
def test_words_glued_to_their_colon_and_wrong_block_kinds(type):
    drawn = paper(type, 34)
    pages = reading(drawn)
    wrong = [
        replace(
            page,
            text=replace(
                page.text, blocks=tuple(Block(BlockKind.CELL, (line,)) for line in page.text.lines())
            ),
        )
        for page in pages
    ]
    assert values(type, wrong) == values(type, pages)


def test_faults_never_raise_and_leave_no_unfounded_certainty():
    rng = Random(5)

    def fault(word):
        letters = list(word)
        for at in range(len(letters)):
            if rng.random() < 0.08:
                letters[at] = rng.choice("abcdeoOl1I0.,|")
        return "".join(letters)

    wrong = sure = 0
    for type in document_types():
        drawn = paper(type, 35)
        record = extract(type, reading(drawn, fault, confidence=0.55))
        for name, field in record.fields.items():
            assert 0 <= field.confidence <= 1
            if is_sure(field):
                sure += 1
                wrong += field.value != drawn.fields.get(name)
    assert wrong <= 0.1 * max(sure, 1) + 3


def test_boxes_are_those_of_the_scan():
    drawn = paper("birth_certificate", 31)
    pages = [
        replace(page, text=replace(page.text, to_scan=Affine(2, 0, 100, 0, 2, 50))) for page in reading(drawn)
    ]
    field = extract("birth_certificate", pages).fields["full_name"]
    word = next(
        w for sheet in drawn.sheets for line in sheet.lines for w in line.words if "full_name" in w.fields
    )
    assert field.page == 1
    assert field.box is not None
    assert field.box[0] == round(word.box.left * 2 + 100)
    assert field.box[1] <= round(word.box.top * 2 + 50) + 2


def test_handwriting_that_cannot_be_read_is_left_out_not_invented():
    text = LETTER.replace("Số: 1234/SNV-CCVC", "Số: đ# /SNV-CCVC ").replace(
        "ngày 05 tháng 3", "ngày @Â tháng 3"
    )
    record = extract("administrative_document", [typed_page(text)])
    number, day = record.fields["number"], record.fields["issue_date"]
    assert (number.value, number.valid) == ("/SNV-CCVC", False)
    assert (day.value, day.valid) == ("2024-03", False)
    assert max(number.confidence, day.confidence) < SURE
    assert not quality_of(record).correct.met


def test_the_code_of_a_card_beats_its_print_and_a_contradiction_is_said():
    drawn = paper("citizen_card", 31)
    pages = reading(drawn)
    number = str(drawn.fields["personal_id"])
    born = str(drawn.fields["birth_date"])
    other = f"{(int(born[-1]) % 8) + 1:02d}{born[5:7]}{born[:4]}"
    name, sex = str(drawn.fields["full_name"]).title(), drawn.fields["sex"]
    code = Code(
        "QRCode", f"{number}||{name}|{other}|{sex}|Thôn 1, Bình Sơn, Quảng Ngãi|01012022", Box(0, 0, 9, 9)
    )
    field = extract("citizen_card", [replace(pages[0], codes=(code,)), *pages[1:]]).fields["birth_date"]
    assert field.method is Method.QR
    assert str(field.value)[8:] == other[:2]
    assert not field.valid
    assert not is_sure(field)


def test_words_of_a_date_stand_in_for_digits():
    page = typed_page(
        "^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n^Độc lập - Tự do - Hạnh phúc\n\n^GIẤY KHAI SINH\n^Số: 12\n\n"
        "Họ, chữ đệm, tên: NGUYỄN VĂN AN\nNgày, tháng, năm sinh: (?/#&/20\n"
        "Ghi bằng chữ: Ngày năm tháng ba năm hai nghìn không trăm hai mươi\nGiới tính: Nam    Dân tộc: Kinh\n"
    )
    assert values("birth_certificate", [page])["birth_date"] == "2020-03-05"


def test_contradictions_between_fields_are_said():
    drawn = paper("birth_certificate", 31)
    year = str(drawn.fields["birth_date"])[:4]
    wrong = str(int(year) - 1)
    pages = reading(drawn, lambda word: word.replace(year, wrong))
    record = extract("birth_certificate", pages)
    assert not record.fields["birth_date"].valid
    assert any("birth_date" in reason for reason in quality_of(record).correct.reasons)


def test_an_unknown_paper_gets_no_fields():
    page = typed_page("Thực đơn hôm nay\n\nPhở bò      50.000\nBún chả     45.000\n")
    assert classify([page])[0] == UNKNOWN
    record = extract(UNKNOWN, [page])
    assert not record.fields
    assert not quality_of(record).complete.met


def test_wrong_input_is_a_clear_error():
    with pytest.raises(UnknownType):
        extract("passport", [typed_page("x")])
    with pytest.raises(ValueError, match="one page"):
        extract("birth_certificate", [])
    with pytest.raises(ValueError, match="one page"):
        classify([])
    assert not extract("birth_certificate", [typed_page("")]).fields


def test_words_that_were_read_twice_count_once():
    drawn = paper("birth_certificate", 31)
    twice = [
        replace(
            page,
            text=replace(
                page.text,
                blocks=tuple(
                    replace(
                        block,
                        lines=tuple(
                            Line(tuple(w for word in line.words for w in (word, word)))
                            for line in block.lines
                        ),
                    )
                    for block in page.text.blocks
                ),
            ),
        )
        for page in reading(drawn)
    ]
    assert values("birth_certificate", twice) == values("birth_certificate", reading(drawn))
