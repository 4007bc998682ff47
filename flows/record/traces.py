"""What lies of a paper outside of the archive and its index, all of which an erasure takes away.

Scans that were handed in (``uploads``), refused ones (quarantine), what the ledger notes of them, drafts of answers, copies that
wait for a signature from elsewhere. A scan is found by its digest: whatever it was called, however often it was handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flows import quarantine
from flows.incoming import uploads
from flows.services import Services
from flows.signatures import two_steps
from flows.signatures import wanted as wanted_signatures


def forget_traces(services: Services, documents: Sequence[str], scans: Sequence[str]) -> None:
    """Remove every trace of these documents, and of the scans (SHA-256) that they were read from. May be repeated.

    Jobs that are open stay: what comes of them is refused, and their scan goes then.
    """
    jobs = services.queue.forget_about((*documents, *scans))
    chosen = (services.settings.quarantine, *(job.payload.get("quarantine") for job in jobs))
    folders = {Path(folder) for folder in chosen if folder}
    for digest in scans:
        uploads.forget_scan(services, digest)
        for folder in folders:
            quarantine.forget_scan(folder, digest)
    services.desk.forget(*documents)
    two_steps.forget_documents(services, documents)
    wanted_signatures.forget_documents(services, documents)
