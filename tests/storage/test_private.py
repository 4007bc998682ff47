"""What Sohoa writes is its owner's alone, from the first byte, whatever the umask says."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.audit import AuditLog
from storage.audit_days import close_days
from storage.audit_lines import Access
from storage.index import database
from storage.index.index import Index
from storage.seals import Sealing, load_key
from storage.stores.folder import FolderStore
from tests.storage.samples import deposit


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def readable_by_others(folder: Path) -> list[str]:
    return [str(path) for path in [folder, *folder.rglob("*")] if path.stat().st_mode & 0o077]


def test_archive_index_log_and_keys(tmp_path: Path) -> None:
    home = tmp_path / "home"
    seen: list[str] = []
    done = threading.Event()

    def watch() -> None:  # staging, journals and locks come and go
        while not done.is_set():
            for folder, _, files in os.walk(home):
                for path in (Path(folder), *(Path(folder) / name for name in files)):
                    with suppress(FileNotFoundError):
                        if path.stat().st_mode & 0o077:
                            seen.append(str(path))

    watcher = threading.Thread(target=watch)
    watcher.start()
    index = Index(home / "index.sqlite")
    sealing = Sealing(load_key(home / "seal.pem", create=True))
    archive = Archive(FolderStore(home / "archive", create=True), create=True, sealing=sealing)
    log = AuditLog(index.engine, archive, home / "witness" / "heads.jsonl")
    log.append(Access("a", "view", "x", "", ""))
    receipt = archive.put(deposit(1))
    index.add(receipt.record, receipt.version)
    close_days(log, lambda head: b"", today=datetime.now(UTC).date() + timedelta(days=1))
    done.set()
    watcher.join()
    assert readable_by_others(home) == []
    assert seen == []
    assert (home / "witness" / "heads.jsonl").exists()


def test_commands(tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = {**os.environ, "SOHOA_HOME": str(home)}
    command = [sys.executable, "-m", "apps.cli", "find", "x"]
    subprocess.run(command, env=environment, cwd=Path(__file__).parents[2], check=True, capture_output=True)
    assert readable_by_others(home) == []


def test_many_processes_open_a_fresh_index_at_once(tmp_path: Path) -> None:
    """The first switch to WAL fails at once in SQLite, without its time-out, when another process is just doing it."""
    path = tmp_path / "index.sqlite"
    script = "import sys; from pathlib import Path; from storage.index.index import Index; Index(Path(sys.argv[1])).count()"
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    started = [
        subprocess.Popen([sys.executable, "-c", script, str(path)], env=environment, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    for process in started:
        _, problems = process.communicate(timeout=300)
        assert process.returncode == 0, problems


def test_a_switch_to_wal_that_is_refused_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Busy:
        refusals = 3

        def execute(self, statement: str) -> None:
            assert "WAL" in statement
            if self.refusals:
                self.refusals -= 1
                raise sqlite3.OperationalError("database is locked")

    busy = Busy()
    database.switch_to_wal(busy)
    assert busy.refusals == 0
    monkeypatch.setattr(database, "WAIT", -1)
    busy.refusals = 10**6
    with pytest.raises(sqlite3.OperationalError):
        database.switch_to_wal(busy)


def test_without_full_text_nothing_that_a_paper_says_is_in_the_index(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.sqlite", full_text=False)
    archive = Archive(FolderStore(tmp_path / "archive", create=True), create=True)
    receipt = archive.put(deposit(1))
    index.add(receipt.record, receipt.version)
    live = list(index.entries())
    index.rebuild(archive)
    assert list(index.entries()) == live
    index.close()
    data = b"".join(path.read_bytes() for path in tmp_path.glob("index.sqlite*"))
    for said in ("Ngọc Ánh", "ngoc anh", "ho kinh doanh", "inbox"):
        assert said.encode() not in data
