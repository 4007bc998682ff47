"""Quarantine keeps every refused file, whole, whatever is killed when."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.outcome import Fault
from flows.quarantine import put_away
from schemas.errors import Damaged

FAULT = Fault.of(Damaged("page 2"))


def _file(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (1714550400, 1714550400))
    return path


def _kept(folder: Path) -> list[bytes]:
    return sorted(
        p.read_bytes() for p in folder.rglob("*") if p.is_file() and not p.name.endswith(".ly-do.txt")
    )


def test_files_of_one_name_and_time_never_meet(tmp_path: Path) -> None:
    quarantine = tmp_path / "q"
    for number in range(3):
        path = _file(tmp_path / str(number) / "0001.pdf", b"%d" % number)
        kept = put_away(path, quarantine, FAULT, str(path))
        assert kept is not None
        assert kept.suffix == ".pdf"
        assert not path.exists()
    assert _kept(quarantine) == [b"0", b"1", b"2"]
    reasons = list(quarantine.glob("*.ly-do.txt"))
    assert len(reasons) == 3
    assert reasons[0].read_text().splitlines()[0] == Damaged.message_vi
    assert "page 2" in reasons[0].read_text()


def test_the_folders_are_kept(tmp_path: Path) -> None:
    path = _file(tmp_path / "a.pdf", b"x")
    kept = put_away(path, tmp_path / "q", FAULT, "a.pdf", "Xã An Bình/2024")
    assert kept is not None
    assert kept.parent == tmp_path / "q" / "Xã An Bình" / "2024"
    assert kept.stat().st_mtime == 1714550400


def test_a_file_that_bears_the_name_of_a_reason(tmp_path: Path) -> None:
    quarantine = tmp_path / "q"
    first = put_away(_file(tmp_path / "a.pdf", b"1"), quarantine, FAULT, "a.pdf")
    assert first is not None
    imposter = _file(tmp_path / f"{first.name}.ly-do.txt", b"2")
    put_away(imposter, quarantine, FAULT, imposter.name)
    assert b"2" in _kept(quarantine) or any(p.read_bytes() == b"2" for p in quarantine.iterdir())
    assert first.read_bytes() == b"1"
    assert Damaged.message_vi in first.with_name(f"{first.name}.ly-do.txt").read_text()


def test_a_name_that_is_taken_by_something_else(tmp_path: Path) -> None:
    quarantine = tmp_path / "q"
    kept = put_away(_file(tmp_path / "a.pdf", b"1"), quarantine, FAULT, "a.pdf")
    assert kept is not None
    kept.write_bytes(b"somebody else's")
    again = put_away(_file(tmp_path / "a.pdf", b"1"), quarantine, FAULT, "a.pdf")
    assert again is not None
    assert again != kept
    assert kept.read_bytes() == b"somebody else's"
    assert again.read_bytes() == b"1"


@pytest.mark.parametrize("name", ["ả" * 83 + ".pdf", os.fsdecode(b"\xff\xfe.png"), ".x", "không đuôi"])
def test_odd_names(tmp_path: Path, name: str) -> None:
    path = _file(tmp_path / "in" / name, b"content")
    kept = put_away(path, tmp_path / "q", FAULT, str(path))
    assert kept is not None
    assert kept.read_bytes() == b"content"
    assert not path.exists()


def test_a_link_stays_and_is_not_followed(tmp_path: Path) -> None:
    secret = _file(tmp_path / "secret", b"s")
    link = tmp_path / "a.pdf"
    link.symlink_to(secret)
    assert put_away(link, tmp_path / "q", FAULT, "a.pdf") is None
    assert link.is_symlink()
    assert _kept(tmp_path / "q") == []


def test_a_disk_that_is_full_leaves_the_original(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _file(tmp_path / "a.pdf", b"x" * 5000)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("flows.quarantine.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        put_away(path, tmp_path / "q", FAULT, "a.pdf")
    assert path.read_bytes() == b"x" * 5000
    assert list((tmp_path / "q").iterdir()) == []


def test_a_share_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "not permitted")

    monkeypatch.setattr("flows.quarantine.os.link", refuse)
    for content in (b"1", b"1", b"2"):
        put_away(_file(tmp_path / "a.pdf", content), tmp_path / "q", FAULT, "a.pdf")
    assert _kept(tmp_path / "q") == [b"1", b"2"]


KILLED = """
import os, sys
from pathlib import Path
from flows.outcome import Fault
from flows.quarantine import put_away
from schemas.errors import Damaged
left = int(sys.argv[3])
def watch(event, arguments):
    global left
    writes = event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or event in {"os.link", "os.rename", "os.mkdir", "os.remove"}:
        left -= 1
        if left == 0:
            os._exit(9)
sys.addaudithook(watch)
put_away(Path(sys.argv[1]), Path(sys.argv[2]), Fault.of(Damaged()), "a.pdf", "xã")
os._exit(0)
"""


def test_killed_between_any_two_steps_then_repeated(tmp_path: Path) -> None:
    for act in range(1, 40):
        path = _file(tmp_path / str(act) / "in" / "a.pdf", b"content")
        quarantine = tmp_path / str(act) / "q"
        command = [sys.executable, "-c", KILLED, str(path), str(quarantine), str(act)]
        died = subprocess.run(command, check=False, timeout=120).returncode == 9
        copies = list(quarantine.rglob("a.*.pdf")) if quarantine.exists() else []
        assert path.exists() or [p.read_bytes() for p in copies] == [b"content"]
        if path.exists():
            put_away(path, quarantine, FAULT, "a.pdf", "xã")
        (kept,) = quarantine.rglob("a.*.pdf")
        assert kept.read_bytes() == b"content"
        assert Damaged.message_vi in kept.with_name(f"{kept.name}.ly-do.txt").read_text()
        if not died:
            assert act > 5
            return
    raise AssertionError("never came to its end")
