"""Scans that are handed in through the server: kept whole before they are acknowledged, then a job of the ledger.

A scan lies at ``uploads/<SHA-256>/scan`` of the home until it is archived: one file, whatever it was called each time and whoever sent
it. The same bytes with the same words said of them are the same job, however often they are sent.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from flows.batches.batch import DIGITIZE
from flows.batches.sources import root_of
from flows.caller import Caller
from flows.request import Request
from flows.services import Services
from flows.whole_file import PART, keep, new_file, sync_folder
from schemas.errors import EmptyFile, Erased, NotFoundInArchive, StoreFull, TooLarge
from schemas.plain import on_one_line
from schemas.vietnamese import nfc
from storage.queue import ALSO, COUNTER, DONE, OPEN, Job, NewJob

BATCH = "uploads"
_CHUNK = 1 << 20
_LONGEST = 200
_BEING_HANDED_IN = 3600.0
"""Seconds in which a scan is told to the ledger after its bytes were kept."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


def submit(services: Services, caller: Caller, content: BinaryIO, name: str, request: Request) -> str:
    """Keep a scan and enqueue it; the key of its job. Raises EmptyFile, TooLarge, StoreFull."""
    kept, sha256 = _kept(services, content)
    called = _safe(name)
    said = {key: value for key, value in asdict(request).items() if value is not None}
    words = hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:8]
    key = f"{BATCH}-{sha256[:32]}-{words}"
    root = root_of(str(services.home / BATCH))
    payload: dict[str, Any] = {"source": called, "place": str(kept), "root": root}
    payload["given"] = called  # where it lies until then is nobody's business
    payload |= {"actor": caller.actor, "origin": caller.origin, "sha256": sha256}
    payload |= {"request": said} if said else {}
    before = services.queue.get(key)  # who handed it in then still waits for it
    payload |= {ALSO: [one for one in before.askers if one != caller.actor]} if before else {}
    services.queue.enqueue([NewJob(key, DIGITIZE, payload, BATCH, COUNTER, sha256)])
    services.queue.share(key, caller.actor)
    job = services.queue.get(key)
    if job is not None and job.state not in OPEN:
        forget(services, job)  # it came to its end before: nobody will fetch these bytes
    elif not kept.exists():  # the end of another job took them away meanwhile
        content.seek(0)
        _kept(services, content)
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
    """Remove what lies in ``uploads`` and no job needs: what is archived, erased, or was never told to the ledger; how many scans."""
    jobs = list(services.queue.jobs(batch=BATCH, kind=DIGITIZE))
    done = {_digest_of(job) for job in jobs if job.state == DONE}
    needed = {_digest_of(job) for job in jobs if job.state in OPEN}
    kept_back = {
        _digest_of(job) for job in jobs if job.state not in (*OPEN, DONE) and job.error != Erased.code
    }
    fresh = time.time() - _BEING_HANDED_IN
    gone = 0
    for folder in _folders(services):
        if folder.name in needed | (kept_back - done):
            continue
        known = any(_digest_of(job) == folder.name for job in jobs)
        with suppress(OSError):
            if known or folder.stat().st_mtime < fresh:
                gone += _remove(services, folder)
    for aside in (services.home / BATCH).glob(f".*{PART}/"):  # a killed process was about to remove it
        with suppress(OSError):
            if aside.is_dir() and aside.stat().st_mtime < fresh:
                shutil.rmtree(aside)
    return gone


def forget(services: Services, job: Job) -> bool:
    """Remove the upload of a job that has ended, unless another job still needs the same bytes; whether it was there."""
    folder = Path(str(job.payload["place"])).parent
    return folder.parent == services.home / BATCH and folder.exists() and _remove(services, folder)


def forget_scan(services: Services, sha256: str) -> bool:
    """Remove the upload of a scan, whatever job is about it; whether it was there."""
    folder = services.home / BATCH / sha256
    if not folder.is_dir():
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return True


def is_upload(services: Services, job: Job) -> bool:
    """Whether the scan of a job lies here."""
    return Path(str(job.payload.get("place", ""))).parent.parent == services.home / BATCH


def _remove(services: Services, folder: Path) -> bool:
    """Remove the bytes of a scan unless an open job needs them, also one that came in while we looked."""
    if _is_needed(services, folder.name):
        return False
    aside = folder.with_name(f".{secrets.token_hex(8)}{PART}")
    folder.rename(aside)
    if _is_needed(services, folder.name) and not folder.exists():
        aside.rename(folder)
        return False
    shutil.rmtree(aside, ignore_errors=True)
    return True


def _is_needed(services: Services, sha256: str) -> bool:
    return any(_digest_of(job) == sha256 for job in services.queue.jobs(batch=BATCH, states=OPEN))


def _folders(services: Services) -> list[Path]:
    uploads = services.home / BATCH
    found = list(uploads.iterdir()) if uploads.is_dir() else []
    return [folder for folder in found if _DIGEST.fullmatch(folder.name) and folder.is_dir()]


def _digest_of(job: Job) -> str:
    return Path(str(job.payload.get("place", ""))).parent.name


def _kept(services: Services, content: BinaryIO) -> tuple[Path, str]:
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
        target = folder / "scan"
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
