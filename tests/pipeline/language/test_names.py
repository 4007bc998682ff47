"""Names: shares that sum to one, and what a name that is in no list is worth."""

from __future__ import annotations

import pytest

from pipeline.language.names import chance, family_names, folded_names, given_names
from pipeline.language.syllables import is_syllable
from schemas.vietnamese import nfc


@pytest.mark.parametrize("shares", [family_names(), given_names()], ids=["family", "given"])
def test_shares_of_all_names_sum_to_one(shares):
    assert sum(shares.values()) == pytest.approx(1)
    assert min(shares.values()) > 0


def test_names_are_written_as_we_keep_text():
    names = [*family_names(), *given_names()]
    assert all(name == nfc(name) and name[0].isupper() for name in names)
    assert all(name.isalpha() for name in names)


def test_names_of_other_languages_of_the_land_are_listed():
    assert {"Niê", "Ksor", "Rah", "Neáng"} <= {name for name in family_names() if not is_syllable(name)}


def test_the_usual_is_likelier_than_the_rare_and_the_rare_than_the_impossible():
    assert chance("Nguyễn", family=True) > chance("Nông", family=True) > chance("Bửu", family=True)
    assert chance("Bửu", family=True) > chance("Xzq", family=True) > 0
    assert chance("Thị", family=False) > chance("Thị", family=True)


def test_names_are_found_without_their_marks():
    assert {"tran", "nguyen", "huong"} <= folded_names()
