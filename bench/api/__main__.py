"""``python -m bench.api [--records N] [--clients N] [--seconds N] [--gigabytes N] [--sqlite]``.

Fills an index (PostgreSQL by default, started for this), starts ``sohoa serve`` and the floor one after the other on it, and asks both
for the papers of persons. Then uploads a large file. Prints a Markdown table: requests a second, median and 99th percentile,
memory of the server before and after.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from bench.api.load import Load, load
from bench.archive_index import fill, records
from flows.accounts import add_user
from flows.services import Services
from flows.settings import load_settings

_ROOT = Path(__file__).parents[2]
_PASSWORD = "mật khẩu để đo"
_SEED = 7


@contextlib.contextmanager
def _postgresql(folder: Path, port: int) -> Iterator[str]:
    script = _ROOT / "script" / "servers" / "postgresql"
    done = subprocess.run([script, "start", folder, str(port)], check=True, capture_output=True, text=True)
    try:
        yield done.stdout.strip()
    finally:
        subprocess.run([script, "stop", folder], check=False)


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


def _memory(pid: int, which: str = "VmRSS") -> float:
    """Resident memory in MB: now, or at its peak (``VmHWM``)."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split(f"{which}:")[1].split()[0]) / 1024


def _row(name: str, found: Load, before: float, after: float) -> None:
    told = f"{found.rate:.0f} | {found.median:.1f} | {found.p99:.1f} | {found.wrong} | {before:.0f} → {after:.0f}"
    print(f"| {name} | {told} |", flush=True)


def _upload(port: int, pid: int, headers: dict[str, str], folder: Path, gigabytes: float) -> None:
    large = folder / "large.bin"
    with large.open("wb") as out:
        piece = os.urandom(1 << 20)
        for number in range(int(gigabytes * 1024)):
            out.write(number.to_bytes(8, "big") + piece[8:])
    before, start = _memory(pid), time.perf_counter()
    with large.open("rb") as file:
        answer = httpx.post(
            f"http://127.0.0.1:{port}/api/v1/scans", files={"file": file}, headers=headers, timeout=600
        )
    spent = time.perf_counter() - start
    told = f"{gigabytes:.1f} GB in {spent:.0f} s, status {answer.status_code}"
    print(f"upload: {told}, memory {before:.0f} MB, peak {_memory(pid, 'VmHWM'):.0f} MB")


def main() -> None:
    """Fill, ask, upload."""
    parser = argparse.ArgumentParser(prog="bench.api", description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--sqlite", action="store_true")
    given = parser.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sohoa-bench-")))
        folder.chmod(0o755)
        os.environ |= {"SOHOA_HOME": str(folder / "home"), "SOHOA_LIMITS__SIZE": str(4 << 30)}
        address = f"sqlite:///{folder / 'home' / 'index.sqlite'}"
        where = str(folder / "home" / "index.sqlite")
        if not given.sqlite:
            place = folder / "postgresql"
            place.mkdir()
            where = stack.enter_context(_postgresql(place, 5599))
            os.environ["SOHOA_INDEX__URL"] = where
            address = where.replace("postgresql://", "postgresql+psycopg://")
        services = Services(load_settings())
        services.archive  # noqa: B018 - made now
        fill(where, given.records, _SEED)
        add_user(services.accounts, "do", _PASSWORD, ["administrator"])
        people = [entry.subject_id for entry, _ in _some(given.records) if entry.subject_id]
        print("| | requests/s | median ms | p99 ms | wrong | memory MB |\n|---|---|---|---|---|---|")
        with _server(["bench.api.floor", address, "8691"], 8691, "/records?subject=0") as pid:
            before = _memory(pid)
            found = load(8691, [f"/records?subject={one}" for one in people], "", **_how(given))
            _row("floor: FastAPI and a SELECT", found, before, _memory(pid))
        with _server(["apps.cli", "serve", "--port", "8692"], 8692, "/api/v1/keys") as pid:
            with httpx.Client(base_url="http://127.0.0.1:8692", timeout=60) as client:
                signed = client.post("/api/v1/session", json={"name": "do", "password": _PASSWORD})
                cookie = f"sohoa_session={client.cookies['sohoa_session']}"
            before = _memory(pid)
            targets = [f"/api/v1/records?subject={one}" for one in people]
            _row("Sohoa", load(8692, targets, f"Cookie: {cookie}\r\n", **_how(given)), before, _memory(pid))
            if given.gigabytes:
                headers = {"Cookie": cookie, "X-CSRF-Token": signed.json()["csrf"]}
                _upload(8692, pid, headers, folder, given.gigabytes)
    print(f"load of the machine after: {os.getloadavg()[0]:.1f}")


def _how(given: argparse.Namespace) -> dict[str, Any]:
    return {"clients": given.clients, "seconds": given.seconds}


def _some(count: int) -> Iterator[tuple[Any, str]]:
    """Every hundredth of the first records, whose subjects are asked for."""
    for number, one in enumerate(records(_SEED)):
        if number >= min(count, 100_000):
            return
        if number % 100 == 0:
            yield one


if __name__ == "__main__":
    main()
