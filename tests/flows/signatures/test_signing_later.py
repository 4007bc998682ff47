"""Key or time-stamping authority away: the copy waits in the archive, and the same command signs it later."""

from __future__ import annotations

from flows.digitize import digitize
from flows.outcome import Status
from flows.services import Services
from flows.settings import load_settings
from pipeline.verify import verify_pdf
from schemas.errors import ExitStatus, TimeStampUnavailable
from storage.index.find import Query
from tests.scans import write_scan


def test_a_copy_waits_for_its_signature_and_gets_it_from_the_same_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scan = write_scan(tmp_path / "a.png", ["Xã An Bình", "Quyết định số 12"])
    away = Services(load_settings(signer={"level": "B-T", "tsa": "http://127.0.0.1:9/"}))
    first = digitize(scan, away)
    assert first.status is Status.ARCHIVED
    assert first.error is not None
    assert first.error.code == TimeStampUnavailable.code
    assert first.error.status == ExitStatus.UNREACHABLE
    (document,) = first.documents
    assert not away.archive.record(document.id).signed
    assert [row.id for row in away.index.find(Query(signed=False)).rows] == [document.id]

    still = digitize(scan, away)
    assert (still.status, still.error.code) == (Status.DUPLICATE, TimeStampUnavailable.code)

    back = Services(load_settings())
    second = digitize(scan, back)
    assert (second.status, second.error) == (Status.DUPLICATE, None)
    assert back.archive.record(document.id).signed
    assert not back.index.find(Query(signed=False)).rows
    assert len(back.archive.versions(document.id)) == 2
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(back.archive.get(document.id, "pdf"))
    assert [signature.intact for signature in verify_pdf(copy, back.trust).signatures] == [True]
    assert back.archive.get(document.id, "scan") == scan.read_bytes()

    digitize(scan, back)
    assert len(back.archive.versions(document.id)) == 2, "a signed copy is not signed again"
