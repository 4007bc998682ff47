"""What processes cost: milliseconds of the processors and memory, of a process with all of its children."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_TICK = 1000 / os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), []).append(
                int(stat.parent.name)
            )
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def cpu(*pids: int) -> float:
    """Milliseconds of the processors that these processes and their children took so far, those that have ended among them."""
    total = 0.0
    for pid in {one for root in pids for one in family(root)}:
        with contextlib.suppress(OSError):
            told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, told[11:15])) * _TICK
    return total


def memory(pid: int, which: str = "VmRSS") -> float:
    """Resident memory of a process and its children in MB: now, or at its peak (``VmHWM``)."""
    total = 0.0
    for one in family(pid):
        with contextlib.suppress(OSError, IndexError):
            total += int(Path(f"/proc/{one}/status").read_text().split(f"{which}:")[1].split()[0]) / 1024
    return total
