"""Copies that wait for a signature.

When the key, the time-stamping authority or the revocation service is away, the copy is archived all the same, and its record
says whose signature it waits for: nothing that was scanned waits outside the archive. The same command signs it later. What is
due as a copy is archived comes with ``digitize``; what is due when its record is confirmed comes with ``confirm`` only, since
nobody signs for an officer who looked at the paper.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flows.caller import AGENT, Act, Caller
from flows.door import perform
from flows.keys.signers import Signatory
from flows.services import Services
from pipeline.sign import Level, protected_until, sign_pdf
from schemas.errors import SIGNING_AWAY, Conflict, Corrupt, Unreachable
from storage import corrections
from storage.index.find import Query
from storage.model import ArchivedRecord, Event, Receipt

logger = logging.getLogger("sohoa")


PROTECTED_UNTIL = "protected_until"
"""Setting of an event: until when the archive time-stamp holds that was made; what renewal looks for, night by night."""

_TRIES = 3
SESSION = 120.0
"""Seconds after which a place at the signer is another's, should its holder have died."""


@dataclass(frozen=True, slots=True)
class Signing:
    """What came of signing a new copy: whose signatures it carries, whose it waits for and why, the events that tell so."""

    signed_by: tuple[str, ...] = ()
    pending_signatures: tuple[str, ...] = ()
    missing: Unreachable | None = None
    events: tuple[Event, ...] = ()


def sign_or_wait(pdf: Path, services: Services) -> Signing:
    """Sign a new copy in place with what is due at archiving: all of it, or nothing where that cannot be done now."""
    due = tuple(one for one in services.signatories if one.when == "archiving")
    if not due:
        return Signing()
    try:
        return Signing(signed_by=_roles(due), events=(_sign(pdf, services, due, AGENT),))
    except SIGNING_AWAY as away:
        event = signing_event(AGENT, "sohoa sign", waiting=away.code)
        return Signing(pending_signatures=_roles(due), missing=away, events=(event,))


def sign_waiting(services: Services, caller: Caller, ids: Iterable[str]) -> tuple[str, ...]:
    """Sign those of the documents that wait for what is due at archiving, each as a new version; their ids.

    Raises an Unreachable when key or authority are still away; what was signed before stays signed.
    """

    def due(record: ArchivedRecord) -> Sequence[Signatory]:
        unknown = not (
            record.signed or record.signed_by or record.pending_signatures
        )  # archived when nobody signed
        archiving = (one for one in services.signatories if one.when == "archiving")
        return (
            []
            if record.signed
            else [one for one in archiving if unknown or one.role in record.pending_signatures]
        )

    return tuple(id for id in ids if _sign_readable(services, caller, id, due) is not None)


def _sign_readable(
    services: Services, caller: Caller, id: str, due: Callable[[ArchivedRecord], Sequence[Signatory]]
) -> Receipt | None:
    """As ``_sign_due``; one that cannot be read does not keep the others from being signed."""
    try:
        return _sign_due(services, caller, id, due, AGENT)
    except Corrupt as fault:
        logger.warning("%s is not signed: %s", id, fault.code)
        return None


def sign_or_wait_on(services: Services, caller: Caller, ids: Iterable[str]) -> Unreachable | None:
    """Sign what waits, as ``sign_waiting`` does; gives the error instead of raising it when the key or an authority cannot be reached."""
    try:
        sign_waiting(services, caller, ids)
    except SIGNING_AWAY as away:
        return away
    return None


def due_on_confirmation(services: Services, record: ArchivedRecord) -> tuple[str, ...]:
    """Whose signatures the confirmation of this record asks for, of those that its copy does not carry yet."""
    return tuple(
        one.role
        for one in services.signatories
        if one.when == "confirmation" and one.role not in record.signed_by
    )


def awaited_here(services: Services, record: ArchivedRecord) -> tuple[Signatory, ...]:
    """Who signs the copy of a confirmed record now: nobody unless an officer's confirmation asks for it.

    What a copy still waits for since it was archived is signed on the way, where the key is here.
    """
    due = tuple(one for one in services.signatories if one.role in record.pending_signatures)
    return due if any(one.when == "confirmation" for one in due) else ()


def sign_confirmed(
    services: Services, caller: Caller, document_id: str, *, expected: int | None = None
) -> Receipt | None:
    """Put on a confirmed document's copy what it waits for, as a new version; None when it waits for nothing of ours.

    ``expected`` is the version that was looked at. Raises Conflict when it is not the newest; an Unreachable: the record stays
    confirmed, the copy waits on.
    """
    due = partial(awaited_here, services)
    return _sign_due(services, caller, document_id, due, caller.actor, expected)


def confirmed_and_waiting(services: Services, by: str) -> Iterator[str]:
    """Ids of the documents that this account was the last to confirm, and whose copies wait for a signature of ours."""
    for row in services.index.every(Query(state="confirmed", signed=False)):
        with suppress(Corrupt):  # told by ``archive check``; the others are signed
            if awaited_here(services, services.archive.record(row.id)):
                events = services.archive.provenance(row.id)
                if [event.agent for event in events if event.type == "confirmation"][-1:] == [by]:
                    yield row.id


def _sign_due(
    services: Services,
    caller: Caller,
    document_id: str,
    due: Callable[[ArchivedRecord], Sequence[Signatory]],
    by: str,
    expected: int | None = None,
) -> Receipt | None:
    """Sign the newest copy; looked at again when somebody else changed the document in the meantime."""
    for _ in range(_TRIES):
        record, version = services.archive.current(document_id)
        if expected not in (None, version):
            raise Conflict(document_id)
        if not (signatories := due(record)):
            services.follow(document_id, version)
            return None
        with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
            pdf = Path(folder) / "document.pdf"
            pdf.write_bytes(services.archive.get(document_id, "pdf", version))
            with suppress(Conflict):
                sign = partial(_sign_copy, services, document_id, version, pdf, signatories, by)
                return perform(services, caller, Act.SIGN, [document_id], sign)[0]
    raise Conflict(document_id)


def _sign_copy(
    services: Services, document_id: str, version: int, pdf: Path, signatories: Sequence[Signatory], by: str
) -> Receipt:
    event = _sign(pdf, services, signatories, by)
    roles = _roles(signatories)
    return corrections.sign(services.archive, document_id, pdf, event=event, by=roles, expected=version)


def _sign(pdf: Path, services: Services, signatories: Sequence[Signatory], by: str) -> Event:
    """All signatures, one after the other, or none: what is half signed is never kept."""
    unattended = by == AGENT  # a person who confirms is never put off
    with (
        services.signing_rest.attempt() if unattended else nullcontext(),
        services.slots.held("signer", of=services.settings.signer.at_once, seconds=SESSION),
    ):
        return _sign_now(pdf, services, signatories, by)


def _sign_now(pdf: Path, services: Services, signatories: Sequence[Signatory], by: str) -> Event:
    options = services.sign_options
    *before, last = (one.signer for one in signatories)
    work = pdf.with_name(f".{pdf.name}.signing")
    try:
        source = pdf
        for signer in before:
            sign_pdf(source, work, signer, replace(options, level=below_archival(options.level)))
            source = work
        signed = sign_pdf(source, work, last, options)
        until = protected_until(work) if options.level is Level.B_LTA else None
        work.replace(pdf)
    finally:
        work.unlink(missing_ok=True)
    noted = {} if until is None else {PROTECTED_UNTIL: until.isoformat()}
    return signing_event(
        by,
        " + ".join(one.signer.name for one in signatories),
        level=str(signed.level),
        demo=any(one.signer.demo for one in signatories),
        **noted,
    )


def below_archival(level: Level) -> Level:
    """The archive time-stamp comes once, over all signatures, with the last of them."""
    return Level.B_LT if level is Level.B_LTA else level


def _roles(signatories: Iterable[Signatory]) -> tuple[str, ...]:
    return tuple(one.role for one in signatories)


def signing_event(agent: str, tool: str, **settings: str | bool) -> Event:
    """The event of a signature, for the provenance (PREMIS)."""
    return Event(
        type="digital signature generation", at=datetime.now(UTC), agent=agent, tool=tool, settings=settings
    )
