"""The journal remembers what is done, forgets what has changed, and shrugs off a line that was cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.journal import Journal, journal_path
from flows.outcome import Outcome, Status, failure
from schemas.errors import Damaged, SignerUnavailable


def _file(tmp_path: Path, name: str = "hồ sơ.pdf") -> Path:
    path = tmp_path / name
    path.write_bytes(b"%PDF")
    return path


def _journal(tmp_path: Path, *, resume: bool = True) -> Journal:
    return Journal(tmp_path / "journal.jsonl", resume=resume)


def test_done_files_are_remembered_until_they_change(tmp_path: Path) -> None:
    path, other = _file(tmp_path), _file(tmp_path, "b.pdf")
    journal = _journal(tmp_path)
    journal.add(path, Outcome(str(path), Status.ARCHIVED, "0" * 64))
    journal.add(other, failure(str(other), Damaged("page 2")))
    journal.close()
    again = _journal(tmp_path)
    assert again.done(path) is not None
    refused = again.done(other)
    assert refused is not None
    assert (refused.code, refused.message) == ("damaged", Damaged("page 2").message)
    path.write_bytes(b"%PDF more")
    assert again.done(path) is None


def test_what_failed_is_tried_again(tmp_path: Path) -> None:
    path = _file(tmp_path)
    journal = _journal(tmp_path)
    journal.add(path, failure(str(path), SignerUnavailable()))
    journal.close()
    assert _journal(tmp_path).done(path) is None


def test_without_resume_it_begins_anew(tmp_path: Path) -> None:
    path = _file(tmp_path)
    journal = _journal(tmp_path)
    journal.add(path, Outcome(str(path), Status.ARCHIVED))
    journal.close()
    _journal(tmp_path, resume=False).close()
    assert _journal(tmp_path).done(path) is None


@pytest.mark.parametrize("cut", range(1, 40, 6))
def test_a_line_cut_off_by_a_power_failure(tmp_path: Path, cut: int) -> None:
    first, second = _file(tmp_path), _file(tmp_path, "b.pdf")
    journal = _journal(tmp_path)
    for path in (first, second):
        journal.add(path, Outcome(str(path), Status.ARCHIVED))
    journal.close()
    data = journal.path.read_bytes()
    journal.path.write_bytes(data[:-cut])
    again = _journal(tmp_path)
    assert again.done(first) is not None
    again.add(second, Outcome(str(second), Status.ARCHIVED))
    again.close()
    assert _journal(tmp_path).done(second) is not None


@given(st.binary(max_size=300))
def test_any_bytes_in_the_file_are_passed_over(tmp_path_factory: pytest.TempPathFactory, junk: bytes) -> None:
    folder = tmp_path_factory.mktemp("journal")
    (folder / "journal.jsonl").write_bytes(junk)
    path = _file(folder)
    journal = _journal(folder)
    journal.add(path, Outcome(str(path), Status.DUPLICATE))
    journal.close()
    assert _journal(folder).done(path) is not None


def test_each_folder_has_its_own(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert journal_path(tmp_path, tmp_path / "a") == journal_path(tmp_path, tmp_path / "a" / ".." / "a")
    assert journal_path(tmp_path, tmp_path / "a") != journal_path(tmp_path, tmp_path / "b")
