"""The flow itself, with Prefect's server: figures, states, the summary artifact; and kills in the middle."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.services import Services
from flows.settings import load_settings
from tests.scans import write_scan

BACKLOG = [sys.executable, "-m", "apps.cli", "backlog", "inbox", "--json"]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    for number in range(3):
        write_scan(folder / f"{number}.png", [f"Giấy tờ số {number}"])
    write_scan(folder / "nhiều trang.tif", ["Trang một"], ["Trang hai"])
    (folder / "hỏng.pdf").write_bytes(b"nothing")
    return folder


def _run(tmp_path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*BACKLOG, *more], check=False, cwd=tmp_path, capture_output=True, text=True, timeout=300
    )


def test_a_backlog_without_a_server(tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = _run(tmp_path)
    assert done.returncode == 3, done.stderr
    found = {Path(line["source"]).name: line for line in map(json.loads, done.stdout.splitlines())}
    assert {name: line["status"] for name, line in found.items()} == {
        "0.png": "archived",
        "1.png": "archived",
        "2.png": "archived",
        "nhiều trang.tif": "archived",
        "hỏng.pdf": "rejected",
    }
    services = Services(load_settings())
    assert services.index.count() == sum(len(line["documents"]) for line in found.values())

    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    resumed = _run(tmp_path, "--resume")
    assert "Prefect's server does not answer" in resumed.stderr, "which stops nobody"
    assert resumed.returncode == 3, "the end of a batch tells the whole batch"
    (refused,) = map(json.loads, resumed.stdout.splitlines())
    assert (refused["status"], refused["error"]["code"]) == ("rejected", "unknown_format")


def test_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "Thumbs.db").write_bytes(b"x")
    done = _run(tmp_path)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_once_ends_softly_and_twice_at_once(tmp_path: Path, inbox: Path, times: int) -> None:
    for number in range(3, 8):
        write_scan(inbox / f"{number}.png", [f"Giấy tờ số {number}"] * 6)
    process = subprocess.Popen(
        BACKLOG,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    for _ in range(times):
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
    _, told = process.communicate(timeout=300)
    # A shell says 130 for both: the second may come when Python has given up its own handling of signals already.
    assert process.returncode in {130, -signal.SIGINT}, told
    if times == 1:
        assert "--resume" in told
    last = _run(tmp_path, "--resume")
    assert last.returncode == 3, last.stderr
    services = Services(load_settings())
    sources = [Path(services.archive.record(id).source).name for id in services.archive.ids()]
    assert len(sources) == len(set(sources)) >= 9


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_kill_at_any_moment_then_resume(tmp_path: Path, inbox: Path, seed: int) -> None:
    for number in range(3, 12):
        write_scan(inbox / f"{number}.png", [f"Giấy tờ số {number}"] * 6)
    moment = random.Random(seed)
    for _ in range(3):
        process = subprocess.Popen(
            [*BACKLOG, "--resume"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert process.stdout is not None
        process.stdout.readline()  # work has begun
        time.sleep(moment.uniform(0, 4))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    _wait_until_alone(tmp_path)
    last = _run(tmp_path, "--resume")
    assert last.returncode in {0, 3}, last.stderr
    services = Services(load_settings())
    sources = sorted(Path(services.archive.record(id).source).name for id in services.archive.ids())
    expected = sorted(path.name for path in inbox.iterdir() if path.suffix == ".png")
    assert [name for name in sources if name.endswith(".png")] == expected, "nothing lost, nothing doubled"
    assert services.index.count() == len(sources)
    from storage.fixity import check

    assert check(services.archive).sound


def _wait_until_alone(tmp_path: Path) -> None:
    """Workers and server of a killed batch end by themselves."""
    mine = f"SOHOA_HOME={tmp_path}".encode()
    for _ in range(100):
        others = [
            path
            for path in Path("/proc").glob("[0-9]*/environ")
            if path.parent.name != str(os.getpid()) and mine in _bytes(path)
        ]
        if not others:
            return
        time.sleep(0.2)
    raise AssertionError(f"still running: {others}")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
