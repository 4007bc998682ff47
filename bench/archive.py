"""Archiving: documents per second and requests per document, on a folder and on S3; and rebuilding the index.

``python -m bench.archive [--documents 300] [--threads 4]`` starts a Ceph gateway with ``script/servers/ceph`` and
prints a Markdown table. A document is a one-page scan of 300 KB, a signed copy of 310 KB, 8 KB of text, a record.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from schemas.records import Field, Method, Record, Subject, document_id
from storage.archive import Archive
from storage.index.index import Index
from storage.model import Deposit, Event, ScanRef
from storage.stores.folder import FolderStore
from storage.stores.protocol import Store
from storage.stores.s3 import S3Store
from storage.stores.s3_options import Protection, S3Options

CEPH = Path(__file__).parents[1] / "script" / "servers" / "ceph"


def deposit(number: int, seed: int = 3) -> Deposit:
    """A document of ordinary size, different for each number."""
    chance = random.Random(seed * 1_000_003 + number)
    scan = b"%PDF-1.7\n" + chance.randbytes(300_000)
    sha256 = hashlib.sha256(scan).hexdigest()
    values = {
        "number": f"{number}/QĐ-UBND",
        "issuing_agency": "UBND phường Bến Nghé",
        "issue_date": "2025-03-05",
    }
    fields = {
        name: Field(value=value, text=value, confidence=0.98, page=1, box=(1, 2, 3, 4), method=Method.LABEL)
        for name, value in values.items()
    }
    record = Record(
        type="administrative_document",
        subject=Subject(id=f"{number:012d}"),
        fields=fields,
    )
    return Deposit(
        id=document_id(sha256, [1]),
        scan_ref=ScanRef(sha256=sha256, name=f"{number}.pdf", media_type="application/pdf", size=len(scan)),
        scan=scan,
        pdf=b"%PDF-1.7\n" + chance.randbytes(310_000),
        alto=b"<alto>" + b"<String/>" * 900 + b"</alto>",
        text="Quyết định về việc đăng ký hộ kinh doanh " * 40,
        record=record,
        type_confidence=0.97,
        pages=(1,),
        source=f"{number}.pdf",
        events=(Event(type="digitization", at=datetime.now(UTC), agent="bench"),),
        perceptual_hash=f"{chance.getrandbits(256):064x}",
    )


def archive_all(archive: Archive, deposits: list[Deposit], threads: int) -> float:
    """Documents per second."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(archive.put, deposits))
    return len(deposits) / (time.perf_counter() - begun)


def counted(store: S3Store) -> list[str]:
    """A list that grows by the method of each request that the store sends."""
    requests: list[str] = []
    send = store.client._http.urlopen

    def urlopen(method: str, *arguments: Any, **more: Any) -> Any:
        requests.append(method)
        return send(method, *arguments, **more)

    store.client._http.urlopen = urlopen
    return requests


@contextmanager
def ceph() -> Iterator[str]:
    """A gateway for as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as folder:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        os.environ |= {"AWS_ACCESS_KEY_ID": "testkey", "AWS_SECRET_ACCESS_KEY": "testsecret12"}
        started = [str(CEPH), "start", f"{folder}/ceph", str(port)]
        try:
            yield subprocess.run(
                started, check=True, capture_output=True, text=True, timeout=90
            ).stdout.strip()
        finally:
            subprocess.run([str(CEPH), "stop", f"{folder}/ceph"], check=False)


def bucket(endpoint: str, protection: Protection) -> S3Store:
    """A new bucket."""
    from minio.commonconfig import ENABLED
    from minio.versioningconfig import VersioningConfig

    options = S3Options(
        endpoint=endpoint, bucket=f"b-{uuid.uuid4().hex[:8]}", tls=False, protection=protection
    )
    store = S3Store(options)
    store.client.make_bucket(options.bucket, object_lock=protection is Protection.LOCKED)
    if protection is Protection.VERSIONED:
        store.client.set_bucket_versioning(options.bucket, VersioningConfig(ENABLED))
    store.probe()
    return store


def measure(name: str, store: Store, deposits: list[Deposit], threads: int, folder: Path) -> None:
    """One row of the table."""
    archive = Archive(store, create=True)
    requests = counted(store) if isinstance(store, S3Store) else []
    rate = archive_all(archive, deposits, threads)
    first = len(requests) / len(deposits)
    del requests[:]
    begun = time.perf_counter()
    for one in deposits[:50]:
        archive.put(one)
    again = 50 / (time.perf_counter() - begun)
    asked = len(requests) / 50
    index = Index(folder / f"{name.replace(' ', '-')}.sqlite")
    begun = time.perf_counter()
    index.rebuild(archive)
    rebuilt = len(deposits) / (time.perf_counter() - begun)
    index.close()
    requests_of = f"{first:.1f} | {asked:.1f}" if requests or first else "– | –"
    print(f"| {name} | {rate:.0f} | {again:.0f} | {requests_of} | {rebuilt:.0f} |", flush=True)


def main() -> None:
    """Archive, repeat, reindex; print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--threads", type=int, default=4)
    given = parser.parse_args()
    deposits = [deposit(number) for number in range(given.documents)]
    print("| store | documents/s | repeats/s | requests a document | requests a repeat | reindexed/s |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as name, ceph() as endpoint:
        folder = Path(name)
        measure("folder", FolderStore(folder / "archive", create=True), deposits, given.threads, folder)
        for protection in Protection:
            store = bucket(endpoint, protection)
            measure(f"Ceph RGW, {protection}", store, deposits, given.threads, folder)


if __name__ == "__main__":
    main()
