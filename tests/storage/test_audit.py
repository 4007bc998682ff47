"""The audit log: every line that was removed, altered or reordered is found."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, select, update

import storage.audit
from schemas.errors import IndexUnreachable
from storage.archive import Archive
from storage.audit import AuditLog
from storage.audit_days import close_days
from storage.audit_lines import Access, chain
from storage.audit_restore import restore
from storage.audit_verify import verify_log
from storage.index.database import writing
from storage.index.index import Index
from storage.index.tables import audit
from storage.stores.folder import FolderStore
from tests.storage.samples import Clock

pytestmark = pytest.mark.server
DAY = datetime.now(UTC).replace(hour=9, minute=0) - timedelta(days=3)


def sign(head: bytes) -> bytes:
    return hashlib.sha256(b"key" + head).digest()


def good(head: bytes, signature: bytes) -> bool:
    return sign(head) == signature


def look(n: int) -> Access:
    return Access(
        actor=f"officer-{n}",
        action="view",
        object=f"document-{n}",
        origin="10.0.0.7",
        purpose="TTHC 1.001193",
    )


@pytest.fixture
def log(index: Index, tmp_path: Path) -> AuditLog:
    made = AuditLog(
        index.engine, Archive(FolderStore(tmp_path / "a", create=True), create=True, clock=Clock())
    )
    for day in range(3):
        for n in range(4):
            made.append(look(n), at=DAY + timedelta(days=day, minutes=n))
    return made


def test_a_whole_log(log: AuditLog) -> None:
    closed = close_days(log, sign)
    assert len(closed) == 3
    assert close_days(log, sign) == []
    log.append(look(1), look(2))
    assert verify_log(log, good) == []
    lines = list(log.lines())
    assert [line["sequence"] for line in lines] == list(range(1, 16))
    assert lines[0]["actor"] == "officer-0"
    assert len(list(log.lines(day=DAY.date()))) == 4
    assert len(list(log.lines(day=date.min, until=DAY.date()))) >= 4
    assert close_days(log, sign, today=datetime.now(UTC).date() + timedelta(days=1)) == [
        datetime.now(UTC).date().isoformat()
    ]
    assert verify_log(log, good) == []


def _alter(connection: Connection) -> None:
    line = connection.scalar(select(audit.c.line).where(audit.c.sequence == 6)) or ""
    connection.execute(
        update(audit).where(audit.c.sequence == 6).values(line=line.replace("officer-1", "officer-9"))
    )


def _remove(connection: Connection) -> None:
    connection.execute(delete(audit).where(audit.c.sequence == 6))


def _remove_first(connection: Connection) -> None:
    connection.execute(delete(audit).where(audit.c.sequence == 1))


def _cut_the_end(connection: Connection) -> None:
    connection.execute(delete(audit).where(audit.c.sequence >= 10))


def _cut_whole_days(connection: Connection) -> None:
    connection.execute(delete(audit).where(audit.c.sequence > 8))


def _empty(connection: Connection) -> None:
    connection.execute(delete(audit))


def _swap(connection: Connection) -> None:
    for old, new in ((5, -1), (6, 5), (-1, 6)):
        connection.execute(update(audit).where(audit.c.sequence == old).values(sequence=new))


def _forge_the_chain(connection: Connection) -> None:
    """An administrator rewrites a line and all digests after it: only the signed heads tell."""
    _alter(connection)
    digest = hashlib.sha256(b"sohoa audit log").hexdigest()
    for row in connection.execute(select(audit).order_by(audit.c.sequence)).all():
        digest = chain(digest, row.line)
        connection.execute(update(audit).where(audit.c.sequence == row.sequence).values(digest=digest))


def _insert_and_forge(connection: Connection) -> None:
    rows = connection.execute(select(audit).order_by(audit.c.sequence)).all()
    connection.execute(delete(audit))
    digest = hashlib.sha256(b"sohoa audit log").hexdigest()
    for number, row in enumerate([rows[0], *rows], 1):
        line = json.dumps(
            {**json.loads(row.line), "sequence": number}, ensure_ascii=False, separators=(",", ":")
        )
        digest = chain(digest, line)
        connection.execute(audit.insert().values(sequence=number, day=row.day, line=line, digest=digest))


@pytest.mark.parametrize(
    "tamper",
    [
        _alter,
        _remove,
        _remove_first,
        _cut_the_end,
        _cut_whole_days,
        _empty,
        _swap,
        _forge_the_chain,
        _insert_and_forge,
    ],
)
def test_tampering_is_found(log: AuditLog, tamper: Callable[[Connection], None]) -> None:
    close_days(log, sign)
    assert verify_log(log, good) == []
    with writing(log.engine) as connection:
        tamper(connection)
    assert verify_log(log, good)


def test_a_forged_signature_is_found(log: AuditLog) -> None:
    close_days(log, lambda head: b"forged")
    assert len(verify_log(log, good)) == 3


def test_a_lost_database_comes_back_from_the_archive(log: AuditLog, tmp_path: Path) -> None:
    close_days(log, sign)
    fresh = AuditLog(Index(tmp_path / "fresh.sqlite").engine, log.archive)
    assert restore(fresh) == 12
    assert restore(fresh) == 0
    fresh.append(look(5))
    assert verify_log(fresh, good) == []


def test_a_slow_clock_does_not_go_back_a_day(log: AuditLog) -> None:
    close_days(log, sign)
    log.append(look(1), at=DAY)
    assert verify_log(log, good) == []


def test_many_writers_make_one_chain(log: AuditLog, database: Path | str) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.storage.test_audit import *\n"
        "d = sys.argv[1]; i = Index(d if d.startswith('postgresql') else Path(d))\n"
        "a = Archive(FolderStore(Path(sys.argv[2])))\n"
        "for n in range(20): AuditLog(i.engine, a).append(look(n))\n"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", script, str(database), log.archive.root.store.name]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    processes = [subprocess.Popen(command, env=environment, cwd=root) for _ in range(2)]
    assert [p.wait(60) for p in processes] == [0, 0]
    assert len(list(log.lines())) == 12 + 40
    assert verify_log(log, good) == []


def test_looks_of_many_threads_at_once_are_each_written_once_and_before_the_call_returns(
    log: AuditLog,
) -> None:
    missing: list[str] = []

    def look(number: int) -> None:
        for turn in range(5):
            name = f"{number}-{turn}"
            log.append(Access("canbo", "view", name, "here", ""))
            if name not in {line["object"] for line in log.lines()}:
                missing.append(name)

    threads = [threading.Thread(target=look, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = [line["object"] for line in log.lines() if line["actor"] == "canbo"]
    assert missing == []
    assert sorted(written) == sorted(f"{number}-{turn}" for number in range(8) for turn in range(5))


def test_a_log_that_cannot_be_written_tells_every_thread(
    log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failing = storage.audit.appending, threading.Event()
    failing.set()

    @contextlib.contextmanager
    def sometimes(engine: Engine) -> Iterator[Any]:
        if failing.is_set():
            time.sleep(0.05)
            raise IndexUnreachable("away")
        with real(engine) as given:
            yield given

    monkeypatch.setattr(storage.audit, "appending", sometimes)
    refused: list[int] = []

    def look(number: int) -> None:
        try:
            log.append(Access("canbo", "view", str(number), "here", ""))
        except IndexUnreachable:
            refused.append(number)

    threads = [threading.Thread(target=look, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(refused) == list(range(6)), "nobody is answered whose look is not in the log"
    failing.clear()
    log.append(Access("canbo", "view", "after", "here", ""))
    assert [line["object"] for line in log.lines() if line["actor"] == "canbo"] == ["after"]
