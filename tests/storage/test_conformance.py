"""What every store promises, the same demands on a folder and on each kind of bucket of a real server."""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import ocfl  # type: ignore[import-untyped]
import pytest

from schemas.records import State
from storage import corrections
from storage.archive import Archive
from storage.model import Part
from storage.stores.opening import open_store
from storage.stores.protocol import Lock, MissingKey, Store
from storage.stores.s3_options import S3Options
from tests.storage.conftest import fetch
from tests.storage.samples import Clock, deposit, record

pytestmark = pytest.mark.server
BIG = hashlib.sha512(b"seed").digest() * (6 << 14)  # 6 MiB


def test_values(store: Store, tmp_path: Path) -> None:
    store.put("a/b.txt", b"one")
    store.put("a/b.txt", b"two")
    store.put("a/empty", b"")
    (tmp_path / "file").write_bytes(b"from a file")
    store.put("a/%c3 đường dẫn+&?.bin", tmp_path / "file")
    assert store.get("a/b.txt") == b"two"
    assert store.get("a/empty") == b""
    assert store.get("a/%c3 đường dẫn+&?.bin") == b"from a file"
    found = store.stat("a/b.txt")
    assert found is not None
    assert found.size == 3
    assert abs(found.modified - datetime.now(UTC)) < timedelta(minutes=1)
    assert store.stat("a") is None
    assert store.stat("nothing") is None
    with pytest.raises(MissingKey):
        store.get("a/nothing")
    with pytest.raises(MissingKey):
        store.open("a/nothing")


def test_ranges(store: Store) -> None:
    store.put("range", bytes(range(256)))
    with closing(store.open("range", 10, 5)) as stream:
        assert stream.read() == bytes(range(10, 15))
    with closing(store.open("range", 250)) as stream:
        assert stream.read(3) + stream.read() == bytes(range(250, 256))


def test_a_stream_is_sought_in(store: Store) -> None:
    """The API does so for ranges, and to tell the length of a file before it."""
    content = bytes(range(256)) * 2048  # several buffers
    store.put("sought", content)
    store.put("sought-empty", b"")
    with closing(store.open("sought")) as stream:
        assert stream.seek(0, io.SEEK_END) == len(content)
        assert stream.read(1) == b""
        stream.seek(0)
        assert stream.read() == content
        stream.seek(-3, io.SEEK_END)
        assert stream.read() == content[-3:]
        stream.seek(300_001)
        assert stream.read(70_000) == content[300_001:370_001]
        assert stream.tell() == 370_001
        stream.seek(5)
        assert stream.read(2) == content[5:7]
        with pytest.raises((ValueError, OSError)):
            stream.seek(-1)
    with closing(store.open("sought-empty")) as stream:
        assert stream.seek(0, io.SEEK_END) == 0
        assert stream.read() == b""


def test_listing_is_in_order_of_bytes(store: Store) -> None:
    keys = ["b", "a/b/c", "a-b", "a/b", "a.b", "a0", "ab/x", "a/b.c/d"]
    keys.remove("a/b")  # a folder cannot hold a file and a folder of one name
    for key in keys:
        store.put(key, b"x")
    ordered = sorted(keys, key=str.encode)
    assert [stat.key for stat in store.list()] == ordered
    assert [stat.key for stat in store.list("a/")] == ["a/b.c/d", "a/b/c"]
    assert [stat.key for stat in store.list("a")] == ordered[:-1]
    for key in keys:
        assert [stat.key for stat in store.list(after=key)] == ordered[ordered.index(key) + 1 :]
    assert list(store.list("none/")) == []


def test_one_of_many_new_puts_wins(place: Path | S3Options) -> None:
    stores = [open_store(place) for _ in range(4)]
    for turn in range(3):
        with ThreadPoolExecutor(8) as pool:
            wins = list(pool.map(partial(_contest, stores, f"claim/{turn}"), range(8)))
        assert sum(wins) == 1
        winner = b"writer %d" % wins.index(True)
        assert stores[0].get(f"claim/{turn}") == stores[0].first(f"claim/{turn}") == winner


def _contest(stores: list[Store], key: str, number: int) -> bool:
    return stores[number % len(stores)].put_new(key, b"writer %d" % number)


def test_what_was_deleted_can_be_put_as_new(store: Store) -> None:
    assert store.put_new("key", b"1")
    assert not store.put_new("key", b"2")
    store.delete("key")
    store.delete("key")
    assert store.stat("key") is None
    assert list(store.list("key")) == []
    assert store.put_new("key", b"3")
    assert store.first("key") == b"3"


def test_tree_is_written_once(store: Store) -> None:
    first = [("v1/content/a", b"A"), ("v1/decider", b"1"), ("after", b"x")]
    assert store.put_tree("x/y/z", first, "v1/decider")
    assert not store.put_tree(
        "x/y/z", [("v1/content/b", b"B"), ("v1/decider", b"2"), ("after", b"y")], "v1/decider"
    )
    assert store.get("x/y/z/v1/decider") == b"1"
    assert store.get("x/y/z/after") == b"x"


def test_large_values_go_in_parts(place: Path | S3Options, tmp_path: Path) -> None:
    if isinstance(place, S3Options):
        place = replace(place, part_size=5 << 20)
    store = open_store(place)
    (tmp_path / "big").write_bytes(BIG)
    lock = Lock(until=datetime.now(UTC) + timedelta(minutes=1))
    store.put("big", tmp_path / "big", lock)
    assert store.get("big") == BIG
    with closing(store.open("big", len(BIG) - 10)) as stream:
        assert stream.read() == BIG[-10:]


def test_archive_on_every_store(store: Store, tmp_path: Path) -> None:
    archive = Archive(store, create=True, clock=Clock())
    ids = [archive.put(deposit(n)).id for n in range(3)]
    assert not archive.put(deposit(1, pdf=b"other")).created
    corrections.confirm(archive, ids[0], record(0), by="officer")
    assert archive.record(ids[0]).state is State.CONFIRMED
    assert archive.record(ids[0], 1).state is State.UNCONFIRMED
    assert archive.get(ids[1], Part.SCAN) == deposit(1).scan
    assert set(archive.ids()) == set(ids)
    order = list(archive.ids())
    assert list(archive.ids(after=order[0])) == order[1:]
    assert ocfl.StorageRoot(root=str(fetch(store, tmp_path / "copy"))).validate()


def test_same_document_on_two_machines_is_one_object(place: Path | S3Options, tmp_path: Path) -> None:
    Archive(open_store(place), create=True)
    archives = [Archive(open_store(place)) for _ in range(4)]
    for n in range(2):
        with ThreadPoolExecutor(4) as pool:
            receipts = list(pool.map(lambda i: archives[i].put(deposit(n, pdf=b"copy %d" % i)), range(4)))  # noqa: B023
        assert sum(r.created for r in receipts) == 1
        winner = [r.created for r in receipts].index(True)
        assert archives[0].get(receipts[0].id, "pdf") == b"copy %d" % winner
        assert len({r.record.archived_at for r in receipts}) == 1
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda i: _link(archives[i], receipts[0].id, i), range(4)))  # noqa: B023
        assert archives[0].current(receipts[0].id)[1] == 5
    for archive in archives:
        for id in archive.ids():
            archive.put(next(d for d in map(deposit, range(2)) if d.id == id))
    assert ocfl.StorageRoot(root=str(fetch(archives[0].root.store, tmp_path / "copy"))).validate()


def _link(archive: Archive, id: str, number: int) -> None:
    other = f"other-{number}"
    archive.revise(
        id,
        lambda r: r.model_copy(
            update={"links": r.links.model_copy(update={"duplicates": (*r.links.duplicates, other)})}
        ),
        corrections._event("modification", "a"),
    )
