"""Papers of one scan divided, put together, given another type, or read again another way up: what an officer sees that went wrong.

One function for all four, since an id follows from the pages: the pages of some papers are dealt into groups, each group is
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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flows.caller import Act, Caller
from flows.desk.page_pictures import turns_of
from flows.door import perform, permit, refuse_claimed
from flows.keeping import Keeping
from flows.near_duplicates import link_near_duplicates
from flows.papers import refuse_secrets, said_about
from flows.request import Request
from flows.services import Services
from flows.signatures.signing import sign_or_wait_on
from pipeline.apart import apart
from pipeline.intake import Limits, take_in
from pipeline.model import DocumentReading, PageReading, Scan
from pipeline.papers.assemble import document_on
from pipeline.read import read_scan_page
from schemas.documents import document_type, document_types, field_specs
from schemas.errors import Conflict, NotRegroupable, RestrictedPaper, WrongGroups
from schemas.records import UNKNOWN, Method, Record, State, document_id
from storage import corrections
from storage.model import ArchivedRecord, Event, Part, Receipt, ScanRef
from storage.queue import COUNTER, Job, Lease, NewJob

REGROUP = "regroup"
"""Kind of the jobs."""

BATCH = "counter"


@dataclass(frozen=True, slots=True)
class Group:
    """Pages (of the scan, from 1, in order) that are one paper; its type where an officer says so.

    ``turns``: page → quarter turns clockwise that bring it upright, where an officer says so; then the paper is read again.
    """

    pages: tuple[int, ...]
    type: str | None = None
    turns: Mapping[int, int] = field(default_factory=dict)


def ask_regroup(
    services: Services, caller: Caller, versions: Mapping[str, int], groups: Sequence[Group]
) -> str:
    """Enqueue it; the key of the job. ``versions`` are the papers (id → the version that was looked at).

    Raises NotRegroupable, Conflict, NotAllowed, Claimed at once, not when the job's turn comes.
    """
    permit(services, caller, Act.REGROUP, *versions)
    refuse_claimed(services, caller, Act.REGROUP, *versions)
    looked_at(services, versions, _papers(services, versions, groups))
    payload = {
        "source": "",
        "versions": dict(versions),
        "groups": [
            {"pages": one.pages, "type": one.type, "turns": list(one.turns.items())} for one in groups
        ],
        "actor": caller.actor,
        "origin": caller.origin,
    }
    words = json.dumps(payload, sort_keys=True)
    key = f"{REGROUP}-{hashlib.sha256(words.encode()).hexdigest()[:32]}"
    services.queue.enqueue([NewJob(key, REGROUP, payload, BATCH, COUNTER, words)])
    return key


def regroup_job(services: Services, caller: Caller, job: Job) -> dict[str, Any]:
    """Do such a job; what the ledger keeps of it. Raises as ``regroup`` does."""
    groups = [
        Group(tuple(one["pages"]), one["type"], dict(one.get("turns", ()))) for one in job.payload["groups"]
    ]
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
    unread = {
        id: _as_said(old.get(id), group)
        for id, group in wanted.items()
        if id not in old or _read_again(old[id], group)
    }
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        read = _read(services, papers, unread, Path(folder)) if unread else {}
        change = _Change(services, caller, papers, old, wanted, read, Path(folder))
        receipts = perform(services, caller, Act.REGROUP, list(dict.fromkeys((*old, *wanted))), change.make)
    for paper in papers:
        services.desk.release(paper.id, caller.actor)
    sign_or_wait_on(services, caller, [id for id, group in wanted.items() if group.turns])
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
        return self._keeping(paper, scan, document, reference).keep()[0]

    def _keeping(
        self, paper: ArchivedRecord, scan: Scan, document: DocumentReading, reference: ScanRef
    ) -> Keeping:
        said = Request(dossier=paper.dossier, owner=named_subject(paper))
        refuse_secrets([(document, said)])
        return Keeping(
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

    def _kept(self, id: str) -> Receipt:
        """A paper that is archived: as it is, back again, with another type, or read again."""
        before = self.old[id]
        if id not in self.read:
            return corrections.revive(self.services.archive, id, None, by=self.caller.actor)
        scan, document = self.read[id]
        record = with_officers_values(document.record, before.record)
        record = said_about(record, Request(owner=named_subject(before)))
        if not self.wanted[id].turns:
            return corrections.revive(self.services.archive, id, record, by=self.caller.actor)
        made = self._keeping(before, scan, document, before.scan).deposit()
        return corrections.reread(self.services.archive, record, made, by=self.caller.actor)

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
        raise WrongGroups("the groups are not the pages of these papers")
    if len({paper.scan.sha256 for paper in papers}) > 1 or len(set(pages)) != len(pages):
        raise WrongGroups("papers of several scans")
    wanted = {document_id(papers[0].scan.sha256, group.pages) for group in groups}
    for paper in papers:
        done = set(paper.links.regrouped) <= wanted and bool(paper.links.regrouped)
        refuse_closed(paper, done=done)
    for group in groups:
        if not group.pages or list(group.pages) != sorted(group.pages):
            raise WrongGroups("pages stay in the order of the scan")
        if not set(group.turns) <= set(group.pages):
            raise WrongGroups("a page is turned that is not the paper's")
        if group.type not in (None, UNKNOWN):
            document_type(group.type)
    return papers


def refuse_closed(paper: ArchivedRecord, *, done: bool) -> None:
    """Raise NotRegroupable for a paper whose pages serve as they are, unless the very change is ``done`` already; RestrictedPaper."""
    if paper.state is not State.UNCONFIRMED and not done:
        raise NotRegroupable(f"{paper.id} is {paper.state}")
    if paper.restricted:
        raise RestrictedPaper(paper.id)


def looked_at(services: Services, versions: Mapping[str, int], papers: Sequence[ArchivedRecord]) -> None:
    """Raise Conflict for a paper that is not as it was looked at."""
    for paper in papers:
        if not paper.links.regrouped and services.archive.current(paper.id)[1] != versions[paper.id]:
            raise Conflict(paper.id)


def _read_again(paper: ArchivedRecord, group: Group) -> bool:
    return bool(group.turns) or (group.type is not None and group.type != paper.type)


def _as_said(paper: ArchivedRecord | None, group: Group) -> Group:
    """A type that an officer gave before stays, unless she gives another one."""
    given = paper is not None and paper.type_confidence == 1.0 and paper.type != UNKNOWN
    return replace(group, type=paper.type) if paper and given and group.type is None else group


def _read(
    services: Services, papers: Sequence[ArchivedRecord], groups: Mapping[str, Group], folder: Path
) -> dict[str, tuple[Scan, DocumentReading]]:
    """Read the pages of the groups from the kept scan, each as it was turned before, unless an officer says otherwise."""
    kept, own = folder / "kept", folder / "scan"
    kept.write_bytes(services.archive.get(papers[0].id, "scan"))
    limits = services.settings.limits.as_limits()
    scan = apart(limits.memory, take_in, kept, limits, own)
    before = {page: turns for paper in papers for page, turns in known_turns(services, paper).items()}
    said = {page: turns % 4 for group in groups.values() for page, turns in group.turns.items()}
    turns, wanted = before | said, sorted({page for group in groups.values() for page in group.pages})
    pages = apart(limits.memory, read_pages, scan, {page: turns[page] for page in wanted}, limits)
    return {
        id: (scan, document_on(scan, tuple(pages[number] for number in group.pages), group.type))
        for id, group in groups.items()
    }


def known_turns(services: Services, paper: ArchivedRecord) -> dict[int, int]:
    """How the pages of a paper were turned to be read."""
    alto = services.archive.get(paper.id, Part.ALTO)
    return {page: turns_of(alto, page) for page in paper.pages}


def read_pages(scan: Scan, turns: Mapping[int, int], limits: Limits) -> dict[int, PageReading]:
    """These pages (number → quarter turns that bring it upright), in this process."""
    return {number: read_scan_page(scan, number, limits, upright) for number, upright in turns.items()}


def named_subject(paper: ArchivedRecord) -> str | None:
    """Whom the clerk named when the paper was handed in: the owner of its dossier, mostly."""
    return next((use.subject for use in paper.uses if use.subject), None)


def with_officers_values(record: Record, before: Record) -> Record:
    """Values that an officer gave stay, where the other type has such a field."""
    model = document_types().get(record.type)
    known = {spec.name for spec in field_specs(model)} if model is not None else set()
    given = {
        name: field
        for name, field in before.fields.items()
        if field.method is Method.REVIEWER and name in known
    }
    return replace(record, fields={**record.fields, **given})
