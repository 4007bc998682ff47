"""Labels in two languages are put right where they were read nearly right; all else stays."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ocr.labels import bilingual_labels, with_labels
from schemas.geometry import Box
from schemas.text import Word


def line(text: str, confidence: float = 0.6) -> list[Word]:
    words, left = [], 0.0
    for piece in text.split():
        words.append(Word(piece, Box(left, 0, left + 10 * len(piece), 20), confidence))
        left += 10 * len(piece) + 10
    return words


def text(words) -> str:
    return " ".join(word.text for word in words)


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("Quê quán / Place of gan. Hải Thái, Gio Linh", "Quê quán / Place of origin: Hải Thái, Gio Linh"),
        (
            "Giới tính/ Sex: Nam Quốc ch ? Nanonalty: Việt Nam",
            "Giới tính/ Sex: Nam Quốc tịch / Nationality: Việt Nam",
        ),
        ("Có giá trị đến: 12/10/2030 Nơithường trú/ Place of tesidence: Xóm", None),
        ("Independence - Freedom - Happwaess", "Independence - Freedom - Happiness"),
        ("SOCIALIST REPUBLIC OE VIET NAM", "SOCIALIST REPUBLIC OF VIET NAM"),
        ("C zen Identlty Card", "Citizen Identity Card"),
        ("Date ot expey", "Date of expiry"),
    ],
)
def test_a_label_that_was_read_nearly_right_is_put_right(read, printed):
    printed = printed or "Có giá trị đến: 12/10/2030 Nơi thường trú/ Place of residence: Xóm"
    assert text(with_labels(line(read))) == printed


@pytest.mark.parametrize(
    "read",
    [
        "Họ, chữ đệm và tên: Nguyễn Văn A",
        "Ngày, tháng, năm sinh: 12/5/1990",
        "Số định danh cá nhân: 001090001234",
        "Nơi thường trú của ông bà",
        "Nơi cư trú hiện nay và nơi ở của người yêu cầu",
        "Ngày tháng năm cấp: 16/06/2021",
        "Place of work: Hanoi",
    ],
)
def test_what_is_no_label_in_two_languages_stays(read):
    assert text(with_labels(line(read))) == read


def test_what_was_read_is_kept_and_parted_words_lie_side_by_side():
    words = with_labels(line("Nơithường trú / Place of tesidence: Xóm 3"))
    first, second, *_, place, last, _, _ = words
    assert (first.text, first.read, second.text) == ("Nơi", "Nơithường", "thường")
    assert 0 == first.box.left < first.box.right <= second.box.left < second.box.right == 90
    assert (place.text, place.read, last.text, last.read) == ("of", None, "residence:", "tesidence:")


def test_a_line_read_with_confidence_is_left_alone():
    read = line("Quê quán / Place of orgin: Huế", 0.95)
    assert with_labels(read) == tuple(read)


@given(st.text("0123456789/-.", min_size=2, max_size=12), st.sampled_from(bilingual_labels()))
def test_no_number_beside_a_label_ever_changes(number, label):
    words = with_labels(line(f"{label[:-1]} {number}"))
    assert words[-1].text == number


@given(
    st.lists(
        st.text(st.characters(blacklist_categories=("Zs", "Cc", "Cs")), min_size=1, max_size=9), max_size=8
    )
)
def test_noise_never_fails_and_words_come_from_left_to_right(pieces):
    words = with_labels(line(" ".join(pieces)))
    assert all(a.box.left <= b.box.left for a, b in pairwise(words))
