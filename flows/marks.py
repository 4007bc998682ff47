"""From settings and reading to the marks on page 1 of a copy."""

from __future__ import annotations

from datetime import datetime

from flows.request import Request
from flows.settings import Settings
from pipeline.model import DocumentReading
from pipeline.pdfa import CopyMark, QrMark
from schemas.documents import document_types


def marks_of(
    document: DocumentReading, settings: Settings, request: Request, time: datetime
) -> tuple[CopyMark | None, QrMark | None]:
    """The text mark and the QR code; None for one that the settings do not ask for. What nobody knows stays empty."""
    chosen = settings.marks
    copy = code = None
    if chosen.text == "visible" and settings.agency:
        copy = CopyMark(settings.agency, time, chosen.form, chosen.converter)
    if chosen.qr:
        code = QrMark(
            dossier=request.dossier or "",
            procedure=request.procedure or "",
            subject=request.subject or document.record.subject.id or "",
            paper=_name(document),
            system=chosen.system,
            time=time,
        )
    return copy, code


def _name(document: DocumentReading) -> str:
    """How the paper is called."""
    model = document_types().get(document.type)
    return model.form.name if model else ""
