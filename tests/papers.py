"""Papers put into the archive without being read: for tests of what comes after reading."""

from __future__ import annotations

from flows.services import Services
from schemas.records import Field, Method, Record, State, Subject, Validity
from storage.model import ArchivedRecord
from tests.storage.samples import deposit


def put(
    services: Services,
    number: int = 1,
    type: str = "birth_certificate",
    *,
    subject: Subject | None = None,
    subjects: tuple[Subject, ...] = (),
    state: State = State.UNCONFIRMED,
    confidence: float = 0.98,
    text: str | None = None,
    dossier: str | None = None,
    validity: Validity | None = None,
    **values: str,
) -> str:
    """Archive a paper with these values; its id. The index knows it."""
    fields = {
        name: Field(
            value=value, text=value, confidence=confidence, page=1, box=(10, 20, 300, 60), method=Method.LABEL
        )
        for name, value in values.items()
    }
    about = subject or Subject(id=values.get("personal_id"), name=values.get("full_name"))
    record = Record(
        type=type,
        subject=about,
        subjects=subjects,
        fields=fields,
        state=state,
        validity=validity or Validity(),
    )
    kept: ArchivedRecord = services.archive.put(
        deposit(number, record=record, text=text or f"{type} {number}", dossier=dossier)
    ).record
    services.index.add(kept, 1)
    return kept.id
