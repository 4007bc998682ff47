"""One paper of the pages of several scans: what an officer puts together that came in as two files.

Nothing is taken from the scans: each stays, whole, with the paper that it was, which serves no more and names the one that it went
into. The new paper has a scan of its own, a PDF of the very pictures, and its provenance names the scans by their digests. So it is
divided again as any other paper, by ``flows.desk.regroup``. A job of the ledger carries it; it may be repeated.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flows.caller import Act, Caller
from flows.desk.regroup import (
    BATCH,
    known_turns,
    looked_at,
    named_subject,
    read_pages,
    refuse_closed,
    with_officers_values,
)
from flows.door import perform, permit, refuse_claimed
from flows.keeping import Keeping
from flows.papers import refuse_secrets, said_about
from flows.record.origins import made_of
from flows.request import Request
from flows.services import Services
from pipeline.apart import apart
from pipeline.intake import take_in
from pipeline.joining import join_pages
from pipeline.model import DocumentReading, Scan
from pipeline.papers.assemble import document_on
from schemas.errors import SignedScan, WrongGroups
from schemas.records import UNKNOWN
from storage import corrections
from storage.model import ArchivedRecord, Part, Receipt, Use
from storage.queue import COUNTER, Job, Lease, NewJob

JOIN = "join"
"""Kind of the jobs."""


def ask_join(services: Services, caller: Caller, versions: Mapping[str, int]) -> str:
    """Enqueue it; the key of the job. ``versions`` are the papers in order (id → the version that was looked at).

    Raises NotRegroupable, Conflict, NotAllowed, Claimed at once, not when the job's turn comes.
    """
    permit(services, caller, Act.REGROUP, *versions)
    refuse_claimed(services, caller, Act.REGROUP, *versions)
    looked_at(services, versions, _papers(services, list(versions)))
    payload = {
        "source": "",
        "papers": list(versions),
        "versions": dict(versions),
        "actor": caller.actor,
        "origin": caller.origin,
    }
    words = json.dumps(payload)
    key = f"{JOIN}-{hashlib.sha256(words.encode()).hexdigest()[:32]}"
    services.queue.enqueue([NewJob(key, JOIN, payload, BATCH, COUNTER, words)])
    return key


def join_job(services: Services, caller: Caller, job: Job) -> dict[str, Any]:
    """Do such a job; what the ledger keeps of it. Raises as ``join`` does."""
    made = join(services, caller, job.payload["papers"], job.lease)
    return {"documents": [{"id": made.id, "type": made.type}]}


def join(
    services: Services, caller: Caller, ids: Sequence[str], lease: Lease | None = None
) -> ArchivedRecord:
    """Make one paper of these, in this order; it has the type of the first one.

    Raises NotRegroupable for papers that are confirmed, ended, of one scan, or of a scan that came with signatures of its own.
    """
    services = services.under(lease)
    permit(services, caller, Act.REGROUP, *ids)
    papers = _papers(services, ids)
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        scan, document = _read(services, papers, Path(folder))
        change = _Change(services, caller, papers, scan, document, Path(folder))
        receipts = perform(services, caller, Act.REGROUP, [document.id, *ids], change.make)
    for paper in papers:
        services.desk.release(paper.id, caller.actor)
    return receipts[0].record


@dataclass(frozen=True, slots=True)
class _Change:
    """What is done to the archive: the new paper is there before the old ones end."""

    services: Services
    caller: Caller
    papers: Sequence[ArchivedRecord]
    scan: Scan
    document: DocumentReading
    folder: Path

    def make(self) -> list[Receipt]:
        """The receipts of the new paper and of those that ended."""
        new = self._new()
        into, by = (self.document.id,), self.caller.actor
        archive = self.services.archive
        return [new, *(corrections.regrouped(archive, paper.id, into=into, by=by) for paper in self.papers)]

    def _new(self) -> Receipt:
        first = self.papers[0]
        said = Request(dossier=first.dossier, owner=_subject(self.papers))
        refuse_secrets([(self.document, said)])
        came_from = Path(first.source).with_name(_name(self.papers))
        keeping = Keeping(
            replace(self.scan, came_from=came_from),
            [(self.document, said)],
            self.services,
            self.caller,
            self.folder,
            {},
            None,
            uses=_uses(self.papers),
            events=(made_of(self.papers, self.caller.actor),),
        )
        return keeping.keep()[0]


def _papers(services: Services, ids: Sequence[str]) -> list[ArchivedRecord]:
    """The papers, when they can be made one."""
    papers = [services.archive.record(id) for id in dict.fromkeys(ids)]
    if len(papers) < 2 or len({paper.scan.sha256 for paper in papers}) < len(papers):
        raise WrongGroups("papers of different scans are put together here")
    into = {paper.links.regrouped for paper in papers}
    for paper in papers:
        done = bool(paper.links.regrouped) and len(into - {()}) == 1
        refuse_closed(paper, done=done)
        if paper.scan.signed:
            raise SignedScan(paper.id)
    return papers


def _read(services: Services, papers: Sequence[ArchivedRecord], folder: Path) -> tuple[Scan, DocumentReading]:
    """The pages of all papers as one scan, and what is read on it; each page as it was turned before."""
    limits = services.settings.limits.as_limits()
    kept = [folder / f"kept-{number}" for number in range(len(papers))]
    for file, paper in zip(kept, papers, strict=True):
        file.write_bytes(services.archive.get(paper.id, Part.SCAN))
    parts = [(file, paper.pages) for file, paper in zip(kept, papers, strict=True)]
    joined = folder / "joined.pdf"
    apart(limits.memory, join_pages, parts, joined, limits)
    scan = apart(limits.memory, take_in, joined, limits, folder / "scan")
    turns = dict(enumerate((turn for paper in papers for turn in known_turns(services, paper).values()), 1))
    pages = apart(limits.memory, read_pages, scan, turns, limits)
    type = papers[0].type if papers[0].type != UNKNOWN else None
    document = document_on(scan, tuple(pages[number] for number in sorted(pages)), type)
    record = document.record
    for paper in reversed(papers):  # where two officers' values stand for one field, the first paper's counts
        record = with_officers_values(record, paper.record)
    return scan, replace(document, record=said_about(record, Request(owner=_subject(papers))))


def _subject(papers: Sequence[ArchivedRecord]) -> str | None:
    """Whom the clerk named when one of the papers was handed in."""
    return next(filter(None, map(named_subject, papers)), None)


def _uses(papers: Sequence[ArchivedRecord]) -> tuple[Use, ...]:
    """What the papers served for, each purpose once."""
    found: list[Use] = []
    for use in (use for paper in papers for use in paper.uses):
        if not any(use.same(one) for one in found):
            found.append(use)
    return tuple(found)


def _name(papers: Sequence[ArchivedRecord]) -> str:
    return " + ".join(Path(paper.scan.name).stem for paper in papers)[:120] + ".pdf"
