from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Code
from pipeline.papers.classify import classify
from pipeline.papers.split import split
from pipeline.separators import MARK, SEPARATOR
from schemas.documents import document_types
from schemas.geometry import Box
from tests.pipeline.drawn import paper, reading
from tests.pipeline.plain_reading import page_of, typed_page

TYPES = sorted(document_types())


def stack(types, seed=41, blanks=False):
    pages, wanted = [], []
    for at, type in enumerate(types):
        first = len(pages) + 1
        pages += reading(paper(type, seed + at), first=first)
        if blanks:
            pages.append(page_of([], 2480, 3508, number=len(pages) + 1))
        wanted.append(list(range(first, len(pages) + 1)))
    return pages, wanted


def numbers(runs):
    return [[page.number for page in run] for run in runs]


def test_all_types_in_one_stack():
    pages, wanted = stack(TYPES)
    runs = split(pages)
    assert numbers(runs) == wanted
    assert [classify(run)[0] for run in runs] == TYPES


def test_papers_of_no_type_between_others():
    pages, wanted = stack(
        ["birth_certificate", "unknown", "citizen_card", "unknown", "administrative_document"]
    )
    runs = split(pages)
    assert numbers(runs) == wanted
    assert [classify(run)[0] for run in runs][1::2] == ["unknown", "unknown"]


@pytest.mark.parametrize("last", ["che, mái vẩy vi phạm trước ngày 07/6/2024.", "đến hết ngày 24/02/2019."])
def test_a_date_that_ends_a_line_of_text_is_no_head(last):
    pages, wanted = stack(["administrative_document"])
    text = "\n".join(
        (
            "19. Các hộ kinh doanh trên tuyến đường Trần Hưng Đạo tự tháo dỡ mái",
            last,
            "20. Việc chậm trễ nêu trên có nguyên nhân khách quan do khối lượng công",
        )
    )
    runs = split([*pages, typed_page(text, len(pages) + 1)])
    assert numbers(runs) == [[*wanted[0], len(pages) + 1]]


NATIONAL = "^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n^Độc lập - Tự do - Hạnh phúc\n"


@pytest.mark.parametrize(
    ("number", "runs"), [("2", [[1, 2]]), ("Trang 2/3", [[1, 2]]), ("7", [[1], [2]]), ("", [[1], [2]])]
)
def test_a_page_whose_number_follows_is_no_first_page(number, runs):
    first = typed_page("   UBND TỈNH QUẢNG NGÃI\n" + NATIONAL + "^THÔNG TƯ\n", 1)
    form = typed_page(NATIONAL + "^BẢN KÊ KHAI THEO MẪU\n" + "\n" * 54 + f"^{number}", 2)
    assert numbers(split([first, form])) == runs


@pytest.mark.parametrize(
    ("last", "runs"), [("giải quyết theo quy định./.", [[1], [2]]), ("giải quyết", [[1, 2]])]
)
def test_a_title_opens_a_paper_where_the_text_before_it_has_ended(last, runs):
    first = typed_page(f"   UBND TỈNH QUẢNG NGÃI\n{NATIONAL}^THÔNG BÁO\n\nĐề nghị các đơn vị {last}", 1)
    bill = typed_page("CỬA HÀNG VẬT LIỆU\n\n^HÓA ĐƠN BÁN LẺ\n\nKhách hàng: Phạm Thị Loan", 2)
    assert numbers(split([first, bill])) == runs


def test_a_rank_belongs_to_the_name_that_ends_a_paper():
    foot = "\n" * 20 + " " * 60 + "GNVY TRUÔNG\n\n\n" + " " * 55 + "Trung tá Nguyễn Minh Đệ"
    first = typed_page(f"   UBND TỈNH QUẢNG NGÃI\n{NATIONAL}^THÔNG BÁO\n{'Nội dung thông báo ' * 5}{foot}", 1)
    bill = typed_page("CỬA HÀNG VẬT LIỆU\n\n^HÓA ĐƠN BÁN LẺ\n\nKhách hàng: Phạm Thị Loan", 2)
    assert numbers(split([first, bill])) == [[1], [2]]


def test_blank_backs_stay_with_their_paper():
    pages, wanted = stack(["birth_certificate", "administrative_document", "citizen_card"], blanks=True)
    assert numbers(split(pages)) == wanted


def test_separator_sheets_cut_whatever_the_pages_look_like():
    mark = (Code("QRCode", MARK, Box(0, 0, 100, 100)),)
    pages = [
        typed_page("một trang không có tiêu đề", 1),
        typed_page("tờ phân tách", 2, codes=mark),
        typed_page("trang khác", 3),
        page_of([], 100, 100, 4),
        typed_page("nối tiếp", 5),
    ]
    runs = split(pages)
    assert numbers(runs) == [[1], [2], [3, 4, 5]]
    assert classify(runs[1]) == (SEPARATOR, 1.0)


def test_a_regulation_issued_with_its_decision_is_no_paper_of_its_own():
    first = typed_page("   UBND TỈNH QUẢNG NGÃI\n" + NATIONAL + "^QUYẾT ĐỊNH\n", 1)
    second = typed_page(NATIONAL + "^QUY ĐỊNH\n^(Ban hành kèm theo Quyết định số 12/2024/QĐ-UBND)\n", 2)
    assert numbers(split([first, second])) == [[1, 2]]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["", "x", "^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n^Độc lập - Tự do - Hạnh phúc", "SEP"]
        ),
        max_size=12,
    )
)
def test_no_page_is_lost_moved_or_doubled(kinds):
    mark = (Code("QRCode", MARK, Box(0, 0, 9, 9)),)
    pages = [
        typed_page("sep", at, codes=mark) if kind == "SEP" else typed_page(kind, at)
        for at, kind in enumerate(kinds, 1)
    ]
    assert [page for run in split(pages) for page in run] == pages
    assert all(split(pages)) or not pages


@pytest.mark.parametrize(
    ("head", "runs"),
    [
        ("^SƠ YẾU LÝ LỊCH\n^TỰ THUẬT", [[1], [2]]),
        ("^HỌC BẠ TRUNG HỌC PHỔ THÔNG", [[1], [2]]),
        ("^BẢNG TỔNG HỢP KINH PHÍ\n^(Kèm theo Thông báo số 12/TB-UBND)", [[1, 2]]),
        ("^QUY CHẾ LÀM VIỆC\n^(Ban hành kèm theo Quyết định số 12/QĐ-UBND)", [[1, 2]]),
        ("^DANH SÁCH HỘ NGHÈO", [[1, 2]]),
        ("^XÁC NHẬN CỦA ỦY BAN NHÂN DÂN XÃ", [[1, 2]]),
        ("^CHỦ ĐẦU TƯ PHẢI THỰC HIỆN CÁC NỘI DUNG SAU ĐÂY:", [[1, 2]]),
        (f"Mẫu CT07 ban hành kèm theo Thông tư số 66/2023/TT-BCA\n{NATIONAL}^XÁC NHẬN THÔNG TIN", [[1], [2]]),
        (f"^(Ban hành kèm theo Thông tư số 01/2018/TT-VPCP)\n{NATIONAL}^GIẤY TIẾP NHẬN HỒ SƠ", [[1], [2]]),
        ("Điều 5. Tổ chức thực hiện", [[1, 2]]),
    ],
)
def test_what_follows_a_signed_page(head, runs):
    signed = " " * 60 + "CHỦ TỊCH\n\n\n\n" + " " * 57 + "Trần Văn Minh"
    body = "Nội dung thông báo của cơ quan\n" * 9
    first = typed_page(f"   UBND XÃ TỊNH PHONG\n{NATIONAL}\n^THÔNG BÁO\n\n{body}{signed}", 1)
    assert numbers(split([first, typed_page(f"{head}\n\n{body}", 2)])) == runs


_LABELS = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\nĐộc lập - Tự do - Hạnh phúc\n\nSố định danh cá nhân / Personal identification number:\n\n"


@pytest.mark.parametrize(
    "front",
    [
        "^GĂNCƯỚC\n\n^- 017081005430",
        f"{_LABELS}^017081005430\n\nNgày, tháng, sản sinh /Da et ban: 13/12/1977\n\nVi Quốc ch/ Nadonsuay. Việt Nam",
    ],
)
def test_the_back_of_a_card_of_whose_front_little_was_read(front):
    back = typed_page("Quý Hòa, Lạc Sơn\n\nTDVNM6816954397017081085439<<1\nNGUYEN<<QUANG<DUNG<<<<<<<<<<<<", 2)
    assert numbers(split([typed_page(front, 1), back])) == [[1, 2]]
