"""Somebody with write access to the archive's folder and to the database, but without the keys: each attack is found.

The attackers are thorough: whatever digests, sidecars and chains stand beside what they change are made to agree with it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from schemas.errors import Corrupt
from storage import corrections
from storage.archive import Archive
from storage.audit import GENESIS, Access, AuditLog, chain
from storage.audit_days import LIST, close_days
from storage.audit_restore import restore
from storage.audit_verify import verify_log
from storage.authenticity import document_faults, note
from storage.copying import copy
from storage.encryption import Vault
from storage.fixity import Checking, Report, check
from storage.index.database import writing
from storage.index.index import Index
from storage.index.tables import audit
from storage.model import document_object
from storage.ocfl import inventory as inv
from storage.ocfl.layout import object_path
from storage.seals import Sealing, Tip, load_key
from storage.stores.folder import FolderStore
from storage.wrapping import FileKey
from tests.storage.samples import deposit, record

NOW = datetime.now(UTC)


def sign(head: bytes) -> bytes:
    return hashlib.sha256(b"the agency's key" + head).digest()


def good(head: bytes, signature: bytes) -> bool:
    return sign(head) == signature


class Office:
    """An archive with its log: three documents (the second confirmed, then corrected), three days of looks, two closed."""

    def __init__(self, folder: Path, *, encrypted: bool = False, close: bool = True) -> None:
        self.folder = folder
        self.index = Index(folder / "index.sqlite")
        vault = Vault(FolderStore(folder / "keys", create=True), FileKey(bytes(32))) if encrypted else None
        key = load_key(folder / "seal.pem", create=True)
        sealing = Sealing(key, self._tip, self._register)
        store = FolderStore(folder / "archive", create=True)
        self.archive = Archive(store, create=True, vault=vault, sealing=sealing)
        self.log = AuditLog(self.index.engine, self.archive, folder / "elsewhere" / "witness.jsonl")
        for day in (3, 2, 1):
            for n in range(3):
                look = Access(f"officer-{n}", "view", f"document-{n}", "10.0.0.7", "TTHC 1.001193")
                self.log.append(look, at=NOW - timedelta(days=day, minutes=-n))
        self.ids = [self.archive.put(deposit(n)).id for n in range(3)]
        corrections.confirm(self.archive, self.ids[1], record(1), by="officer")
        corrections.correct(self.archive, self.ids[1], record(1, number="7/QĐ"), by="officer", reason="số")
        if close:
            close_days(self.log, sign)
        self.log.append(Access("officer-1", "view", self.ids[0], "10.0.0.7", ""))

    def _tip(self) -> Tip | None:
        return self.log.tip()

    def _register(self, object_id: str, version: int, digest: str) -> None:
        note(self.log, object_id, version, digest)

    def check(self) -> Report:
        return check(self.archive, Checking(log=self.log))

    def verify(self) -> list[str]:
        return [finding.fault for finding in verify_log(self.log, good)]

    def path(self, id: str) -> Path:
        return self.folder / "archive" / object_path(document_object(id))

    def rewrite(self, id: str, change: Callable[[dict], None]) -> None:  # type: ignore[type-arg]
        """Change the newest inventory, with every copy of it and every sidecar."""
        path = self.path(id)
        content = json.loads((path / "inventory.json").read_text())
        change(content)
        data = json.dumps(content).encode()
        for folder in (path, path / content["head"]):
            (folder / "inventory.json").write_bytes(data)
            (folder / "inventory.json.sha512").write_bytes(inv.sidecar(data))

    def replace(self, id: str, name: str, new: bytes) -> None:
        """Put other bytes in the place of a file of the newest version."""
        digest = hashlib.sha512(new).hexdigest()

        def change(content: dict) -> None:  # type: ignore[type-arg]
            state = content["versions"][content["head"]]["state"]
            old = next(key for key, paths in state.items() if name in paths)
            state[digest] = state.pop(old)
            place = content["manifest"].pop(old)
            content["manifest"][digest] = place
            content["fixity"]["sha256"] = {}
            (self.path(id) / place[0]).write_bytes(new)
            for version in content["versions"].values():
                if old in version["state"]:
                    version["state"][digest] = version["state"].pop(old)

        self.rewrite(id, change)

    def roll_back(self, id: str, to: int) -> None:
        path = self.path(id)
        for number in range(to + 1, 10):
            shutil.rmtree(path / f"v{number}", ignore_errors=True)
        for name in ("inventory.json", "inventory.json.sha512"):
            shutil.copy(path / f"v{to}" / name, path / name)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_nothing_is_found_where_nobody_attacked(office: Office) -> None:
    report = office.check()
    assert report.damages == []
    assert (report.adopted, report.noted) == (0, 0)
    assert office.verify() == []
    assert office.index.rebuild(office.archive).damaged == ()
    for id in office.ids:
        assert document_faults(office.archive, office.log, id) == []


# -- documents


def roll_back(office: Office) -> None:
    office.roll_back(office.ids[1], 2)


def remove_a_version(office: Office) -> None:
    """The confirmation in the middle goes; what came after it becomes version 2."""

    def change(content: dict) -> None:  # type: ignore[type-arg]
        content["versions"]["v2"] = content["versions"].pop("v3")
        content["head"] = "v2"

    office.rewrite(office.ids[1], lambda content: None)
    path = office.path(office.ids[1])
    content = json.loads((path / "inventory.json").read_text())
    change(content)
    used = {digest for version in content["versions"].values() for digest in version["state"]}
    content["manifest"] = {d: p for d, p in content["manifest"].items() if d in used}
    data = json.dumps(content).encode()
    (path / "v3" / "inventory.json").unlink()
    (path / "v3" / "inventory.json.sha512").unlink()
    for folder in (path, path / "v2"):
        (folder / "inventory.json").write_bytes(data)
        (folder / "inventory.json.sha512").write_bytes(inv.sidecar(data))


def another_pdf(office: Office) -> None:
    office.replace(office.ids[0], "document.pdf", b"%PDF-1.7 another one that the same officer signed")


def rewrite_a_record(office: Office) -> None:
    name = "record.json"
    data = office.archive.get(office.ids[2], "record")
    office.replace(office.ids[2], name, data.replace("Đỗ Thị Ngọc Ánh".encode(), "Lê Văn Tám".encode()))


def rewrite_the_history(office: Office) -> None:
    office.rewrite(
        office.ids[1], lambda content: content["versions"]["v2"]["user"].update({"name": "somebody-else"})
    )


def another_scan_with_its_digest(office: Office) -> None:
    scan = b"%PDF-1.7 a scan that nobody examined"
    data = json.loads(office.archive.get(office.ids[0], "record"))
    data["scan"]["sha256"] = hashlib.sha256(scan).hexdigest()
    office.replace(office.ids[0], "scan.pdf", scan)
    office.replace(office.ids[0], "record.json", json.dumps(data).encode())


def strip_the_seal(office: Office) -> None:
    def change(content: dict) -> None:  # type: ignore[type-arg]
        state = content["versions"]["v1"]["state"]
        seal = next(key for key, paths in state.items() if "seal.json" in paths)
        del state[seal]
        (office.path(office.ids[0]) / content["manifest"].pop(seal)[0]).unlink()

    office.rewrite(office.ids[0], change)
    another_pdf(office)


def put_in_a_stranger(office: Office) -> None:
    """A whole document that the archive never wrote, with other software."""
    stranger = Archive(FolderStore(office.folder / "archive"))
    stranger.put(deposit(77))


def put_in_a_stranger_sealed_by_another_key(office: Office) -> None:
    key = load_key(office.folder / "attacker.pem", create=True)
    Archive(FolderStore(office.folder / "archive"), sealing=Sealing(key)).put(deposit(77))


def remove_a_document(office: Office) -> None:
    shutil.rmtree(office.path(office.ids[0]))


def _call(name: str, content: dict) -> None:  # type: ignore[type-arg]
    content["id"] = name


def swap_two_documents(office: Office) -> None:
    """Everything of one object under the id of the other."""
    one, other = (office.path(id) for id in office.ids[0:3:2])
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)
    for id in office.ids[0:3:2]:
        office.rewrite(id, partial(_call, document_object(id)))


def pass_a_theft_off_as_an_erasure(office: Office) -> None:
    from storage.gravestones import Gravestone, put_gravestone

    object_id = document_object(office.ids[0])
    key = load_key(office.folder / "attacker.pem", create=True)
    stone = Gravestone(object_id, "12/QĐ-TA", NOW, "officer", removed=True)
    put_gravestone(office.archive.root.store, stone, key)
    remove_a_document(office)


ON_DOCUMENTS = [
    roll_back,
    remove_a_version,
    another_pdf,
    rewrite_a_record,
    rewrite_the_history,
    another_scan_with_its_digest,
    strip_the_seal,
    put_in_a_stranger,
    put_in_a_stranger_sealed_by_another_key,
    remove_a_document,
    swap_two_documents,
    pass_a_theft_off_as_an_erasure,
]


@pytest.mark.parametrize("attack", ON_DOCUMENTS)
def test_a_check_finds_it(office: Office, attack: Callable[[Office], None]) -> None:
    attack(office)
    report = office.check()
    assert report.damages
    assert not report.sound


@pytest.mark.parametrize(
    "attack", [roll_back, remove_a_version, another_pdf, rewrite_a_record, strip_the_seal]
)
def test_the_verification_of_the_document_finds_it(office: Office, attack: Callable[[Office], None]) -> None:
    attack(office)
    found = []
    for id in office.ids:
        try:
            found += document_faults(office.archive, office.log, id)
        except Corrupt as fault:
            found.append(str(fault))
    assert found


@pytest.mark.parametrize("attack", [another_pdf, rewrite_a_record, rewrite_the_history, swap_two_documents])
def test_a_reindex_takes_in_no_forgery(office: Office, attack: Callable[[Office], None]) -> None:
    attack(office)
    assert office.index.rebuild(office.archive).damaged


def test_two_encrypted_files_are_swapped(tmp_path: Path) -> None:
    """Two versions of a record, both encrypted with the object's key: which is which is part of the encryption."""
    office = Office(tmp_path, encrypted=True)
    path, id = office.path(office.ids[1]), office.ids[1]
    content = json.loads((path / "inventory.json").read_text())
    state = {n: content["versions"][f"v{n}"]["state"] for n in (2, 3)}
    digests = {n: next(d for d, p in s.items() if "record.json" in p) for n, s in state.items()}
    places = {n: content["manifest"][digests[n]][0] for n in (2, 3)}
    two, three = ((path / places[n]).read_bytes() for n in (2, 3))
    (path / places[2]).write_bytes(three)
    (path / places[3]).write_bytes(two)

    def change(content: dict) -> None:  # type: ignore[type-arg]
        content["manifest"][digests[2]], content["manifest"][digests[3]] = [places[3]], [places[2]]
        for n, other in ((2, 3), (3, 2)):
            content["versions"][f"v{n}"]["state"].pop(digests[n])
            content["versions"][f"v{n}"]["state"][digests[other]] = ["record.json"]

    office.rewrite(id, change)
    with pytest.raises(Corrupt):
        office.archive.record(id)
    assert not office.check().sound


def test_a_mended_document_is_the_right_one(office: Office, tmp_path: Path) -> None:
    """Of two copies the one is taken that the log knows, not the newer-looking forgery nor the older state."""
    old, right = (FolderStore(tmp_path / name, create=True) for name in ("old", "right"))
    copy(office.archive.root.store, right, key=office.archive.signing_key)
    copy(office.archive.root.store, old, key=office.archive.signing_key)
    aside = Office.__new__(Office)
    aside.folder = tmp_path / "aside"
    shutil.copytree(tmp_path / "old", aside.folder / "archive")
    aside.roll_back(office.ids[1], 2)
    before = office.archive.get(office.ids[1], "record")
    another_pdf(office)
    office.roll_back(office.ids[1], 1)
    only_old = check(
        office.archive, Checking(log=office.log, repair_from=[FolderStore(aside.folder / "archive")])
    )
    mended_by_old = {damage.object: damage for damage in only_old.damages}
    assert mended_by_old[document_object(office.ids[0])].repaired, "its PDF is whole there, too"
    assert not mended_by_old[document_object(office.ids[1])].repaired
    assert "older" in mended_by_old[document_object(office.ids[1])].how
    mended = check(
        office.archive, Checking(log=office.log, repair_from=[FolderStore(aside.folder / "archive"), right])
    )
    assert mended.sound
    assert "the audit log noted it" in mended.damages[0].how
    assert office.archive.get(office.ids[1], "record") == before
    assert office.check().damages == []


def test_a_day_of_the_log_that_is_gone_comes_back_from_a_copy(office: Office, tmp_path: Path) -> None:
    second = FolderStore(tmp_path / "second", create=True)
    copy(office.archive.root.store, second, key=office.archive.signing_key)
    shutil.rmtree(office.folder / "archive" / object_path(f"urn:sohoa:audit:{day(2)}"))
    assert not office.check().sound
    assert check(office.archive, Checking(log=office.log, repair_from=[second])).sound
    assert office.verify() == []


# -- the log


def rechain(connection, first: int = 1) -> None:  # type: ignore[no-untyped-def]
    """Make all digests agree with the lines again."""
    digest = GENESIS
    for number, row in enumerate(connection.execute(select(audit).order_by(audit.c.sequence)).all(), 1):
        line = json.dumps(
            {**json.loads(row.line), "sequence": number}, ensure_ascii=False, separators=(",", ":")
        )
        digest = chain(digest, line)
        connection.execute(delete(audit).where(audit.c.sequence == row.sequence))
        connection.execute(
            audit.insert().values(sequence=number, day=row.day, line=line, digest=digest, object=row.object)
        )


def day(ago: int) -> str:
    return (NOW - timedelta(days=ago)).date().isoformat()


def forget_a_day(office: Office, ago: int) -> None:
    """A day's object, its entry on the list, and its lines."""
    shutil.rmtree(office.folder / "archive" / object_path(f"urn:sohoa:audit:{day(ago)}"))
    for entry in (office.folder / "archive" / LIST).glob(f"*-{day(ago)}"):
        entry.unlink()
    with writing(office.index.engine) as connection:
        connection.execute(delete(audit).where(audit.c.day == day(ago)))


def drop_the_middle_day(office: Office) -> None:
    forget_a_day(office, 2)
    with writing(office.index.engine) as connection:
        rechain(connection)


def drop_the_last_day(office: Office) -> None:
    """Nothing in archive or database tells of it any more; only the witness does."""
    forget_a_day(office, 1)
    with writing(office.index.engine) as connection:
        connection.execute(delete(audit).where(audit.c.line.contains('"close"')))
        rechain(connection)


def rewrite_the_last_day_and_take_its_head(office: Office) -> None:
    shutil.rmtree(office.folder / "archive" / object_path(f"urn:sohoa:audit:{day(1)}"))
    for entry in (office.folder / "archive" / LIST).glob(f"*-{day(1)}"):
        entry.unlink()
    with writing(office.index.engine) as connection:
        for row in connection.execute(select(audit).where(audit.c.day == day(1))).all():
            line = row.line.replace("officer-1", "officer-9")
            connection.execute(update(audit).where(audit.c.sequence == row.sequence).values(line=line))
        rechain(connection)


def swap_two_days(office: Office) -> None:
    store = office.folder / "archive"
    one, other = (store / object_path(f"urn:sohoa:audit:{day(n)}") for n in (3, 2))
    for name in ("head.json", "head.p7s", "log.jsonl"):
        a, b = (next((path / "v1" / "content").glob(f"{name.split('.')[0]}-*")) for path in (one, other))
        first, second = a.read_bytes(), b.read_bytes()
        a.write_bytes(second)
        b.write_bytes(first)


def swap_the_entries_of_two_days(office: Office) -> None:
    folder = office.folder / "archive" / LIST
    one, other = sorted(folder.iterdir())[:2]
    a, b = one.name.partition("-"), other.name.partition("-")
    first, second = one.read_bytes(), other.read_bytes()
    one.unlink()
    other.unlink()
    (folder / f"{a[0]}-{b[2]}").write_bytes(second)
    (folder / f"{b[0]}-{a[2]}").write_bytes(first)


def forge_a_head(office: Office) -> None:
    """A day's lines and head are written anew, all digests agree; the signature cannot."""
    with writing(office.index.engine) as connection:
        for row in connection.execute(select(audit).where(audit.c.day == day(1))).all():
            line = row.line.replace("officer-1", "officer-9")
            connection.execute(update(audit).where(audit.c.sequence == row.sequence).values(line=line))
        rechain(connection)
    shutil.rmtree(office.folder / "archive" / object_path(f"urn:sohoa:audit:{day(1)}"))
    for entry in (office.folder / "archive" / LIST).glob(f"*-{day(1)}"):
        entry.unlink()
    forger = AuditLog(office.index.engine, Archive(FolderStore(office.folder / "archive")))
    close_days(forger, lambda head: hashlib.sha256(b"another key" + head).digest())


def empty_the_index(office: Office) -> None:
    with writing(office.index.engine) as connection:
        connection.execute(delete(audit))


def empty_the_index_and_go_on(office: Office) -> None:
    empty_the_index(office)
    office.log.append(Access("officer-1", "view", "x", "", ""))


def put_in_an_extra_day(office: Office) -> None:
    """A day of the attacker's own, before all others, chained and listed, signed with a key of his."""
    other = FolderStore(office.folder / "forged", create=True)
    forged = AuditLog(Index(office.folder / "forged.sqlite").engine, Archive(other, create=True))
    forged.append(Access("officer-1", "view", "nothing", "", ""), at=NOW - timedelta(days=9))
    assert close_days(forged, sign) == [day(9)]
    place = object_path(f"urn:sohoa:audit:{day(9)}")
    shutil.copytree(office.folder / "forged" / place, office.folder / "archive" / place)
    entry = next((office.folder / "forged" / LIST).iterdir())
    shutil.copy(entry, office.folder / "archive" / LIST / f"00000000-{day(9)}")


def hide_a_version(office: Office) -> None:
    with writing(office.index.engine) as connection:
        connection.execute(update(audit).where(audit.c.object.is_not(None)).values(object=None))


ON_THE_LOG = [
    drop_the_middle_day,
    drop_the_last_day,
    rewrite_the_last_day_and_take_its_head,
    swap_two_days,
    swap_the_entries_of_two_days,
    forge_a_head,
    empty_the_index,
    empty_the_index_and_go_on,
    put_in_an_extra_day,
    hide_a_version,
]


@pytest.mark.parametrize("attack", ON_THE_LOG)
def test_the_verification_of_the_log_finds_it(office: Office, attack: Callable[[Office], None]) -> None:
    attack(office)
    assert office.verify()


def test_without_a_witness_the_seals_tell_that_the_last_day_is_gone(office: Office) -> None:
    """Each seal names the newest line of the log when its version was made."""
    drop_the_last_day(office)
    (office.folder / "elsewhere" / "witness.jsonl").unlink()
    assert any("audit log is not the one" in damage.fault for damage in office.check().damages)


def test_a_log_that_never_closed_a_day_is_not_emptied_unseen(tmp_path: Path) -> None:
    office = Office(tmp_path, close=False)
    assert office.verify() == []
    empty_the_index_and_go_on(office)
    assert any("sealed when the log" in fault for fault in office.verify())


def test_what_is_missing_is_told_with_its_day(office: Office) -> None:
    empty_the_index_and_go_on(office)
    told = {finding.day: finding.fault for finding in verify_log(office.log, good)}
    assert set(told) >= {day(3), day(2), day(1)}
    assert "restore-audit" in told[day(2)]


def test_a_lost_index_comes_back_and_loses_nothing(office: Office) -> None:
    before = [line for line in office.log.lines(versions=True) if line["at"][:10] < day(0)]
    empty_the_index(office)
    office.log.append(Access("officer-5", "view", "in between", "", ""))
    assert restore(office.log) == len(before)
    assert all("sealed when the log" in fault for fault in office.verify()), "only today's lines stay lost"
    lines = list(office.log.lines(versions=True))
    assert lines[: len(before)] == before
    assert [(line["action"], line.get("was")) for line in lines[len(before) :]] == [
        ("restore", None),
        ("view", 1),
    ]
    assert restore(office.log) == 0


def test_a_clock_that_was_in_2099_closes_nothing_for_ever(office: Office) -> None:
    future = datetime(2099, 1, 1, 8, tzinfo=UTC)
    office.log.append(Access("a", "view", "x", "", ""), at=future)
    office.log.append(Access("b", "view", "y", "", ""))
    leaps = [line for line in office.log.lines() if line["action"] == "clock"]
    assert [leap["purpose"][:4] for leap in leaps] == [f"{NOW.year}", "2099"]
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    closed = close_days(office.log, sign, today=tomorrow)
    assert closed[:2] == [day(0), "2099-01-01"]
    assert closed[2] == f"{day(0)}.2"
    assert office.verify() == []
    office.log.append(Access("c", "view", "z", "", ""), at=datetime.now(UTC) + timedelta(days=1))
    assert close_days(office.log, sign, today=tomorrow + timedelta(days=1))
    assert office.verify() == []


@pytest.mark.parametrize(
    "purpose",
    ["a\u2028b\u2029c", "a\x85b\x1cc", "\ud800 \x00 \x1b[31m", "a\r\nb", "\u202edlrow", "x" * 10**6],
)
def test_no_purpose_breaks_the_log(office: Office, purpose: str) -> None:
    office.log.append(Access("officer-1", "view", "x", "", purpose), at=datetime.now(UTC))
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    close_days(office.log, sign, today=tomorrow)
    assert office.verify() == []
    empty_the_index(office)
    restore(office.log)
    assert office.verify() == []


def test_a_gap_is_never_closed_over(office: Office) -> None:
    empty_the_index_and_go_on(office)
    with pytest.raises(Corrupt):
        close_days(office.log, sign, today=datetime.now(UTC).date() + timedelta(days=1))
