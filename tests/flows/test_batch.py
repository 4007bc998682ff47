"""A batch over a folder: what is in it, what was done before, where refused files go."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.batch import Batch, files_in
from flows.digitize import Request
from flows.outcome import Status
from flows.pool import Pool
from flows.services import Services
from flows.settings import load_settings
from schemas.errors import NotFound, UsageError
from tests.scans import write_scan


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "hộp thư"
    (folder / "Xã An Bình").mkdir(parents=True)
    write_scan(folder / "a.png", ["Một"])
    write_scan(folder / "Xã An Bình" / unicodedata.normalize("NFD", "giấy khai sinh.png"), ["Hai"])
    (folder / "b.pdf").write_bytes(b"no pdf")
    (folder / ".hidden.png").write_bytes(b"x")
    return folder


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(2) as pool:
        yield pool


def _run(batch: Batch, pool: Pool) -> dict[str, Status]:
    done = {path.name: batch.do(path, pool).status for path in batch.todo}
    batch.journal.close()
    return done


def test_everything_in_the_folder_and_nothing_hidden(inbox: Path, services: Services, pool: Pool) -> None:
    batch = Batch(inbox, services, Request())
    statuses = _run(batch, pool)
    assert sorted(statuses.values()) == [Status.ARCHIVED, Status.ARCHIVED, Status.REJECTED]
    assert (inbox / "b.pdf").read_bytes() == b"no pdf"
    summary = batch.figures.as_markdown()
    assert "b.pdf" in summary
    assert "2 documents archived" in summary


def test_a_second_run_doubles_nothing(inbox: Path, services: Services, pool: Pool) -> None:
    _run(Batch(inbox, services, Request()), pool)
    again = Batch(inbox, services, Request())
    assert sorted(_run(again, pool).values()) == [Status.DUPLICATE, Status.DUPLICATE, Status.REJECTED]
    assert services.index.count() == len(list(services.archive.ids())) == 2


def test_resuming_looks_only_at_what_is_new(inbox: Path, services: Services, pool: Pool) -> None:
    _run(Batch(inbox, services, Request()), pool)
    write_scan(inbox / "c.png", ["Ba"])
    again = Batch(inbox, services, Request(), resume=True)
    assert [path.name for path in again.todo] == ["c.png"]
    assert (again.figures.skipped, again.figures.total) == (3, 4)
    assert [line.code for line in again.figures.refused] == ["unknown_format"]
    _run(again, pool)


def test_refused_files_go_to_quarantine_whole(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, pool: Pool
) -> None:
    quarantine = inbox / "không nhận"
    monkeypatch.setenv("SOHOA_QUARANTINE", str(quarantine))
    services = Services(load_settings())
    _run(Batch(inbox, services, Request()), pool)
    assert not (inbox / "b.pdf").exists()
    assert (quarantine / "b.pdf").read_bytes() == b"no pdf"
    assert "unknown_format" in (quarantine / "b.pdf.reason.txt").read_text()
    (inbox / "b.pdf").write_bytes(b"another")
    _run(Batch(inbox, services, Request()), pool)
    kept = sorted(path.read_bytes() for path in quarantine.iterdir() if path.suffix == ".pdf")
    assert kept == [b"another", b"no pdf"]


def test_our_own_home_below_the_folder_is_left_alone(tmp_path: Path, services: Services, pool: Pool) -> None:
    write_scan(tmp_path / "a.png", ["Một"])
    _run(Batch(tmp_path, services, Request()), pool)
    assert [path.name for path in Batch(tmp_path, services, Request()).todo] == ["a.png"]


def test_folders_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        list(files_in(tmp_path / "nowhere"))
    (tmp_path / "file").touch()
    with pytest.raises(UsageError):
        list(files_in(tmp_path / "file"))


def test_names_that_are_no_utf8(inbox: Path, services: Services, pool: Pool) -> None:
    name = os.fsdecode(b"\xff\xfe.png")
    write_scan(inbox / "z.png", ["Bốn"]).rename(inbox / name)
    batch = Batch(inbox, services, Request())
    statuses = _run(batch, pool)
    assert statuses[name] is Status.ARCHIVED
    batch.figures.as_markdown().encode()
    lines = batch.journal.path.read_bytes().splitlines()
    assert len([json.loads(line) for line in lines if line]) == 4
