"""Every field of papers as agencies of all levels, the Party, unions, courts, schools and companies arrange them."""

from __future__ import annotations

import pytest

from pipeline.classify import classify
from pipeline.extract import extract
from tests.pipeline.arranged import arranged
from tests.pipeline.extract.layouts import PAPERS


@pytest.mark.parametrize(("paper", "wanted"), [case[1:] for case in PAPERS], ids=[case[0] for case in PAPERS])
def test_fields_of_an_administrative_document(paper, wanted):
    page = arranged(**paper)
    assert classify([page])[0] == "administrative_document"
    fields = extract("administrative_document", [page]).fields
    assert {name: fields[name].value if name in fields else None for name in wanted} == wanted
