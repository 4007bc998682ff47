"""Somebody with write access to the archive's folder writes in the list of the log's days, or takes from it: nothing is closed upon it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta

import pytest

from schemas.errors import LogBroken
from storage.audit_days import LIST, close_days, listed, unsigned_since
from storage.audit_verify import FROM_A_COPY, PUT_BACK, PUT_IN, verify_log
from storage.ocfl.layout import object_path
from tests.storage.office import Office, day, good, now, sign


def an_entry_of_the_future(office: Office) -> None:
    (office.folder / "archive" / LIST / "00000004-2099-01-01").write_text(f"{'0' * 64}\n")


def an_entry_once_more(office: Office) -> None:
    """The first day as the newest: what was closed since then would be closed again."""
    entries = office.folder / "archive" / LIST
    shutil.copy(next(entries.glob("00000001-*")), entries / f"00000004-{day(3)}")


def an_entry_with_another_digest(office: Office) -> None:
    next((office.folder / "archive" / LIST).glob("00000003-*")).write_text(f"{'0' * 64}\n")


def an_entry_of_another_name(office: Office) -> None:
    """The same number, written otherwise."""
    entry = listed(office.archive)[0]
    (office.folder / "archive" / entry.key).rename(
        office.folder / "archive" / f"{LIST}0{entry.number:08d}-{entry.name}"
    )


def a_gap_in_the_list(office: Office) -> None:
    next((office.folder / "archive" / LIST).glob("00000002-*")).unlink()


@pytest.mark.parametrize(
    "attack",
    [
        an_entry_of_the_future,
        an_entry_once_more,
        an_entry_with_another_digest,
        an_entry_of_another_name,
        a_gap_in_the_list,
    ],
)
def test_nothing_is_closed_on_a_list_that_others_wrote(
    office: Office, attack: Callable[[Office], None]
) -> None:
    before = unsigned_since(office.log)
    attack(office)
    entries = sorted((office.folder / "archive" / LIST).iterdir())
    with pytest.raises(LogBroken):
        close_days(office.log, sign, today=now().date() + timedelta(days=2))
    assert sorted((office.folder / "archive" / LIST).iterdir()) == entries
    assert unsigned_since(office.log) == before
    assert all(finding.hint for finding in verify_log(office.log, good))


def test_what_to_do_is_told_by_what_is_known(office: Office) -> None:
    """A day that was closed is brought back; one that nobody closed is taken away."""
    an_entry_of_the_future(office)
    entries = office.folder / "archive" / LIST
    shutil.rmtree(office.folder / "archive" / object_path(f"urn:sohoa:audit:{day(1)}"))
    hints = {
        finding.day: finding.hint for finding in verify_log(office.log, good) if "missing" in finding.fault
    }
    assert hints[day(1)] == FROM_A_COPY
    assert hints["2099-01-01"] == PUT_IN
    for entry in (*entries.glob(f"*-{day(1)}"), *entries.glob("*-2099-01-01")):
        entry.unlink()
    assert PUT_BACK in {finding.hint for finding in verify_log(office.log, good)}
