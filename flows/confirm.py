"""An officer confirms a record, with corrections: the next version of the same document."""

from __future__ import annotations

from collections.abc import Mapping

from flows.papers import about
from flows.services import Services
from flows.signing import due_on_confirmation
from pipeline.normalize.reading import read_value
from pipeline.record import make_record
from schemas.documents import document_type, field_specs
from schemas.errors import UsageError
from schemas.records import Check, Field, Method, Record
from storage.corrections import confirm
from storage.model import Receipt


def confirm_record(
    services: Services,
    document_id: str,
    values: Mapping[str, str],
    *,
    by: str,
    expected: int | None = None,
    purpose: str = "",
) -> Receipt:
    """Set the values (an empty one removes the field) and confirm the record.

    ``by`` names the officer's account; ``expected`` is the version that was looked at. Where the settings ask for a signature
    on confirmation, the copy waits for it from now on: ``flows.signing.sign_confirmed`` puts it on. Raises UsageError for a
    value or a field that the type does not know, NotFoundInArchive, Conflict.
    """
    archived, version = services.archive.current(document_id)
    record = corrected(archived.record, values) if values else archived.record
    services.log_access(
        "confirm", document_id, purpose, actor=by
    )  # before it is done: nothing happens unlogged
    pending_signatures = due_on_confirmation(services, archived)
    receipt = confirm(
        services.archive,
        document_id,
        record,
        by=by,
        expected=expected or version,
        pending_signatures=pending_signatures,
    )
    services.index.add(receipt.record, receipt.version)
    return receipt


def corrected(record: Record, values: Mapping[str, str]) -> Record:
    """The record with these values, as an officer gives them: sure, but still checked.

    A subject that a clerk named, and not the paper, stays.
    """
    kinds = {field.name: field.kind for field in field_specs(document_type(record.type))}
    fields = dict(record.fields)
    for name, text in values.items():
        if name not in kinds:
            raise UsageError(f"{record.type} has no field {name}; it has {', '.join(kinds)}")
        before = fields.pop(name, None)
        if not text.strip():
            continue
        value = read_value(kinds[name], text)
        if value.value is None:
            raise UsageError(f"{name}: not a value of the kind {kinds[name]}")
        fields[name] = Field(
            value=value.value,
            text=text,
            confidence=1.0,
            page=before.page if before else None,
            box=before.box if before else None,
            method=Method.REVIEWER,
            checks=(*value.checks, Check(name="reviewed", passed=True)),
        )
    made = make_record(record.type, fields, record.state)
    read = make_record(record.type, record.fields).subject.id
    return made if record.subject.id == read else about(made, record.subject.id)
