"""What Prefect costs beside the work: cpu of its server, its worker and the flow run in that of a backlog; growth of its database.

``python -m bench.orchestration FOLDER [--workers N]``: the folder's scans as one run of the deployment ``backlog`` on a real Prefect
server with PostgreSQL and one worker, set up by ``sohoa deploy``. ``--write`` puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from typing import LiteralString

import psycopg

from bench.backlog import BIN
from bench.document import write_section
from bench.servers import postgresql, prefect

Connection = psycopg.Connection[tuple[object, ...]]

_TICKS = os.sysconf("SC_CLK_TCK")
_READING = "reading and archiving"
_PARTS = {
    "prefect server": b"server\0start",
    "prefect worker": b"worker\0start",
    "flow run": b"prefect.engine",
    _READING: b"forkserver",
    "postgresql": b"postgres",
}


def cpu_by_part(known: dict[int, tuple[str, float]]) -> None:
    """Note what each process has used so far, by the part that it belongs to.

    What a reading process starts is counted with it, once it has ended.
    """
    lines: dict[int, bytes] = {}
    stats: dict[int, list[str]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            line = (entry / "cmdline").read_bytes()
            stats[int(entry.name)] = (entry / "stat").read_text().rpartition(") ")[2].split()
            lines[int(entry.name)] = line

    def above(process: int) -> int:
        return int(stats[process][1]) if process in stats else 0

    def reads(process: int) -> bool:
        return _PARTS[_READING] in lines.get(process, b"")

    for process, line in lines.items():
        part = next((name for name, mark in _PARTS.items() if mark in line), None)
        if part is None or (part == _READING and reads(above(above(process)))):
            continue  # of others, or started by a reading process
        children = part == _READING and reads(above(process))
        used = sum(map(int, stats[process][11 : 15 if children else 13])) / _TICKS
        known[process] = part, used


def total(known: dict[int, tuple[str, float]], before: dict[int, tuple[str, float]]) -> dict[str, float]:
    """Seconds of each part since ``before``."""
    seconds: dict[str, float] = {}
    for process, (part, used) in known.items():
        seconds[part] = seconds.get(part, 0.0) + used - before.get(process, ("", 0.0))[1]
    return seconds


@dataclass(frozen=True, slots=True)
class Night:
    """What a backlog cost: seconds of each part, wall seconds, files done, and bytes that Prefect's database grew by."""

    cpu: dict[str, float]
    wall: float
    files: int
    grown: int


def run(folder: Path, workers: int) -> Night:
    """The scans of a folder, worked off by one run of the deployment."""
    with (
        postgresql() as database,
        tempfile.TemporaryDirectory() as home,
        psycopg.connect(database, autocommit=True) as connection,
    ):
        connection.execute("CREATE DATABASE prefect")
        with prefect(database.rpartition("/")[0] + "/prefect") as api:
            settings = Path(home) / "sohoa.toml"
            settings.write_text(f'home = "{home}/home"\nworkers = {workers}\n[index]\nurl = "{database}"\n')
            settings.chmod(0o600)
            environment = os.environ | _quiet() | {"PREFECT_API_URL": api, "SOHOA_CONFIG": str(settings)}
            environment["PATH"] = f"{BIN}:{os.environ['PATH']}"
            _do(environment, "sohoa", "deploy")
            with _worker(environment, home):
                return _night(folder, connection, environment)


def _night(folder: Path, connection: Connection, environment: dict[str, str]) -> Night:
    before: dict[int, tuple[str, float]] = {}
    known: dict[int, tuple[str, float]] = {}
    cpu_by_part(before)
    size, began = _number(connection, _SIZE), perf_counter()
    _do(environment, "prefect", "deployment", "run", "backlog/backlog", "--param", f"folder={folder}")
    with psycopg.connect(connection.info.dsn, dbname="prefect", autocommit=True) as prefect_knows:
        while not _number(prefect_knows, _ENDED):
            cpu_by_part(known)
            sleep(0.2)
    wall = perf_counter() - began
    grown = _number(connection, _SIZE) - size
    return Night(total(known, before), wall, _number(connection, _DONE), grown)


_SIZE = "SELECT pg_database_size('prefect')"
_ENDED = "SELECT count(*) FROM flow_run WHERE state_type IN ('COMPLETED', 'FAILED', 'CRASHED')"
_DONE = "SELECT count(*) FROM jobs WHERE kind = 'digitize' AND state = 'done'"


def _number(connection: Connection, question: LiteralString) -> int:
    row = connection.execute(question).fetchone()
    assert row is not None
    return int(str(row[0]))


@contextmanager
def _worker(environment: dict[str, str], home: str) -> Iterator[None]:
    """Prefect's worker, as its unit starts it."""
    command = [str(BIN / "prefect"), *"worker start --pool sohoa --work-queue default --limit 1".split()]
    nowhere = subprocess.DEVNULL
    started = subprocess.Popen(command, env=environment, cwd=home, stdout=nowhere, stderr=nowhere)
    try:
        sleep(15)  # it has started, and what starting costs is no cost of a night
        yield
    finally:
        started.terminate()
        started.wait()


def _do(environment: dict[str, str], program: str, *arguments: str) -> None:
    subprocess.run([str(BIN / program), *arguments], check=True, env=environment, stdout=subprocess.DEVNULL)


def _quiet() -> dict[str, str]:
    """The settings of ``deploy/prefect.env``."""
    lines = (Path(__file__).parent.parent / "deploy" / "prefect.env").read_text().splitlines()
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {name: value.strip("'") for name, value in pairs}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.orchestration", description=__doc__)
    parser.add_argument("folder", type=Path, help="scans")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    given = parser.parse_args()
    for name in [name for name in os.environ if name.startswith(("SOHOA_", "PREFECT_"))]:
        del os.environ[name]
    night = run(given.folder.resolve(), given.workers)
    whole = sum(night.cpu.values())
    lines = [
        f"{night.files} files done in {night.wall:.0f} s, {given.workers} processes; Prefect's database grew by {night.grown / 1e6:.1f} MB.",
        "",
        "| part | cpu seconds | share |",
        "|---|---|---|",
        *(
            f"| {part} | {night.cpu.get(part, 0.0):.1f} | {100 * night.cpu.get(part, 0.0) / whole:.1f} % |"
            for part in _PARTS
        ),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    if given.write:
        write_section("Orchestration", "\n".join(lines))


if __name__ == "__main__":
    main()
