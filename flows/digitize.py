"""One scan all the way: intake → read → PDF/A → sign → archive → index. Any step may be killed and repeated.

Ids derive from the content, the archive takes each document once, the index is written after it: a repeat finds what is
there and adds what is missing. A scan counts as a duplicate only when documents with all of its pages are in the index;
one that was killed half-way is read again, and the archive takes only the rest.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from flows.caller import Act, Caller, local_caller
from flows.door import look, perform
from flows.dossiers.uses import hand_in_again
from flows.keeping import Keeping, readable
from flows.near_duplicates import link_near_duplicates
from flows.outcome import Document, Fault, Outcome, Status
from flows.papers import dossiers_of, papers_of, refuse_secrets
from flows.request import NOTHING_SAID, Request
from flows.services import Services
from flows.signatures.signing import sign_or_wait_on
from flows.signed_scan import signatures_on
from flows.work import interpret, work
from pipeline.apart import apart
from pipeline.intake import Limits, take_in
from pipeline.model import PageReading, Scan
from pipeline.timing import timed
from schemas.errors import ScanChanged
from storage.index.find import Query
from storage.model import ArchivedRecord
from storage.queue import Lease

__all__ = ["DigitizeJob", "Request", "digitize"]


def digitize(path: Path, services: Services, request: Request = NOTHING_SAID) -> Outcome:
    """Digitize one file in this process. Never raises for what is wrong with the file: the outcome tells."""
    return work(path, DigitizeJob(services, request))


@dataclass(frozen=True, slots=True)
class DigitizeJob:
    """Recognise, sign, archive, index. With a ``lease`` nothing is committed once another worker has it (LeaseLost).

    ``given`` is what the record names as the source, where the file at hand is only a copy of it (from a bucket, a hot folder).
    ``sha256`` is that of the bytes that were handed in, where it is known: others that lie there now are refused (ScanChanged).
    ``cut_off``: an earlier try on it ended with its process, so that what is there of this very source is what that one had archived.
    """

    services: Services
    request: Request = NOTHING_SAID
    caller: Caller = field(default_factory=local_caller)
    lease: Lease | None = None
    given: str | None = None
    cut_off: bool = False
    sha256: str | None = None

    @property
    def limits(self) -> Limits:
        """What is safe to take in."""
        return self.services.settings.limits.as_limits()

    def begin(self, path: Path, own: Path) -> Scan | Outcome:
        """Take the file in; the outcome, when it is in the archive already. Raises a Refused."""
        seconds: dict[str, float] = {}
        with timed(seconds, "intake"):
            scan = apart(self.limits.memory, take_in, path, self.limits, own)
            if self.sha256 not in (None, scan.sha256):
                raise ScanChanged(path.name)
            known = _archived(scan, self.services)
        if not known:
            return scan
        services = self.services.under(self.lease)
        caller = replace(self.caller, purpose=self.request.dossier or self.caller.purpose)
        look(services, caller, Act.OPEN, *(record.id for record in known))
        with timed(seconds, "sign"):
            away = sign_or_wait_on(services, caller, [record.id for record in known])
        with timed(seconds, "archive"):
            known = tuple(hand_in_again(services, caller, known, self.request))
        linked = (link_near_duplicates(services, caller, record) for record in known)
        documents = tuple(_document(services, record) for record in linked)
        waiting = Fault.of(away) if away else None
        return Outcome(str(path), self._status(path, known), scan.sha256, documents, waiting, seconds)

    def finish(self, scan: Scan, pages: Sequence[PageReading]) -> Outcome:
        """From the pages to documents in the archive, then in the index."""
        services = self.services.under(self.lease)
        seconds: dict[str, float] = {}
        reading = interpret(scan, pages, self.request.type, seconds)
        with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
            papers = papers_of(reading, self.request)
            ids = [document.id for document, _ in papers]
            caller = replace(self.caller, purpose=" ".join(dossiers_of(papers)) or self.caller.purpose)
            signed = apart(self.limits.memory, signatures_on, scan, services.trust)
            refuse_secrets(papers)
            keeping = Keeping(scan, papers, services, caller, Path(folder), seconds, signed, given=self.given)
            receipts = perform(services, caller, Act.DIGITIZE, ids, keeping.keep)
        with timed(seconds, "index"):
            kept = [link_near_duplicates(services, caller, receipt.record) for receipt in receipts]
        created = any(receipt.created for receipt in receipts)
        status = Status.ARCHIVED if created else self._status(scan.given, kept)
        doubts = {document.id: document.doubts for document in map(Document.of, reading.documents)}
        documents = tuple(replace(_document(services, record), doubts=doubts[record.id]) for record in kept)
        waiting = Fault.of(keeping.away) if keeping.away else None
        return Outcome(str(scan.given), status, scan.sha256, documents, waiting, seconds, signed)

    def _status(self, path: Path, known: Iterable[ArchivedRecord]) -> Status:
        """What papers that were in the archive before this try make of it."""
        source = readable(self.given or str(path))
        ours = self.cut_off and all(record.source == source for record in known)
        return Status.ARCHIVED if ours else Status.DUPLICATE


def _archived(scan: Scan, services: Services) -> tuple[ArchivedRecord, ...]:
    """The documents of this scan, when all of its papers are archived and indexed; else nothing."""
    rows = services.index.every(Query(scan_sha256=scan.sha256))
    kept = (services.archive.record(row.id) for row in rows)
    records = sorted((one for one in kept if not one.links.regrouped), key=lambda record: record.pages)
    if not records:
        return ()
    expected = records[0].scan.paper_pages or scan.page_count
    return tuple(records) if sum(len(record.pages) for record in records) >= expected else ()


def _document(services: Services, kept: ArchivedRecord) -> Document:
    others = (services.index.get(id) for id in kept.links.duplicates)
    return Document(
        kept.id,
        kept.type,
        kept.type_confidence,
        kept.pages,
        kept.text,
        kept.record,
        near_duplicates=kept.links.duplicates,
        dossiers=kept.dossiers,
        duplicate_of=kept.links.duplicate_of,
        sources={other.id: other.source for other in others if other is not None},
    )
