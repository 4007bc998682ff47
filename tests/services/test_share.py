"""The scanner's share is unmounted while ``sohoa watch`` reads from it, and is back with a thousand files more."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.batches.batch import DIGITIZE
from flows.incoming.hot_folder import HotFolder
from tests.services.cluster import wait_until
from tests.services.command import here, sohoa
from tests.services.test_killed import fill

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.getuid() != 0, reason="to mount needs root")]
BEFORE, PAPERS, COPIES = 6, 20, 980


@pytest.fixture
def share(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """What the server has, and where it is mounted."""
    server, place = tmp_path / "server", tmp_path / "máy quét"
    server.mkdir()
    place.mkdir()
    subprocess.run(["mount", "--bind", str(server), str(place)], check=True)
    yield server, place
    subprocess.run(["umount", "-l", str(place)], check=False, capture_output=True)


def test_unmounted_and_back_with_a_thousand_files(
    share: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most of the thousand are bytes that are no scan, so that reading them takes a moment each: they are refused, whole."""
    monkeypatch.setenv("SOHOA_LANGUAGE", "en")
    server, place = share
    papers = sorted(fill(tmp_path / "papers", BEFORE + PAPERS, random.Random(5)).iterdir())
    for path in papers[:BEFORE]:
        shutil.copy(path, server / path.name)
    with sohoa(tmp_path, "watch", str(place), "--json", "--settle", "0.5") as command:
        services = here()
        batch = HotFolder(services, place, 0.5).batch

        def ended() -> dict[str, int]:
            return services.queue.counts(batch=batch, kind=DIGITIZE)

        wait_until(lambda: ended().get("done", 0) >= 2, 300)
        subprocess.run(["umount", "-l", str(place)], check=True)
        for path in papers[BEFORE:]:
            shutil.copy(path, server / path.name)
        for number in range(COPIES):
            (server / f"hỏng {number:04}.pdf").write_bytes(f"no scan {number}".encode())
        wait_until(lambda: command.says("not there"), 120)
        assert not list(place.iterdir()), "nothing is written to where the share was"
        subprocess.run(["mount", "--bind", str(server), str(place)], check=True)
        wait_until(
            lambda: (ended().get("done", 0), ended().get("refused", 0)) == (BEFORE + PAPERS, COPIES), 1500, 2
        )
        assert set(ended()) == {"done", "refused"}
        wait_until(
            lambda: not [path for path in (server / ".sohoa" / "work").rglob("*") if path.is_file()], 180
        )
        command.process.send_signal(signal.SIGINT)
        assert command.end(120) == 0
    services = here()
    assert services.index.count() == len(list(services.archive.ids())) == BEFORE + PAPERS
    refused = [path for path in (server / "Không nhận").iterdir() if path.suffix == ".pdf"]
    assert len({path.read_bytes() for path in refused}) == len(refused) == COPIES
    assert not [path for path in server.iterdir() if path.is_file()], "nothing was left lying"
