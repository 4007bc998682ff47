"""``python -m bench.api [--records N] [--clients N] [--seconds N] [--rate N] [--gigabytes N] [--home FOLDER]``.

Fills an index on PostgreSQL (started for this, each commit on the disk), starts ``sohoa serve`` and the floor, a bare FastAPI with one
SELECT, one after the other on it, each with as many processes as there are cores, and asks both for the papers of persons: as fast as it
goes, then at a steady rate. Then uploads a large file. Prints a Markdown table; ``cpu`` is what a request costs in server and database,
which a busy machine changes little. ``--home`` keeps the filled database for the next run.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx

from bench.api.clock import cpu, memory
from bench.api.load import load
from bench.bulk import fill_quickly
from flows.desk.accounts import add_user
from flows.services import Services
from flows.settings import load_settings
from schemas.errors import UsageError
from storage.agencies import Agency

_ROOT = Path(__file__).parents[2]
_USER, _PASSWORD, _TOKEN = "do", "mật khẩu để đo", secrets.token_hex(16)
_POLICY = """
version: 1
looks: 100000000
purposes: {do: {name: Đo, basis: Không}}
types: {birth_certificate: "*", marriage_certificate: [wife_name, husband_name], household_business_registration: "*"}
"""
_SEED = 7


@contextlib.contextmanager
def postgresql(folder: Path, port: int) -> Iterator[tuple[str, int]]:
    """Its address, and the id of its first process."""
    script = _ROOT / "script" / "servers" / "postgresql"
    environment = {**os.environ, "DURABLE": "1"}
    subprocess.run([script, "kill", folder], check=False)
    command: list[str | Path] = [script, "start", folder, str(port)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    try:
        yield done.stdout.strip(), int((folder / "data" / "postmaster.pid").read_text().split()[0])
    finally:
        subprocess.run([script, "kill", folder], check=False)


@contextlib.contextmanager
def _server(command: list[str], port: int, probe: str) -> Iterator[int]:
    """The server's process id, once it answers."""
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=_ROOT)
    try:
        for _ in range(300):
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{port}{probe}", timeout=10)
                break
            time.sleep(0.2)
        else:
            raise SystemExit(f"{command[0]} does not answer")
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


class _Table:
    """Asks, and prints a line for each kind of load."""

    def __init__(self, given: argparse.Namespace, database: int) -> None:
        self._given, self._database = given, database
        heads = "requests | requests/s | median ms | p99 ms | cpu ms each | of it database | wrong | memory MB | load"
        print(f"| | {heads} |\n|---|{'---|' * 9}")

    def rows(self, name: str, port: int, pid: int, targets: Sequence[str], headers: str = "") -> None:
        """A line as fast as it goes, and one at the steady rate."""
        load(port, targets, headers, clients=self._given.clients, seconds=2)  # to warm up
        for rate in (None, self._given.rate):
            held, worked, database = memory(pid), cpu(pid), cpu(self._database)
            found = load(
                port, targets, headers, clients=self._given.clients, seconds=self._given.seconds, rate=rate
            )
            database = (cpu(self._database) - database) / found.count
            each = (cpu(pid) - worked) / found.count + database
            how = "as fast as it goes" if rate is None else f"{rate:g} a second"
            told = f"{found.count} | {found.rate:.0f} | {found.median:.1f} | {found.p99:.1f} | {each:.2f} | {database:.2f}"
            print(
                f"| {name}, {how} | {told} | {found.wrong} | {held:.0f} → {memory(pid):.0f} | {os.getloadavg()[0]:.1f} |",
                flush=True,
            )


def _upload(port: int, pid: int, headers: dict[str, str], folder: Path, gigabytes: float) -> None:
    large = folder / "large.bin"
    with large.open("wb") as out:
        piece = os.urandom(1 << 20)
        for number in range(int(gigabytes * 1024)):
            out.write(number.to_bytes(8, "big") + piece[8:])
    before, start = memory(pid), time.perf_counter()
    with large.open("rb") as file:
        answer = httpx.post(
            f"http://127.0.0.1:{port}/api/v1/scans", files={"file": file}, headers=headers, timeout=600
        )
    spent = time.perf_counter() - start
    told = f"{gigabytes:.1f} GB in {spent:.0f} s, status {answer.status_code}"
    print(f"\nupload: {told}, memory {before:.0f} MB, peaks {memory(pid, 'VmHWM'):.0f} MB")
    large.unlink()


def main() -> None:
    """Fill, ask, upload."""
    parser = argparse.ArgumentParser(prog="bench.api", description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=float, default=300, help="requests a second at the steady rate")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = given.home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sohoa-bench-")))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        where, database = stack.enter_context(postgresql(folder / "postgresql", 5598))
        fill_quickly(where, given.records, _SEED)
        os.environ |= {
            "SOHOA_HOME": str(folder / "home"),
            "SOHOA_LIMITS__SIZE": str(4 << 30),
            "SOHOA_INDEX__URL": where,
        }
        services = Services(load_settings())
        services.archive  # noqa: B018 - made now
        with contextlib.suppress(UsageError):
            add_user(services.accounts, _USER, _PASSWORD, ["administrator"])
            services.agencies.add(Agency("do", "Đo", (), _POLICY, active=True))
        services.agencies.give_token(hashlib.sha256(_TOKEN.encode()).hexdigest(), "do", time.time() + 3600)
        chance = random.Random(_SEED)
        people = [f"{chance.randrange(given.records // 4):012d}" for _ in range(20_000)]
        processes = str(given.processes)
        print(f"{given.records:,} records, {given.clients} clients, {processes} processes\n")
        table = _Table(given, database)
        with _server(["bench.api.floor", where, "8691", processes], 8691, "/records?subject=0") as pid:
            table.rows(
                "floor: FastAPI, a SELECT, the bare driver",
                8691,
                pid,
                [f"/records?subject={one}" for one in people],
            )
        serve = ["apps.cli", "serve", "--port", "8692", "--processes", processes]
        with _server(serve, 8692, "/api/v1/keys") as pid:
            with httpx.Client(base_url="http://127.0.0.1:8692", timeout=60) as client:
                signed = client.post("/api/v1/session", json={"name": _USER, "password": _PASSWORD})
                cookie = f"sohoa_session={client.cookies['sohoa_session']}"
            targets = [f"/api/v1/records?subject={one}" for one in people]
            table.rows("Sohoa, an officer", 8692, pid, targets, f"Cookie: {cookie}\r\n")
            agency = f"Authorization: Bearer {_TOKEN}\r\nSohoa-Purpose: do\r\n"
            table.rows("Sohoa, an agency", 8692, pid, targets, agency)
            if given.gigabytes:
                headers = {"Cookie": cookie, "X-CSRF-Token": signed.json()["csrf"]}
                _upload(8692, pid, headers, folder, given.gigabytes)


if __name__ == "__main__":
    main()
