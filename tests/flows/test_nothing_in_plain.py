"""With encryption on and no full text: what a paper says is in no file of the home, and officers still find and read it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from apps.cli.commands.doctor import examine
from flows import records
from flows.caller import local_caller
from flows.digitize import digitize
from flows.request import Request
from flows.reuse.numbers import decide
from flows.services import Services
from flows.settings import load_settings
from schemas.errors import KeyUnavailable, UsageError
from storage.index.find import Query
from storage.model import document_object
from storage.ocfl.layout import object_path
from tests.papers import put
from tests.scans import write_scan

SUBJECT = "034090001234"


@pytest.fixture(params=["false"])
def encrypted(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """``param``: whether the index keeps the full text."""
    monkeypatch.chdir(tmp_path)
    master = tmp_path / "master.key"
    master.write_text("ab" * 32)
    master.chmod(0o600)
    home = tmp_path / "home"
    monkeypatch.setenv("SOHOA_HOME", str(home))
    monkeypatch.setenv("SOHOA_ARCHIVE__MASTER_KEY", str(master))
    monkeypatch.setenv("SOHOA_INDEX__FULL_TEXT", request.param)
    return Services(load_settings())


def test_no_file_of_the_home_tells_who_a_paper_is_about(tmp_path: Path, encrypted: Services) -> None:
    scan = write_scan(tmp_path / "Trần Văn Tèo.png", ["Ông Trần Văn Tèo", f"số {SUBJECT}"])
    outcome = digitize(scan, encrypted, Request(dossier="H48-250117-0012", subject=SUBJECT))
    (document,) = outcome.documents
    assert outcome.error is None
    page = records.find(encrypted, local_caller(), Query(subject=SUBJECT))
    (row,) = page.rows
    assert (row.id, row.subject_id, row.source) == (document.id, SUBJECT, str(scan)), "told from the archive"
    encrypted.index.close()
    for path in encrypted.home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for said in (SUBJECT, "Tèo", "van teo"):
                assert said.encode() not in data, path
    told = [finding.detail for finding in examine() if finding.part == "privacy"]
    assert any("keyed digests" in detail for detail in told), told


@pytest.mark.parametrize("encrypted", ["true", "false"], indirect=True)
def test_no_file_of_the_home_tells_why_somebody_did_something(encrypted: Services) -> None:
    """The log and the index keep it, for who holds the key."""
    why = {act: f"because-{act}" for act in ("view", "number", "loss", "erase")}
    seen, lost, erased = (put(encrypted, number, full_name="Lò Thị Mẩy") for number in (1, 2, 3))
    records.open_record(encrypted, local_caller(why["view"]), seen)
    decide(encrypted, local_caller(), SUBJECT, "225123456", same=True, reason=why["number"])
    shutil.rmtree(encrypted.home / "archive" / object_path(document_object(lost)))
    records.accept_loss(encrypted, local_caller(why["loss"]), lost, reason=why["loss"])
    records.erase(encrypted, local_caller(why["erase"]), erased, reason=why["erase"], order="12/QĐ-TA")
    encrypted.index.close()
    for path in encrypted.home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not [one for one in why.values() if one.encode() in data], path

    again = Services(load_settings())
    told = {line["purpose"] for line in again.audit.lines(versions=True)}
    assert {why["view"], why["loss"], why["erase"]} <= told
    assert [line["purpose"] for line in again.audit.about([seen], most=1)] == [why["view"]]
    assert [one.reason for one in again.persons.about(SUBJECT).values()] == [why["number"]]
    assert [loss.reason for loss in again.audit.versions.losses_of(document_object(lost))] == [why["loss"]]
    assert records.verify_log(again, local_caller()).findings == ()


def test_the_log_stands_without_the_key_to_its_reasons(encrypted: Services) -> None:
    """One who takes the key away, or puts something else there, makes reasons unreadable and hides nothing."""
    lost = put(encrypted, 1, full_name="Lò Thị Mẩy")
    shutil.rmtree(encrypted.home / "archive" / object_path(document_object(lost)))
    records.accept_loss(encrypted, local_caller("cháy kho"), lost, reason="cháy kho")
    for path in (encrypted.home / "keys").rglob("*.json"):
        if "reasons" in path.read_text():
            path.write_text("[]")
    again = Services(load_settings())
    assert records.verify_log(again, local_caller()).findings == ()
    (loss,) = again.audit.versions.losses_of(document_object(lost))
    assert "cháy" not in loss.reason
    with pytest.raises(KeyUnavailable):
        records.find(again, local_caller("tra cứu"), Query(type="birth_certificate"))


def test_files_that_others_may_write_hold_no_pin_and_no_intermediate(tmp_path: Path) -> None:
    open_file = tmp_path / "pin"
    open_file.write_text("1234")
    open_file.chmod(0o666)
    with pytest.raises(UsageError, match=r"signer\.secret_file"):
        load_settings(signer={"kind": "pkcs12", "file": "a.p12", "secret_file": str(open_file)})
    with pytest.raises(UsageError, match=r"trust\.intermediates"):
        load_settings(trust={"intermediates": [str(open_file)]})
