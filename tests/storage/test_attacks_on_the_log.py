"""Somebody with write access to the database and to the archive's folder, but without the keys, alters the log: each attack is found."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from schemas.errors import Corrupt, LogBroken
from storage.archive import Archive
from storage.audit import AuditLog
from storage.audit_days import LIST, close_days
from storage.audit_lines import Access
from storage.audit_restore import restore
from storage.audit_verify import OPEN_LINES, verify_log
from storage.copying import copy
from storage.fixity import Checking, check
from storage.index.database import writing
from storage.index.index import Index
from storage.index.tables import audit
from storage.model import document_object
from storage.ocfl import inventory as inv
from storage.ocfl.layout import object_path
from storage.stores.folder import FolderStore
from tests.storage.office import DEEP, Office, day, good, now, rechain, sign


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
    forged.append(Access("officer-1", "view", "nothing", "", ""), at=now() - timedelta(days=9))
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


def test_without_a_witness_the_log_itself_tells_that_a_day_was_closed(tmp_path: Path) -> None:
    """Also where no document was archived since."""
    office = Office(tmp_path)
    forget_a_day(office, 1)
    (office.folder / "elsewhere" / "witness.jsonl").unlink()
    assert any("tells that this day was closed" in fault for fault in office.verify())


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


def test_lines_filed_elsewhere_come_back(office: Office) -> None:
    """A document is put back, and the line that noted its newest version is filed under another object and day."""
    office.roll_back(office.ids[1], 1)
    chosen = select(audit.c.sequence).where(audit.c.object == document_object(office.ids[1]))
    with writing(office.index.engine) as connection:
        numbers = list(connection.scalars(chosen))
        connection.execute(update(audit).where(audit.c.sequence.in_(numbers[1:])).values(object="x"))
        connection.execute(update(audit).where(audit.c.sequence == 1).values(day=day(1)))
    faults = office.verify()
    assert len(faults) >= 2
    assert all("restore-audit" in fault for fault in faults)
    assert restore(office.log) == len(numbers)
    assert office.verify() == []
    assert ["put back to version 1" in one.fault for one in office.check().damages] == [True]


def test_a_clock_that_was_in_2099_closes_nothing_for_ever(office: Office) -> None:
    future = datetime(2099, 1, 1, 8, tzinfo=UTC)
    office.log.append(Access("a", "view", "x", "", ""), at=future)
    office.log.append(Access("b", "view", "y", "", ""))
    leaps = [line for line in office.log.lines() if line["action"] == "clock"]
    assert [leap["purpose"][:4] for leap in leaps] == [f"{now().year}", "2099"]
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


@pytest.mark.parametrize(
    "counted",
    [day(1), (now() + timedelta(days=20)).date().isoformat(), "2026-02-31", "", "/../../pwn", f"{day(0)} x"],
)
def test_a_line_that_is_counted_to_another_day_is_told_and_not_signed(office: Office, counted: str) -> None:
    """The day of a line stands beside it, and no digest holds it before the day is closed."""
    with writing(office.index.engine) as connection:
        connection.execute(update(audit).where(audit.c.sequence == office.log.count()).values(day=counted))
    assert any("not its own" in fault for fault in office.verify())
    before = len(list((office.folder / "archive" / LIST).iterdir()))
    with pytest.raises(LogBroken):
        close_days(office.log, sign, today=now().date() + timedelta(days=40))
    assert len(list((office.folder / "archive" / LIST).iterdir())) <= before + 1, "what is right is closed"
    restore(office.log)
    assert office.verify() == []
    assert close_days(office.log, sign, today=now().date() + timedelta(days=40))
    assert office.verify() == []


def test_a_line_of_the_open_day_that_was_altered_is_not_signed(office: Office) -> None:
    with writing(office.index.engine) as connection:
        number = office.log.count()
        line = office.log.rows(number)[0][1].replace("officer-1", "officer-9")
        connection.execute(update(audit).where(audit.c.sequence == number).values(line=line))
    with pytest.raises(LogBroken):
        close_days(office.log, sign, today=now().date() + timedelta(days=2))
    restore(office.log)
    assert close_days(office.log, sign, today=now().date() + timedelta(days=2))


def test_a_gap_is_never_closed_over(office: Office) -> None:
    empty_the_index_and_go_on(office)
    with pytest.raises(Corrupt):
        close_days(office.log, sign, today=datetime.now(UTC).date() + timedelta(days=1))


def test_a_day_of_the_log_that_is_gone_comes_back_from_a_copy(office: Office, tmp_path: Path) -> None:
    second = FolderStore(tmp_path / "second", create=True)
    copy(office.archive.root.store, second, key=office.archive.signing_key)
    shutil.rmtree(office.folder / "archive" / object_path(f"urn:sohoa:audit:{day(2)}"))
    assert not office.check().sound
    assert check(office.archive, Checking(log=office.log, repair_from=[second])).sound
    assert office.verify() == []


@pytest.mark.parametrize(
    "line",
    ["garbage", "[1]", "[" * 200_000, '{"sequence":1}', '{"sequence":1,"at":"0001-01-01T00:00:00+23:59"}'],
    ids=["no JSON", "a list", "deep", "no time", "before time"],
)
def test_a_line_that_is_none_is_told(office: Office, line: str) -> None:
    with writing(office.index.engine) as connection:
        last = connection.scalar(select(audit.c.sequence).order_by(audit.c.sequence.desc()).limit(1))
        connection.execute(update(audit).where(audit.c.sequence == last).values(line=line))
    assert office.verify()


def _head(office: Office, data: bytes) -> None:
    name = max(entry.name for entry in (office.folder / "archive" / LIST).iterdir()).partition("-")[2]
    path = office.folder / "archive" / object_path(f"urn:sohoa:audit:{name}")
    content = json.loads((path / "inventory.json").read_text())
    old, places = next(
        (digest, paths)
        for digest, paths in content["manifest"].items()
        if "head-" in paths[0] and "json" in paths[0]
    )
    new = hashlib.sha512(data).hexdigest()
    (path / places[0]).write_bytes(data)
    content["manifest"][new] = content["manifest"].pop(old)
    state = content["versions"]["v1"]["state"]
    state[new] = state.pop(old)
    for folder in (path, path / "v1"):
        whole = json.dumps(content).encode()
        (folder / "inventory.json").write_bytes(whole)
        (folder / "inventory.json.sha512").write_bytes(inv.sidecar(whole))


@pytest.mark.parametrize("head", [DEEP, b'{"first": 1, "last": 2}', b"[]"], ids=["deep", "half", "a list"])
def test_a_head_that_is_none_is_told(office: Office, head: bytes) -> None:
    _head(office, head)
    assert office.verify()


def test_a_witness_of_deep_lines_is_read(office: Office) -> None:
    witness = office.folder / "elsewhere" / "witness.jsonl"
    witness.write_bytes(DEEP + b"\n" + witness.read_bytes())
    assert office.verify() == []


@pytest.mark.parametrize("closed", [True, False])
def test_a_line_of_an_open_day_that_is_gone_ends_no_closing_for_ever(tmp_path: Path, closed: bool) -> None:
    office = Office(tmp_path, close=closed)
    office.log.append(Access("officer-1", "view", office.ids[0], "10.0.0.7", "x"))
    with writing(office.index.engine) as connection:
        last = connection.scalar(select(audit.c.sequence).order_by(audit.c.sequence.desc()).limit(1))
        connection.execute(delete(audit).where(audit.c.sequence == last - 1))
    assert OPEN_LINES in {finding.hint for finding in verify_log(office.log, good)}
    later = now().date() + timedelta(days=2)
    with pytest.raises(LogBroken):
        close_days(office.log, sign, today=later)
    restore(office.log)
    told = [line for line in office.log.lines() if line["action"] == "view"]
    assert told[-1]["was"] == last, "the number that it had stays, and so the gap"
    close_days(office.log, sign, today=later)
    assert not [fault for fault in office.verify() if "missing" in fault or "altered" in fault]
