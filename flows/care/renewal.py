"""Renewal of archive time-stamps: every document whose last one ends soon gets a new one, in several processes at once.

Restartable without a journal: a renewed document notes in its provenance until when it is protected, so that a repeat, and the
look of every night, read a few kilobytes of each document and the PDF of none that is still good.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path

from flows.caller import AGENT, Act, Caller
from flows.door import look
from flows.outcome import Fault
from flows.queue.pool import processes
from flows.services import Services
from flows.signatures.signing import PROTECTED_UNTIL, SESSION
from pipeline.sign import Level, protected_until, renew_pdf
from schemas.errors import Conflict, SohoaError, Unreachable, UsageError, WorkerDied
from storage.model import Event

#: Time-stamps are renewed when their certificate ends within this time.
HORIZON = timedelta(days=180)

RENEWING = "archive time-stamp"
"""Purpose of a renewal, for the audit log."""

RENEWAL = "digital signature renewal"
_AHEAD = 4
_TRIES = 3


class Standing(StrEnum):
    """How a document stands after the look at it. ``none``: it has no archive time-stamp; ``failed`` tells why in ``error``."""

    RENEWED = "renewed"
    GOOD = "good"
    NONE = "none"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Renewed:
    """One document: until when it is protected now, the version that was made (or must still be indexed)."""

    id: str
    standing: Standing
    until: datetime | None = None
    version: int | None = None
    error: Fault | None = None


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a renewal did: ids that were renewed, documents still good or without time-stamp, those that could not be renewed."""

    renewed: list[str] = field(default_factory=list)
    failed: list[Renewed] = field(default_factory=list)
    still_good: int = 0
    without: int = 0


Listener = Callable[[Renewed], None]


def renew_archive(
    services: Services, caller: Caller, *, horizon: timedelta = HORIZON, listener: Listener | None = None
) -> Renewal:
    """Put a new archive time-stamp on every document whose last one ends within ``horizon``, each as a new version.

    ``listener`` hears of every document that was renewed or could not be, once the index knows it. One that cannot be renewed
    does not stop the others. Raises UsageError when the settings do not allow it; an Unreachable (archive, time-stamping
    authority, revocation data away) stops it: what is renewed stays so, a repeat goes on.
    """
    needed = {
        "signer.tsa": services.settings.signer.tsa,
        "trust.roots": services.trust.roots,
        "trust.fetch": services.trust.fetch,
    }
    if lacking := [name for name, value in needed.items() if not value]:
        raise UsageError(f"to renew time-stamps, set {', '.join(lacking)}")
    seen: list[Renewed] = []
    counts = dict.fromkeys(Standing, 0)
    for found in _all(services, caller, datetime.now(UTC) + horizon):
        counts[found.standing] += 1
        if found.version is not None:
            services.follow(found.id, found.version)
        if found.standing in {Standing.RENEWED, Standing.FAILED}:
            seen.append(found)
            if listener:
                listener(found)
    return Renewal(
        [found.id for found in seen if found.standing is Standing.RENEWED],
        [found for found in seen if found.standing is Standing.FAILED],
        counts[Standing.GOOD],
        counts[Standing.NONE],
    )


def _all(services: Services, caller: Caller, before: datetime) -> Iterator[Renewed]:
    """Every document, in the order in which they are done; in this process where there is one worker."""
    ids = services.archive.ids()
    if services.settings.workers == 1:
        for document_id in ids:
            yield renew_document(services, caller, document_id, before)
        return
    with processes(services.settings.workers) as pool:
        try:
            yield from _in_pool(pool, services, caller, ids, before)
        except BrokenProcessPool as died:
            raise WorkerDied("renewal") from died


def _in_pool(
    pool: ProcessPoolExecutor, services: Services, caller: Caller, ids: Iterator[str], before: datetime
) -> Iterator[Renewed]:
    waiting: set[Future[Renewed]] = set()
    fault: Exception | None = None
    while True:
        room = 0 if fault else _AHEAD * services.settings.workers - len(waiting)
        waiting |= {
            pool.submit(renew_document, services, caller, document_id, before)
            for document_id in islice(ids, room)
        }
        if not waiting:
            break
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            error = future.exception()
            if error is None:
                yield future.result()
            elif isinstance(error, Unreachable):  # what is in work is brought to its end, and told
                fault = fault or error
            else:
                raise error
    if fault:
        raise fault


def renew_document(services: Services, caller: Caller, document_id: str, before: datetime) -> Renewed:
    """Renew one document if its last archive time-stamp ends before that time. Raises an Unreachable."""
    try:
        for _ in range(_TRIES):
            # Somebody changed it meanwhile, or a run that was killed had written it: look again.
            with suppress(Conflict):
                return _look_and_renew(services, caller, document_id, before)
        raise Conflict(document_id)
    except Unreachable:
        raise
    except SohoaError as error:
        return Renewed(document_id, Standing.FAILED, error=Fault.of(error))


def _look_and_renew(services: Services, caller: Caller, document_id: str, before: datetime) -> Renewed:
    events = services.archive.provenance(document_id)
    noted = _noted(events)
    if noted is None:
        return Renewed(document_id, Standing.NONE)
    if isinstance(noted, datetime) and noted > before:
        again = services.archive.current(document_id)[1] if events[-1].type == RENEWAL else None
        return Renewed(document_id, Standing.GOOD, noted, again)
    return _renew(services, caller, document_id, before)


def _noted(events: Sequence[Event]) -> datetime | bool | None:
    """Until when the provenance says that a document is protected; True where only the PDF tells, None where nothing does."""
    for event in reversed(events):
        noted = event.settings.get(PROTECTED_UNTIL)
        if isinstance(noted, str):
            return datetime.fromisoformat(noted)
        if event.type == RENEWAL or event.settings.get("level") == Level.B_LTA:
            return True
    return None


def _renew(services: Services, caller: Caller, document_id: str, before: datetime) -> Renewed:
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        path = Path(folder) / "document.pdf"
        _, version = services.archive.current(document_id)
        path.write_bytes(services.archive.get(document_id, "pdf", version))
        until = protected_until(path)
        if until is None or until > before:
            return Renewed(document_id, Standing.NONE if until is None else Standing.GOOD, until, version)
        tsa = services.settings.signer.tsa or ""
        with services.slots.held("signer", of=services.settings.signer.at_once, seconds=SESSION):
            done = renew_pdf(path, path, tsa, services.trust)
        noted = {PROTECTED_UNTIL: done.protected_until.isoformat()}
        event = Event(type=RENEWAL, at=done.time, agent=AGENT, tool=tsa, settings=noted)
        look(services, caller, Act.RENEW, document_id)
        receipt = services.archive.revise(document_id, lambda now: now, event, pdf=path, expected=version)
    return Renewed(document_id, Standing.RENEWED, done.protected_until, receipt.version)
