"""No small file exhausts the machine: for each bomb the peak of memory and the cpu time are measured, and the others are done."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.hostile.bombs import BOMBS
from flows.outcome import Status
from flows.queue.pool import run_many
from flows.record.verifying import verify_file
from flows.services import Services
from flows.settings import load_settings
from flows.work import ReadJob, work
from pipeline.intake import Limits
from schemas.errors import ExitStatus, SohoaError
from tests.scans import write_scan

LIMITS = Limits(seconds=10)
OVER = {"too_large", "takes_too_long"}
MOST = LIMITS.memory
"""Beyond what a process inherits: a fork is charged with all that the process of the tests, whatever ran in it before, holds by then."""

HARMLESS = {
    "form_of_itself",
    "font_program",
    "fax",
    "tiff",
    "tiff_loop",
    "giant_picture",
    "page_tree_loop",
    "png_of_words",
}
"""What is within the limits once it is decoded with care: read, or refused for what it is."""
BROKEN = {"deep_arrays", "table_loop", "page_tree_loop", "png", "tiff_of_tags"}
"""What no decoder follows: ``damaged``."""
QUICK = ("user_unit", "deep_arrays", "table_loop", "page_tree_loop", "png_giant", "tiff_of_tags")


def measured(act: Callable[[], str]) -> tuple[str, int, float]:
    """What the act says, done in a process of its own; peak memory beyond its own (bytes) and cpu seconds of what that started."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            inherited = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            told = act()
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            peak = used.ru_maxrss * 1024 - inherited
            os.write(writer, json.dumps([told, peak, used.ru_utime + used.ru_stime]).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        told, peak, cpu = json.loads(answer.read())
    os.waitpid(child, 0)
    return told, peak, cpu


def _bomb(name: str, folder: Path) -> Path:
    path = folder / name
    path.write_bytes(BOMBS[name]())
    assert path.stat().st_size < 3_000_000, "a bomb is small"
    return path


def _demand(name: str, path: Path) -> None:
    def read() -> str:
        outcome = work(path, ReadJob(LIMITS))
        return outcome.error.code if outcome.error else str(outcome.status)

    told, peak, cpu = measured(read)
    allowed = OVER | ({"read"} if name in HARMLESS else set()) | ({"damaged"} if name in BROKEN else set())
    assert told in allowed, (name, told)
    assert peak <= MOST, (name, peak)
    assert cpu <= 3 * LIMITS.seconds + 10, (name, cpu)


@pytest.mark.parametrize("name", QUICK)
def test_a_bomb_is_refused_within_its_limits(name: str, tmp_path: Path) -> None:
    _demand(name, _bomb(name, tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(BOMBS) - set(QUICK)))
def test_every_bomb_is_refused_within_its_limits(name: str, tmp_path: Path) -> None:
    _demand(name, _bomb(name, tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(BOMBS))
def test_verifying_a_bomb_ends_within_the_limits(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    services = Services(load_settings(limits={"seconds": LIMITS.seconds}))
    path = _bomb(name, tmp_path)

    def verify() -> str:
        try:
            return str(verify_file(services, path).result.verdict)
        except SohoaError as error:
            return error.code if error.status is ExitStatus.REJECTED else f"fault: {error}"

    told, peak, cpu = measured(verify)
    assert told in {"unsigned", "invalid", *OVER}, (name, told)
    assert peak <= MOST, (name, peak)
    assert cpu <= 6 * LIMITS.seconds + 10, (name, cpu)


@pytest.mark.slow
def test_the_others_are_done(tmp_path: Path) -> None:
    """In a pool of two, where a bomb takes the process that works on others as well."""
    bombs = [_bomb(name, tmp_path) for name in ("nested_forms", "deep_content", "jbig2", "object_streams")]
    good = [write_scan(tmp_path / f"{n}.png", [f"Trang số {n}"]) for n in range(4)]
    mixed = [path for pair in zip(bombs, good, strict=True) for path in pair]
    outcomes = {Path(one.source): one for one in run_many(mixed, ReadJob(LIMITS), 2)}
    assert {outcomes[path].status for path in good} == {Status.READ}
    for path in bombs:
        error = outcomes[path].error
        assert error is not None
        assert error.code in OVER, (path.name, error.code)
