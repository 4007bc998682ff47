"""``sohoa serve --processes 2``: any process answers any request, what is handed in is digitized, and all end together."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.apps.api.live import serving


def children(log: Path) -> set[int]:
    """Processes whose output goes to this file."""
    found = set()
    for out in Path("/proc").glob("[0-9]*/fd/1"):
        try:
            if out.readlink() == log:
                found.add(int(out.parts[2]))
        except OSError:
            continue
    return found


@pytest.mark.slow
def test_several_processes_are_one_server(tmp_path: Path) -> None:
    with serving(tmp_path, "--processes", "2") as live, live.officer() as officer:
        assert len(children(live.log)) >= 3, "two that answer, one that started them"
        answers = [officer.get(f"/api/v1/records/{live.paper}").status_code for _ in range(40)]
        assert answers == [200] * 40
        with (tmp_path / "a.png").open("rb") as scan:
            told = officer.post("/api/v1/scans", files={"file": ("b.png", scan)}).json()
        for _ in range(300):
            state = officer.get(f"/api/v1/jobs/{told['job']}").json()["state"]
            if state in {"done", "refused", "failed"}:
                break
            time.sleep(0.4)
        assert state == "done"
    for _ in range(300):
        if not children(live.log):
            break
        time.sleep(0.2)
    assert not children(live.log), "all end with the one that started them"
