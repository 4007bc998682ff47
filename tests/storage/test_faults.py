"""Wrong endpoint, wrong key, full disk, no rights, clock off, a bucket that protects less than asked."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from schemas.errors import (
    ClockOff,
    ExitStatus,
    NoArchive,
    NoBucket,
    StoreDenied,
    StoreFull,
    StoreUnfit,
    StoreUnreachable,
    Unreachable,
)
from storage import corrections
from storage.archive import Archive
from storage.stores.folder import FolderStore
from storage.stores.opening import open_store
from storage.stores.protocol import Lock
from storage.stores.s3 import S3Store
from storage.stores.s3_options import Protection, S3Options
from tests.storage.samples import deposit, record
from tests.storage.servers import Ceph, free_port

pytestmark = pytest.mark.server


@pytest.fixture
def bucket(ceph: Ceph) -> S3Options:
    return replace(ceph.bucket(Protection.PLAIN), retries=1, connect_timeout=1.0)


def fails(kind: type[Unreachable], place: Path | S3Options) -> str:
    with pytest.raises(kind) as caught:
        open_store(place)
    assert caught.value.status is ExitStatus.UNREACHABLE
    assert caught.value.hint
    assert "secret" not in caught.value.message
    return caught.value.message


def test_wrong_endpoint(bucket: S3Options) -> None:
    fails(StoreUnreachable, replace(bucket, endpoint=f"127.0.0.1:{free_port()}"))
    fails(StoreUnreachable, replace(bucket, endpoint="khong-co-may-nay.invalid:80"))
    fails(StoreUnreachable, replace(bucket, tls=True))


def test_endpoint_that_is_no_s3_server(bucket: S3Options) -> None:
    class Web(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>It works!</html>")

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Web)
    Thread(target=server.serve_forever, daemon=True).start()
    fails(StoreUnreachable, replace(bucket, endpoint=f"127.0.0.1:{server.server_port}"))
    server.shutdown()
    server.server_close()


def test_wrong_key_and_no_key(bucket: S3Options, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another secret")
    fails(StoreDenied, bucket)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    fails(StoreDenied, bucket)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    fails(StoreDenied, bucket)
    file = tmp_path / "credentials"
    fails(StoreDenied, replace(bucket, credentials_file=file))
    file.write_text("[default]\naws_access_key_id = testkey\naws_secret_access_key = testsecret12\n")
    open_store(replace(bucket, credentials_file=file))


def test_bucket_that_is_not_there(bucket: S3Options) -> None:
    fails(NoBucket, replace(bucket, bucket="nothing-here"))


def test_bucket_without_versioning_or_lock(bucket: S3Options, ceph: Ceph) -> None:
    assert "versioning" in fails(StoreUnfit, replace(bucket, protection=Protection.VERSIONED))
    assert "versioning" in fails(StoreUnfit, replace(bucket, protection=Protection.LOCKED))
    versioned = ceph.bucket(Protection.VERSIONED)
    assert "Object Lock" in fails(StoreUnfit, replace(versioned, protection=Protection.LOCKED))


def test_server_that_accepts_a_lock_and_lets_go(ceph: Ceph, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway keeps its locks; a server that does not is played by deleting with the right to bypass them."""
    options = replace(ceph.bucket(Protection.LOCKED), lock_mode="GOVERNANCE")
    store = S3Store(options)
    send = store.client._execute

    def bypass(method: str, *arguments: object, **more: object) -> object:
        if method == "DELETE":
            more["headers"] = {"x-amz-bypass-governance-retention": "true"}
        return send(method, *arguments, **more)

    monkeypatch.setattr(store.client, "_execute", bypass)
    with pytest.raises(StoreUnfit, match="could be deleted"):
        store.probe()


def test_lock_is_set_on_every_put(ceph: Ceph) -> None:
    until = (datetime.now(UTC) + timedelta(minutes=2)).replace(microsecond=0)
    options = ceph.bucket(Protection.LOCKED)
    archive = Archive(open_store(options), create=True, retention=lambda *_: Lock(until=until))
    id = archive.put(deposit(1)).id
    store = archive.root.store
    assert isinstance(store, S3Store)
    names = [stat.key for stat in store.list() if "urn" in stat.key]
    assert len(names) == 10
    for name in names:
        found = store.client.stat_object(options.bucket, store._prefix + name).metadata
        assert found["x-amz-object-lock-mode"] == "COMPLIANCE"
        assert found["x-amz-object-lock-retain-until-date"].startswith(f"{until:%Y-%m-%dT%H:%M:%S}")
        version = store._versions(name)[0]
        with pytest.raises(Exception, match="AccessDenied"):
            store.client.remove_object(options.bucket, store._prefix + name, version)
    store.extend(names[0], Lock(until=until + timedelta(minutes=1), legal_hold=True))
    assert store.client.is_object_legal_hold_enabled(options.bucket, store._prefix + names[0])
    store.client.disable_object_legal_hold(options.bucket, store._prefix + names[0])
    assert archive.record(id).id == id


def test_a_type_with_a_shorter_retention_shortens_nothing(ceph: Ceph) -> None:
    minutes = {"administrative_document": 3, "receipt_slip": 1, "land_use_certificate": 5}
    now = datetime.now(UTC).replace(microsecond=0)
    options = ceph.bucket(Protection.LOCKED)
    archive = Archive(
        open_store(options),
        create=True,
        retention=lambda kind, _: Lock(until=now + timedelta(minutes=minutes[kind])),
    )
    id = archive.put(deposit(1)).id
    store = archive.root.store
    assert isinstance(store, S3Store)
    (scan,) = [stat.key for stat in store.list() if "scan-" in stat.key]

    def until() -> str:
        headers = store.client.stat_object(options.bucket, store._prefix + scan).metadata
        return str(headers["x-amz-object-lock-retain-until-date"])[:19]

    for kind, expected in (("receipt_slip", 3), ("land_use_certificate", 5)):
        changed = replace(record(1), type=kind)
        corrections.correct(archive, id, changed, by="officer", reason="loại khác")
        assert until() == f"{now + timedelta(minutes=expected):%Y-%m-%dT%H:%M:%S}", kind


def test_server_side_encryption(ceph: Ceph) -> None:
    options = replace(ceph.bucket(Protection.PLAIN), sse="aws:kms:testkey-1", part_size=5 << 20)
    store = open_store(options)
    store.put("small", b"small")
    store.put("large", b"0123456789abcdef" * (6 << 16))
    assert store.get("small") == b"small"
    assert isinstance(store, S3Store)
    found = store.client.stat_object(options.bucket, store._prefix + "large")
    assert found.metadata["x-amz-server-side-encryption"] == "aws:kms"


def test_clock_off(bucket: S3Options, monkeypatch: pytest.MonkeyPatch) -> None:
    import minio.time

    monkeypatch.setattr(minio.time, "utcnow", lambda: datetime.now(UTC) + timedelta(hours=3))
    fails(ClockOff, bucket)


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


needs_root = pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="mounting asks for root")


@needs_root
def test_full_disk(tmp_path: Path) -> None:
    with mounted(tmp_path / "small", "size=400k") as folder:
        archive = Archive(FolderStore(folder), create=True)
        kept = archive.put(deposit(1)).id
        with pytest.raises(StoreFull):
            archive.put(deposit(2, scan=os.urandom(500_000)))
        assert list(archive.ids()) == [kept]
        assert archive.get(kept, "scan") == deposit(1).scan
        archive.put(deposit(3))
        assert not list((folder / "extensions" / "staging").iterdir())


@needs_root
def test_read_only_folder(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=1m") as folder:
        archive = Archive(open_store(folder), create=True)
        id = archive.put(deposit(1)).id
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        with pytest.raises(StoreDenied):
            archive.put(deposit(2))
        fails(StoreDenied, folder)
        assert Archive(FolderStore(folder)).get(id, "scan") == deposit(1).scan


def test_folder_that_is_not_mounted(tmp_path: Path) -> None:
    fails(StoreUnreachable, tmp_path / "mnt")
    (tmp_path / "mnt").write_text("a file")
    fails(StoreUnreachable, tmp_path / "mnt")


def test_a_place_without_an_archive_is_told_how_one_is_begun(tmp_path: Path) -> None:
    (tmp_path / "mnt").mkdir()
    with pytest.raises(NoArchive) as caught:
        Archive(open_store(tmp_path / "mnt"))
    assert "sohoa archive init" in caught.value.hint


def test_opening_while_others_write(tmp_path: Path) -> None:
    """What others have in staging comes and goes while somebody opens the folder; only what is old is cleared."""
    store = FolderStore(tmp_path / "store", create=True)
    staging = tmp_path / "store" / "extensions" / "staging"
    store.probe()
    old = staging / "dead"
    old.mkdir()
    os.utime(old, (0, 0))
    stop = False

    def write() -> None:
        while not stop:
            for number in range(20):
                (staging / f"busy-{number}").mkdir()
            for number in range(20):
                (staging / f"busy-{number}").rmdir()

    writer = Thread(target=write)
    writer.start()
    try:
        for _ in range(300):
            store.probe()
    finally:
        stop = True
        writer.join()
    assert not old.exists()
