"""Somebody who may write into the home, and has no key: what we leave there between two runs is believed only where it is ours."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from schemas.errors import StoreDenied
from storage.archive import Archive
from storage.audit_days import close_days
from storage.fixity import Checking, Report, check
from storage.index.database import writing
from storage.index.rebuild import generation_of
from storage.index.tables import documents
from storage.model import document_object
from storage.ocfl.layout import object_path
from storage.seals import Sealing, load_key
from storage.signed_notes import own_note, signed_note
from storage.stores.folder import FolderStore
from tests.storage.forger import forge
from tests.storage.office import Office, sign
from tests.storage.samples import deposit


def _check(office: Office, stop: Callable[[int], None] | None = None) -> Report:
    how = Checking(workers=1, log=office.log, resume=office.folder / "check.json", progress=stop)
    return check(office.archive, how)


def _forge(office: Office) -> str:
    object_id = document_object(office.ids[0])
    forge(
        office.archive.root.store,
        object_id,
        "record.json",
        lambda data: data.replace("Đỗ Thị".encode(), "Lê Thị".encode()) + b" ",
    )
    return object_id


def _stopped(office: Office) -> bytes:
    """The note of a check that came to the last object but one."""
    last = max(path.name for path in (office.folder / "archive").iterdir() if len(path.name) == 3)

    def stop(_: int) -> None:
        note = office.folder / "check.json"
        if note.exists() and (office.folder / "archive" / last).exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _check(office, stop)
    return (office.folder / "check.json").read_bytes()


def test_a_check_goes_on_by_its_own_note_only(office: Office) -> None:
    """Not from where somebody would have it begin."""
    forged = _forge(office)
    told = {"report": {"objects": 9, "damages": []}, "strangers": []}
    by_another = load_key(office.folder / "attacker.pem", create=True)
    began = {"id": "x", "began": datetime.now(UTC).isoformat(), "shard": "fff", "told": told}
    place = office.archive.root.store.name
    for note in (
        json.dumps({"shard": "fff", "report": told["report"]}).encode(),
        signed_note(f"check {place}", began, by_another),
        signed_note(f"check {place}-copy", began, office.archive.signing_key),
        b"[]",
        b"{" * 100_000,
    ):
        (office.folder / "check.json").write_bytes(note)
        assert forged in {damage.object for damage in _check(office).damages}
    ours = signed_note(f"check {place}", began, office.archive.signing_key)
    (office.folder / "check.json").write_bytes(ours)
    assert forged not in {damage.object for damage in _check(office).damages}, "our own is believed"


def test_a_note_of_a_check_that_has_ended_counts_no_more(office: Office) -> None:
    note = _stopped(office)
    whole = _check(office)
    assert (whole.damages, whole.objects) == ([], office.check().objects), "it went on"
    forged = _forge(office)
    (office.folder / "check.json").write_bytes(note)
    assert forged in {damage.object for damage in _check(office).damages}
    assert [line["action"] for line in office.log.lines()].count("check") == 2, (
        "the log tells of whole checks"
    )


def test_a_note_about_something_else_is_none(office: Office) -> None:
    key = office.archive.signing_key
    data = signed_note("prepared a", {"n": 1}, key)
    assert own_note("prepared a", data, key) == {"n": 1}
    assert own_note("prepared b", data, key) is None
    assert own_note("prepared a", data.replace(b"1", b"2"), key) is None


def test_what_was_put_in_is_told_also_when_the_check_was_stopped_behind_it(office: Office) -> None:
    for number in range(70, 80):
        Archive(FolderStore(office.folder / "archive")).put(deposit(number))
    _stopped(office)
    strangers = {document_object(deposit(number).id) for number in range(70, 80)}
    assert strangers <= {damage.object for damage in _check(office).damages}


def test_a_key_that_was_put_behind_ours_seals_nothing(office: Office) -> None:
    """Keys of before stand in the same file; what one of them seals today the log does not know."""
    attacker = load_key(office.folder / "attacker.pem", create=True)
    with (office.folder / "seal.pem").open("a") as file:
        file.write(attacker.public)
    key = load_key(office.folder / "seal.pem")
    sealing = office.archive.objects.sealing
    assert sealing is not None
    office.archive.objects.sealing = Sealing(key, sealing.tip, sealing.register, sealing.unfit)
    assert office.check().damages == []
    made = Archive(FolderStore(office.folder / "archive"), sealing=Sealing(attacker)).put(deposit(70))
    (damage,) = office.check().damages
    assert damage.object == document_object(made.id)


def test_an_earlier_key_goes_on_counting_for_what_it_sealed(office: Office) -> None:
    old = (office.folder / "seal.pem").read_text()
    new = load_key(office.folder / "new.pem", create=True)
    both = (office.folder / "new.pem").read_text() + load_key(office.folder / "seal.pem").public
    (office.folder / "seal.pem").write_text(both)
    sealing = office.archive.objects.sealing
    assert sealing is not None
    key = load_key(office.folder / "seal.pem")
    assert (key.name, old != both) == (new.name, True)
    office.archive.objects.sealing = Sealing(key, sealing.tip, sealing.register, sealing.unfit)
    office.archive.put(deposit(70))
    assert (office.check().damages, office.verify()) == ([], [])


def a_pipe(witness: Path) -> None:
    witness.unlink()
    os.mkfifo(witness)


def a_folder(witness: Path) -> None:
    witness.unlink()
    witness.mkdir()


def a_terabyte(witness: Path) -> None:
    with witness.open("r+b") as file:
        file.truncate(1 << 40)


@pytest.mark.parametrize("attack", [a_pipe, a_folder, a_terabyte])
def test_a_witness_that_cannot_be_heard_is_told_and_stops_nobody(
    office: Office, attack: Callable[[Path], None]
) -> None:
    witness = office.log.witness
    assert witness is not None
    attack(witness)
    assert [fault for fault in office.verify() if "the witness tells nothing" in fault]
    if attack is not a_terabyte:
        with pytest.raises(StoreDenied):
            close_days(office.log, sign, today=datetime.now(UTC).date() + timedelta(days=1))


def test_a_rebuild_goes_on_by_its_own_note_only(office: Office) -> None:
    """Rows that somebody altered in the database are not passed over because a file says so."""
    resume = office.folder / "reindex.json"
    office.index.rebuild(office.archive, resume=resume)
    before = list(office.index.entries())
    with writing(office.index.engine) as connection:
        connection.execute(update(documents).values(title="altered"))
        generation = generation_of(connection)
    last = max(office.archive.ids(), key=lambda one: object_path(document_object(one)))
    resume.write_text(json.dumps({"generation": generation, "after": last}))
    office.index.rebuild(office.archive, resume=resume)
    assert list(office.index.entries()) == before
