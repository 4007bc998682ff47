"""What officers do to archived records: each act is a new version, the old ones stay as they were.

A record moves ``unconfirmed`` → ``confirmed`` → ``superseded`` or ``revoked``. Back goes only what an officer takes back:
a confirmation that nothing was built on yet (``reopen``), and a division of papers (``revive``). All functions may be
repeated: done already, they add nothing. The caller lets the index follow: ``index.add(receipt.record,
receipt.version)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from schemas.errors import AlreadyEnded, Conflict, InCircle, NotUndoable, UsageError
from schemas.records import Record, State
from storage.archive import Archive
from storage.model import RESTRICTED, ArchivedRecord, Change, Deposit, Event, Receipt
from storage.stores.protocol import Content
from storage.successors import leads_back

REGROUPED = "its pages were put together anew"
"""Reason of a document whose pages an officer put into other papers."""

REREAD = "its pages were read again"
"""Reason of a version whose words are new."""

_NONE: Mapping[str, str] = {}


def confirm(
    archive: Archive,
    document_id: str,
    record: Record,
    *,
    by: str,
    reason: str | None = None,
    changes: tuple[Change, ...] = (),
    settings: Mapping[str, str] = _NONE,
    expected: int | None = None,
    pending_signatures: tuple[str, ...] = (),
) -> Receipt:
    """An officer has looked at the record and, maybe, corrected it; ``pending_signatures`` are due from now on.

    ``settings`` are noted with the event: in which role the officer acted.
    """

    def change(before: ArchivedRecord) -> ArchivedRecord:
        _require(before, State.UNCONFIRMED, State.CONFIRMED)
        confirmed = replace(record, state=State.CONFIRMED)
        open = tuple(dict.fromkeys((*before.pending_signatures, *pending_signatures)))
        return before.model_copy(
            update={
                "record": confirmed,
                "pending_signatures": open,
                "signed": before.signed and not pending_signatures,
            }
        )

    return archive.revise(
        document_id, change, _event("confirmation", by, reason, changes, settings), expected=expected
    )


def reopen(archive: Archive, document_id: str, *, by: str, expected: int | None = None) -> Receipt:
    """Take back the confirmation that is the last thing which happened to the record; it is as it was before.

    Raises ``NotUndoable`` where something else happened since: a signature, a use in another dossier.
    """
    before, version = archive.current(document_id)
    if expected not in {None, version}:
        raise Conflict(document_id)
    if before.state is not State.CONFIRMED or archive.provenance(document_id)[-1].type != "confirmation":
        raise NotUndoable(document_id)
    earlier = archive.record(document_id, version - 1)
    return archive.revise(
        document_id,
        lambda _: earlier,
        _event("modification", by, "confirmation taken back"),
        expected=version,
    )


def regrouped(archive: Archive, document_id: str, *, into: tuple[str, ...], by: str) -> Receipt:
    """The pages of an unconfirmed document are in other documents now, which are archived already; it serves no more."""

    def change(before: ArchivedRecord) -> ArchivedRecord:
        if before.links.regrouped == into:
            return before
        _require(before, State.UNCONFIRMED)
        links = before.links.model_copy(update={"regrouped": into, "superseded_by": into[0]})
        record = replace(before.record, state=State.SUPERSEDED)
        return before.model_copy(update={"record": record, "links": links, "reason": REGROUPED})

    return archive.revise(document_id, change, _event("modification", by, REGROUPED))


def revive(archive: Archive, document_id: str, record: Record | None, *, by: str) -> Receipt:
    """Undo a regrouping: a document whose pages other documents held is in force again, unconfirmed; ``record`` replaces its old record."""

    def change(before: ArchivedRecord) -> ArchivedRecord:
        if before.links.regrouped:
            links = before.links.model_copy(update={"regrouped": (), "superseded_by": None})
            before = before.model_copy(update={"links": links, "reason": None})
        elif before.state is not State.UNCONFIRMED:
            raise AlreadyEnded(document_id)
        if record is not None and record.type != before.type:
            before = before.model_copy(update={"type_confidence": 1.0})
        kept = replace(record or before.record, state=State.UNCONFIRMED)
        return before.model_copy(update={"record": kept})

    return archive.revise(document_id, change, _event("modification", by, REGROUPED))


def reread(archive: Archive, record: Record, made: Deposit, *, by: str) -> Receipt:
    """The pages of an unconfirmed document were read again: words and copy are those of ``made``, its record is ``record``.

    The copy is a new one, so that it waits anew for the signatures that the one before carried.
    """
    assert made.pdf is not None
    read = {
        "text": made.text,
        "record": replace(record, state=State.UNCONFIRMED),
        "type_confidence": made.type_confidence,
        "perceptual_hash": made.perceptual_hash,
    }

    def change(before: ArchivedRecord) -> ArchivedRecord:
        _require(before, State.UNCONFIRMED)
        open = (*before.signed_by, *before.pending_signatures)
        unsigned = {"signed": False, "signed_by": (), "pending_signatures": open}
        kept = tuple(flag for flag in before.quality_flags if flag == RESTRICTED)
        return before.model_copy(update={**read, **unsigned, "quality_flags": (*made.quality_flags, *kept)})

    return archive.revise(made.id, change, _event("recognition", by, REREAD), pdf=made.pdf, alto=made.alto)


def correct(
    archive: Archive,
    document_id: str,
    record: Record,
    *,
    by: str,
    reason: str,
    changes: tuple[Change, ...] = (),
    settings: Mapping[str, str] = _NONE,
    expected: int | None = None,
) -> Receipt:
    """Values are put right; the state stays as it is."""

    def change(before: ArchivedRecord) -> ArchivedRecord:
        return before.model_copy(update={"record": replace(record, state=before.state)})

    event = _event("modification", by, reason, changes, settings)
    return archive.revise(document_id, change, event, expected=expected)


def sign(
    archive: Archive,
    document_id: str,
    pdf: Content,
    *,
    event: Event,
    by: tuple[str, ...] = (),
    expected: int | None = None,
) -> Receipt:
    """Signatures that a document was waiting for have come, on the copy of version ``expected``; ``by`` whose they are."""

    def change(before: ArchivedRecord) -> ArchivedRecord:
        open = tuple(role for role in before.pending_signatures if role not in by)
        return before.model_copy(
            update={"signed_by": (*before.signed_by, *by), "pending_signatures": open, "signed": not open}
        )

    return archive.revise(document_id, change, event, pdf=pdf, expected=expected)


def supersede(
    archive: Archive, document_id: str, *, newer: str, by: str, reason: str, expected: int | None = None
) -> tuple[Receipt, Receipt]:
    """A newer paper takes the place of this one; both say so. The receipts of the old and of the newer one.

    The older one ends first: that alone decides, and a repeat adds what the newer one has to say if power failed in between. It ends
    only on the version that was judged, and comes back where the newer one was ended by it meanwhile (a ``Conflict``).
    """
    if newer == document_id:
        raise UsageError("a document cannot supersede itself")
    before, version = archive.current(document_id)
    if expected not in {None, version}:
        raise Conflict(document_id)
    taking = archive.record(newer)
    linked = document_id in taking.links.supersedes
    ended = before.links.superseded_by == newer
    if taking.state in (State.REVOKED, State.SUPERSEDED) and not (ended or linked):
        raise AlreadyEnded(newer)
    if leads_back(archive, document_id, newer):
        raise InCircle(f"{document_id} {newer}")

    def change(before: ArchivedRecord) -> ArchivedRecord:
        if before.links.superseded_by not in (None, newer):
            raise AlreadyEnded(document_id)
        links = before.links.model_copy(update={"superseded_by": newer})
        return _moved(before, State.SUPERSEDED, reason).model_copy(update={"links": links})

    if ended and not linked:  # power failed before the newer one said so
        older = Receipt(document_id, version, created=False, record=before)
    else:
        states = {**_states(before, State.SUPERSEDED), "superseded_by": newer}
        event = _event("modification", by, reason, settings=states)
        older = archive.revise(document_id, change, event, expected=version)
    if leads_back(archive, document_id, newer):  # somebody else wrote the other way at this very moment
        taken_back = _event("modification", by, "both took the place of the other; taken back")
        archive.revise(document_id, lambda _: before, taken_back, expected=older.version)
        raise Conflict(newer)
    told = _event("modification", by, reason, settings={"supersedes": document_id})
    return older, archive.revise(newer, _linked(("supersedes",), document_id), told)


def revoke(
    archive: Archive, document_id: str, *, by: str, reason: str, expected: int | None = None
) -> Receipt:
    """The paper was withdrawn (*thu hồi*)."""
    ended = _states(archive.record(document_id), State.REVOKED)
    return archive.revise(
        document_id,
        lambda before: _moved(before, State.REVOKED, reason),
        _event("modification", by, reason, settings=ended),
        expected=expected,
    )


def restrict(archive: Archive, document_id: str, *, by: str, reason: str, lift: bool = False) -> Receipt:
    """A person asked, or an authority ordered, that nothing be done with the paper for now; or that is over."""

    def change(before: ArchivedRecord) -> ArchivedRecord:
        others = tuple(flag for flag in before.quality_flags if flag != RESTRICTED)
        flags = others if lift else (*others, RESTRICTED)
        return before.model_copy(update={"quality_flags": flags})

    what = "restriction lifted" if lift else "restriction"
    return archive.revise(document_id, change, _event("modification", by, f"{what}: {reason}"))


def link_duplicate(archive: Archive, newer: str, first: str, *, by: str) -> Receipt:
    """A document is another scan of a paper that was archived before: it names the first scan, which stays as it is.

    The newer is no longer clean (*sạch*): the other one says the same already. Nothing is merged.
    """
    if newer == first:
        raise UsageError("a document is no duplicate of itself")
    event = _event("modification", by, "the same paper scanned twice")
    return archive.revise(newer, _linked(("duplicates", "duplicate_of"), first), event)


def unlink_duplicates(
    archive: Archive, one: str, other: str, *, by: str, reason: str
) -> tuple[Receipt, Receipt]:
    """Two documents were taken for scans of the same paper and are not: each notes that the other is another paper."""
    if one == other:
        raise UsageError("the two ids are the same; give two different documents")
    archive.record(other)  # it must be there before anything is changed
    event = _event("modification", by, reason)
    return (
        archive.revise(one, _distinct_from(other), event),
        archive.revise(other, _distinct_from(one), event),
    )


def forget_link(archive: Archive, document_id: str, erased: str, *, by: str, reason: str) -> Receipt:
    """Take every link to a paper that was erased out of another one."""

    def change(before: ArchivedRecord) -> ArchivedRecord:
        old = before.links
        links = old.model_copy(
            update={
                "duplicates": _without(old.duplicates, erased),
                "duplicate_of": _without(old.duplicate_of, erased),
                "distinct": _without(old.distinct, erased),
                "supersedes": _without(old.supersedes, erased),
                "superseded_by": None if old.superseded_by == erased else old.superseded_by,
            }
        )
        return before.model_copy(update={"links": links})

    return archive.revise(document_id, change, _event("modification", by, reason))


def _without(ids: tuple[str, ...], gone: str) -> tuple[str, ...]:
    return tuple(id for id in ids if id != gone)


def _distinct_from(other: str) -> Callable[[ArchivedRecord], ArchivedRecord]:
    def change(before: ArchivedRecord) -> ArchivedRecord:
        links = before.links.model_copy(
            update={
                "duplicates": tuple(id for id in before.links.duplicates if id != other),
                "duplicate_of": tuple(id for id in before.links.duplicate_of if id != other),
                "distinct": tuple(dict.fromkeys((*before.links.distinct, other))),
            }
        )
        return before.model_copy(update={"links": links})

    return change


def _linked(kinds: Sequence[str], other: str) -> Callable[[ArchivedRecord], ArchivedRecord]:
    def change(before: ArchivedRecord) -> ArchivedRecord:
        links = {kind: tuple(dict.fromkeys((*getattr(before.links, kind), other))) for kind in kinds}
        return before.model_copy(update={"links": before.links.model_copy(update=links)})

    return change


def _moved(before: ArchivedRecord, state: State, reason: str) -> ArchivedRecord:
    if before.state is state and before.reason == reason:
        return before  # a repeat
    _require(before, State.UNCONFIRMED, State.CONFIRMED)
    return before.model_copy(update={"record": replace(before.record, state=state), "reason": reason})


def _states(before: ArchivedRecord, after: State) -> dict[str, str]:
    """From which state into which, for the history."""
    return {"state_before": str(before.state), "state_after": str(after)}


def _require(before: ArchivedRecord, *states: State) -> None:
    if before.state not in states:
        raise AlreadyEnded(f"{before.id} is {before.state}")


def _event(
    type: str,
    by: str,
    reason: str | None = None,
    changes: tuple[Change, ...] = (),
    settings: Mapping[str, str] = _NONE,
) -> Event:
    at = datetime.now(UTC)
    return Event(type=type, at=at, agent=by, reason=reason, changes=changes, settings=dict(settings))
