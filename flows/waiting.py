"""Documents that wait for their signature.

When the key, the time-stamping authority or the revocation service is away, the copy is archived all the same, marked as
not signed: nothing that was scanned waits outside the archive. The same command, given the same scan again, signs it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from flows.house import House
from pipeline.sign import sign_pdf
from schemas.errors import Unreachable
from storage import corrections
from storage.model import Event

AGENT = "sohoa"


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
    if house.signer is None:
        return ()
    waiting = [document_id for document_id in ids if not house.archive.record(document_id).signed]
    for document_id in waiting:
        with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
            pdf = Path(folder) / "document.pdf"
            pdf.write_bytes(house.archive.get(document_id, "pdf"))
            receipt = corrections.sign(house.archive, document_id, pdf, event=_sign(pdf, house))
        house.index.add(receipt.record, receipt.version)
    return tuple(waiting)


def _sign(pdf: Path, house: House) -> Event:
    signer = house.signer
    if signer is None:
        raise ValueError("nobody signs in this house")
    signed = sign_pdf(pdf, pdf, signer, house.sign_options)
    return _event("digital signature generation", signed.signer, level=str(signed.level), demo=signed.demo)


def _event(type: str, tool: str, **settings: str | bool) -> Event:
    return Event(type=type, at=datetime.now(UTC), agent=AGENT, tool=tool, settings=settings)
