"""One meaning of sure: what is not sure is marked in the terminal and told in JSON alike."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from apps.cli.report import field_table
from flows.outcome import Document, Outcome, Status
from pipeline.record import make_record
from schemas.quality import is_sure
from schemas.records import Check, Field, Method


@pytest.mark.parametrize(("share", "passed"), [(0.949, True), (0.95, True), (0.99, False)])
def test_what_is_not_sure_is_marked_everywhere(share: float, passed: bool) -> None:
    checks = (Check(name="date", passed=passed),)
    field = Field(value="12", confidence=share, method=Method.LABEL, checks=checks)
    record = make_record("birth_certificate", {"number": field})

    out = Console(width=100, record=True, file=StringIO())
    out.print(field_table("birth_certificate", record))
    document = Document("id", "birth_certificate", 1.0, (1,), "", record)
    (told,) = Outcome("scan.png", Status.READ, "0", (document,)).as_json()["documents"]

    sure = share >= 0.95 and passed
    assert ("?" not in out.export_text(), told["record"]["fields"]["number"]["sure"], is_sure(field)) == (
        sure,
    ) * 3
