"""The disk is full in the middle of a backlog: the home, the archive, or the folder for temporary files."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.cluster import wait_until
from tests.services.command import demand_each_once, done, sohoa, wait_for_done
from tests.services.test_killed import fill

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.getuid() != 0, reason="to mount needs root")]
DOCUMENTS = 24


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 60 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", str(place)], check=True)
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def _fill_up(disk: Path, left: int) -> Path:
    """Something else takes all room but so many bytes."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        block = b"\0" * 4096
        while os.statvfs(disk).f_bavail * 4096 > left:
            file.write(block)
            file.flush()
    return ballast


@pytest.mark.parametrize(
    ("what", "left"), [("home", 0), ("archive", 0), ("scratch", 0), ("scratch", 20_000), ("scratch", 200_000)]
)
def test_it_waits_for_room_and_goes_on(
    disk: Path, tmp_path: Path, what: str, left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With different numbers of bytes left the disk is full at different steps of a paper's way."""
    inbox = fill(tmp_path / "in", DOCUMENTS, random.Random(what))
    if what == "home":
        monkeypatch.setenv("SOHOA_HOME", str(disk / "home"))
    elif what == "archive":
        monkeypatch.setenv("SOHOA_ARCHIVE__FOLDER", str(disk / "archive"))
        with sohoa(tmp_path, "archive", "init") as made:
            assert made.end() == 0
    else:
        monkeypatch.setenv("TMPDIR", str(disk))
    monkeypatch.setenv("SOHOA_LANGUAGE", "en")
    with sohoa(tmp_path, "backlog", str(inbox)) as command:
        wait_for_done(inbox, 3)
        ballast = _fill_up(disk, left)
        wait_until(lambda: command.says("Waiting"), 120)
        before = done(inbox)
        assert before < DOCUMENTS
        ballast.unlink()
        assert command.end() == 0, command.told.read_text()
        assert command.says("full")
    demand_each_once(inbox, DOCUMENTS)
