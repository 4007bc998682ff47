"""Check, repair, copy: on a folder and on a real bucket."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import ocfl  # type: ignore[import-untyped]
import pytest

from schemas.errors import Corrupt, StoreUnreachable
from storage import corrections
from storage.archive import Archive
from storage.copying import copy
from storage.fixity import Checking, check
from storage.model import document_object
from storage.ocfl.layout import object_path
from storage.stores.folder import FolderStore
from storage.stores.opening import open_store
from storage.stores.protocol import Store
from storage.stores.s3_options import Protection
from tests.storage.conftest import fetch
from tests.storage.samples import Clock, deposit, record
from tests.storage.servers import Ceph

pytestmark = pytest.mark.server


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive(FolderStore(tmp_path / "first", create=True), create=True, clock=Clock())
    for number in range(6):
        made.put(deposit(number))
    corrections.confirm(made, deposit(2).id, record(2, excerpt="khác"), by="officer")
    return made


def second_copy(archive: Archive, tmp_path: Path) -> Store:
    store = FolderStore(tmp_path / "second", create=True)
    assert copy(archive.root.store, store).copied == 6
    return store


def folder(archive: Archive, number: int) -> Path:
    return Path(archive.root.store.name) / object_path(document_object(deposit(number).id))


def content(archive: Archive, number: int, name: str) -> Path:
    inventory = archive.root.inventory(document_object(deposit(number).id))
    return Path(archive.root.store.name) / archive.root.locate(inventory, name)[1]


def test_a_sound_archive(archive: Archive) -> None:
    seen: list[int] = []
    report = check(archive, Checking(progress=seen.append))
    assert report.sound
    assert (report.objects, len(seen)) == (6, 6)
    assert report.files == 6 * 5 + 2
    assert report.bytes > 6 * 1000


def test_every_kind_of_damage_is_found_and_mended(archive: Archive, tmp_path: Path) -> None:
    second = second_copy(archive, tmp_path)
    flipped = content(archive, 0, "scan.pdf")
    flipped.write_bytes(flipped.read_bytes()[:50] + b"\x00" + flipped.read_bytes()[51:])
    content(archive, 1, "document.pdf").unlink()
    (folder(archive, 2) / "v1" / "inventory.json").write_bytes(b"{}")
    (folder(archive, 3) / "v1" / "inventory.json").write_bytes(b"{}")
    report = check(archive)
    assert not report.sound
    assert {damage.object.removeprefix("urn:uuid:") for damage in report.damages} == {
        deposit(n).id for n in range(4)
    }
    mended = check(archive, Checking(repair_from=[second]))
    assert mended.sound
    assert len(mended.damages) == 3  # one was mended from the copy in its own root
    assert check(archive).damages == []
    assert ocfl.StorageRoot(root=archive.root.store.name).validate()


@pytest.mark.parametrize(
    "name", ["v1/inventory.json", "inventory.json", "inventory.json.sha512", "v1/inventory.json.sha512"]
)
def test_rot_that_still_reads_well_does_not_spread(archive: Archive, name: str) -> None:
    path = folder(archive, 0) / name
    before = path.read_bytes()
    path.write_bytes(
        before.replace(b"ingestion", b"ingestiom").replace(b" inventory.json", b" inventory.jsom")
    )
    assert path.read_bytes() != before
    report = check(archive)
    assert [damage.object for damage in report.damages] == [document_object(deposit(0).id)]
    if name != "v1/inventory.json.sha512":
        assert path.read_bytes() == before
        assert report.sound
        assert ocfl.StorageRoot(root=archive.root.store.name).validate()
    assert archive.record(deposit(0).id).id == deposit(0).id


def test_damage_in_both_copies_stays_reported(archive: Archive, tmp_path: Path) -> None:
    second = second_copy(archive, tmp_path)
    for root in (tmp_path / "first", tmp_path / "second"):
        path = root / content(archive, 0, "scan.pdf").relative_to(tmp_path / "first")
        path.write_bytes(b"gone")
    report = check(archive, Checking(repair_from=[second]))
    assert not report.sound
    with pytest.raises(Corrupt):
        archive.get(deposit(0).id, "scan")


def test_a_check_goes_on_where_it_stopped(archive: Archive, tmp_path: Path) -> None:
    resume = tmp_path / "check.json"

    def stop(_: int) -> None:
        if resume.exists():
            raise KeyboardInterrupt

    content(archive, 0, "scan.pdf").write_bytes(b"damaged")
    with pytest.raises(KeyboardInterrupt):
        check(archive, Checking(resume=resume, progress=stop))
    rest: list[int] = []
    report = check(archive, Checking(resume=resume, progress=rest.append))
    assert 0 < len(rest) < 6
    assert (report.objects, len(report.damages)) == (6, 1)
    assert not resume.exists()


def test_debris_is_swept_when_it_is_old(archive: Archive) -> None:
    old, young = (
        folder(archive, 20) / "v1" / "content" / "scan-0123456789abcdef.pdf",
        folder(archive, 1) / "v2" / "content" / "x-0123456789abcdef.json",
    )
    for path in (old, young):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"left by a writer that died")
    past = (datetime.now(UTC) - timedelta(days=3)).timestamp()
    os.utime(old, (past, past))
    assert check(archive).swept == 1
    assert not folder(archive, 20).exists()
    assert young.exists()
    os.utime(young, (past, past))
    assert check(archive).swept == 1
    assert ocfl.StorageRoot(root=archive.root.store.name).validate()


def test_a_sample_is_validated(archive: Archive) -> None:
    asked: dict[str, bytes] = {}

    def validate(id: str, pdf: bytes) -> list[str]:
        asked[id] = pdf
        return ["signature: altered after signing"] if id == deposit(3).id else []

    report = check(archive, Checking(validate=validate, sample=1))
    assert asked == {deposit(n).id: deposit(n).pdf for n in range(6)}
    assert [(d.object, d.fault) for d in report.damages] == [
        (deposit(3).id, "signature: altered after signing")
    ]


def test_copy_is_byte_identical_and_restartable(archive: Archive, ceph: Ceph, tmp_path: Path) -> None:
    bucket = open_store(ceph.bucket(Protection.VERSIONED))
    seen: list[int] = []

    def stop(_: int) -> None:
        seen.append(1)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(archive.root.store, bucket, workers=1, progress=stop)
    again = copy(archive.root.store, bucket)
    assert again.present >= 3
    assert again.present + again.copied == 6
    assert copy(archive.root.store, bucket).copied == 0
    corrections.revoke(archive, deposit(4).id, by="a", reason="b")
    archive.put(deposit(50))
    assert copy(archive.root.store, bucket).copied == 2
    back = fetch(bucket, tmp_path / "back")
    files = {stat.key: archive.root.store.get(stat.key) for stat in archive.root.store.list()}
    assert files == {str(p.relative_to(back)): p.read_bytes() for p in back.rglob("*") if p.is_file()}
    assert check(Archive(bucket)).sound
    third = FolderStore(tmp_path / "third", create=True)
    assert copy(bucket, third).copied == 7
    assert ocfl.StorageRoot(root=third.name).validate()


def test_damage_is_not_copied(archive: Archive, tmp_path: Path) -> None:
    content(archive, 0, "scan.pdf").write_bytes(b"damaged")
    done = copy(archive.root.store, FolderStore(tmp_path / "second", create=True))
    assert (done.copied, len(done.damaged)) == (5, 1)


def test_what_others_put_there_is_not_copied(archive: Archive, tmp_path: Path) -> None:
    (folder(archive, 1) / "v1" / "run.sh").write_text("rm -rf /")
    (folder(archive, 2) / "note.txt").write_text("x")
    (Path(archive.root.store.name) / "extensions" / "sohoa-audit").mkdir(parents=True, exist_ok=True)
    (Path(archive.root.store.name) / "extensions" / "sohoa-audit" / "run.sh").write_text("x")
    second = FolderStore(tmp_path / "second", create=True)
    done = copy(archive.root.store, second)
    assert (done.copied, len(done.damaged), done.conflicts) == (6, 1, [])
    assert not [stat.key for stat in second.list() if stat.key.endswith((".sh", ".txt"))]
    assert check(Archive(second)).sound


@pytest.mark.parametrize("what", ["content", "inventory", "list of days"])
def test_a_pipe_or_a_lost_file_stops_no_copy(archive: Archive, tmp_path: Path, what: str) -> None:
    days = Path(archive.root.store.name) / "extensions" / "sohoa-audit"
    days.mkdir(parents=True, exist_ok=True)
    place = {
        "content": content(archive, 0, "scan.pdf"),
        "inventory": folder(archive, 0) / "inventory.json",
        "list of days": days / "00000001-2026-11-20",
    }[what]
    place.unlink(missing_ok=True)
    os.mkfifo(place)
    if what == "content":
        content(archive, 3, "scan.pdf").unlink()
    done = copy(archive.root.store, FolderStore(tmp_path / "second", create=True))
    damaged = {"content": 2, "inventory": 1, "list of days": 1}[what]
    assert (done.copied, len(done.damaged)) == (6 if what == "list of days" else 6 - damaged, damaged)


def test_damage_in_the_copy_is_told_as_that(archive: Archive, tmp_path: Path) -> None:
    second = FolderStore(tmp_path / "second", create=True)
    copy(archive.root.store, second)
    place = tmp_path / "second" / folder(archive, 0).relative_to(archive.root.store.name) / "inventory.json"
    place.unlink()
    place.mkdir()
    done = copy(archive.root.store, second)
    assert (done.copied, done.damaged, len(done.conflicts)) == (0, [], 1)
    assert "damaged" in done.conflicts[0]


def test_copy_from_nowhere(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable):
        copy(FolderStore(tmp_path / "a", create=True), FolderStore(tmp_path / "b", create=True))
