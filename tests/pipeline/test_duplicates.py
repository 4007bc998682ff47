from __future__ import annotations

import numpy as np
import pytest

from pipeline.duplicates import NEAR_PICTURE, distance, is_near, paper_key, paper_print, phash
from pipeline.extract import extract
from tests.pipeline.drawn import paper, reading


def print_of(type, seed, fault=str, picture=None):
    pages = reading(paper(type, seed), fault)
    return paper_print(extract(type, pages), pages, picture)


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


def page(shift=0, noise=0.0, words=60, seed=1):
    rng = np.random.default_rng(seed)
    picture = np.full((2000, 1400), 250, np.uint8)
    for _ in range(words):
        y, x, w = rng.integers(150, 1800), rng.integers(100, 1100), rng.integers(40, 200)
        picture[y + shift : y + shift + 18, x + shift : x + shift + w] = 30
    grain = np.random.default_rng(seed + 99).normal(0, noise, picture.shape)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def test_the_look_of_a_page_survives_shift_and_grain():
    one = phash(page())
    assert distance(one, phash(page(shift=25, noise=8))) <= NEAR_PICTURE
    assert distance(one, phash(page(seed=2))) > NEAR_PICTURE
    assert distance(one, one) == 0
    assert len(phash(np.full((300, 200), 255, np.uint8))) == 64


def test_what_is_no_picture_or_hash():
    with pytest.raises(ValueError, match="grey"):
        phash(np.zeros((3, 3, 3), np.uint8))
    with pytest.raises(ValueError, match="length"):
        distance("00", "0000")
