from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.extract import extract
from pipeline.papers.duplicates import (
    NEAR_PICTURE,
    Print,
    distance,
    is_near,
    page_hash,
    paper_key,
    paper_print,
)
from schemas.fingerprint import printed_numbers
from schemas.geometry import Box
from schemas.text import Line, PageText
from tests.pipeline.drawn import paper, reading
from tests.pipeline.plain_reading import page_of


def print_of(type, seed, fault=str):
    pages = reading(paper(type, seed), fault)
    return paper_print(extract(type, pages), "\f".join(page.text.text for page in pages))


@pytest.mark.parametrize("type", ["birth_certificate", "administrative_document", "receipt_slip"])
def test_a_rescan_is_found_and_another_paper_of_the_form_is_not(type):
    first, other = print_of(type, 51), print_of(type, 52)
    again = print_of(
        type, 51, lambda word: word.replace("ễ", "ê").replace("1", "l", 1) if len(word) % 5 == 0 else word
    )
    assert is_near(first, again)
    assert not is_near(first, other)


def test_numbers_are_not_kept_in_clear():
    drawn = paper("birth_certificate", 51)
    kept = print_of("birth_certificate", 51).numbers
    assert str(drawn.fields["personal_id"]) not in kept
    assert len(kept) >= 3


def test_a_record_that_says_too_little_has_no_key():
    pages = reading(
        paper("birth_certificate", 51), lambda word: "…" if any(c.isdigit() for c in word) else word
    )
    assert paper_key(extract("birth_certificate", pages)) is None


def shifted(page: PageText, by: float, scale: float, missing: int) -> PageText:
    """The page as another scanner sees it: elsewhere, at another size, each ``missing``-th word not read."""
    words = [
        replace(word, box=Box(*(scale * edge + by for edge in word.box.as_list())))
        for number, word in enumerate(page.words())
        if number % missing
    ]
    return page_of([Line((word,)) for word in words], page.width * 2, page.height * 2).text


def test_the_look_of_a_page_survives_another_scanner():
    drawn = [reading(paper("administrative_document", seed)) for seed in (51, 52)]
    (one, *_), (other, *_) = drawn
    first = page_hash(one.text)
    assert first is not None
    assert len(first) == 64
    again = page_hash(shifted(one.text, 180, 1.31, 50))
    assert again is not None
    assert distance(first, again) <= NEAR_PICTURE
    different = page_hash(other.text)
    assert different is not None
    assert distance(first, different) > NEAR_PICTURE


def test_a_page_with_hardly_any_words_has_no_look():
    assert page_hash(page_of([], 1000, 1400).text) is None


def test_what_is_no_hash():
    with pytest.raises(ValueError, match="length"):
        distance("00", "0000")


LABELS = "Họ và tên {} Ngày sinh {} Nơi thường trú {} Nghề nghiệp {} Lý do {} Tôi cam đoan những lời khai trên là đúng sự thật"


def looking_alike(text, **facts):
    """A page of a form: all of them look the same."""
    return Print(None, printed_numbers(text), "0" * 64, tuple(text.split()), 0, facts)


FILLED = LABELS.format(
    "Nguyễn Văn Bình", "01/02/1990", "xã An Bình tỉnh Lạng Sơn", "giáo viên", "xin việc làm"
)


@pytest.mark.parametrize(
    "other",
    [
        LABELS.format(
            "Trần Thị Hương", "01/02/1990", "xã An Bình tỉnh Lạng Sơn", "giáo viên", "xin việc làm"
        ),
        LABELS.format("Nguyễn Văn Bình", "05/06/2007", "phường Bến Nghé", "thợ may", "chuyển trường"),
        LABELS.format("", "", "", "", ""),
    ],
)
def test_a_look_only_proposes(other):
    assert not is_near(looking_alike(FILLED), looking_alike(other))


def test_a_look_and_the_same_words_are_the_same_paper():
    assert is_near(
        looking_alike(FILLED), looking_alike(FILLED.replace("trường", "trưòng").replace("nghiệp", "nghiêp"))
    )


@pytest.mark.parametrize(
    ("name", "number"), [("An", "101"), ("Bình", "101"), ("Bình", "102"), ("Lan", "102"), ("Văn An", "102")]
)
def test_a_short_name_or_one_digit_is_enough(name, number):
    cover = "Hồ sơ lưu trữ Ủy ban nhân dân huyện Ba Vì hồ sơ số {} Về việc cấp đất cho ông {} Thời hạn bảo quản Vĩnh viễn"
    assert is_near(looking_alike(cover.format("102", "An")), looking_alike(cover.format("102", "An")))
    assert not is_near(looking_alike(cover.format("102", "An")), looking_alike(cover.format(number, name)))


def test_what_is_written_by_hand_and_was_not_read_cannot_be_compared():
    text = "Giấy khai của người dân gửi ủy ban\nHọ và tên: ……\nNăm sinh:\nNơi ở:\nLý do khai như trên là đúng"
    blank = paper_print(extract("unknown", reading(paper("birth_certificate", 51))), text, "0" * 64)
    assert not is_near(blank, blank)


def test_covers_of_which_nothing_was_read_are_not_linked():
    cover = looking_alike("Hồ sơ cá nhân")
    assert not is_near(cover, cover)


@pytest.mark.parametrize("fact", ["type", "subject", "number", "date"])
def test_what_both_are_sure_of_decides(fact):
    one, other = (looking_alike(FILLED, **{fact: value}) for value in ("1", "2"))
    assert not is_near(one, other)
    assert is_near(one, looking_alike(FILLED, **{fact: "1"}))
    assert is_near(one, looking_alike(FILLED)), "what only one is sure of says nothing"


def test_numbers_of_the_form_do_not_make_one_paper_of_two():
    form = "Mẫu 01 theo 123/2015 và 68/2018 và 87/2020 điện thoại 0257 382 1234 " + LABELS
    one, other = (
        looking_alike(form.format(name, number, place, work, why))
        for name, number, place, work, why in (
            ("Nguyễn Văn Bình", "051187012345", "xã An Bình", "giáo viên", "xin việc làm"),
            ("Trần Thị Hương", "079301000001", "phường Bến Nghé", "thợ may", "chuyển trường"),
        )
    )
    assert len(one.numbers & other.numbers) >= 3
    assert not is_near(one, other)
    assert is_near(one, one)
