"""Every field of papers as agencies of all levels, the Party, unions, courts, schools and companies arrange them."""

from __future__ import annotations

import pytest

from fixtures.arrangements import PAPERS
from pipeline.extract import extract
from pipeline.papers.classify import classify
from tests.pipeline.arranged import arranged, disturbed


@pytest.mark.parametrize(("paper", "wanted"), [case[1:] for case in PAPERS], ids=[case[0] for case in PAPERS])
def test_fields_of_an_administrative_document(paper, wanted):
    page = arranged(**paper)
    assert classify([page])[0] == "administrative_document"
    fields = extract("administrative_document", [page]).fields
    assert {name: fields[name].value if name in fields else None for name in wanted} == wanted


@pytest.mark.parametrize("how", ["askew", "uneven", "merged", "specks", "coarse", "stamp"])
def test_badly_scanned_papers_are_understood_as_well(how):
    wrong = []
    for name, paper, wanted in PAPERS:
        page = disturbed(arranged(**paper), how, name)
        if how == "stamp" and len(paper["left"]) > 5:
            continue  # the stamp would lie over the subject
        fields = extract(classify([page])[0], [page]).fields
        wrong += [
            (name, field, value, fields[field].value if field in fields else None)
            for field, value in wanted.items()
            if (fields[field].value if field in fields else None) != value
        ]
    assert not wrong
