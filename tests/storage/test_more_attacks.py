"""Attacks tried anew by a reader of docs/threat-model.md with write access to folder, database and log: each is found."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from schemas.errors import SohoaError
from storage import erasure
from storage.audit_days import LIST
from storage.authenticity import document_faults
from storage.dossiers import put_dossier
from storage.index.database import writing
from storage.index.tables import audit
from storage.model import Dossier, document_object
from storage.ocfl import inventory as inv
from storage.ocfl.layout import object_path
from tests.storage.office import Office, day, rechain
from tests.storage.samples import Clock, deposit, event


def _write(folder: Path, content: dict) -> None:  # type: ignore[type-arg]
    data = json.dumps(content).encode()
    for place in (folder, folder / content["head"]):
        place.mkdir(exist_ok=True)
        (place / "inventory.json").write_bytes(data)
        (place / "inventory.json.sha512").write_bytes(inv.sidecar(data))


def add_a_version_with_an_old_seal(office: Office) -> None:
    """The confirmed version, as it was sealed, once more as the newest: the correction is undone."""
    path = office.path(office.ids[1])
    content = json.loads((path / "inventory.json").read_text())
    content["versions"]["v4"] = {**content["versions"]["v2"], "created": "2026-11-28T00:00:00.000000Z"}
    content["head"] = "v4"
    _write(path, content)


def exchange_two_seals(office: Office) -> None:
    path = office.path(office.ids[1])
    content = json.loads((path / "inventory.json").read_text())
    seals = {
        v: next(d for d, p in content["versions"][v]["state"].items() if "seal.json" in p)
        for v in ("v2", "v3")
    }
    for version, other in (("v2", "v3"), ("v3", "v2")):
        state = content["versions"][version]["state"]
        state.pop(seals[version])
        state[seals[other]] = ["seal.json"]
    _write(path, content)
    older = {**content, "head": "v2", "versions": {k: content["versions"][k] for k in ("v1", "v2")}}
    data = json.dumps(older).encode()
    (path / "v2" / "inventory.json").write_bytes(data)
    (path / "v2" / "inventory.json.sha512").write_bytes(inv.sidecar(data))


def rewrite_an_older_version(office: Office) -> None:
    """The newest stays; what was confirmed before it is another."""
    path = office.path(office.ids[1])
    content = json.loads((path / "inventory.json").read_text())
    state = content["versions"]["v2"]["state"]
    old = next(digest for digest, names in state.items() if "record.json" in names)
    place = path / content["manifest"][old][0]
    new = place.read_bytes().replace(b"confirmed", b"revoked  ")
    digest = hashlib.sha512(new).hexdigest()
    place.write_bytes(new)
    content["manifest"][digest] = content["manifest"].pop(old)
    for version in content["versions"].values():
        if old in version["state"]:
            version["state"][digest] = version["state"].pop(old)
    content["fixity"]["sha256"] = {}
    _write(path, content)
    data = json.dumps(
        {**content, "head": "v2", "versions": {k: content["versions"][k] for k in ("v1", "v2")}}
    ).encode()
    (path / "v2" / "inventory.json").write_bytes(data)
    (path / "v2" / "inventory.json.sha512").write_bytes(inv.sidecar(data))


def unseal_the_archive(office: Office) -> None:
    """As if there had never been seals: the mark of the beginning is gone, every seal, and a PDF is another one."""
    for mark in (office.folder / "archive").glob("extensions/*seal*/*"):
        mark.unlink()
    for mark in (office.folder / "archive").rglob("*sealed*"):
        if mark.is_file():
            mark.unlink()
    for id in office.ids:
        path = office.path(id)
        content = json.loads((path / "inventory.json").read_text())
        for version in content["versions"].values():
            for digest in [d for d, names in version["state"].items() if "seal.json" in names]:
                version["state"].pop(digest)
                content["manifest"].pop(digest, None)
        _write(path, content)
    office.replace(office.ids[0], "document.pdf", b"%PDF-1.7 another one")


def link_a_file_out(office: Office) -> None:
    """The same bytes now, and others whenever the attacker likes."""
    content = next((office.path(office.ids[0]) / "v1" / "content").glob("document*"))
    outside = office.folder / "outside.pdf"
    content.rename(outside)
    content.symlink_to(outside)


def link_an_object_out(office: Office) -> None:
    path = office.path(office.ids[0])
    outside = office.folder / "outside"
    path.rename(outside)
    path.symlink_to(outside)


def a_pipe_for_a_file(office: Office) -> None:
    """Who reads it waits for ever, and the check never comes to what else was done."""
    content = next((office.path(office.ids[1]) / "v1" / "content").glob("record*"))
    content.unlink()
    os.mkfifo(content)


def a_pipe_for_an_inventory(office: Office) -> None:
    path = office.path(office.ids[1]) / "inventory.json"
    path.unlink()
    os.mkfifo(path)


def a_socket_for_a_scan(office: Office) -> None:
    content = next((office.path(office.ids[1]) / "v1" / "content").glob("scan*"))
    content.unlink()
    os.mknod(content, 0o600 | stat.S_IFSOCK)


def put_in_a_file(office: Office) -> None:
    """Beside the others in a version that was decided: other software of the standard may show it."""
    (office.path(office.ids[0]) / "v1" / "content" / "document-new.pdf").write_bytes(b"%PDF-1.7 evil")


def lead_out_of_the_object(office: Office) -> None:
    """The manifest names a file of another document, of the same bytes now."""
    path = office.path(office.ids[0])
    content = json.loads((path / "inventory.json").read_text())
    digest, places = next((d, p) for d, p in content["manifest"].items() if "document" in p[0])
    outside = office.folder / "archive" / "outside.pdf"
    (path / places[0]).rename(outside)
    up = "/".join([".."] * len(path.relative_to(office.folder / "archive").parts))
    content["manifest"][digest] = [f"{up}/outside.pdf"]
    _write(path, content)


def name_a_key_twice(office: Office) -> None:
    """Two lists of versions in one inventory: other software may take the first."""
    path = office.path(office.ids[0])
    text = (path / "inventory.json").read_text()
    evil = json.loads(text)["versions"]
    evil["v1"]["user"] = {"name": "somebody-else"}
    data = ('{"versions": ' + json.dumps(evil) + ", " + text.lstrip()[1:]).encode()
    for place in (path, path / "v1"):
        (place / "inventory.json").write_bytes(data)
        (place / "inventory.json.sha512").write_bytes(inv.sidecar(data))


def put_the_object_twice(office: Office) -> None:
    """A whole document once more, where another one would lie."""
    target = office.folder / "archive" / object_path(document_object("00000000-0000-5000-8000-000000000000"))
    shutil.copytree(office.path(office.ids[1]), target)


def bury_another(office: Office) -> None:
    """A genuine gravestone, of an erasure that was ordered, under the name of a document that is then stolen."""
    erasure.erase(office.archive, office.ids[2], by="officer", order="7/QĐ-TA")
    stones = office.folder / "archive" / "extensions" / "sohoa-erased"
    (stone,) = stones.iterdir()
    name = hashlib.sha256(document_object(office.ids[0]).encode()).hexdigest()
    shutil.copy(stone, stones / f"{name}.json")
    shutil.rmtree(office.path(office.ids[0]))


def rewrite_a_dossier(office: Office) -> None:
    dossier = Dossier(code="H48-1", documents=(office.ids[0],), received_at=Clock()())
    put_dossier(office.archive, dossier, event())
    path = office.folder / "archive" / object_path(office.archive.dossier_object("H48-1"))
    content = json.loads((path / "inventory.json").read_text())
    state = content["versions"]["v1"]["state"]
    old = next(digest for digest, names in state.items() if "dossier.json" in names)
    place = path / content["manifest"][old][0]
    new = place.read_bytes().replace(office.ids[0].encode(), office.ids[2].encode())
    digest = hashlib.sha512(new).hexdigest()
    place.write_bytes(new)
    content["manifest"][digest] = content["manifest"].pop(old)
    state[digest] = state.pop(old)
    content["fixity"]["sha256"] = {}
    _write(path, content)


def remove_a_dossier(office: Office) -> None:
    dossier = Dossier(code="H48-1", documents=(office.ids[0],), received_at=Clock()())
    put_dossier(office.archive, dossier, event())
    shutil.rmtree(office.folder / "archive" / object_path(office.archive.dossier_object("H48-1")))


def _share(office: Office) -> list[Path]:
    from storage.model import ScanRef, scan_object

    places = []
    for n in (8, 9):
        scan = f"%PDF-1.7 a stack, number {n}".encode()
        ref = ScanRef(
            sha256=hashlib.sha256(scan).hexdigest(),
            name="s.pdf",
            media_type="application/pdf",
            size=len(scan),
        )
        shared = office.archive.put_scan(scan, ref, event())
        office.archive.put(deposit(n, scan=scan, shared=shared))
        places.append(office.folder / "archive" / object_path(scan_object(ref.sha256)))
    return places


def exchange_two_shared_scans(office: Office) -> None:
    one, other = _share(office)
    ids = [json.loads((path / "inventory.json").read_text())["id"] for path in (one, other)]
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)
    for path, id in zip((one, other), ids, strict=True):
        _write(path, {**json.loads((path / "inventory.json").read_text()), "id": id})


def remove_a_shared_scan(office: Office) -> None:
    shutil.rmtree(_share(office)[0])


ON_THE_ARCHIVE = [
    add_a_version_with_an_old_seal, exchange_two_seals, rewrite_an_older_version, unseal_the_archive, link_a_file_out,
    link_an_object_out, put_in_a_file, lead_out_of_the_object, name_a_key_twice, put_the_object_twice, bury_another,
    rewrite_a_dossier, remove_a_dossier, exchange_two_shared_scans, remove_a_shared_scan, a_pipe_for_a_file,
    a_pipe_for_an_inventory, a_socket_for_a_scan,
]  # fmt: skip


@pytest.mark.parametrize("attack", ON_THE_ARCHIVE)
def test_a_check_finds_it(office: Office, attack: Callable[[Office], None]) -> None:
    attack(office)
    try:
        report = office.check()
    except SohoaError:
        return  # told at once
    assert report.damages
    assert not report.sound


# -- the log


def _lines(office: Office, ago: int) -> list:  # type: ignore[type-arg]
    with writing(office.index.engine) as connection:
        return list(
            connection.execute(select(audit).where(audit.c.day == day(ago)).order_by(audit.c.sequence))
        )


def double_a_line(office: Office) -> None:
    with writing(office.index.engine) as connection:
        row = connection.execute(select(audit).where(audit.c.day == day(2))).first()
        assert row is not None
        last = connection.scalar(select(audit.c.sequence).order_by(audit.c.sequence.desc()).limit(1))
        connection.execute(
            audit.insert().values(
                sequence=last + 1, day=row.day, line=row.line, digest=row.digest, object=row.object
            )
        )
        rechain(connection)


def move_a_line_to_another_day(office: Office) -> None:
    with writing(office.index.engine) as connection:
        row = connection.execute(select(audit).where(audit.c.day == day(2))).first()
        assert row is not None
        connection.execute(update(audit).where(audit.c.sequence == row.sequence).values(day=day(1)))


def note_another_document(office: Office) -> None:
    """What the log noted of one document is said of another, so that the newest version of the first may go."""
    office.roll_back(office.ids[1], 2)
    with writing(office.index.engine) as connection:
        mine = audit.c.object == document_object(office.ids[1])
        last = connection.scalar(
            select(audit.c.sequence).where(mine).order_by(audit.c.sequence.desc()).limit(1)
        )
        connection.execute(
            update(audit).where(audit.c.sequence == last).values(object=document_object(office.ids[0]))
        )


def exchange_who_looked(office: Office) -> None:
    """Two lines of a closed day with their actors exchanged; number of lines and all digests agree."""
    rows = _lines(office, 2)
    with writing(office.index.engine) as connection:
        for row, name, other in ((rows[0], "officer-0", "officer-1"), (rows[1], "officer-1", "officer-0")):
            line = row.line.replace(name, other)
            connection.execute(update(audit).where(audit.c.sequence == row.sequence).values(line=line))
        rechain(connection)


def forget_a_look(office: Office) -> None:
    rows = _lines(office, 3)
    with writing(office.index.engine) as connection:
        connection.execute(delete(audit).where(audit.c.sequence == rows[1].sequence))
        rechain(connection)


def cut_the_archived_lines(office: Office) -> None:
    """In the archive: a day's lines without the last, with all digests of the object made to agree."""
    path = office.folder / "archive" / object_path(f"urn:sohoa:audit:{day(2)}")
    content = json.loads((path / "inventory.json").read_text())
    old, places = next((d, p) for d, p in content["manifest"].items() if "log" in p[0])
    new = b"\n".join((path / places[0]).read_bytes().splitlines()[:-1]) + b"\n"
    digest = hashlib.sha512(new).hexdigest()
    (path / places[0]).write_bytes(new)
    content["manifest"][digest] = content["manifest"].pop(old)
    content["versions"]["v1"]["state"][digest] = content["versions"]["v1"]["state"].pop(old)
    content["fixity"]["sha256"] = {}
    _write(path, content)


def number_the_days_anew(office: Office) -> None:
    """The list of days begins with its second."""
    from storage.audit_days import LIST

    entries = sorted((office.folder / "archive" / LIST).iterdir())
    entries[0].unlink()
    entries[1].rename(
        entries[1].with_name(entries[0].name.partition("-")[0] + "-" + entries[1].name.partition("-")[2])
    )


def forget_the_witness_and_the_last_head(office: Office) -> None:
    path = office.folder / "archive" / object_path(f"urn:sohoa:audit:{day(1)}")
    for name in ("head.json", "head.p7s"):
        next((path / "v1" / "content").glob(f"{name.split('.')[0]}-*{name[-4:]}")).unlink()


def a_pipe_in_the_list_of_days(office: Office) -> None:
    os.mkfifo(office.folder / "archive" / LIST / f"00000009-{day(0)}")


ON_THE_LOG = [
    double_a_line, move_a_line_to_another_day, note_another_document, exchange_who_looked, forget_a_look,
    cut_the_archived_lines, number_the_days_anew, forget_the_witness_and_the_last_head,
    a_pipe_in_the_list_of_days,
]  # fmt: skip


@pytest.mark.parametrize("attack", ON_THE_LOG)
def test_the_verification_of_the_log_or_a_check_finds_it(
    office: Office, attack: Callable[[Office], None]
) -> None:
    attack(office)
    try:
        assert office.verify() or not office.check().sound
    except SohoaError:
        return


def all_inventories_are_pipes(office: Office) -> None:
    for path in office.path(office.ids[1]).rglob("inventory.json"):
        path.unlink()
        os.mkfifo(path)


@pytest.mark.parametrize(
    "attack",
    [
        add_a_version_with_an_old_seal,
        exchange_two_seals,
        unseal_the_archive,
        link_an_object_out,
        all_inventories_are_pipes,
    ],
)
def test_the_verification_of_the_document_finds_it(office: Office, attack: Callable[[Office], None]) -> None:
    attack(office)
    found = []
    for id in office.ids:
        try:
            found += document_faults(office.archive, office.log, id)
        except SohoaError as fault:
            found.append(str(fault))
    assert found
