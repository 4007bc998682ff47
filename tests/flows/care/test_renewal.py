"""Archive time-stamps carried on in bulk, over two generations of authorities, whatever happens in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from time_machine import travel

from flows.caller import local_caller
from flows.care.renewal import RENEWAL, renew_archive
from flows.services import Services
from flows.settings import load_settings
from pipeline.sign import Trust
from pipeline.verify import Verdict, verify_pdf
from schemas.errors import RevocationUnavailable, TimeStampUnavailable, UsageError
from storage.model import Event
from storage.stores.folder import FolderStore
from tests.flows.signed_services import Filler, settings_for
from tests.homes import once
from tests.pki.fixtures import _running, copy_pdf, pki
from tests.pki.harness import Pki

__all__ = ["_running", "copy_pdf", "pki"]

TODAY, SOON = "2026-11-21T08:00:00Z", "2029-09-01T00:00:00Z"
SECOND = datetime(2045, 1, 1, tzinfo=UTC)


@pytest.fixture
def filler(tmp_path: Path, copy_pdf: Path, monkeypatch: pytest.MonkeyPatch) -> Filler:
    monkeypatch.chdir(tmp_path)
    return Filler(copy_pdf, tmp_path)


@pytest.fixture
def kept(filler: Filler, pki: Pki) -> list[str]:
    """Three copies, B-LTA by the first generation, today."""
    settings = settings_for(pki, pki.tsa(1))
    with travel(TODAY):
        ids = once("three of the first generation", settings.home, lambda: filler.put(settings, 3))
    filler.next = 4
    return list(ids)


def _verdict(services: Services, document_id: str, at: str, folder: Path, root: Path) -> Verdict:
    copy = folder / "copy.pdf"
    copy.write_bytes(services.archive.get(document_id, "pdf"))
    with travel(at):
        return verify_pdf(copy, Trust((root,))).verdict


def test_two_generations(filler: Filler, kept: list[str], pki: Pki, tmp_path: Path) -> None:
    with travel(TODAY):
        others = filler.put(settings_for(pki, level="B-B")) + filler.put(
            load_settings(signer={"kind": "none"})
        )
        assert renew_archive(Services(settings_for(pki, pki.tsa(1))), local_caller()).still_good == 3
    services = Services(settings_for(pki, pki.tsa(2)))
    with travel(SOON):
        done = renew_archive(services, local_caller())
    assert sorted(done.renewed) == sorted(kept)
    assert (done.still_good, done.without, done.failed) == (0, len(others), [])
    for document_id in kept:
        assert "document.pdf" in services.archive.versions(document_id)[1].changed
        row = services.index.get(document_id)
        assert row is not None
        assert row.version == 2
        event = services.archive.provenance(document_id)[-1]
        assert (event.type, event.settings["protected_until"]) == (RENEWAL, SECOND.isoformat())
        first = services.archive.get(document_id, "pdf", 1)
        assert services.archive.get(document_id, "pdf", 2).startswith(first), "only added to"
    assert all(len(services.archive.versions(document_id)) == 1 for document_id in others)
    assert _verdict(services, kept[0], "2040-01-01T00:00:00Z", tmp_path, pki.root) is Verdict.VALID


def test_a_repeat_reads_no_pdf_of_what_is_good(
    kept: list[str], pki: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = Services(settings_for(pki, pki.tsa(2)))
    with travel(SOON):
        renew_archive(services, local_caller())
        monkeypatch.setattr("flows.care.renewal.protected_until", lambda _: pytest.fail("read a PDF"))
        again = renew_archive(services, local_caller())
    assert (again.renewed, again.still_good) == ([], 3)
    assert {len(services.archive.versions(document_id)) for document_id in kept} == {2}


def test_what_is_not_noted_is_read_from_the_pdf(kept: list[str], pki: Pki) -> None:
    """Copies whose signing noted its level only."""
    services = Services(settings_for(pki, pki.tsa(2)))
    events = services.archive.provenance(kept[0])
    (signing,) = (event for event in events if "signature" in event.type)
    bare = signing.model_copy(update={"settings": {"level": "B-LTA"}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(services.archive), "provenance", lambda *_: (bare,))
        with travel(TODAY):
            assert renew_archive(services, local_caller()).still_good == 3
        with travel(SOON):
            assert len(renew_archive(services, local_caller()).renewed) == 3


def test_one_that_cannot_be_renewed_stops_nobody(kept: list[str], pki: Pki, tmp_path: Path) -> None:
    services = Services(settings_for(pki, pki.tsa(2)))
    altered = bytearray(services.archive.get(kept[1], "pdf"))
    altered[300] ^= 1
    event = Event(type="modification", at=datetime.now(UTC), agent="forger")
    services.archive.revise(kept[1], lambda before: before, event, pdf=bytes(altered))
    with travel(SOON):
        done = renew_archive(services, local_caller())
    assert sorted(done.renewed) == sorted({kept[0], kept[2]})
    ((failed, error),) = ((one.id, one.error) for one in done.failed)
    assert error is not None
    assert (failed, error.code) == (kept[1], "not_renewable")


def test_authority_down_in_the_middle(kept: list[str], pki: Pki) -> None:
    services = Services(settings_for(pki, pki.tsa(2)))
    with travel(SOON):
        with pytest.raises(TimeStampUnavailable):
            renew_archive(services, local_caller(), listener=lambda _: pki.down.add("/sohoa/tsa"))
        versions = [len(services.archive.versions(document_id)) for document_id in kept]
        assert sorted(versions) == [1, 1, 2]
        pki.down.clear()
        again = renew_archive(services, local_caller())
    assert (len(again.renewed), again.still_good) == (2, 1)
    assert {len(services.archive.versions(document_id)) for document_id in kept} == {2}


def test_revocation_data_down(kept: list[str], pki: Pki) -> None:
    pki.down.update({"/sohoa/ocsp", "/sohoa/crls"})
    services = Services(settings_for(pki, pki.tsa(2)))
    with travel(SOON), pytest.raises(RevocationUnavailable):
        renew_archive(services, local_caller())
    assert {len(services.archive.versions(document_id)) for document_id in kept} == {1}


def test_killed_before_the_index_could_follow(
    kept: list[str], pki: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    services = Services(settings_for(pki, pki.tsa(2)))
    with travel(SOON):
        monkeypatch.setattr(type(services.index), "add", killed)
        with pytest.raises(KeyboardInterrupt):
            renew_archive(services, local_caller())
        monkeypatch.undo()
        assert sorted(len(services.archive.versions(document_id)) for document_id in kept) == [1, 1, 2]
        again = renew_archive(services, local_caller())
    assert (len(again.renewed), again.still_good) == (2, 1)
    assert {services.index.get(document_id).version for document_id in kept} == {2}  # type: ignore[union-attr]


def test_killed_between_writing_a_version_and_publishing_it(
    kept: list[str], pki: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version lies there whole, the object still names the one before: the repeat finds it, and renews nothing twice."""
    services = Services(settings_for(pki, pki.tsa(2)))
    put_tree = FolderStore.put_tree

    def killed(*given: Any) -> bool:
        put_tree(*given)
        raise KeyboardInterrupt

    with travel(SOON):
        monkeypatch.setattr(FolderStore, "put_tree", killed)
        with pytest.raises(KeyboardInterrupt):
            renew_archive(services, local_caller())
        monkeypatch.undo()
        assert {len(services.archive.versions(document_id)) for document_id in kept} == {1}
        again = renew_archive(services, local_caller())
    assert (len(again.renewed), again.still_good, again.failed) == (2, 1, [])
    for document_id in kept:
        assert len(services.archive.versions(document_id)) == 2
        row = services.index.get(document_id)
        assert row is not None
        assert row.version == 2


def test_what_the_settings_must_say(kept: list[str], pki: Pki) -> None:
    for settings in (load_settings(), settings_for(pki), load_settings(signer={"tsa": pki.tsa(2)})):
        with pytest.raises(UsageError, match=r"signer\.tsa|trust\.roots"):
            renew_archive(Services(settings), local_caller(), horizon=timedelta(days=5000))
