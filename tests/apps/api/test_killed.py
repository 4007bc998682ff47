"""A server killed (−9) at random moments while many look and correct: no look unlogged, no half act. On SQLite and PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from flows.audit import verify_audit
from flows.desk.accounts import add_user
from flows.services import Services
from flows.settings import load_settings
from storage.fixity import Checking, check
from tests.apps.api.conftest import PASSWORD
from tests.papers import put
from tests.storage.conftest import postgresql  # noqa: F401 - a fixture
from tests.storage.servers import free_port

pytestmark = [pytest.mark.slow, pytest.mark.server]

ROOT = Path(__file__).parents[3]
PAPERS, LOOKERS = 4, 4
KILLS = int(os.environ.get("KILLS", "5"))


@dataclass
class Answered:
    """What clients were told: purposes of looks; (paper, version, purpose) of corrections. ``over``: no more is asked."""

    looks: list[str] = field(default_factory=list)
    acts: list[tuple[str, int, str]] = field(default_factory=list)
    strange: list[int] = field(default_factory=list)
    stale: int = 0
    over: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def running(port: int, log: Path) -> Iterator[None]:
    """The server, until it is killed with all of its processes."""
    command = [sys.executable, "-m", "apps.cli", "serve", "--port", str(port), "--processes", "2"]
    with log.open("ab") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out, start_new_session=True)
    try:
        for _ in range(600):
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{port}/api/v1/keys", timeout=60)
                break
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def looker(number: int, client: httpx.Client, papers: list[str], told: Answered) -> None:
    """Asks and opens; each request has a purpose of its own, by which its line is known."""
    turn = 0
    while not told.over.is_set():
        turn += 1
        purpose = f"look-{number}-{turn}"
        path = f"/{random.choice(papers)}" if turn % 2 else "?subject=056320001234"
        try:
            answer = client.get(f"/api/v1/records{path}", headers={"Sohoa-Purpose": purpose})
        except httpx.HTTPError:
            time.sleep(0.05)
            continue
        if answer.status_code == 200:
            told.looks.append(purpose)
        else:
            told.strange.append(answer.status_code)


def corrector(client: httpx.Client, paper: str, told: Answered) -> None:
    """Corrects one paper again and again on the version that it saw."""
    turn = 0
    while not told.over.is_set():
        turn += 1
        purpose = f"act-{paper}-{turn}"
        try:
            seen = client.get(f"/api/v1/records/{paper}", headers={"Sohoa-Purpose": f"{purpose}-look"})
            if seen.status_code != 200:
                told.strange.append(seen.status_code)
                continue
            told.looks.append(f"{purpose}-look")
            answer = client.post(
                f"/api/v1/records/{paper}/correct",
                json={"values": {"birth_place": f"Xã số {turn}"}, "reason": "đọc nhầm"},
                headers={"If-Match": seen.headers["ETag"], "Sohoa-Purpose": purpose},
            )
        except httpx.HTTPError:
            time.sleep(0.05)
            continue
        if answer.status_code == 200:
            told.acts.append((paper, answer.json()["version"], purpose))
        elif (
            answer.status_code == 409
        ):  # an act that was killed had decided its version: it stands, and is told from now on
            told.stale += 1
        else:
            told.strange.append(answer.status_code)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_killed_at_random_moments(
    tmp_path: Path, database: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database == "postgresql":
        monkeypatch.setenv("SOHOA_INDEX__URL", request.getfixturevalue("postgresql"))
    services = Services(load_settings())
    add_user(services.accounts, "quantri", PASSWORD, ["administrator"])
    papers = [
        put(services, number, personal_id="056320001234", full_name="Nguyễn Thị Ánh")
        for number in range(PAPERS)
    ]
    port, log, told, chance = free_port(1), tmp_path / "server.log", Answered(), random.Random(7)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        with running(port, log):
            answer = client.post("/api/v1/session", json={"name": "quantri", "password": PASSWORD})
            client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        threads = [
            *(threading.Thread(target=looker, args=(n, client, papers, told)) for n in range(LOOKERS)),
            *(threading.Thread(target=corrector, args=(client, paper, told)) for paper in papers),
        ]
        for thread in threads:
            thread.start()
        for _ in range(KILLS):
            before = len(told.looks), len(told.acts)
            with running(port, log):
                for _ in range(1200):
                    if len(told.looks) > before[0] + 5 and len(told.acts) > before[1]:
                        break
                    time.sleep(0.05)
                time.sleep(chance.uniform(0, 0.5))
        told.over.set()
        for thread in threads:
            thread.join()

    assert len(told.looks) > 5 * KILLS
    assert len(told.acts) >= KILLS
    assert not told.strange, "a server that was killed answers as before"
    assert told.stale <= KILLS * PAPERS
    lines = list(services.audit.lines())
    logged = {line["purpose"] for line in lines}
    assert not set(told.looks) - logged, "no look is answered that is not in the log"
    assert verify_audit(services).findings == ()
    assert check(services.archive, Checking(log=services.audit)).sound
    corrected = {
        paper: [line for line in lines if line["action"] == "correct" and paper in line["object"]]
        for paper in papers
    }
    for paper in papers:
        known = {version.number for version in services.archive.versions(paper)}
        assert {version for one, version, _ in told.acts if one == paper} <= known, "what was told is kept"
        assert {purpose for one, _, purpose in told.acts if one == paper} <= logged
        assert len(known) - 1 <= len(corrected[paper]), "no version without a line"
        services.follow(paper, max(known))  # what a killed act could not tell the index, the next one does
        row = services.index.get(paper)
        assert row is not None
        assert row.version == max(known)
