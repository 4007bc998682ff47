"""A batch in the ledger: begun, listed, looked at. Any number of processes on any number of machines work on it.

The listing is a job like the others, the batch's first, so that it too is done by another when its worker dies. Its key
names the batch; every file is a job of its own. Nothing here knows Prefect.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict
from time import time
from typing import Any

from flows.batches import sources
from flows.leases import take_back_from_the_dead
from flows.outcome import Outcome, Status
from flows.request import Request
from flows.services import Services
from schemas.errors import (
    ExitStatus,
    LinkOutside,
    NotAFile,
    Refused,
    SohoaError,
    SourceAway,
    Unreadable,
    UsageError,
)
from schemas.quality import is_sure, quality_of
from storage.queue import BACKLOG, ENDED, FAILED, REFUSED, Job, NewJob, Queue

LIST, DIGITIZE = "list", "digitize"
"""Kinds of jobs: to list a source, to digitize one file."""


class BadRow(Refused):
    """A line of a manifest that cannot be followed."""

    code = "manifest"
    message_vi = "Dòng trong bảng kê chưa đúng (thiếu tên tệp hoặc sai loại giấy tờ)."
    message_en = "The row names no file, or a type of paper that there is not."
    hint = "Correct the manifest; sohoa backlog --resume takes what is new."
    hint_vi = "Sửa bảng kê, rồi chạy sohoa backlog --resume để nhận các dòng còn lại."


class BadCode(BadRow):
    """A line of a manifest with a code that is none."""

    code = "manifest_code"
    message_vi = "Mã hồ sơ, mã thủ tục, số định danh hoặc ngày hẹn trả trong bảng kê chưa đúng dạng."
    message_en = (
        "The code of the dossier or procedure, the identifier, or the appointed day has the wrong form."
    )
    hint = "Correct the manifest, then sohoa backlog --resume; --force takes all codes as they are."
    hint_vi = "Sửa bảng kê, rồi chạy sohoa backlog --resume; --force nhận mọi mã như đã ghi."


class NamedTwice(BadRow):
    """A line of a manifest with a file that a line above it names."""

    code = "manifest_twice"
    message_vi = "Tệp này đã có ở một dòng phía trên của bảng kê; dòng phía trên được nhận."
    message_en = "A row above names the same file; that row was taken."
    hint = "Name each file once; a scan of several papers is divided by Sohoa."
    hint_vi = "Mỗi tệp ghi một dòng; tệp có nhiều giấy tờ sẽ được tự tách."


_REFUSALS: dict[str, type[SohoaError]] = {
    error.code: error for error in (LinkOutside, NotAFile, Unreadable, BadRow, BadCode, NamedTwice)
}


def begin(services: Services, source: str, request: Request, *, resume: bool, force: bool = False) -> str:
    """Put a batch into the ledger; its name. With ``resume`` what is done stays done, else all is done anew.

    ``force`` takes the codes of a manifest whatever their form. Raises NotFound, UsageError where there is nothing to list;
    an Unreachable where the ledger, the archive or the key is away.
    """
    sources.check(source, services)
    services.archive, services.signer  # noqa: B018 - what cannot be reached is told now, not file by file
    queue = services.queue
    batch = batch_of(source)
    take_back_from_the_dead(queue)
    if not resume:
        queue.forget(batch)
    local = not source.startswith("s3://")
    payload = {
        "source": source,
        "place": os.path.abspath(source) if local else source,  # noqa: PTH100 - links stay as they are
        "root": sources.root_of(source) if local else None,
        "request": asdict(request),
        "force": force,
        "began": time(),
    }
    queue.enqueue([NewJob(batch, LIST, payload, batch, BACKLOG - 1, secrets.token_hex(8))])
    return batch


def began(listing: Job) -> float:
    """When a batch was begun last, in Unix seconds, by the clock of the machine that did so."""
    return float(listing.payload.get("began", listing.created))


def batch_of(source: str) -> str:
    """The name of a source's batch."""
    return hashlib.sha256(os.fsencode(sources.identity(source))).hexdigest()[:16]


def list_batch(services: Services, job: Job) -> int:
    """Enqueue every file of a batch that is new, has changed, or failed; how many. May be repeated."""
    place, shown = str(job.payload["place"]), str(job.payload["source"])
    root = job.payload["root"]
    if sources.is_away(root):
        raise SourceAway(str(root[0]))
    request = Request(**job.payload["request"])
    found = sources.entries(place, request, services, force=bool(job.payload.get("force")))
    return services.queue.enqueue(_jobs(job.batch, found, place, shown, root))


def _jobs(batch: str, found: Iterator[sources.Entry], place: str, shown: str, root: Any) -> Iterator[NewJob]:
    for entry in found:
        source = shown + entry.source[len(place) :] if entry.source.startswith(place) else entry.source
        said = {name: value for name, value in asdict(entry.request).items() if value is not None}
        payload: dict[str, Any] = {"source": source, "place": entry.place, "root": root}
        payload |= {"below": entry.below} if entry.below else {}
        payload |= {"request": said} if said else {}
        payload |= {"refused": entry.refused} if entry.refused else {}
        key = f"{batch}/{hashlib.sha256(os.fsencode(entry.source)).hexdigest()[:24]}"
        yield NewJob(key, DIGITIZE, payload, batch, BACKLOG, entry.stamp)


def refusal(code: str) -> SohoaError:
    """Why the listing already refused an entry."""
    return _REFUSALS.get(code, Refused)()


def ended_before(queue: Queue, batch: str) -> int:
    """Files of a batch that are through."""
    counts = queue.counts(batch=batch, kind=DIGITIZE)
    return sum(counts.get(state, 0) for state in ENDED)


def ended_badly(queue: Queue, batch: str) -> Iterator[Job]:
    """Files of a batch that were refused or given up, whichever run did so."""
    return queue.jobs(batch=batch, kind=DIGITIZE, states=(REFUSED, FAILED))


def result_of(outcome: Outcome, seconds: float) -> dict[str, Any]:
    """What the ledger keeps of an outcome: ids, codes, counts and names of fields; no value that was read."""
    error = outcome.error
    documents = []
    for document in outcome.documents:
        quality = quality_of(document.record, duplicate_of=document.duplicate_of)
        documents.append(
            {
                "id": document.id,
                "type": document.type,
                "pages": len(document.pages),
                "doubtful": sorted(n for n, field in document.record.fields.items() if not is_sure(field)),
                "fields": len(document.record.fields),
                "met": [
                    name for name in ("correct", "complete", "clean", "alive") if getattr(quality, name).met
                ],
                "near": list(document.near_duplicates),
            }
        )
    result: dict[str, Any] = {
        "status": str(outcome.status),
        "sha256": outcome.sha256,
        "documents": documents,
        "seconds": round(seconds, 2),
        "steps": {step: round(value, 3) for step, value in outcome.seconds.items()},
    }
    if error is not None:
        result["error"] = asdict(error)
    return result


def outcome_json(job: Job) -> dict[str, Any]:
    """The line that ``--json`` prints for a file that another run, or another machine, refused or gave up."""
    result = job.result or {}
    error = result.get("error") or {"code": job.error, "message": job.error, "hint": ""}
    return {
        "source": job.payload["source"],
        "sha256": result.get("sha256"),
        "status": str(Status.REJECTED if job.state == REFUSED else Status.FAILED),
        "documents": [],
        "signed": None,
        "error": {name: error.get(name) for name in ("code", "message", "hint")},
        "seconds": result.get("steps", {}),
    }


def exit_status_of(job: Job) -> ExitStatus:
    """The exit status that a file which ended badly leads to."""
    error = (job.result or {}).get("error") or {}
    return ExitStatus(error.get("status", ExitStatus.REJECTED if job.state == REFUSED else ExitStatus.FAULT))


def source_of(queue: Queue, batch: str) -> str:
    """The source of a batch as it was given; raises UsageError when the ledger has no such batch."""
    job = queue.get(batch)
    if job is None:
        raise UsageError(f"no batch {batch}")
    return str(job.payload["source"])
