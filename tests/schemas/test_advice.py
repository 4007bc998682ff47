"""Whoever is told in Vietnamese what happened is told in Vietnamese what to do."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest

import schemas.errors as errors
import schemas.procedures
from flows import deploy, reuse, upkeep
from flows.batches import batch
from flows.dossiers import codes
from flows.queue import patience
from schemas.errors import SohoaError

MODULES = (errors, schemas.procedures, batch, codes, deploy, patience, reuse, upkeep)
"""Where errors are declared; imported, so that all are known."""


def kinds(error: type[SohoaError] = SohoaError) -> Iterator[type[SohoaError]]:
    yield error
    for one in error.__subclasses__():
        yield from kinds(one)


@pytest.mark.parametrize("error", sorted(set(kinds()), key=lambda one: one.__qualname__))
def test_advice_is_given_in_both_languages(error: type[SohoaError]) -> None:
    if "hint" in vars(error):
        assert "hint_vi" in vars(error), f"{error.__qualname__}: say it in Vietnamese too"
    assert error.hint_vi == unicodedata.normalize("NFC", error.hint_vi) != ""
    assert error.hint_vi != error.hint


def test_a_code_means_one_thing() -> None:
    """Errors share a code only with the kind that they are made of."""
    for error in set(kinds()):
        others = [one for one in set(kinds()) if one.code == error.code and one is not error]
        assert all(issubclass(one, error) or issubclass(error, one) for one in others), error.code
