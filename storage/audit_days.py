"""Days of the audit log in the archive: each an object with its lines and a signed head that names the head before.

``head.json`` tells the day, its number (1, 2, 3 …), the first and last line, the digest of the last, and the SHA-256 of the
head before it. Beside the objects, ``extensions/sohoa-audit/NUMBER-DAY`` lists the days in order, each with the digest of
its head, so that they are found without walking through the whole archive. Days closed before heads were numbered are
listed as they are, in the order of their lines.

A day that was closed too early (the clock was wrong, then set right) gets a second object, ``DAY.2``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from schemas.errors import Corrupt, LogBroken, NotFoundInArchive, StoreDenied
from storage.archive import Archive
from storage.audit import AuditLog
from storage.audit_lines import GENESIS, Access, Line, altered, time_of
from storage.audit_lines import told as content
from storage.audit_witness import bear_witness
from storage.index.database import reading
from storage.index.tables import audit
from storage.model import Event
from storage.objects import LOG
from storage.plain_json import loads
from storage.stores.protocol import MissingKey

LIST = "extensions/sohoa-audit/"
"""Where the days are listed."""

ENTRY = re.compile(LIST + r"([0-9]{8}|[1-9][0-9]{8,11})-([0-9]{4}-[0-9]{2}-[0-9]{2}(?:\.[0-9]{1,9})?)")
"""How its entries are named."""

Sign = Callable[[bytes], bytes]
"""A detached signature (CMS) over these bytes."""

FORMAT = "sohoa-audit-head/2"


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the list: number, name of the day (``DAY`` or ``DAY.2``), SHA-256 of its head."""

    number: int
    name: str
    head: str

    @property
    def key(self) -> str:
        """Where the entry lies."""
        return f"{LIST}{self.number:08d}-{self.name}"


@dataclass(frozen=True, slots=True)
class Closed:
    """An archived day as it lies there."""

    name: str
    head: bytes
    signature: bytes
    log: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the head."""
        return hashlib.sha256(self.head).hexdigest()

    @property
    def told(self) -> dict[str, Any]:
        """What the head says; raises ``Corrupt``."""
        try:
            told = loads(self.head)
            numbers = {name: int(told[name]) for name in ("first", "last", "lines")}
            newer = (
                {"number": told["number"], "previous": told["previous"]}
                if told.get("format") == FORMAT
                else {}
            )
            return {**told, **newer, **numbers, "digest": str(told["digest"])}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Corrupt(f"{self.name}: head.json") from error

    def lines(self) -> list[Line]:
        """The day's lines; raises ``Corrupt``."""
        try:
            pairs = (one.split(" ", 1) for one in self.log.decode().split("\n") if one)
            return [(int(loads(line)["sequence"]), line, digest) for digest, line in pairs]
        except (ValueError, KeyError, TypeError) as error:
            raise Corrupt(f"{self.name}: log.jsonl") from error


def listed(archive: Archive) -> list[Listed]:
    """The list of archived days, in order; an entry that cannot be read (a pipe, a link, no text) has an empty digest.

    What is not named as an entry is left out: ``storage.fixity`` tells it.
    """
    found = ((stat.key, ENTRY.fullmatch(stat.key)) for stat in archive.root.store.list(LIST))
    entries = [Listed(int(name[1]), name[2], _digest_in(archive, key)) for key, name in found if name]
    return sorted(entries, key=lambda entry: entry.number)


def _digest_in(archive: Archive, key: str) -> str:
    try:
        return archive.root.store.get(key).decode("ascii").strip()
    except (MissingKey, Corrupt, StoreDenied, UnicodeDecodeError):
        return ""


def unsigned_since(log: AuditLog) -> datetime | None:
    """When the oldest line was written that no archived, signed day holds; None where there is none.

    Reads names only; one that lies in the future closes nothing that is open now, whoever put it there.
    """
    names = (ENTRY.fullmatch(stat.key) for stat in log.archive.root.store.list(LIST))
    days, today = (name[2].partition(".")[0] for name in names if name), datetime.now(UTC).date().isoformat()
    closed = max((day for day in days if day <= today), default="")
    oldest = select(audit.c.line).where(audit.c.day > closed).order_by(audit.c.sequence).limit(1)
    with reading(log.engine) as connection:
        line = connection.scalar(oldest)
    return None if line is None else datetime.fromisoformat(loads(line)["at"])


def load(archive: Archive, name: str) -> Closed:
    """An archived day; raises ``NotFoundInArchive`` or ``Corrupt``."""
    read = archive.objects.get
    return Closed(
        name, read(LOG + name, "head.json"), read(LOG + name, "head.p7s"), read(LOG + name, "log.jsonl")
    )


def unlisted(archive: Archive, first: str | None) -> list[Closed]:
    """Days that were archived before there was a list, in the order of their lines.

    Each since ``first``, the day of the oldest line, is asked for; the whole archive is walked through where there is none.
    """
    if first is None:
        names = [id.removeprefix(LOG) for id in archive.root.ids() if id.startswith(LOG)]
    else:
        start, today = date.fromisoformat(first), datetime.now(UTC).date()
        days = ((start + timedelta(n)).isoformat() for n in range((today - start).days + 1))
        names = [day for day in days if archive.objects.has(LOG + day)]
    found = [load(archive, name) for name in names]
    return sorted(found, key=lambda day: day.told["first"])


def open_days(log: AuditLog, *, today: date | None = None) -> list[tuple[str, int, int]]:
    """Days that are over and not archived yet: day, number of the first and of the last line."""
    first = _after_the_last(log) + 1
    runs = log.days_from(first)
    return [run for place, run in enumerate(runs) if place < len(runs) - 1 or _over(run[0], today)]


def close_days(log: AuditLog, sign: Sign, *, today: date | None = None) -> list[str]:
    """Archive every day that is over and not archived yet, its head signed; their names.

    Raises ``LogBroken`` where lines after the last archived day are missing, or the list of days is not as it was left: what is
    closed over a gap would hide it.
    """
    entries = _list_old_days(log)
    newest = _newest(log.archive, entries)
    if newest is not None and log.digest_of(newest["last"]) != newest["digest"]:
        raise LogBroken(f"the index lacks lines up to {newest['last']}")
    expected, digest = (newest["last"] + 1, newest["digest"]) if newest is not None else (1, GENESIS)
    closed = []
    for day, first, last in open_days(log, today=today):
        rows = log.rows(first, last)
        if first != expected or len(rows) != last - first + 1:
            raise LogBroken(f"the index lacks lines from {expected} on")
        _require_whole(day, rows, digest)
        expected, digest = last + 1, rows[-1][2]
        entry = _close(log, sign, day, rows, entries[-1] if entries else None)
        entries.append(entry)
        bear_witness(log.witness, entry.number, entry.name, entry.head)
        closed.append(entry.name)
    if closed:
        look = Access(
            "sohoa", "close", LOG + closed[-1], "", f"daily head of the audit log {entries[-1].head}"
        )
        log.append(look, earliest=(today or datetime.now(UTC).date()).isoformat())
    return closed


def _require_whole(day: str, rows: Sequence[Line], digest: str) -> None:
    """Raise ``LogBroken`` for a line that is not as it was written, or is counted to another day: signed, it would be so for ever."""
    if (fault := next(altered(rows, digest), None)) is not None:
        raise LogBroken(f"line {fault} was altered")
    if (fault := next(day_faults(day, rows), None)) is not None:
        raise LogBroken(f"line {fault}: it is counted to a day that is not its own")


def day_faults(day: str, rows: Sequence[Line]) -> Iterator[int]:
    """The numbers of lines among all that are counted to a day, in their order, that nobody of ours counted to it."""
    for place, (number, line, _) in enumerate(rows):
        if not may_count_to(day, line, begins=place == 0):
            yield number


def may_count_to(day: str, line: str, *, begins: bool) -> bool:
    """Whether a line may count to this day; ``begins``: the line before it does not.

    It counts to that of its moment or, where clocks differ, to a later one on which another line stood already; what is noted when days
    are closed may begin a later one.
    """
    try:
        told = content(line)
        at = f"{time_of(told):%Y-%m-%d}"
        real = date.fromisoformat(day).isoformat() == day
    except (Corrupt, ValueError):
        return False
    return real and day >= at and (day == at or not begins or told.get("action") in {"close", "clock"})


def jsonl(rows: Sequence[Line]) -> bytes:
    """Lines as they are archived."""
    return "".join(f"{digest} {line}\n" for _, line, digest in rows).encode()


def _close(log: AuditLog, sign: Sign, day: str, rows: Sequence[Line], before: Listed | None) -> Listed:
    archive = log.archive
    number = before.number + 1 if before else 1
    content = {
        "format": FORMAT,
        "number": number,
        "day": day,
        "first": rows[0][0],
        "last": rows[-1][0],
        "lines": len(rows),
        "digest": rows[-1][2],
        "previous": before.head if before else None,
        "seal_key": archive.seal_key,
    }
    head = (json.dumps(content, sort_keys=True) + "\n").encode()
    digest = hashlib.sha256(head).hexdigest()
    for name in _names(day):
        try:
            if load(archive, name).head == head:
                break  # a run before this one was killed when it had archived the day
        except NotFoundInArchive:
            files = {"log.jsonl": jsonl(rows), "head.json": head, "head.p7s": sign(head)}
            now = datetime.now(UTC)
            event = Event(type="ingestion", at=now, agent="sohoa", reason="daily head of the audit log")
            archive.objects.create(LOG + name, files, (event,), now)
            break
    entry = Listed(number, name, digest)
    _list(archive, entry)
    return entry


def _names(day: str) -> Iterator[str]:
    yield day
    number = 2
    while True:
        yield f"{day}.{number}"
        number += 1


def _list_old_days(log: AuditLog) -> list[Listed]:
    """The list; days that were archived before there was one are put on it."""
    entries = listed(log.archive)
    if entries:
        return entries
    for number, day in enumerate(unlisted(log.archive, first_day(log)), 1):
        entries.append(Listed(number, day.name, day.digest))
        _list(log.archive, entries[-1])
    return entries


def _list(archive: Archive, entry: Listed) -> None:
    archive.root.store.put_new(entry.key, f"{entry.head}\n".encode())


def _newest(archive: Archive, entries: Sequence[Listed]) -> dict[str, Any] | None:
    """What the head of the newest day says; raises ``LogBroken`` where the list holds what nobody closed, or lacks a day."""
    if not entries:
        return None
    newest, numbers = entries[-1], [entry.number for entry in entries]
    if numbers != list(range(1, len(numbers) + 1)):
        raise LogBroken(f"{LIST}: a day is missing, or was put in")
    try:
        day = load(archive, newest.name)
        told = day.told
    except (NotFoundInArchive, Corrupt, StoreDenied) as error:
        raise LogBroken(f"{newest.key}: there is no such day") from error
    if (day.digest, told.get("number", newest.number)) != (newest.head, newest.number):
        raise LogBroken(f"{newest.key}: the day is another one")
    return told


def _after_the_last(log: AuditLog) -> int:
    newest = _newest(log.archive, listed(log.archive))
    if newest is not None:
        return int(newest["last"])
    days = unlisted(log.archive, first_day(log))
    return int(days[-1].told["last"]) if days else 0


def first_day(log: AuditLog) -> str | None:
    """The day of the oldest line; None where there is none."""
    runs = log.days_from(0)[:1]
    return runs[0][0] if runs else None


def _over(day: str, today: date | None) -> bool:
    """Whether nothing more will be counted to the day of the newest line: it is past, or the clock was far ahead."""
    now = today or datetime.now(UTC).date()
    return day < now.isoformat() or day > (now + timedelta(days=1)).isoformat()
