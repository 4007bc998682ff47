"""Holding leases: who we are, which holders on this machine are dead, and a thread that renews and sweeps.

The thread is its own, so that work on the cpu does not starve it. A process that is killed on this machine gives its work
back as soon as another one looks; a machine that is gone, when its leases have run out and the next sweep finds them.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from schemas.errors import Unreachable
from storage.queue import Lease, Queue
from storage.slots import Slots

logger = logging.getLogger("sohoa")

LEASE = 40.0
"""Seconds that a lease lasts. With the sweep, work of a dead machine is taken back within 50 s."""
ROUND = 10.0
"""Seconds between two rounds of renewing and sweeping."""
RUNS = "run/"
"""What the names of living runs of Prefect's begin with, among the slots."""
_TWINS = 4
"""Processes that one run may have for a moment: one that was cut off, and one that took its place."""


def alive(run: str) -> str:
    """The name under which a run of Prefect's says that it lives."""
    return f"{RUNS}{run}"


def this_owner() -> str:
    """A name for this process that no other has, and by which others on this machine see whether it still runs."""
    return f"{socket.gethostname()}/{_machine()}/{os.getpid()}/{_started(os.getpid())}/{secrets.token_hex(4)}"


def take_back_from_the_dead(queue: Queue) -> int:
    """Take back what processes of this machine held that run no more; how many jobs."""
    return sum(queue.take_back(owner) for owner in queue.owners() if is_dead(owner))


def is_dead(owner: str) -> bool:
    """Whether an owner ran on this machine, since its last start, and does not run now. In doubt, no."""
    try:
        _, machine, process, started, _ = owner.rsplit("/", 4)
    except ValueError:
        return False
    return machine == _machine() and _started(int(process)) != started


def _machine() -> str:
    """This start of this machine, and who can see its processes (a container sees its own)."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().split("-")[0]
    return f"{boot}.{Path('/proc/self/ns/pid').stat().st_ino}"


def _started(process: int) -> str:
    """When a process was started, in ticks since the machine was; empty when it does not run."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in {"Z", "X"} else fields[19]


class Keeper:
    """Renews the leases in hand and sweeps those that ran out, from a thread of its own.

    What the dead of this machine held is taken back at once, by whoever begins to look (a server, a watch, a worker, a batch), and in
    each round.
    """

    def __init__(self, queue: Queue, slots: Slots | None = None, run: str | None = None) -> None:
        """``run``: the id of Prefect's run that this process is; it is alive for as long as this says so."""
        self._slots, self._alive = slots, None if run is None else alive(run)
        self._owner = this_owner()
        self.swept = 0
        self.lost = 0
        self._queue = queue
        self._lock = threading.Lock()
        self._held: set[Lease] = set()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="leases", daemon=True)

    def __enter__(self) -> Keeper:
        self._live()
        with suppress(Unreachable):  # found in a round
            self.swept += take_back_from_the_dead(self._queue)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join(ROUND)
        if self._slots is not None and self._alive is not None:
            with suppress(Unreachable):
                self._slots.give_back(self._alive, self._owner)

    def add(self, lease: Lease) -> None:
        """Keep this lease from now on."""
        with self._lock:
            self._held.add(lease)

    def drop(self, lease: Lease) -> None:
        """The work on it has ended."""
        with self._lock:
            self._held.discard(lease)

    def _is_anothers(self, lease: Lease) -> bool:
        """Whether a lease that could not be renewed was taken from us; if not, we have just ended the job ourselves."""
        job = self._queue.get(lease.key)
        return job is None or job.fence != lease.fence

    def _run(self) -> None:
        while not self._end.wait(ROUND):
            self._live()
            try:
                self._round()
            except Unreachable as away:
                logger.warning("leases cannot be renewed now: %s", away.code)

    def _live(self) -> None:
        """Say that the run is alive."""
        if self._slots is None or self._alive is None:
            return
        with suppress(Unreachable):
            if not self._slots.renew(self._alive, self._owner, seconds=LEASE):
                self._slots.take(self._alive, self._owner, of=_TWINS, seconds=LEASE)

    def _round(self) -> None:
        with self._lock:
            held = list(self._held)
        lost = self._queue.renew(held, seconds=LEASE) if held else []
        with self._lock:
            gone = [lease for lease in lost if lease in self._held]
            self._held.difference_update(gone)
        gone = [lease for lease in gone if self._is_anothers(lease)]
        self.lost += len(gone)
        for lease in gone:
            logger.warning("lost the lease on %s", lease.key)
        self.swept += take_back_from_the_dead(self._queue) + self._queue.sweep()
