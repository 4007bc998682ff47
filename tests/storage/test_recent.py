"""Records that were read a moment ago are not read again, and nothing that is known by reading is missed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from schemas.errors import Corrupt, Erased, NotFoundInArchive
from storage import corrections, erasure, recent
from storage.archive import Archive
from storage.recent import Recent
from storage.stores.folder import FolderStore
from tests.storage.office import Office
from tests.storage.samples import deposit


@pytest.fixture
def kept(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> tuple[Archive, str, list[str]]:
    """An archive, a paper that was read once, and the files that are read from now on."""
    id = archive.put(deposit(1)).id
    archive.record(id)
    read: list[str] = []
    real = FolderStore.get

    def get(store: FolderStore, key: str) -> bytes:
        read.append(key.rpartition("/")[2])
        return real(store, key)

    monkeypatch.setattr(FolderStore, "get", get)
    return archive, id, read


def file_of(archive: Archive) -> Path:
    assert isinstance(archive.root.store, FolderStore)
    (found,) = archive.root.store.root.rglob("record-*.json")
    return found


def test_only_what_proves_the_record_is_read(kept: tuple[Archive, str, list[str]]) -> None:
    archive, id, read = kept
    assert archive.record(id) == archive.current(id)[0]
    assert read == ["inventory.json", "inventory.json.sha512"] * 2


def _other_bytes(file: Path) -> None:
    file.chmod(0o600)
    file.write_bytes(file.read_bytes().replace(b"2", b"3", 1))


@pytest.mark.parametrize("damage", [_other_bytes, Path.unlink])
def test_damage_is_told(kept: tuple[Archive, str, list[str]], damage: Callable[[Path], object]) -> None:
    archive, id, _ = kept
    damage(file_of(archive))
    with pytest.raises(Corrupt):
        archive.record(id)


def test_the_newest_version_is_told(kept: tuple[Archive, str, list[str]]) -> None:
    archive, id, _ = kept
    before = archive.record(id)
    corrections.revoke(archive, id, by="lan", reason="thu hồi")
    assert archive.record(id).state == "revoked"
    assert archive.record(id, 1) == before


def test_what_was_erased_is_not_told(kept: tuple[Archive, str, list[str]]) -> None:
    archive, id, _ = kept
    erasure.erase(archive, id, order="1", by="lan")
    with pytest.raises((Erased, NotFoundInArchive)):
        archive.record(id)


def test_of_an_encrypted_archive_nothing_is_kept(tmp_path: Path) -> None:
    office = Office(tmp_path, encrypted=True)
    id = next(iter(office.archive.ids()))
    assert office.archive.record(id) is not office.archive.record(id)


def test_so_many_are_kept_and_no_large_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MOST", 3)
    some, made = Recent[int](), []

    def ask(number: int, size: int = 1) -> None:
        some.get(number, size, lambda: made.append(number) or number)  # type: ignore[func-returns-value]

    for number in (1, 2, 3, 1, 4, 1, 2):
        ask(number)
    assert made == [1, 2, 3, 4, 2], "the one that was asked for longest ago gives way"
    ask(5, recent.LARGEST + 1)
    ask(5, recent.LARGEST + 1)
    assert made[-2:] == [5, 5]


def test_threads_share_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MOST", 5)
    some = Recent[int]()
    wrong: list[int] = []

    def ask() -> None:
        numbers = [turn % 7 for turn in range(2000)]
        wrong.extend(one for one in numbers if some.get(one, 1, partial(int, one)) != one)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
