"""Documents that wait for their signature.

When the key, the time-stamping authority or the revocation service is away, the copy is archived all the same, marked as
not signed: nothing that was scanned waits outside the archive. The same command, given the same scan again, signs it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flows.house import House
from pipeline.sign import Level, protected_until, sign_pdf
from schemas.errors import Unreachable
from storage import corrections
from storage.model import Event

AGENT = "sohoa"

PROTECTED_UNTIL = "protected_until"
"""Setting of an event: until when the archive time-stamp holds that was made; what renewal looks for, night by night."""


def sign_or_wait(pdf: Path, house: House) -> tuple[Event, Unreachable | None]:
    """Sign a copy in place; where that cannot be done now, the event tells so and the reason comes along."""
    try:
        return _sign(pdf, house), None
    except Unreachable as away:
        event = _event("digital signature generation", "sohoa sign", waiting=away.code)
        return event, away


def sign_waiting(house: House, ids: Iterable[str]) -> tuple[str, ...]:
    """Sign those of the documents that wait for it, each as a new version; their ids.

    Raises an Unreachable when key or authority are still away; what was signed before stays signed.
    """
    if not house.signers:
        return ()
    waiting = [document_id for document_id in ids if not house.archive.record(document_id).signed]
    for document_id in waiting:
        with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
            pdf = Path(folder) / "document.pdf"
            pdf.write_bytes(house.archive.get(document_id, "pdf"))
            house.look("sign", document_id)
            receipt = corrections.sign(house.archive, document_id, pdf, event=_sign(pdf, house))
        house.index.add(receipt.record, receipt.version)
    return tuple(waiting)


def _sign(pdf: Path, house: House) -> Event:
    """All signatures, one after the other, or none: what is half signed is never kept."""
    if not house.signers:
        raise ValueError("nobody signs in this house")
    options = house.sign_options
    *before, last = house.signers
    work = pdf.with_name(f".{pdf.name}.signing")
    try:
        source = pdf
        for signer in before:
            sign_pdf(source, work, signer, replace(options, level=_below_archival(options.level)))
            source = work
        signed = sign_pdf(source, work, last, options)
        until = protected_until(work) if options.level is Level.B_LTA else None
        work.replace(pdf)
    finally:
        work.unlink(missing_ok=True)
    noted = {} if until is None else {PROTECTED_UNTIL: until.isoformat()}
    return _event(
        "digital signature generation",
        " + ".join(signer.name for signer in house.signers),
        level=str(signed.level),
        demo=any(signer.demo for signer in house.signers),
        **noted,
    )


def _below_archival(level: Level) -> Level:
    """The archive time-stamp comes once, over all signatures, with the last of them."""
    return Level.B_LT if level is Level.B_LTA else level


def _event(type: str, tool: str, **settings: str | bool) -> Event:
    return Event(type=type, at=datetime.now(UTC), agent=AGENT, tool=tool, settings=settings)
