"""An index beside an encrypted archive: nobody without the key reads or tries out an id or a number; whole ones are found."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.fingerprint import marks, printed_numbers
from schemas.records import Field, Method, Record, Subject
from storage.archive import Archive
from storage.encryption import Vault
from storage.index.find import Query
from storage.index.index import Index
from storage.index.keyed import digest_with
from storage.model import Use, UseKind
from storage.stores.folder import FolderStore
from storage.wrapping import FileKey
from tests.storage.samples import deposit

FIRST, SECOND, OLD, NUMBER = "034090001234", "001192004321", "183456789", "4567/QĐ-UBND"


def _field(value: str) -> Field:
    return Field(value=value, text=value, confidence=1.0, page=1, method=Method.LABEL)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    vault = Vault(FolderStore(tmp_path / "keys", create=True), FileKey(bytes(32)))
    archive = Archive(FolderStore(tmp_path / "archive", create=True), create=True, vault=vault)
    fields = {"number": _field(NUMBER), "old_id": _field(OLD), "birth_date": _field("1990-07-05")}
    about = Record(
        type="marriage_certificate",
        subject=Subject(id=FIRST, name="Nguyễn Ngọc Ánh"),
        subjects=(Subject(id=FIRST), Subject(id=SECOND)),
        fields=fields,
    )
    text = f"Nguyễn Ngọc Ánh {FIRST} số {NUMBER} ngày 05/7/1990, 11223344 và 99887766"
    used = Use(kind=UseKind.RECEIVED, dossier="H48-1", subject=SECOND, at=datetime.now(UTC), by="o")
    given = deposit(1)
    archive.put(replace(given, record=about, text=text, uses=(used,)))
    return archive


def keyed(tmp_path: Path, archive: Archive) -> Index:
    vault = archive.vault
    assert vault is not None
    return Index(
        tmp_path / "index.sqlite", full_text=False, digest=digest_with(lambda: vault.key_for("index"))
    )


def file_of(tmp_path: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(tmp_path.glob("index.sqlite*")))


def test_whole_ids_and_numbers_are_found_and_none_is_read(tmp_path: Path, archive: Archive) -> None:
    index = keyed(tmp_path, archive)
    (document,) = archive.ids()
    index.add(*archive.current(document))
    for query in (
        Query(subject=FIRST), Query(subject=SECOND), Query(subject=OLD), Query(number=NUMBER),
        Query(number="số 4567 qđ ubnd"), Query(subject=FIRST, number=NUMBER, type="marriage_certificate"),
    ):  # fmt: skip
        (row,) = index.find(query).rows
        assert (row.id, row.subject_id, row.number, row.number_key, row.other_subjects) == (
            document, None, None, None, "",
        )  # fmt: skip
    assert index.find(Query(subject="034090001235")).rows == ()
    assert index.find(Query(number="4567")).rows == (), "the beginning of a number is not found by a digest"
    assert not index.tells()
    index.close()
    data = file_of(tmp_path)
    record = archive.record(document)
    plain_marks = marks(printed_numbers(record.text))
    assert plain_marks
    # four digits alone are found in one of some hundred files by chance: digests are written in hexadecimal ones
    for said in (
        FIRST,
        SECOND,
        OLD,
        "4567/",
        "4567 ",
        "4567-",
        "4567q",
        "Ngọc Ánh",
        "1990-07-05",
        *plain_marks,
    ):
        assert said.encode() not in data, said


def test_digests_cannot_be_tried_without_the_key(tmp_path: Path, archive: Archive) -> None:
    index = keyed(tmp_path, archive)
    (document,) = archive.ids()
    index.add(*archive.current(document))
    other = Index(tmp_path / "index.sqlite", full_text=False, digest=digest_with(lambda: bytes(32)))
    assert other.find(Query(subject=FIRST)).rows == ()
    assert other.find(Query(number=NUMBER)).rows == ()


def test_near_duplicates_are_found_by_digests(tmp_path: Path, archive: Archive) -> None:
    index = keyed(tmp_path, archive)
    (document,) = archive.ids()
    index.add(*archive.current(document))
    record = archive.record(document).model_copy(update={"id": "00000000-0000-5000-8000-000000000000"})
    assert [row.id for row in index.near_duplicates(record)] == [document]
    row = index.derive(record, 1)[0]
    assert set(row.number_marks.split()) & set(index.near_duplicates(record)[0].number_marks.split())


def test_reindex_leaves_nothing_of_what_was_plain(tmp_path: Path, archive: Archive) -> None:
    """From before the setting: told, and gone after ``archive reindex``, also from the free pages of the file."""
    (document,) = archive.ids()
    before = Index(tmp_path / "index.sqlite")
    before.add(*archive.current(document))
    assert before.tells()
    before.close()
    assert FIRST.encode() in file_of(tmp_path)
    index = keyed(tmp_path, archive)
    assert [row.id for row in index.find(Query(subject=FIRST)).rows] == [document], "found before it, too"
    assert index.tells()
    index.rebuild(archive)
    assert not index.tells()
    live = list(index.entries())
    index.add(*archive.current(document))
    assert list(index.entries()) == live
    index.close()
    data = file_of(tmp_path)
    for said in (FIRST, SECOND, OLD, "4567", "Ngọc Ánh", "ngoc anh", "1990-07-05"):
        assert said.encode() not in data, said
    with sqlite3.connect(tmp_path / "index.sqlite") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
