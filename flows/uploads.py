"""Scans that are handed in through the server: kept whole before they are acknowledged, then a job of the ledger.

A scan lies in ``uploads/<SHA-256>/`` of the home until it is archived. The same bytes with the same words said of them are
the same job, however often they are sent.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from flows.batch import DIGITIZE
from flows.caller import Caller
from flows.request import Request
from flows.services import Services
from flows.sources import root_of
from flows.whole_file import keep, new_file, sync_folder
from schemas.errors import EmptyFile, NotFoundInArchive, StoreFull, TooLarge
from schemas.plain import on_one_line
from schemas.vietnamese import nfc
from storage.queue import COUNTER, DONE, OPEN, Job, NewJob

BATCH = "uploads"
_CHUNK = 1 << 20
_LONGEST = 200
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


def submit(services: Services, caller: Caller, content: BinaryIO, name: str, request: Request) -> str:
    """Keep a scan and enqueue it; the key of its job. Raises EmptyFile, TooLarge, StoreFull."""
    kept, sha256 = _kept(services, content, name)
    said = {key: value for key, value in asdict(request).items() if value is not None}
    words = hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:8]
    key = f"{BATCH}-{sha256[:32]}-{words}"
    payload: dict[str, Any] = {"source": kept.name, "place": str(kept), "root": root_of(str(kept))}
    payload["given"] = kept.name  # where it lies until then is nobody's business
    payload |= {"actor": caller.actor, "origin": caller.origin, "sha256": sha256}
    payload |= {"request": said} if said else {}
    services.queue.enqueue([NewJob(key, DIGITIZE, payload, BATCH, COUNTER, sha256)])
    return key


def waiting(services: Services, job: Job, *, most: int) -> bytes:
    """The scan of a job that was handed in here, of so many bytes at most.

    Raises NotFoundInArchive for another job, a larger one, or where it is archived by now.
    """
    place = Path(str(job.payload.get("place", "")))
    if job.kind == DIGITIZE and place.parent.parent == services.home / BATCH:
        with suppress(OSError), place.open("rb") as scan:
            if os.fstat(scan.fileno()).st_size <= most:
                return scan.read()
    raise NotFoundInArchive(f"no scan waits for job {job.key[:80]}")


def clear(services: Services) -> int:
    """Remove uploads whose jobs are done: their bytes are in the archive; how many."""
    done = services.queue.jobs(batch=BATCH, kind=DIGITIZE, states=(DONE,))
    return sum(forget(services, job) for job in done)


def forget(services: Services, job: Job) -> bool:
    """Remove the upload of a job that is done, unless another job still needs the same bytes; whether it was there."""
    place = Path(str(job.payload["place"]))
    folder = place.parent
    if folder.parent != services.home / BATCH or not place.exists():
        return False
    needed = {str(one.payload["place"]) for one in services.queue.jobs(batch=BATCH, states=OPEN)}
    if str(place) in needed:
        return False
    place.unlink(missing_ok=True)
    with suppress(OSError):  # another scan with these bytes lies there under another name
        folder.rmdir()
    return True


def _kept(services: Services, content: BinaryIO, name: str) -> tuple[Path, str]:
    """Write the bytes, known to be on the disk, at a place that follows from them; the place and their SHA-256."""
    uploads = services.home / BATCH
    uploads.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size, limit = hashlib.sha256(), 0, services.settings.limits.size
    with _told(), new_file(uploads, 0o600) as (part, out):
        while piece := content.read(_CHUNK):
            size += len(piece)
            if size > limit:
                raise TooLarge(f"more than {limit} bytes")
            digest.update(piece)
            out.write(piece)
        if size == 0:
            raise EmptyFile
        folder = uploads / digest.hexdigest()
        folder.mkdir(exist_ok=True, mode=0o700)
        target = folder / _safe(name)
        keep(part, out, target)
    sync_folder(uploads)
    return target, digest.hexdigest()


@contextmanager
def _told() -> Iterator[None]:
    """A disk that is full, or not there, is no fault of the file."""
    try:
        yield
    except OSError as error:
        raise StoreFull(str(error.filename or BATCH)) from error


def _safe(name: str) -> str:
    """A file's name as text, without what could lead elsewhere; never empty, at most 200 bytes: file systems count bytes."""
    plain = on_one_line(_UNSAFE.sub("-", nfc(name))).strip(" .-")[-120:]
    while len(plain.encode()) > _LONGEST:
        plain = plain[1:]
    return plain or "scan"
