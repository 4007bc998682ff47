"""Versions that nobody holds any more: an administrator accepts the loss, nobody else passes off what he took away as one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from schemas.errors import Erased, NotAuthentic, NotFoundInArchive, NothingLost
from storage import corrections, erasure
from storage.audit_days import close_days
from storage.audit_lines import appending
from storage.authenticity import document_faults
from storage.copying import copy
from storage.dossiers import put_dossier
from storage.fixity import Checking, check
from storage.index.database import reading
from storage.index.tables import audit
from storage.losing import EVENT, accept_loss
from storage.losses import Loss
from storage.model import Dossier, Event, document_object
from storage.ocfl.inventory import Version
from storage.ocfl.layout import object_path
from storage.seals import load_key, version_digests
from storage.stores.folder import FolderStore
from tests.storage.forger import forge, write
from tests.storage.office import Office, now, sign
from tests.storage.samples import deposit, record

REASON = "đĩa hỏng trước bản sao đêm"


@pytest.fixture(params=["plain", "encrypted"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Office:
    return Office(tmp_path, encrypted=request.param == "encrypted")


def accept(office: Office, object_id: str) -> tuple[Loss, int]:
    return accept_loss(office.archive, office.log, object_id, by="admin", reason=REASON)


def _sound(office: Office) -> list[str]:
    """The losses that are told where nothing else is."""
    report = office.check()
    assert (report.damages, office.verify()) == ([], [])
    return report.losses


def test_a_document_goes_on_from_what_is_left(office: Office) -> None:
    id = office.ids[1]
    office.roll_back(id, 1)
    assert not office.check().sound
    with pytest.raises(NotAuthentic):
        corrections.revoke(office.archive, id, by="officer", reason="thu hồi")
    loss, version = accept(office, document_object(id))
    assert (loss.kept, loss.lost, version) == (1, 3, 2)
    for _ in range(2):  # told once and for all
        (told,) = _sound(office)
        assert all(word in told for word in (id, "versions 2 to 3", "admin", REASON))
        assert document_faults(office.archive, office.log, id) == []
        corrections.correct(office.archive, id, record(1, number="8/QĐ"), by="officer", reason="số")
        close_days(office.log, sign)
    assert "admin" not in loss.fact, "other agencies are told no more than that"
    event = next(event for event in office.archive.provenance(id) if event.type == EVENT)
    assert (event.agent, event.reason, event.settings) == ("admin", REASON, {"kept": 1, "lost": 3})
    office.roll_back(id, 2)
    assert not office.check().sound, "what is lost later is another loss"


def test_a_document_of_which_nothing_is_left(office: Office) -> None:
    id = office.ids[0]
    shutil.rmtree(office.path(id))
    assert not office.check().sound
    assert accept(office, document_object(id))[1] == 0
    (told,) = _sound(office)
    assert "all of it is lost" in told
    with pytest.raises(NotFoundInArchive):
        document_faults(office.archive, office.log, id)
    if office.archive.vault is None:
        assert office.archive.put(deposit(0)).id == id, "its paper is scanned again"
        assert _sound(office) == [told]


def a_dossier(office: Office) -> str:
    event = Event(type="accession", at=now(), agent="officer")
    for number in range(2):
        put_dossier(office.archive, Dossier(code="H48-1", documents=(office.ids[number],)), event)
    object_id = office.archive.dossier_object("H48-1")
    path = office.folder / "archive" / object_path(object_id)
    shutil.rmtree(path / "v2")
    for name in ("inventory.json", "inventory.json.sha512"):
        shutil.copy(path / "v1" / name, path / name)
    return object_id


def a_shared_scan(office: Office) -> str:
    shared = deposit(9)
    assert shared.scan is not None
    ref = office.archive.put_scan(shared.scan, shared.scan_ref)
    assert ref.object is not None
    shutil.rmtree(office.folder / "archive" / object_path(ref.object))
    return ref.object


@pytest.mark.parametrize("lose", [a_dossier, a_shared_scan])
def test_what_is_no_document(office: Office, lose: Callable[[Office], str]) -> None:
    object_id = lose(office)
    assert not office.check().sound
    accept(office, object_id)
    assert object_id in _sound(office)[0]


def test_an_acceptance_that_was_stopped_is_completed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    id = office.ids[1]
    office.roll_back(id, 2)
    with monkeypatch.context() as patch:
        patch.setattr(office.archive.objects, "add", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            accept(office, document_object(id))
    assert len(_sound(office)) == 1, "it is accepted when the log says so"
    assert accept(office, document_object(id))[1] == 3
    with pytest.raises(NothingLost):
        accept(office, document_object(id))
    assert len(_sound(office)) == 1


def test_only_a_loss_is_accepted(office: Office) -> None:
    for id in office.ids:
        with pytest.raises(NothingLost):
            accept(office, document_object(id))
    erasure.erase(office.archive, office.ids[0], order="12/QĐ-TA", by="officer")
    with pytest.raises(NothingLost):
        accept(office, document_object(office.ids[0]))
    with pytest.raises(Erased):
        document_faults(office.archive, office.log, office.ids[0])
    office.roll_back(office.ids[1], 2)
    forge(office.archive.root.store, document_object(office.ids[1]), "record.json", lambda data: data + b" ")
    with pytest.raises(NotAuthentic):
        accept(office, document_object(office.ids[1]))
    assert _lines(office) == []


def _damage(office: Office, id: str, *names: str) -> None:
    """Files of the newest version, by their logical names, as a failing disk leaves them."""
    inventory = office.archive.root.inventory(document_object(id))
    for name in names:
        place = office.path(id) / inventory.manifest[inventory.head.state[name]]
        place.write_bytes(place.read_bytes()[:-1])


@pytest.mark.parametrize(
    "names",
    [("record.json",), ("record.json", "provenance.json"), ("seal.json",), ("scan.png",), ("document.pdf", "seal.json")],
    ids=str,
)  # fmt: skip
def test_a_newest_version_that_is_damaged_everywhere(
    office: Office, tmp_path: Path, names: tuple[str, ...]
) -> None:
    """What is whole goes on, the damaged files stay where they are, and are told as lost; a copy has what there is."""
    id = office.ids[1]
    scan = next(
        name for name in office.archive.root.inventory(document_object(id)).head.state if "scan" in name
    )
    _damage(office, id, *(scan if name == "scan.png" else name for name in names))
    assert not office.check().sound
    loss, version = accept(office, document_object(id))
    assert (loss.kept, loss.lost, version, len(loss.damaged)) == (3, 3, 4, len(names))
    copied = FolderStore(tmp_path / "copied", create=True)
    for _ in range(2):
        (told,) = _sound(office)
        assert all(word in told for word in (id, "damaged everywhere", "admin", REASON))
        assert document_faults(office.archive, office.log, id) == []
        done = copy(
            office.archive.root.store,
            copied,
            key=office.archive.signing_key,
            given_up=office.log.versions.given_up,
        )
        assert (done.damaged, done.conflicts) == ([], [])
        corrections.correct(office.archive, id, record(1, number="8/QĐ"), by="officer", reason="số")
    assert EVENT in {event.type for event in office.archive.provenance(id)}
    shutil.rmtree(office.path(id))
    assert check(office.archive, Checking(log=office.log, repair_from=[copied])).sound
    assert len(_sound(office)) == 1
    with pytest.raises(NothingLost):
        accept(office, document_object(office.ids[2]))


def test_a_copy_without_what_was_given_up_mends(office: Office, tmp_path: Path) -> None:
    id = office.ids[0]
    _damage(office, id, "text.alto.xml")
    accept(office, document_object(id))
    copied, given_up = FolderStore(tmp_path / "copied", create=True), office.log.versions.given_up
    copy(office.archive.root.store, copied, key=office.archive.signing_key, given_up=given_up)
    _damage(office, id, "record.json")
    assert check(office.archive, Checking(log=office.log, repair_from=[copied])).sound
    assert len(_sound(office)) == 1


def test_damage_of_all_that_a_paper_is_cannot_be_accepted(office: Office) -> None:
    id = office.ids[0]
    _damage(office, id, "record.json")
    with pytest.raises(NotAuthentic, match="every version"):
        accept(office, document_object(id))
    shutil.move(office.path(id), office.folder / "evidence")
    assert accept(office, document_object(id))[1] == 0
    assert len(_sound(office)) == 1


def test_the_given_up_seal_seals_nothing_else(office: Office) -> None:
    """A version that names it as its own was made by somebody else."""
    id = office.ids[0]
    _damage(office, id, "seal.json")
    accept(office, document_object(id))
    here = office.archive.root.inventory(document_object(id))
    lost = here.version(1).state["seal.json"]
    state = {**here.head.state, "seal.json": lost}
    forged = replace(here, versions=(*here.versions, Version(3, now(), "revision", "officer", state)))
    write(office.archive.root.store, forged)
    assert not office.check().sound
    assert document_faults(office.archive, office.log, id)


def test_a_version_that_turns_up_before_anything_was_built_is_taken(office: Office, tmp_path: Path) -> None:
    """It is the more of the two."""
    found = FolderStore(tmp_path / "found", create=True)
    copy(office.archive.root.store, found, key=office.archive.signing_key)
    id, before = office.ids[1], office.archive.root.inventory(document_object(office.ids[1]))
    office.roll_back(id, 2)
    key = office.archive.signing_key
    assert key is not None
    digests = version_digests(before)
    office.log.versions.note_loss(
        Loss(before.id, 2, digests[1], 3, digests[2], "admin", REASON, now(), REASON), key, ""
    )
    content = next((office.path(id) / "v2" / "content").glob("record-*"))
    content.write_bytes(b"rotten")
    report = check(office.archive, Checking(log=office.log, repair_from=[found]))
    assert report.sound
    assert office.archive.root.inventory(before.id) == before


def _lines(office: Office) -> list[dict[str, Any]]:
    with reading(office.log.engine) as connection:
        lines = [json.loads(line) for line in connection.scalars(select(audit.c.line))]
    return [line for line in lines if line["action"] == "loss"]


def _write(office: Office, content: dict[str, Any]) -> None:
    """A line with its digest, as only who rules the database writes it."""
    with appending(office.log.engine) as pen:
        pen.write([content], now())


@pytest.mark.parametrize("key", ["none", "another", "of another loss"])
def test_nobody_else_accepts_a_loss(office: Office, key: str) -> None:
    """Put back to an older version, with a line in the log that says it was lost."""
    inventory = office.archive.root.inventory(document_object(office.ids[1]))
    digests = version_digests(inventory)
    loss = Loss(inventory.id, 2, digests[1], 3, digests[2], "admin", REASON, now(), REASON)
    stranger = load_key(office.folder / "attacker.pem", create=True)
    signed = loss.line(stranger)
    if key == "none":
        signed["signature"] = ""
    if key == "of another loss":
        shutil.rmtree(office.path(office.ids[0]))
        accept(office, document_object(office.ids[0]))
        signed |= {name: _lines(office)[0][name] for name in ("key", "signature")}
    office.roll_back(office.ids[1], 2)
    line = {"actor": "admin", "action": "loss", "object": inventory.id, "origin": "", "purpose": REASON}
    _write(office, {**line, **signed})
    report = office.check()
    assert [damage for damage in report.damages if damage.object == inventory.id]
    assert not [loss for loss in report.losses if inventory.id in loss]
    assert any("seal key did not sign it" in fault for fault in office.verify())


def test_an_acceptance_counts_once(office: Office) -> None:
    """The same line again accepts nothing that was lost later."""
    id = office.ids[1]
    office.roll_back(id, 2)
    accept(office, document_object(id))
    (line,) = _lines(office)
    office.roll_back(id, 2)
    _write(office, {name: value for name, value in line.items() if name not in {"sequence", "at"}})
    report = office.check()
    assert [damage.object for damage in report.damages] == [document_object(id)]
    assert len(report.losses) == 1
