"""The care of the archive, each part a flow of its own with its schedule: one that is away stops no other.

Every part may be repeated, and goes on where it was stopped. The plain functions do the work; Prefect starts and shows them.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from prefect import Flow, flow
from prefect.artifacts import create_markdown_artifact

from flows.agencies.events import deliver
from flows.audit import close_audit_days
from flows.caller import local_caller
from flows.care.catch_up import NIGHTLY, catch_up
from flows.care.fixity import check_archive
from flows.care.renewal import renew_archive
from flows.incoming.uploads import BATCH as UPLOADS
from flows.incoming.uploads import clear
from flows.logs import services_of_run
from flows.settings.retention import retention
from flows.signatures.signing import sign_waiting
from flows.signatures.two_steps import PREPARED
from flows.whole_file import forget_parts
from schemas.errors import Corrupt, NotRenewable
from storage.index.find import Query

ROUND = timedelta(days=30)
"""Every byte is looked at once in so many days, or the part says that it cannot keep up."""
KEPT = timedelta(days=90)
"""For how long the ledger remembers what is done; the archive remembers for ever."""


class Behind(Corrupt):
    """Fixity does not get through the archive in time."""

    code = "fixity_behind"
    message_vi = "Việc kiểm tra toàn vẹn kho lưu trữ đang chậm hơn quy định."
    message_en = "The last whole check of the archive is too long ago."
    hint = "Give fixity more hours a night, or check from a second machine: sohoa archive check"
    hint_vi = "Cho việc kiểm tra thêm giờ mỗi đêm, hoặc kiểm tra từ máy thứ hai: sohoa archive check"


@flow(name="audit", flow_run_name="audit log")
def audit() -> int:
    """Close the days of the audit log that are over; how many."""
    return len(close_audit_days(services_of_run()))


@flow(name="tidy", flow_run_name="index")
def tidy() -> int:
    """Merge what was indexed lately, so that questions stay quick; rebuild after an update. How many documents there are."""
    services = services_of_run()
    if services.index.stale():
        services.index.rebuild(services.archive, log=services.audit, resume=services.home / "reindex.json")
    services.index.tidy()
    return services.index.count()


@flow(name="sign", flow_run_name="signatures that wait")
def sign() -> int:
    """Sign copies that were archived while key or authority were away; how many. Raises an Unreachable."""
    services = services_of_run()
    waiting = services.index.every(Query(signed=False))
    return len(sign_waiting(services, local_caller(), (row.id for row in waiting)))


@flow(name="renew", flow_run_name="time-stamps")
def renew(within: int = 180) -> int:
    """Renew time-stamps that end within so many days; how many. Raises NotRenewable when some could not be."""
    services = services_of_run()
    if not services.settings.signer.tsa:
        return 0
    done = renew_archive(services, local_caller(), horizon=timedelta(days=within))
    if done.failed:
        raise NotRenewable(f"{len(done.failed)} documents; sohoa archive renew names them")
    return len(done.renewed)


class _Enough(Exception):
    """The night's time is up."""


@flow(name="fixity", flow_run_name="every byte")
def fixity(hours: float = 4.0, sample: int = 100) -> str:
    """Hash what is next in the archive, for so many hours; the next night goes on. Raises Corrupt, Behind.

    The signatures of a sample are validated as well.
    """
    services = services_of_run()
    note = services.home / "upkeep" / "fixity.json"
    note.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    known = json.loads(note.read_text()) if note.exists() else {"last": datetime.now(UTC).isoformat()}
    end = time.monotonic() + hours * 3600

    def look_at_the_clock(_: int) -> None:
        if time.monotonic() > end:
            raise _Enough

    try:
        report = check_archive(services, sample=sample, progress=look_at_the_clock)
    except _Enough:
        summary = "not through yet; goes on tomorrow"
    else:
        known["last"] = datetime.now(UTC).isoformat()
        damages = "".join(f"\n- {damage.object}: {damage.fault}" for damage in report.damages)
        damages += "".join(f"\n- {loss}" for loss in report.losses)
        counted = f"{report.objects} objects, {report.bytes / 1e6:.1f} MB"
        summary = f"{counted}, {report.sampled} PDFs validated.{damages}"
        if report.damages:  # told once where all of it could be mended: somebody wrote there
            if report.sound:
                note.write_text(json.dumps(known))
            create_markdown_artifact(key="fixity", markdown=summary)
            raise Corrupt(f"{len(report.damages)} objects{', all mended' if report.sound else ''}")
    note.write_text(json.dumps(known))
    create_markdown_artifact(key="fixity", markdown=summary)
    if datetime.now(UTC) - datetime.fromisoformat(known["last"]) > ROUND:
        raise Behind(known["last"])
    return summary


@flow(name="retention", flow_run_name="retention that is over")
def retention_due() -> int:
    """List what may be destroyed by law by now; it destroys nothing. How many documents."""
    services, now, due = services_of_run(), datetime.now(UTC), []
    for entry in services.index.entries():
        lock = retention(entry.type, datetime.fromisoformat(str(entry.archived_at)))
        if lock.until is not None and lock.until < now and not lock.legal_hold:
            due.append(f"| {entry.id} | {entry.type} | {lock.until:%Y-%m-%d} |")
    rows = ["| document | type | kept until |", "|---|---|---|", *due[:1000]]
    create_markdown_artifact(key="retention", markdown="\n".join(rows))
    return len(due)


@flow(name="events", flow_run_name="events for agencies")
def events() -> int:
    """Tell agencies what happened to records; how many events they took. A server does it as well: none is told twice."""
    return deliver(services_of_run())


@flow(name="clean", flow_run_name="scratch")
def clean() -> int:
    """Remove what killed processes left, uploads that are archived, and what the ledger need not know any more.

    What was erased goes from the index's file as well, where that was busy when it was erased; what was changed by a process that was
    killed before it told the index is told now.
    """
    services = services_of_run()
    catch_up(services, NIGHTLY)
    services.index.purge()
    old = time.time() - 24 * 3600
    gone = clear(services) + services.queue.forget_ended(before=time.time() - KEPT.total_seconds())
    gone += services.outbox.forget(before=time.time() - KEPT.total_seconds()) + services.slots.forget()
    gone += sum(forget_parts(services.home / name, old) for name in (UPLOADS, PREPARED))
    for left in Path(tempfile.gettempdir()).glob("sohoa-*"):
        gone += _remove(left, old)
    return gone


def _remove(left: Path, old: float) -> int:
    """Remove a scratch folder of ours that nobody has touched for a day."""
    try:
        found = left.lstat()
        if found.st_mtime > old or not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            return 0
        shutil.rmtree(left)
    except OSError:
        return 0
    return 1


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the care: its flow, what it is for, when it runs (cron, Vietnam time)."""

    flow: Flow[..., Any]
    description: str
    cron: str


PARTS = (
    Part(audit, "Close the audit log's days, their heads signed.", "10 0 * * *"),
    Part(sign, "Sign copies that waited for key or authority.", "40 * * * *"),
    Part(tidy, "Keep the index quick; rebuild it after an update.", "10 1 * * *"),
    Part(renew, "Renew time-stamps before they end.", "30 1 * * *"),
    Part(fixity, "Every byte of the archive once in 30 days.", "0 2 * * *"),
    Part(events, "Tell agencies what happened to records.", "*/5 * * * *"),
    Part(clean, "Remove scratch and what is long done.", "30 6 * * *"),
    Part(retention_due, "List what may be destroyed by law by now.", "0 7 1 * *"),
)
