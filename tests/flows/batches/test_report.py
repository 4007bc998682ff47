"""The page of a batch calls types and fields by the names that clerks know."""

from __future__ import annotations

from collections import Counter

from flows.batches.figures import Figures
from flows.batches.report import as_html


def test_doubtful_fields_have_their_vietnamese_names() -> None:
    figures = Figures(source="tồn đọng", types=Counter(administrative_document=3, birth_certificate=1))
    figures.doubtful.update(excerpt=2, signer_name=2, full_name=1, a_field_that_no_type_has=1)
    page = as_html(figures)
    assert all(name in page for name in ("Trích yếu", "Người ký", "a_field_that_no_type_has"))
    assert not any(name in page for name in (">excerpt<", "signer_name", "full_name"))
