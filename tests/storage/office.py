"""An office that is attacked: an archive with its log, and what an attacker needs to make all digests agree again."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, select

from storage import corrections
from storage.archive import Archive
from storage.audit import AuditLog
from storage.audit_days import close_days
from storage.audit_lines import GENESIS, Access, chain
from storage.audit_verify import verify_log
from storage.authenticity import sealing_with
from storage.encryption import Vault
from storage.fixity import Checking, Report, check
from storage.index.index import Index
from storage.index.tables import audit
from storage.model import document_object
from storage.ocfl import inventory as inv
from storage.ocfl.layout import object_path
from storage.seals import load_key
from storage.stores.folder import FolderStore
from storage.stores.opening import open_store
from storage.stores.s3_options import S3Options
from storage.wrapping import FileKey
from tests.storage.samples import deposit, record

DEEP = b"[" * 300_000
"""JSON that is nested too deeply for a parser."""


def now() -> datetime:
    return datetime.now(UTC)


def sign(head: bytes) -> bytes:
    return hashlib.sha256(b"the agency's key" + head).digest()


def good(head: bytes, signature: bytes) -> bool:
    return sign(head) == signature


class Office:
    """An archive with its log: three documents (the second confirmed, then corrected), three days of looks, two closed."""

    def __init__(
        self,
        folder: Path,
        *,
        encrypted: bool = False,
        close: bool = True,
        place: S3Options | None = None,
        database: Path | str | None = None,
    ) -> None:
        """In a folder and SQLite, unless a bucket (``place``) and a ``database`` are named."""
        self.folder = folder
        self.index = Index(database or folder / "index.sqlite")
        vault = Vault(FolderStore(folder / "keys", create=True), FileKey(bytes(32))) if encrypted else None
        key = load_key(folder / "seal.pem", create=True)
        sealing = sealing_with(key, lambda: self.log)
        store = FolderStore(folder / "archive", create=True) if place is None else open_store(place)
        self.archive = Archive(store, create=True, vault=vault, sealing=sealing)
        self.log = AuditLog(self.index.engine, self.archive, folder / "elsewhere" / "witness.jsonl")
        for day in (3, 2, 1):
            for n in range(3):
                look = Access(f"officer-{n}", "view", f"document-{n}", "10.0.0.7", "TTHC 1.001193")
                self.log.append(look, at=now() - timedelta(days=day, seconds=-n))
        self.ids = [self.archive.put(deposit(n)).id for n in range(3)]
        corrections.confirm(self.archive, self.ids[1], record(1), by="officer")
        corrections.correct(self.archive, self.ids[1], record(1, number="7/QĐ"), by="officer", reason="số")
        if close:
            close_days(self.log, sign)
        self.log.append(Access("officer-1", "view", self.ids[0], "10.0.0.7", ""))

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
    return (now() - timedelta(days=ago)).date().isoformat()


def everywhere(office: Office, data: bytes) -> None:
    """Both copies of the first document's inventory, and their sidecars."""
    path = office.path(office.ids[0])
    for folder in (path, path / "v1"):
        (folder / "inventory.json").write_bytes(data)
        (folder / "inventory.json.sha512").write_bytes(inv.sidecar(data))


def other_words(office: Office, old: str, new: str) -> None:
    """The first document's inventory with other words, all digests made to agree."""
    text = (office.path(office.ids[0]) / "inventory.json").read_text()
    assert old in text
    everywhere(office, text.replace(old, new).encode())
