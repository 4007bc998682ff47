"""With encryption on and no full text: what a paper says is in no file of the home, and officers still find and read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.cli.commands.doctor import examine
from flows import records
from flows.caller import local_caller
from flows.digitize import digitize
from flows.request import Request
from flows.services import Services
from flows.settings import load_settings
from schemas.errors import UsageError
from storage.index.find import Query
from tests.scans import write_scan

SUBJECT = "034090001234"


@pytest.fixture
def encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.chdir(tmp_path)
    master = tmp_path / "master.key"
    master.write_text("ab" * 32)
    master.chmod(0o600)
    home = tmp_path / "home"
    monkeypatch.setenv("SOHOA_HOME", str(home))
    monkeypatch.setenv("SOHOA_ARCHIVE__MASTER_KEY", str(master))
    monkeypatch.setenv("SOHOA_INDEX__FULL_TEXT", "false")
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


def test_files_that_others_may_write_hold_no_pin_and_no_intermediate(tmp_path: Path) -> None:
    open_file = tmp_path / "pin"
    open_file.write_text("1234")
    open_file.chmod(0o666)
    with pytest.raises(UsageError, match=r"signer\.secret_file"):
        load_settings(signer={"kind": "pkcs12", "file": "a.p12", "secret_file": str(open_file)})
    with pytest.raises(UsageError, match=r"trust\.intermediates"):
        load_settings(trust={"intermediates": [str(open_file)]})
