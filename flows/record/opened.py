"""A record as one caller may see it, with what is needed to trust its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flows.agencies import scope
from flows.caller import Caller
from flows.reuse.evidence import Evidence, Unavailable, evidence_of, unavailable
from flows.reuse.judge import issued_on
from flows.services import Services
from schemas.quality import Quality
from schemas.records import State
from storage.model import ArchivedRecord, Event, Part, Provenance, Receipt


@dataclass(frozen=True, slots=True)
class Opened:
    """A record as it was archived in ``version``, the number of its newest version, and all that happened to it.

    ``evidence`` is by field; ``unavailable`` says of fields without a value why there is none; ``quality`` is that of the fields that
    may be seen.
    """

    record: ArchivedRecord
    version: int
    newest: int
    history: tuple[Event, ...]
    evidence: Mapping[str, Evidence]
    unavailable: Mapping[str, Unavailable]
    quality: Quality

    @property
    def ended_confirmed(self) -> bool:
        """Whether an officer had confirmed the record before another paper took its place, or it was withdrawn."""
        if self.record.state not in {State.SUPERSEDED, State.REVOKED} or self.record.links.regrouped:
            return False
        before = (event.settings.get("state_before") for event in reversed(self.history))
        return next(filter(None, before), "") == State.CONFIRMED


def as_seen(
    services: Services,
    caller: Caller,
    record: ArchivedRecord,
    version: int,
    newest: ArchivedRecord,
    newest_version: int,
) -> Opened:
    """What a policy leaves of a record, its history and its evidence; whoever calls this has logged the look."""
    history = services.archive.provenance(record.id)
    allowed = scope.fields(caller, record.type, newest.type)
    then = history
    if version != newest_version:
        kept = services.archive.get(record.id, Part.PROVENANCE, version)
        then = Provenance.model_validate_json(kept).events
    shown = scope.record(caller, record, newest)
    return Opened(
        shown,
        version,
        newest_version,
        scope.history(caller, history),
        _within(evidence_of(record, then), shown),
        unavailable(record, allowed),
        record.quality(only=allowed),
    )


def _within(evidence: Mapping[str, Evidence], shown: ArchivedRecord) -> Mapping[str, Evidence]:
    """With the day of the paper only as far as what is shown tells it."""
    issued = issued_on(shown.record)
    return {name: replace(one, issued=issued) for name, one in evidence.items()}


def as_made(services: Services, caller: Caller, receipt: Receipt) -> Opened:
    """The version that an act of the caller has just made."""
    return as_seen(services, caller, receipt.record, receipt.version, receipt.record, receipt.version)
