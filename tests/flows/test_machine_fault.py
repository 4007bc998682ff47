"""A full disk is no fault of the file that is worked on, whatever library says so in whatever words."""

from __future__ import annotations

import errno

import pytest

from flows.outcome import Fault
from pipeline.limits import death, demand_room, guarded
from schemas.errors import Damaged, MachineFault, ScratchFull, SohoaError, WorkerDied, machine_fault


def _wrapped() -> Exception:
    error = ValueError("cannot save")
    error.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    return error


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), ScratchFull),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), ScratchFull),
        (RuntimeError("<_io.BufferedWriter name=15>: No space left on device"), ScratchFull),
        (_wrapped(), ScratchFull),
        (OSError(errno.EROFS, "Read-only file system"), MachineFault),
        (OSError(errno.EMFILE, "Too many open files"), MachineFault),
        (OSError("image file is truncated"), Damaged),
        (ValueError("bad xref"), Damaged),
    ],
)
def test_what_a_decoder_says(error: Exception, fault: type[SohoaError]) -> None:
    with pytest.raises(fault) as caught, guarded():
        raise error
    assert type(caught.value) is fault
    told = Fault.of(error).code
    assert told == (fault.code if fault is not Damaged else "fault")
    assert (machine_fault(error) is None) == (fault is Damaged)


def test_who_died_without_room_died_of_that(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(death("a.pdf"), WorkerDied)
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000})())
    assert isinstance(death("a.pdf"), ScratchFull)
    with pytest.raises(ScratchFull):
        demand_room(tmp_path)  # type: ignore[arg-type]
