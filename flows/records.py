"""The one door: every look at an archived record and every act on it, whoever asks.

Each function takes who asks as a ``Caller`` and works in one order: allowed? → log → archive → index (``flows.door``).
Commands, routes and flows call these and do none of it themselves. To add an act: a word in ``flows.caller.Act``, the roles
that it needs in ``ALLOWED``, a function here.

All raise NotAllowed, NotFoundInArchive, Erased and an Unreachable; changes also raise Conflict when ``expected``, the version
that the caller looked at, is no longer the newest, and Claimed while another officer has the paper open (``flows.door.WAITS``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from flows.agencies import scope
from flows.audit import LogVerification, verify_audit
from flows.caller import ROLE, TYPED_BLIND, Act, Caller
from flows.door import log, perform, permit, refuse, require_known
from flows.record.correcting import corrected
from flows.record.listing import filled
from flows.record.opened import Opened, as_seen
from flows.record.origins import scans_of
from flows.record.traces import forget_traces
from flows.record.verifying import Verified, for_others, verify_document, verify_file
from flows.record.whose import are_of_others
from flows.services import Services
from flows.signatures.signing import due_on_confirmation, sign_confirmed
from schemas.errors import (
    ContradictoryValues,
    Corrupt,
    Erased,
    NotFoundInArchive,
    OtherPerson,
    ReasonMissing,
    UsageError,
)
from schemas.plain import is_harmless
from storage import corrections, erasure, losing
from storage.erasure import Erasure
from storage.index.find import Page, Query
from storage.losses import Loss
from storage.model import ArchivedRecord, Links, Part, Receipt, document_object, document_of

logger = logging.getLogger("sohoa")

# -- looks


def find(services: Services, caller: Caller, query: Query) -> Page:
    """One page of what the query asks for; the log gets the ids that were answered. Raises UsageError."""
    permit(services, caller, Act.FIND)
    scope.asked(caller, query)
    page = scope.rows(services, caller, filled(services, services.index.find(query)), query)
    log(services, caller, Act.FIND, *(row.id for row in page.rows))
    return page


def open_record(services: Services, caller: Caller, document_id: str, version: int | None = None) -> Opened:
    """One record with its history; the newest version unless another is named."""
    permit(services, caller, Act.OPEN, document_id)
    newest, number = services.archive.current(document_id)
    record = newest if version in {None, number} else services.archive.record(document_id, version)
    if not scope.covers(caller, newest, record):
        refuse(services, caller, Act.OPEN, document_id, why="outside of the policy")
    log(services, caller, Act.OPEN, document_id)
    return as_seen(services, caller, record, version or number, newest, number)


def part(
    services: Services, caller: Caller, document_id: str, name: Part | str, version: int | None = None
) -> bytes:
    """One part of a document, its digest checked; ``text`` is the plain text, ``alto`` the text with its places."""
    permit(services, caller, Act.PART, f"{document_id}/{name}")
    _whole(services, caller, document_id, str(name), version)
    if name == "text":
        data = services.archive.record(document_id, version).text.encode() + b"\n"
    else:
        data = services.archive.get(document_id, name, version)
    log(services, caller, Act.PART, f"{document_id}/{name}")
    return data


def stream(services: Services, caller: Caller, document_id: str, name: Part) -> BinaryIO:
    """One part of the newest version as a stream, for large files; the caller closes it."""
    permit(services, caller, Act.PART, f"{document_id}/{name}")
    _whole(services, caller, document_id, str(name))
    file = services.archive.open(document_id, name)
    try:
        log(services, caller, Act.PART, f"{document_id}/{name}")
    except BaseException:
        file.close()
        raise
    return file


def page(
    services: Services, caller: Caller, document_id: str, number: int
) -> tuple[str, Callable[[], bytes]]:
    """A look at one page (from 1, of the scan): the scan's SHA-256, and what reads its bytes, for a picture that is not made yet.

    Raises NotFoundInArchive for a page that is not the document's.
    """
    object = f"{document_id}/page-{number}"
    permit(services, caller, Act.OPEN, object)
    record = services.archive.current(document_id)[0]
    if not scope.shows(caller, "picture", record):
        refuse(services, caller, Act.OPEN, object, why="outside of the policy")
    if number not in record.pages:
        raise NotFoundInArchive(f"{document_id}: no page {number}")
    log(services, caller, Act.OPEN, object)
    return record.scan.sha256, lambda: services.archive.get(document_id, Part.SCAN)


def verify(services: Services, caller: Caller, document_id: str) -> Verified:
    """The signatures of a document's copy, and whether it is what the archive keeps. Raises Corrupt."""
    permit(services, caller, Act.VERIFY, document_id)
    if caller.policy is not None and not scope.covers(caller, services.archive.record(document_id)):
        refuse(services, caller, Act.VERIFY, document_id, why="outside of the policy")
    require_known(services, document_id)
    log(services, caller, Act.VERIFY, document_id)
    found = verify_document(services, document_id)
    return found if caller.policy is None else for_others(services, found)


def verify_a_file(services: Services, caller: Caller, path: Path) -> Verified:
    """As above, of any PDF; where it is a copy of ours the log names the document. Raises a Refused."""
    permit(services, caller, Act.VERIFY)
    found = verify_file(services, path)
    if found.kept is not None:
        log(services, caller, Act.VERIFY, found.kept.id)
    return found if caller.policy is None else for_others(services, found)


def verify_log(services: Services, caller: Caller) -> LogVerification:
    """The audit log: its chain of lines, its archived days, their signatures."""
    permit(services, caller, Act.VERIFY, "audit")
    found = verify_audit(services)
    log(services, caller, Act.VERIFY, "audit")
    return found


# -- acts


def confirm(
    services: Services,
    caller: Caller,
    document_id: str,
    values: Mapping[str, str] | None = None,
    *,
    absent: Mapping[str, str] | None = None,
    reason: str = "",
    typed_blind: Sequence[str] = (),
    expected: int | None = None,
) -> Receipt:
    """Set the values (an empty one removes the field) and confirm the record; ``absent`` as in ``flows.record.correcting``.

    ``typed_blind`` are fields that the officer typed without seeing what was read: it is noted (``flows.reports.review_quality``).
    Where the settings ask for a signature on confirmation, the copy waits for it from now on:
    ``flows.signatures.signing.sign_confirmed`` puts it on. Raises UsageError for a value or a field that the type does not know, and
    ContradictoryValues for values that contradict others when no reason is given.
    """
    permit(services, caller, Act.CONFIRM, document_id)
    archived, version = services.archive.current(document_id)
    changed = corrected(archived.record, values or {}, absent or {})
    if changed.contradictions and not reason.strip():
        raise ContradictoryValues.between(changed.contradictions)
    return perform(
        services,
        caller,
        Act.CONFIRM,
        [document_id],
        lambda: corrections.confirm(
            services.archive,
            document_id,
            changed.record,
            by=caller.actor,
            reason=_kept_as_typed(reason.strip()) or None,
            changes=changed.changes,
            settings={ROLE: caller.acting_as} | ({TYPED_BLIND: " ".join(typed_blind)} if typed_blind else {}),
            expected=expected or version,
            pending_signatures=due_on_confirmation(services, archived),
        ),
    )[0]


def reopen(services: Services, caller: Caller, document_id: str, *, expected: int | None = None) -> Receipt:
    """Take a confirmation back: the record is what it was before. Raises NotUndoable once it was signed or built on."""
    permit(services, caller, Act.REOPEN, document_id)
    services.archive.record(document_id)
    return perform(
        services,
        caller,
        Act.REOPEN,
        [document_id],
        lambda: corrections.reopen(services.archive, document_id, by=caller.actor, expected=expected),
    )[0]


def correct(
    services: Services,
    caller: Caller,
    document_id: str,
    values: Mapping[str, str],
    *,
    reason: str,
    expected: int | None = None,
) -> Receipt:
    """Set the values; the state of the record stays as it is. Raises ReasonMissing for an empty reason."""
    permit(services, caller, Act.CORRECT, document_id)
    why = _needed(reason)
    archived, version = services.archive.current(document_id)
    changed = corrected(archived.record, values)
    return perform(
        services,
        caller,
        Act.CORRECT,
        [document_id],
        lambda: corrections.correct(
            services.archive,
            document_id,
            changed.record,
            by=caller.actor,
            reason=why,
            changes=changed.changes,
            settings={ROLE: caller.acting_as},
            expected=expected or version,
        ),
    )[0]


def sign(
    services: Services, caller: Caller, document_id: str, *, expected: int | None = None
) -> Receipt | None:
    """Put on a confirmed document's copy what it waits for; None when it waits for nothing of ours.

    Raises Conflict when the newest version is not the ``expected`` one, that which was looked at.
    """
    permit(services, caller, Act.SIGN, document_id)
    return sign_confirmed(services, caller, document_id, expected=expected)


def supersede(
    services: Services,
    caller: Caller,
    document_id: str,
    newer: str,
    *,
    reason: str,
    expected: int | None = None,
    force: bool = False,
) -> tuple[Receipt, ...]:
    """A newer paper took this one's place (*thay thế*); the receipts of the old and of the newer one. May be repeated.

    Raises ReasonMissing for an empty reason, AlreadyEnded where the paper has ended otherwise, or stood in the newer one's place;
    OtherPerson where the two are about different persons and nobody says (``force``) that this is meant.
    """
    permit(services, caller, Act.SUPERSEDE, document_id, newer)
    why = _needed(reason)
    older, later = (services.archive.record(id) for id in (document_id, newer))
    if not force and are_of_others(older.record, later.record):
        raise OtherPerson(f"{document_id} {newer}")
    # One at a time: each judges other papers than it writes to, and two the other way round would both find what they look for.
    with services.slots.held("supersede", of=1, seconds=_SUPERSEDING):
        return perform(
            services,
            caller,
            Act.SUPERSEDE,
            [document_id, newer],
            lambda: corrections.supersede(
                services.archive, document_id, newer=newer, by=caller.actor, reason=why, expected=expected
            ),
        )


_SUPERSEDING = 60.0
"""Seconds after which the next one may go on although the one before has not told that it ended: it was killed."""


def revoke(
    services: Services, caller: Caller, document_id: str, *, reason: str, expected: int | None = None
) -> Receipt:
    """The paper was withdrawn (*thu hồi*). May be repeated. Raises as ``supersede`` does."""
    permit(services, caller, Act.REVOKE, document_id)
    why = _needed(reason)
    services.archive.record(document_id)
    return perform(
        services,
        caller,
        Act.REVOKE,
        [document_id],
        lambda: corrections.revoke(
            services.archive, document_id, by=caller.actor, reason=why, expected=expected
        ),
    )[0]


def unlink(services: Services, caller: Caller, one: str, other: str, *, reason: str) -> tuple[Receipt, ...]:
    """Two scans that were taken for one paper are two papers; they are never linked again. May be repeated."""
    why = _needed(reason)
    permit(services, caller, Act.UNLINK, one, other)
    require_known(services, one, other)
    return perform(
        services,
        caller,
        Act.UNLINK,
        [one, other],
        lambda: corrections.unlink_duplicates(services.archive, one, other, by=caller.actor, reason=why),
    )


def restrict(
    services: Services, caller: Caller, document_id: str, *, reason: str, order: str, lift: bool = False
) -> Receipt:
    """Restrict what is done with a paper (*hạn chế xử lý dữ liệu cá nhân*), or lift that; ``order`` is the number of the request.

    It stays in the archive and officers see it; no agency does, and it stands in for nothing. May be repeated. Raises UsageError
    without a reason or a number.
    """
    permit(services, caller, Act.RESTRICT, document_id)
    why = f"{_needed(reason)} ({_needed(order, 'the number of the request')})"
    services.archive.record(document_id)
    return perform(
        services,
        caller,
        Act.RESTRICT,
        [document_id],
        lambda: corrections.restrict(services.archive, document_id, by=caller.actor, reason=why, lift=lift),
    )[0]


def erase(services: Services, caller: Caller, document_id: str, *, reason: str, order: str) -> Erasure:
    """Erase a paper because the law ordered it; ``order`` is the number of the order. May be repeated.

    What other papers said of it (scans of the same paper, the older or newer one) is undone, the index and its full text
    forget it, all that lies of it elsewhere goes as well (``flows.record.traces``), a gravestone and the line of the log stay. Raises UsageError without a reason or a number, NotErasable where
    the object is neither encrypted nor deletable: nothing is changed then.
    """
    permit(services, caller, Act.ERASE, document_id)
    why, number = _needed(reason), _needed(order, "the number of the order")
    try:
        kept = services.archive.record(document_id)
        links, same_pages, scans = kept.links, _of_the_same_pages(services, kept), scans_of(services, kept)
    except Erased:  # a repeat completes what was stopped
        links, same_pages, scans = Links(), [], ()
    log(services, caller, Act.ERASE, document_id, *same_pages, _order(number))
    erasure.require_erasable(services.archive, (document_id, *same_pages))
    forget_traces(services, (document_id, *same_pages), scans)  # while it is known which scans they are
    for earlier in same_pages:
        erasure.erase(services.archive, earlier, order=number, by=caller.actor)
        services.index.remove(earlier)
    done = erasure.erase(services.archive, document_id, order=number, by=caller.actor)
    linked = (*links.duplicates, *links.distinct, *links.supersedes, links.superseded_by)
    for other in dict.fromkeys(one for one in linked if one):
        try:
            receipt = corrections.forget_link(
                services.archive, other, document_id, by=caller.actor, reason=why
            )
            services.index.add(receipt.record, receipt.version)
        except (NotFoundInArchive, Erased):
            continue
        except Corrupt as fault:  # no reason to keep what must go
            logger.warning("%s still names %s: %s", other, document_id, fault.detail)
    services.index.remove(document_id)
    forget_traces(services, (document_id, *same_pages), scans)  # what came in meanwhile
    if not services.index.purge():
        logger.warning("the index is in use: what was erased leaves its file with the next upkeep (clean)")
    return done


def accept_loss(services: Services, caller: Caller, object_id: str, *, reason: str) -> tuple[Loss, int]:
    """Accept that what the log knows of a document is lost everywhere; the loss, and the version that notes it (0: nothing is left).

    ``object_id`` is the document's, or what ``archive check`` names (a scan that several papers share, a dossier). From then on what is
    left is the newest, and checks tell the loss as accepted. May be repeated. Raises UsageError without a reason, NothingLost,
    NotAuthentic where what is left is not as it was written.
    """
    document_id = document_of(object_id) or object_id
    permit(services, caller, Act.ACCEPT_LOSS, document_id)
    why = _needed(reason)
    whole = object_id if ":" in object_id else document_object(object_id)
    require_known(services, whole)
    log(services, caller, Act.ACCEPT_LOSS, document_id)
    done = losing.accept_loss(
        services.archive, services.audit, whole, by=caller.actor, reason=why, origin=caller.origin
    )
    if document_of(whole) is not None:
        services.index.put_back(document_id, services.archive.current(document_id) if done[1] else None)
    return done


def _of_the_same_pages(services: Services, kept: ArchivedRecord) -> list[str]:
    """Papers that held pages of this one before an officer divided them, or put them together, however often."""
    found: list[str] = []
    wave = [kept]
    while wave:
        later = wave.pop()
        for digest in scans_of(services, later):
            for row in services.index.every(Query(scan_sha256=digest)):
                with suppress(NotFoundInArchive, Erased):
                    earlier = services.archive.record(row.id)
                    if later.id in earlier.links.regrouped and row.id not in found:
                        found.append(row.id)
                        wave.append(earlier)
    return found


def _order(number: str) -> str:
    """The number of an order as an object of the log: without spaces, which separate objects there."""
    return "order:" + "-".join(number.split())


def _whole(
    services: Services, caller: Caller, document_id: str, name: str, version: int | None = None
) -> None:
    """Refuse a part that shows more of a paper than the policy of the agency lets it see, as it is now or as it was then."""
    if caller.policy is None:
        return
    versions = [services.archive.record(document_id, one) for one in {None, version}]
    if not scope.shows(caller, name, *versions):
        refuse(services, caller, Act.PART, f"{document_id}/{name}", why="outside of the policy")


def _needed(text: str, what: str = "a reason") -> str:
    if not text.strip():
        raise ReasonMissing(what)
    return _kept_as_typed(text.strip())


def _kept_as_typed(text: str) -> str:
    if not is_harmless(text):
        raise UsageError("a reason holds characters that cannot be printed")
    return text
