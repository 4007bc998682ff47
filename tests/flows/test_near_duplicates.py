"""The same paper scanned twice is found and linked; another paper of the same form is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.generator import make_paper, scan_papers, write_scan
from flows import records
from flows.caller import local_caller
from flows.digitize import digitize
from flows.near_duplicates import link_near_duplicates
from flows.outcome import Document
from flows.services import Services
from flows.settings import load_settings
from schemas.errors import NotFoundInArchive
from tests.scans import write_scan as write_lines

TYPE = "marriage_certificate"


def _paper(services: Services, tmp_path: Path, seed: int, scanner: int) -> Document:
    """The one document of a generated paper from a scanner with its own dirt, angle and margins."""
    paper = make_paper(TYPE, seed)
    scan = scan_papers([replace(paper, sheets=paper.sheets[:1])], scanner, "light")
    path = tmp_path / f"{seed}-{scanner}.pdf"
    write_scan(scan, path)
    outcome = digitize(path, services)
    assert outcome.error is None
    (document,) = outcome.documents
    return document


def test_a_rescan_is_linked_and_another_paper_of_the_form_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    services = Services(load_settings(signer={"kind": "none"}))
    first = _paper(services, tmp_path, 1, 11)
    other = _paper(services, tmp_path, 2, 12)
    again = _paper(services, tmp_path, 1, 13)
    assert (first.near_duplicates, other.near_duplicates) == ((), ())
    assert again.near_duplicates == (first.id,)
    assert len({first.id, other.id, again.id}) == 3, "linked, never merged"
    assert len(services.archive.versions(first.id)) == 1, "a link is written once, in the newer paper"
    assert services.archive.record(other.id).links.duplicates == ()
    clean = services.archive.record(again.id).quality().clean
    assert clean.reasons[-1] == f"near-duplicate of {first.id}"
    live = list(services.index.entries())
    services.index.rebuild(services.archive)
    assert list(services.index.entries()) == live

    kept, version = services.archive.current(again.id)
    assert link_near_duplicates(services, local_caller(), kept) == kept, "a repeat adds no version"
    assert services.archive.current(again.id)[1] == version
    receipt = records.confirm(
        services, local_caller(actor="officer"), again.id, {"husband_name": "LÊ VĂN SƠN"}
    )
    assert f"near-duplicate of {first.id}" in receipt.record.quality().clean.reasons
    both = {subject.name for subject in receipt.record.record.subjects}
    assert "LÊ VĂN SƠN" in {name and name.upper() for name in both}
    assert len(both) == 2


def test_a_page_without_numbers_is_found_by_its_look(tmp_path: Path, services: Services) -> None:
    lines = [
        "Giấy xác nhận của tổ dân phố",
        "Bà con trong xóm đều biết anh Ba",
        "làm ăn chăm chỉ và rất thật thà",
        "Tổ trưởng xin xác nhận như trên",
    ]
    first = digitize(write_lines(tmp_path / "one.png", lines), services).documents[0]
    again = digitize(write_lines(tmp_path / "two.jpg", lines), services).documents[0]
    assert first.id != again.id
    assert again.near_duplicates == (first.id,)


def test_a_false_link_is_undone_for_good(tmp_path: Path, services: Services) -> None:
    lines = ["Giấy xác nhận của tổ dân phố", "anh Ba làm ăn chăm chỉ", "Tổ trưởng xin xác nhận như trên"]
    first = digitize(write_lines(tmp_path / "one.png", lines), services).documents[0]
    again = digitize(write_lines(tmp_path / "two.jpg", lines), services).documents[0]
    assert again.near_duplicates == (first.id,)
    clean = services.archive.record(first.id).quality().clean
    with pytest.raises(NotFoundInArchive):
        records.unlink(
            services,
            local_caller(actor="canbo1"),
            again.id,
            "00000000-0000-0000-0000-000000000000",
            reason="nhầm",
        )
    receipts = records.unlink(
        services, local_caller(actor="canbo1"), again.id, first.id, reason="Giấy của hai người trùng tên"
    )
    assert [receipt.created for receipt in receipts] == [True, True]
    for id in (first.id, again.id):
        kept = services.archive.record(id)
        assert kept.links.duplicates == ()
        assert kept.quality().clean == clean
        assert services.archive.provenance(id)[-1].reason == "Giấy của hai người trùng tên"
        entry = services.index.get(id)
        assert entry is not None
        assert entry.duplicates == ""
    assert services.archive.record(again.id, 2).links.duplicates == (first.id,), "what was said before stays"
    assert not any(
        r.created
        for r in records.unlink(services, local_caller(actor="canbo1"), first.id, again.id, reason="nhầm")
    )
    assert digitize(tmp_path / "two.jpg", services).documents[0].near_duplicates == (), "never linked again"
    live = list(services.index.entries())
    services.index.rebuild(services.archive)
    assert list(services.index.entries()) == live
