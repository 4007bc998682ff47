"""Papers of one scan divided, put together, or given another type: what an officer sees that splitting got wrong.

One function for all three, since an id follows from the pages: the pages of some papers are dealt into groups, each group is
a paper. One that is archived already stays or comes back, one that is not is made, those that are no group serve no more. So
the way back is the same function with the groups of before. The scan stays whole.

The archive is changed in an order in which a kill loses no page: new papers first, then the old ones end. A job of the ledger
(``ask_regroup``) carries it, so that what was killed is completed, and nobody waits on a request.
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
from flows.door import perform, permit
from flows.keeping import Keeping
from flows.near_duplicates import link_near_duplicates
from flows.papers import about, refuse_secrets
from flows.request import Request
from flows.services import Services
from pipeline.apart import apart
from pipeline.assemble import document_on
from pipeline.intake import Limits, take_in
from pipeline.model import DocumentReading, PageReading, Scan
from pipeline.read import read_scan_page
from schemas.documents import document_type, document_types, field_specs
from schemas.errors import Conflict, NotRegroupable
from schemas.records import UNKNOWN, Method, Record, State, document_id
from storage import corrections
from storage.model import ArchivedRecord, Event, Receipt
from storage.queue import COUNTER, Job, Lease, NewJob

REGROUP = "regroup"
"""Kind of the jobs."""

BATCH = "counter"


@dataclass(frozen=True, slots=True)
class Group:
    """Pages (of the scan, from 1, in order) that are one paper; its type where an officer says so."""

    pages: tuple[int, ...]
    type: str | None = None


def ask_regroup(
    services: Services, caller: Caller, versions: Mapping[str, int], groups: Sequence[Group]
) -> str:
    """Enqueue it; the key of the job. ``versions`` are the papers (id → the version that was looked at).

    Raises NotRegroupable, Conflict, NotAllowed at once, not when the job's turn comes.
    """
    permit(services, caller, Act.REGROUP, *versions)
    _looked_at(services, versions, _papers(services, versions, groups))
    payload = {
        "source": "",
        "versions": dict(versions),
        "groups": [{"pages": group.pages, "type": group.type} for group in groups],
        "actor": caller.actor,
        "origin": caller.origin,
    }
    words = json.dumps(payload, sort_keys=True)
    key = f"{REGROUP}-{hashlib.sha256(words.encode()).hexdigest()[:32]}"
    services.queue.enqueue([NewJob(key, REGROUP, payload, BATCH, COUNTER, words)])
    return key


def regroup_job(services: Services, caller: Caller, job: Job) -> dict[str, Any]:
    """Do such a job; what the ledger keeps of it. Raises as ``regroup`` does."""
    groups = [Group(tuple(one["pages"]), one["type"]) for one in job.payload["groups"]]
    made = regroup(services, caller, list(job.payload["versions"]), groups, job.lease)
    return {"documents": [{"id": record.id, "type": record.type} for record in made]}


def regroup(
    services: Services,
    caller: Caller,
    ids: Sequence[str],
    groups: Sequence[Group],
    lease: Lease | None = None,
) -> tuple[ArchivedRecord, ...]:
    """Deal the pages of these papers into groups; the papers as they are then, in the order of the groups.

    May be repeated. Raises NotRegroupable for papers that are confirmed, ended or of several scans, and for groups that are
    not exactly their pages.
    """
    services = services.under(lease)
    permit(services, caller, Act.REGROUP, *ids)
    papers = _papers(services, ids, groups)
    sha256 = papers[0].scan.sha256
    wanted = {document_id(sha256, group.pages): group for group in groups}
    old = {paper.id: paper for paper in papers}
    for id in wanted:
        if id not in old and services.archive.exists(id):
            old[id] = services.archive.record(id)
    unread = {id: group for id, group in wanted.items() if id not in old or _other_type(old[id], group)}
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        read = _read(services, papers[0], unread, Path(folder)) if unread else {}
        change = _Change(services, caller, papers, old, wanted, read, Path(folder))
        receipts = perform(services, caller, Act.REGROUP, list(dict.fromkeys((*old, *wanted))), change.make)
    for paper in papers:
        services.desk.release(paper.id, caller.actor)
    made = {receipt.id: receipt.record for receipt in receipts}
    return tuple(link_near_duplicates(services, caller, made[id]) for id in wanted)


@dataclass(frozen=True, slots=True)
class _Change:
    """What is done to the archive: new papers are there before old ones end."""

    services: Services
    caller: Caller
    papers: Sequence[ArchivedRecord]
    old: Mapping[str, ArchivedRecord]
    wanted: Mapping[str, Group]
    read: Mapping[str, tuple[Scan, DocumentReading]]
    folder: Path

    def make(self) -> list[Receipt]:
        """The receipts of all papers that there are then, and of those that ended."""
        receipts = [self._new(id) if id not in self.old else self._kept(id) for id in self.wanted]
        ended = (paper for paper in self.papers if paper.id not in self.wanted)
        return receipts + [self._ended(paper) for paper in ended]

    def _new(self, id: str) -> Receipt:
        scan, document = self.read[id]
        paper = self.papers[0]
        reference = paper.scan
        if reference.object is None:
            event = Event(type="ingestion", at=self.services.archive.clock(), agent=self.caller.actor)
            reference = self.services.archive.put_scan(scan.path, reference, event)
        said = Request(dossier=paper.dossier, subject=_named_subject(paper))
        refuse_secrets([(document, said)])
        keeping = Keeping(
            replace(scan, came_from=Path(paper.source)),
            [(document, said)],
            self.services,
            self.caller,
            self.folder,
            {},
            None,
            reference,
            paper.uses,
        )
        return keeping.keep()[0]

    def _kept(self, id: str) -> Receipt:
        """A paper that is archived: as it is, back again, or with another type."""
        before = self.old[id]
        record = None
        if id in self.read:
            record = _with_officers_values(self.read[id][1].record, before.record)
            record = about(record, _named_subject(before))
        return corrections.revive(self.services.archive, id, record, by=self.caller.actor)

    def _ended(self, paper: ArchivedRecord) -> Receipt:
        into = tuple(id for id, group in self.wanted.items() if not set(group.pages).isdisjoint(paper.pages))
        return corrections.regrouped(self.services.archive, paper.id, into=into, by=self.caller.actor)


def _papers(
    services: Services, ids: Mapping[str, int] | Sequence[str], groups: Sequence[Group]
) -> list[ArchivedRecord]:
    """The papers, when these groups can be made of them."""
    papers = [services.archive.record(id) for id in ids]
    pages = sorted(page for paper in papers for page in paper.pages)
    if not papers or sorted(page for group in groups for page in group.pages) != pages:
        raise NotRegroupable("the groups are not the pages of these papers")
    if len({paper.scan.sha256 for paper in papers}) > 1 or len(set(pages)) != len(pages):
        raise NotRegroupable("papers of several scans")
    wanted = {document_id(papers[0].scan.sha256, group.pages) for group in groups}
    for paper in papers:
        done = set(paper.links.regrouped) <= wanted and bool(paper.links.regrouped)
        if paper.state is not State.UNCONFIRMED and not done:
            raise NotRegroupable(f"{paper.id} is {paper.state}")
    for group in groups:
        if not group.pages or list(group.pages) != sorted(group.pages):
            raise NotRegroupable("pages stay in the order of the scan")
        if group.type not in (None, UNKNOWN):
            document_type(group.type)
    return papers


def _looked_at(services: Services, versions: Mapping[str, int], papers: Sequence[ArchivedRecord]) -> None:
    for paper in papers:
        if not paper.links.regrouped and services.archive.current(paper.id)[1] != versions[paper.id]:
            raise Conflict(paper.id)


def _other_type(paper: ArchivedRecord, group: Group) -> bool:
    return group.type is not None and group.type != paper.type


def _read(
    services: Services, paper: ArchivedRecord, groups: Mapping[str, Group], folder: Path
) -> dict[str, tuple[Scan, DocumentReading]]:
    """Read the pages of the groups from the kept scan."""
    kept, own = folder / "kept", folder / "scan"
    kept.write_bytes(services.archive.get(paper.id, "scan"))
    limits = services.settings.limits.as_limits()
    scan = apart(limits.memory, take_in, kept, limits, own)
    numbers = sorted({page for group in groups.values() for page in group.pages})
    pages = apart(limits.memory, _read_pages, scan, numbers, limits)
    return {
        id: (scan, document_on(scan, tuple(pages[number] for number in group.pages), group.type))
        for id, group in groups.items()
    }


def _read_pages(scan: Scan, numbers: Sequence[int], limits: Limits) -> dict[int, PageReading]:
    return {number: read_scan_page(scan, number, limits) for number in numbers}


def _named_subject(paper: ArchivedRecord) -> str | None:
    """Whom the clerk named when the paper was handed in."""
    return next((use.subject for use in paper.uses if use.subject), None)


def _with_officers_values(record: Record, before: Record) -> Record:
    """Values that an officer gave stay, where the other type has such a field."""
    model = document_types().get(record.type)
    known = {spec.name for spec in field_specs(model)} if model is not None else set()
    given = {
        name: field
        for name, field in before.fields.items()
        if field.method is Method.REVIEWER and name in known
    }
    return replace(record, fields={**record.fields, **given})
