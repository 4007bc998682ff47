"""Papers that were read go into the archive: copy, signature, scan, record, dossier. May be repeated after any kill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from flows.caller import AGENT, Caller
from flows.dossiers.deadlines import note_due
from flows.dossiers.uses import received
from flows.marks import marks_of
from flows.papers import Paper, dossiers_of, said_about
from flows.request import Request
from flows.services import Services
from flows.signatures.signing import sign_or_wait
from flows.signed_scan import SignedScan, noted
from pipeline.alto import write_alto
from pipeline.apart import apart
from pipeline.model import DocumentReading, Scan
from pipeline.papers.duplicates import first_page_hash
from pipeline.pdfa import PdfMetadata, write_pdfa
from pipeline.timing import timed
from schemas.errors import Unreachable
from schemas.vietnamese import nfc
from storage.dossiers import put_dossier
from storage.model import Deposit, Dossier, Event, Receipt, ScanRef, Use


@dataclass
class Keeping:
    """Archives the papers of one scan; ``away`` tells afterwards why copies are still unsigned, when they are.

    ``reference`` is how records name the scan, where that is settled (it is archived under it already); ``uses`` what the
    papers served for, where that is known; ``given`` where the scan came from, where that is not its path; ``events`` what happened
    to it before.
    """

    scan: Scan
    papers: Sequence[Paper]
    services: Services
    caller: Caller
    folder: Path
    seconds: dict[str, float]
    brought: SignedScan | None
    reference: ScanRef | None = None
    uses: tuple[Use, ...] | None = None
    away: Unreachable | None = None
    given: str | None = None
    events: tuple[Event, ...] = ()

    def keep(self) -> list[Receipt]:
        """Sign and archive every paper, then note them in their dossiers."""
        reference = self.reference or self._reference()
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
            name=readable(scan.given.name),
            media_type=str(scan.media_type),
            size=scan.size,
            signed=scan.signed,
            paper_pages=pages if pages < scan.page_count else None,
        )
        if len(self.papers) == 1:
            return reference
        with timed(self.seconds, "archive"):
            return self.services.archive.put_scan(scan.path, reference, _event("ingestion", "sohoa intake"))

    def deposit(self) -> Deposit:
        """The first paper as it would be archived, its copy made and not signed."""
        document, request = self.papers[0]
        pdf, made = _make_pdf(self.scan, document, self.services, request, self.folder, self.seconds)
        assert self.reference is not None
        return _deposit(document, self.scan, self.reference, pdf, made, request)

    def _keep_paper(self, document: DocumentReading, request: Request, reference: ScanRef) -> Receipt:
        pdf, made = _make_pdf(self.scan, document, self.services, request, self.folder, self.seconds)
        with timed(self.seconds, "sign"):
            signing = sign_or_wait(pdf, self.services)
        self.away = signing.missing or self.away
        events = [*self.events, *noted(self.brought), *made, *signing.events]
        deposit = replace(
            _deposit(document, self.scan, reference, pdf, events, request),
            scan=None if reference.object else self.scan.path,
            source=readable(self.given or str(self.scan.given)),
            signed=bool(signing.signed_by),
            signed_by=signing.signed_by,
            pending_signatures=signing.pending_signatures,
            uses=received(self.services, self.caller, request) if self.uses is None else self.uses,
        )
        with timed(self.seconds, "archive"):
            return self.services.archive.put(deposit)

    def _note_in_dossiers(self) -> None:
        said = self.papers[0][1]
        days = {request.dossier: request.due for _, request in self.papers if request.due}
        for code, ids in dossiers_of(self.papers).items():
            due = days.get(code)
            dossier = Dossier(
                code=code,
                documents=tuple(ids),
                procedure=said.procedure,
                subject=said.applicant,
                received_at=datetime.now(UTC),
                due=date.fromisoformat(due) if due else None,
            )
            put_dossier(self.services.archive, dossier, _event("accession", AGENT))
            if due:
                note_due(self.services, code)


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
    alto = pdf.with_suffix(".alto.xml")
    write_alto(document.pages, alto)
    flags = dict.fromkeys(warning.code for page in document.pages for warning in page.warnings)
    return Deposit(
        id=document.id,
        scan_ref=reference,
        scan=None,
        pdf=pdf,
        alto=alto,
        text=document.text,
        record=said_about(document.record, request),
        type_confidence=document.type_confidence,
        pages=tuple(page.number for page in document.pages),
        source=readable(str(scan.given)),
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


def readable(name: str) -> str:
    """A file's name as text, NFC; bytes that are no UTF-8 become question marks."""
    return nfc(name.encode("utf-8", "replace").decode())


def _event(type: str, tool: str, **settings: str | int | bool) -> Event:
    return Event(type=type, at=datetime.now(UTC), agent=AGENT, tool=tool, settings=settings)
