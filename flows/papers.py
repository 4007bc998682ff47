"""Which papers of a stack are archived, and into which dossier: what separator sheets say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flows.request import Request
from pipeline.model import DocumentReading, PageReading, Reading
from pipeline.separators import SEPARATOR, dossier_on
from schemas.errors import NoPaper, SecretPaper
from schemas.records import Record, Subject

STATE_MARKING = "secret"
"""Code of the doubt that a page is marked *MẬT*, *TỐI MẬT* or *TUYỆT MẬT*."""

Paper = tuple[DocumentReading, Request]
"""A paper, and what is said of it."""


def papers_of(reading: Reading, request: Request) -> tuple[Paper, ...]:
    """The papers without the separator sheets, which stay in the scan.

    A sheet with a dossier's code begins that dossier, whatever was said of the whole scan; one without a code only
    separates. The appointed day that was said is that of the dossier that was said. Raises NoPaper when there is nothing else.
    """
    found: list[Paper] = []
    said = request
    for document in reading.documents:
        if document.type == SEPARATOR:
            code = dossier_on(document.pages[0])
            due = said.due if code == said.dossier else None
            request = replace(request, dossier=code, due=due) if code else request
        else:
            found.append((document, request))
    if not found:
        raise NoPaper(reading.scan.given.name)
    return tuple(found)


def refuse_secrets(papers: Sequence[Paper]) -> None:
    """Raise SecretPaper where reading found the marking of a state secret on a page: such papers are not digitized here."""
    pages = [page.number for document, _ in papers for page in document.pages if _secret(page)]
    if pages:
        raise SecretPaper(f"page {', '.join(map(str, pages))}")


def _secret(page: PageReading) -> bool:
    return any(warning.code == STATE_MARKING for warning in page.warnings)


def dossiers_of(papers: Sequence[Paper]) -> dict[str, list[str]]:
    """Code of each dossier → ids of its papers."""
    found: dict[str, list[str]] = {}
    for document, request in papers:
        if request.dossier:
            found.setdefault(request.dossier, []).append(document.id)
    return found


def said_about(record: Record, request: Request) -> Record:
    """The record with the subject that was said of the scan; its dossier's owner where the paper tells no number."""
    if request.subject:
        return about(record, request.subject)
    told = any(one.id for one in (record.subject, *record.subjects))
    return record if told else about(record, request.owner)


def about(record: Record, subject_id: str | None) -> Record:
    """The record with the subject whom the clerk names: one of those on the paper, or else its first one's right id."""
    if not subject_id:
        return record
    named = next((one for one in record.subjects if one.id == subject_id), None)
    if named is not None:
        return replace(record, subject=named)
    subject = Subject(id=subject_id, name=record.subject.name)
    subjects = tuple(subject if one == record.subject else one for one in record.subjects)
    return replace(record, subject=subject, subjects=subjects)
