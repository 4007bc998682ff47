"""One scan all the way: intake → read → PDF/A → sign → archive → index. Any step may be killed and repeated.

Ids derive from the content, the archive takes each document once, the index is written after it: a repeat finds what is
there and adds what is missing. A scan counts as a duplicate only when documents with all of its pages are in the index;
one that was killed half-way is read again, and the archive takes only the rest.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from flows.caller import Act, Caller, local_caller
from flows.door import look, perform
from flows.marks import marks_of
from flows.near_duplicates import link_near_duplicates
from flows.outcome import Document, Fault, Outcome, Status
from flows.papers import Paper, about, dossiers_of, papers_of, refuse_secrets
from flows.request import NOTHING_SAID, Request
from flows.services import Services
from flows.signed_scan import SignedScan, noted, signatures_on
from flows.signing import sign_or_wait, sign_waiting
from flows.uses import hand_in_again, received
from flows.work import interpret, timed, work
from pipeline.alto import to_alto
from pipeline.apart import apart
from pipeline.duplicates import first_page_hash
from pipeline.intake import Limits, take_in
from pipeline.model import DocumentReading, PageReading, Scan
from pipeline.pdfa import PdfMetadata, write_pdfa
from schemas.errors import Unreachable
from schemas.vietnamese import nfc
from storage.dossiers import put_dossier
from storage.index.find import Query
from storage.model import ArchivedRecord, Deposit, Dossier, Event, Receipt, ScanRef
from storage.queue import Lease

__all__ = ["DigitizeJob", "Request", "digitize"]

AGENT = "sohoa"


def digitize(path: Path, services: Services, request: Request = NOTHING_SAID) -> Outcome:
    """Digitize one file in this process. Never raises for what is wrong with the file: the outcome tells."""
    return work(path, DigitizeJob(services, request))


@dataclass(frozen=True, slots=True)
class DigitizeJob:
    """Recognise, sign, archive, index. With a ``lease`` nothing is archived once another worker has it (LeaseLost)."""

    services: Services
    request: Request = NOTHING_SAID
    caller: Caller = field(default_factory=local_caller)
    lease: Lease | None = None

    @property
    def limits(self) -> Limits:
        """What is safe to take in."""
        return self.services.settings.limits.as_limits()

    def begin(self, path: Path, own: Path) -> Scan | Outcome:
        """Take the file in; the outcome, when it is in the archive already. Raises a Refused."""
        seconds: dict[str, float] = {}
        with timed(seconds, "intake"):
            scan = apart(self.limits.memory, take_in, path, self.limits, own)
            known = _archived(scan, self.services)
        if not known:
            return scan
        caller = replace(self.caller, purpose=self.request.dossier or self.caller.purpose)
        look(self.services, caller, Act.OPEN, *(record.id for record in known))
        with timed(seconds, "sign"):
            sign_waiting(self.services, caller, [record.id for record in known])
        with timed(seconds, "archive"):
            known = tuple(hand_in_again(self.services, caller, known, self.request))
        documents = tuple(_document(link_near_duplicates(self.services, caller, record)) for record in known)
        return Outcome(str(path), Status.DUPLICATE, scan.sha256, documents, seconds=seconds)

    def finish(self, scan: Scan, pages: Sequence[PageReading]) -> Outcome:
        """From the pages to documents in the archive, then in the index."""
        seconds: dict[str, float] = {}
        reading = interpret(scan, pages, self.request.type, seconds)
        with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
            papers = papers_of(reading, self.request)
            ids = [document.id for document, _ in papers]
            caller = replace(self.caller, purpose=" ".join(dossiers_of(papers)) or self.caller.purpose)
            signed = apart(self.limits.memory, signatures_on, scan, self.services.trust)
            refuse_secrets(papers)
            keeping = _Keeping(scan, papers, self.services, caller, Path(folder), seconds, signed, self.lease)
            receipts = perform(self.services, caller, Act.DIGITIZE, ids, keeping.keep)
        with timed(seconds, "index"):
            kept = [link_near_duplicates(self.services, caller, receipt.record) for receipt in receipts]
        status = Status.ARCHIVED if any(receipt.created for receipt in receipts) else Status.DUPLICATE
        doubts = {document.id: document.doubts for document in map(Document.of, reading.documents)}
        documents = tuple(replace(_document(record), doubts=doubts[record.id]) for record in kept)
        waiting = Fault.of(keeping.away) if keeping.away else None
        return Outcome(str(scan.given), status, scan.sha256, documents, waiting, seconds, signed)


def _archived(scan: Scan, services: Services) -> tuple[ArchivedRecord, ...]:
    """The documents of this scan, when all of its papers are archived and indexed; else nothing."""
    rows = services.index.find(Query(scan_sha256=scan.sha256, limit=1000)).rows
    if not rows:
        return ()
    records = sorted((services.archive.record(row.id) for row in rows), key=lambda record: record.pages)
    expected = records[0].scan.paper_pages or scan.page_count
    return tuple(records) if sum(len(record.pages) for record in records) >= expected else ()


@dataclass
class _Keeping:
    """Archives the papers of one scan; ``away`` tells afterwards why copies are still unsigned, when they are."""

    scan: Scan
    papers: Sequence[Paper]
    services: Services
    caller: Caller
    folder: Path
    seconds: dict[str, float]
    brought: SignedScan | None
    lease: Lease | None
    away: Unreachable | None = None

    def keep(self) -> list[Receipt]:
        """Sign and archive every paper, then note them in their dossiers."""
        reference = self._reference()
        receipts = [self._keep_paper(document, request, reference) for document, request in self.papers]
        with timed(self.seconds, "archive"):
            self._note_in_dossiers()
        return receipts

    def _reference(self) -> ScanRef:
        """How the records name the scan; a scan of several papers is archived here, once."""
        scan = self.scan
        pages = sum(len(document.pages) for document, _ in self.papers)
        reference = ScanRef(
            sha256=scan.sha256,
            name=_readable(scan.given.name),
            media_type=str(scan.media_type),
            size=scan.size,
            signed=scan.signed,
            paper_pages=pages if pages < scan.page_count else None,
        )
        if len(self.papers) == 1:
            return reference
        with timed(self.seconds, "archive"):
            self.services.require(self.lease)
            return self.services.archive.put_scan(scan.path, reference, _event("ingestion", "sohoa intake"))

    def _keep_paper(self, document: DocumentReading, request: Request, reference: ScanRef) -> Receipt:
        pdf, made = _make_pdf(self.scan, document, self.services, request, self.folder, self.seconds)
        with timed(self.seconds, "sign"):
            signing = sign_or_wait(pdf, self.services)
        self.away = signing.missing or self.away
        events = [*noted(self.brought), *made, *signing.events]
        deposit = replace(
            _deposit(document, self.scan, reference, pdf, events, request),
            scan=None if reference.object else self.scan.path,
            signed=bool(signing.signed_by),
            signed_by=signing.signed_by,
            pending_signatures=signing.pending_signatures,
            uses=received(self.services, self.caller, request),
        )
        with timed(self.seconds, "archive"):
            self.services.require(self.lease)
            return self.services.archive.put(deposit)

    def _note_in_dossiers(self) -> None:
        said = self.papers[0][1]
        for code, ids in dossiers_of(self.papers).items():
            dossier = Dossier(
                code=code,
                documents=tuple(ids),
                procedure=said.procedure,
                subject=said.subject,
                received_at=datetime.now(UTC),
            )
            put_dossier(self.services.archive, dossier, _event("accession", AGENT))


def _make_pdf(
    scan: Scan,
    document: DocumentReading,
    services: Services,
    request: Request,
    folder: Path,
    seconds: dict[str, float],
) -> tuple[Path, list[Event]]:
    target = folder / f"{document.id}.pdf"
    events = [_event("recognition", "sohoa read", pages=len(document.pages))]
    with timed(seconds, "pdfa"):
        metadata = PdfMetadata(
            title=_title(document),
            agency=services.settings.agency,
            type=document.type,
            id=document.id,
            source_sha256=scan.sha256,
        )
        copy, code = marks_of(document, services.settings, request, datetime.now(UTC))
        limits = services.settings.limits.as_limits()
        apart(
            limits.memory,
            write_pdfa,
            scan,
            document.pages,
            target,
            metadata,
            copy_mark=copy,
            qr_mark=code,
            limits=limits,
        )
    events.append(_event("creation", "sohoa pdfa", form="PDF/A-2b"))
    return target, events


def _deposit(
    document: DocumentReading,
    scan: Scan,
    reference: ScanRef,
    pdf: Path,
    events: Sequence[Event],
    request: Request,
) -> Deposit:
    flags = dict.fromkeys(warning.code for page in document.pages for warning in page.warnings)
    return Deposit(
        id=document.id,
        scan_ref=reference,
        scan=None,
        pdf=pdf,
        alto=to_alto(document.pages),
        text=document.text,
        record=about(document.record, request.subject),
        type_confidence=document.type_confidence,
        pages=tuple(page.number for page in document.pages),
        source=_readable(str(scan.given)),
        events=tuple(events),
        dossier=request.dossier,
        quality_flags=tuple(flags),
        perceptual_hash=first_page_hash(page.text for page in document.pages),
    )


def _title(document: DocumentReading) -> str:
    """What viewers show above the page: the kind of paper and its number."""
    from schemas.documents import document_types

    model = document_types().get(document.type)
    fields = document.record.fields
    kind = fields["kind"].value if "kind" in fields else None
    number = fields["number"].value if "number" in fields else None
    return " ".join(str(part) for part in (kind or (model and model.form.name), number) if part)


def _readable(name: str) -> str:
    """A file's name as text, NFC; bytes that are no UTF-8 become question marks."""
    return nfc(name.encode("utf-8", "replace").decode())


def _document(kept: ArchivedRecord) -> Document:
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
    )


def _event(type: str, tool: str, **settings: str | int | bool) -> Event:
    return Event(type=type, at=datetime.now(UTC), agent=AGENT, tool=tool, settings=settings)
