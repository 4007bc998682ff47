from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.duplicates import NEAR_PICTURE, Print, distance, is_near, page_hash, paper_key, paper_print
from pipeline.extract import extract
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


def test_a_look_alone_does_not_outweigh_numbers():
    texts = ["Số 123 ngày 01/02/2003, 456 và 789", "Số 321 ngày 05/06/2007, 654 và 987", "Không có số nào"]
    one, other, bare = (Print(None, printed_numbers(text), "0" * 64) for text in texts)
    assert not is_near(one, other)
    assert is_near(one, bare)
