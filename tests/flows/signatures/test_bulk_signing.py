"""A batch signs in several processes by a real token, and a token pulled out in the middle costs nothing but time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pkcs11
import pytest

from flows.digitize import DigitizeJob
from flows.outcome import Outcome, Status
from flows.queue.pool import run_many
from flows.services import Services
from flows.settings import load_settings
from pipeline.model import PageReading, Scan
from pipeline.verify import Verdict, verify_pdf
from storage.index.find import Query
from tests.pki import softhsm
from tests.pki.fixtures import _running, pki
from tests.pki.harness import Pki
from tests.scans import write_scan

__all__ = ["_running", "pki"]

COUNT = 8


@dataclass(frozen=True)
class TokenJob(DigitizeJob):
    """The job of a backlog, told where the token is, in processes that leave a trace.

    SoftHSM goes on with keys that it has read when its files are gone; where they are, the sessions are ended, as they
    end when a real token is pulled out. ``pull_at`` tells before which paper that is, whoever signs it; 0: never.
    """

    hsm: Path = Path()
    pull_at: int = 0

    def begin(self, path: Path, own: Path) -> Scan | Outcome:
        self._prepare()
        return DigitizeJob.begin(self, path, own)

    def finish(self, scan: Scan, pages: Sequence[PageReading]) -> Outcome:
        (self.hsm / f"paper-{scan.sha256}").touch()
        if self.pull_at and len(list(self.hsm.glob("paper-*"))) >= self.pull_at:
            with suppress(FileExistsError):
                (self.hsm / "out").mkdir()
                softhsm.SoftHsm(self.hsm).pull()
        self._prepare()
        (self.hsm / f"signed-by-{os.getpid()}").touch()
        return DigitizeJob.finish(self, scan, pages)

    def _prepare(self) -> None:
        os.environ["SOFTHSM2_CONF"] = str(self.hsm / "softhsm2.conf")
        if (self.hsm / "pulled").exists():
            pkcs11.lib(str(softhsm.MODULE)).reinitialize()


@pytest.fixture
def hsm(tmp_path: Path, pki: Pki) -> softhsm.SoftHsm:
    hsm = softhsm.SoftHsm.start(tmp_path / "hsm")
    hsm.add_token("con-dau")
    hsm.add_key("con-dau", pki, "seal", b"\x01")
    return hsm


@pytest.fixture
def job(tmp_path: Path, pki: Pki, hsm: softhsm.SoftHsm, monkeypatch: pytest.MonkeyPatch) -> TokenJob:
    monkeypatch.chdir(tmp_path)
    signer = {"kind": "pkcs11", "module": str(softhsm.MODULE), "token": "con-dau", "pin": softhsm.PIN}
    services = Services(
        load_settings(signer=signer, trust={"roots": [str(pki.root)], "fetch": True, "private": True})
    )
    return TokenJob(services, hsm=hsm.folder)


@pytest.fixture
def scans(tmp_path: Path) -> list[Path]:
    return [write_scan(tmp_path / f"{number}.png", [f"Trang {number}"]) for number in range(COUNT)]


def _signed(services: Services, folder: Path) -> dict[str, bool]:
    """Id → whether its copy carries the seal; the record must say the same."""
    found = {}
    for document_id in services.archive.ids():
        copy = folder / "copy.pdf"
        copy.write_bytes(services.archive.get(document_id, "pdf"))
        found[document_id] = verify_pdf(copy, services.trust).verdict is Verdict.VALID
        assert services.archive.record(document_id).signed is found[document_id]
    return found


def test_a_batch_signs_in_several_processes(job: TokenJob, scans: list[Path], tmp_path: Path) -> None:
    outcomes = list(run_many(scans, job, 2))
    assert {(o.status, o.error) for o in outcomes} == {(Status.ARCHIVED, None)}
    assert len(list(job.hsm.glob("signed-by-*"))) == 2
    assert list(_signed(job.services, tmp_path).values()) == [True] * COUNT


def test_a_token_pulled_out_in_the_middle(
    job: TokenJob, scans: list[Path], hsm: softhsm.SoftHsm, tmp_path: Path
) -> None:
    services = job.services
    outcomes = list(run_many(scans, replace(job, pull_at=COUNT // 2), 2))
    assert {outcome.status for outcome in outcomes} == {Status.ARCHIVED}, "nothing waits outside the archive"
    away = [outcome.error.code for outcome in outcomes if outcome.error]
    assert set(away) == {"signer_unavailable"}
    before = _signed(services, tmp_path)
    assert len(before) == COUNT
    assert 2 <= sum(before.values()) < COUNT
    waiting = {document_id for document_id, signed in before.items() if not signed}
    assert len(waiting) == len(away)
    assert {row.id for row in services.index.find(Query(signed=False)).rows} == waiting

    hsm.put_back()
    outcomes = list(run_many(scans, job, 2))
    assert {(o.status, o.error) for o in outcomes} == {(Status.DUPLICATE, None)}
    assert list(_signed(services, tmp_path).values()) == [True] * COUNT
    for document_id in before:
        assert len(services.archive.versions(document_id)) == (2 if document_id in waiting else 1)
    assert not services.index.find(Query(signed=False)).rows
