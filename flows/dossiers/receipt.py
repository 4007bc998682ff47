"""The receipt of a dossier (*giấy tiếp nhận*): what is kept of it, and how each paper came to serve; only what is archived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flows.caller import Act, Caller
from flows.dossiers.papers import papers_in
from flows.reuse.kept import kept
from flows.services import Services
from schemas.days import VIETNAM
from schemas.documents import name_of
from schemas.errors import Corrupt, NotFoundInArchive
from storage.model import ArchivedRecord, UseKind


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """One paper; ``how``: ``received`` with this dossier, ``reused``, or ``unavailable``: it is there and cannot be read now."""

    name: str
    number: str | None
    pages: int
    how: str


@dataclass(frozen=True, slots=True)
class DossierReceipt:
    """What a person is handed: the papers in the order in which they came, when it was made out."""

    code: str
    procedure: str | None
    owner: str | None
    papers: tuple[ReceiptPaper, ...]
    at: datetime
    due: date | None = None

    @property
    def printed(self) -> str:
        """The moment as people write it."""
        return f"{self.at:%H:%M %d/%m/%Y}"

    @property
    def due_printed(self) -> str:
        """The appointed day as people write it; empty where there is none."""
        return f"{self.due:%d/%m/%Y}" if self.due else ""

    @property
    def code_text(self) -> str:
        """What the QR code says: dossier, procedure, owner, number of papers, time, separated by bars (TCVN 7322:2009)."""
        told = (
            self.code,
            self.procedure or "",
            self.owner or "",
            str(len(self.papers)),
            self.at.isoformat("T", "minutes"),
        )
        return "|".join(told)


def receipt_of(services: Services, caller: Caller, code: str) -> DossierReceipt | None:
    """The receipt as of now; None where nothing of the dossier is archived."""
    rows = papers_in(services, caller, Act.FIND, code)
    if not rows:
        return None
    records = {record.id: record for record in kept(services, rows)[0]}
    uses = [
        use
        for row in reversed(rows)
        if row.id in records
        for use in records[row.id].uses
        if use.dossier == code
    ]
    papers = tuple(
        ReceiptPaper(name_of(row.type), row.number, row.pages, _how(records.get(row.id), code))
        for row in reversed(rows)
    )
    return DossierReceipt(
        code,
        next((use.procedure for use in uses if use.procedure), None),
        next((use.subject for use in uses if use.subject), None),
        papers,
        datetime.now(VIETNAM),
        _due(services, code),
    )


def _due(services: Services, code: str) -> date | None:
    try:
        return services.archive.dossier(code).due
    except (NotFoundInArchive, Corrupt):
        return None


def receipt_code(receipt: DossierReceipt) -> bytes:
    """The QR code of a receipt as SVG."""
    import zxingcpp

    made = zxingcpp.create_barcode(receipt.code_text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return str(made.to_svg()).encode()


def _how(record: ArchivedRecord | None, code: str) -> str:
    """None where a paper cannot be read now: it was handed in all the same, and stands on the receipt."""
    if record is None:
        return "unavailable"
    reused = any(use.dossier == code and use.kind is UseKind.REUSED for use in record.uses)
    return "reused" if reused else "received"
