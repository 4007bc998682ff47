"""How well the papers were read and checked: corrections by field, doubtful share, errors that escaped, time for a paper.

Everything comes from the log (who confirmed what, when the paper was opened) and from the archive (what was read, what an officer made of
it). Errors that *escape* are wrong values that nobody would have looked at: a share of numbers and dates is drawn by chance and typed
without seeing what was read (``station.second_entry``); of those that were sure, some turn out otherwise. No officer is named.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flows.caller import TYPED_BLIND, Act, Caller
from flows.door import log, permit
from flows.services import Services
from schemas.errors import Corrupt, Erased, NotFoundInArchive, UsageError
from schemas.quality import is_sure
from storage.model import ArchivedRecord, Event, Part, Provenance

MOST = 5000
"""Confirmations that are looked through, the newest; a larger period is told of by these."""

_LONGEST = timedelta(minutes=30)
"""A paper that was open for longer lay on the desk: its time says nothing of the work."""


@dataclass(slots=True)
class FieldQuality:
    """How well one field of one document type was read and checked: counts of confirmed values.

    ``seen``: all; ``doubtful``: marked for a look; ``corrected``: changed by the officer; ``sure_corrected``: changed although they
    were not marked; ``blind``: not marked, and typed a second time without seeing the value; ``escaped``: of these, found wrong.
    """

    type: str
    field: str
    seen: int = 0
    doubtful: int = 0
    corrected: int = 0
    sure_corrected: int = 0
    blind: int = 0
    escaped: int = 0


@dataclass(frozen=True, slots=True)
class Quality:
    """Of a period: papers, seconds from opening a paper to confirming it, and every field."""

    start: date
    end: date
    papers: int
    seconds: tuple[float, ...]
    fields: tuple[FieldQuality, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """What ``sohoa report --quality`` prints and the API answers; shares are null where nothing was counted."""
        total = {
            name: sum(getattr(one, name) for one in self.fields)
            for name in ("seen", "doubtful", "corrected", "sure_corrected", "blind", "escaped")
        }
        return {
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "papers": self.papers,
            "seconds_median": round(statistics.median(self.seconds), 1) if self.seconds else None,
            "seconds_p90": round(sorted(self.seconds)[int(len(self.seconds) * 0.9)], 1)
            if self.seconds
            else None,
            "timed": len(self.seconds),
            **total,
            "doubtful_share": _share(total["doubtful"], total["seen"]),
            "corrected_share": _share(total["corrected"], total["seen"]),
            "escaped_share": _share(total["escaped"], total["blind"]),
            "fields": [asdict(one) for one in self.fields],
        }


def review_quality(services: Services, caller: Caller, start: date, end: date) -> Quality:
    """The figures of confirmations from ``start`` to ``end`` (days in UTC), both included. Raises UsageError, NotAllowed."""
    permit(services, caller, Act.FIND, "report")
    if end < start:
        raise UsageError("the report ends before it begins")
    seconds: list[float] = []
    confirmed: dict[str, None] = {}
    for id, spent in _confirmations(services, start, end):
        confirmed.pop(id, None)
        confirmed[id] = None
        if spent is not None:
            seconds.append(spent)
    counted: dict[tuple[str, str], FieldQuality] = {}
    papers = 0
    for id in list(confirmed)[-MOST:]:
        try:
            papers += _count(services, id, start, end, counted)
        except (Erased, Corrupt, NotFoundInArchive):
            continue
    log(services, caller, Act.FIND, "report")
    ordered = sorted(counted.values(), key=lambda one: (-one.corrected, -one.seen, one.type, one.field))
    return Quality(start, end, papers, tuple(seconds), tuple(ordered))


def _confirmations(services: Services, start: date, end: date) -> Iterator[tuple[str, float | None]]:
    """Each confirmation of the log, and the seconds since the same officer opened the paper."""
    opened: dict[tuple[str, str], datetime] = {}
    for line in services.audit.lines(day=start, until=end):
        action, actor = line["action"], str(line["actor"])
        if action not in (Act.OPEN, Act.CONFIRM):
            continue
        at = datetime.fromisoformat(str(line["at"]))
        for named in str(line["object"]).split():
            id = named.partition("/")[0]
            if action == Act.OPEN:
                since = opened.get((actor, id))
                if since is None or at - since > _LONGEST:
                    opened[actor, id] = at
                continue
            since = opened.pop((actor, id), None)
            spent = at - since if since is not None else None
            yield id, spent.total_seconds() if spent is not None and spent <= _LONGEST else None


def _count(
    services: Services, id: str, start: date, end: date, counted: dict[tuple[str, str], FieldQuality]
) -> bool:
    """Count the fields of a paper by the first confirmation of the period; whether there is one that stands in the archive."""
    confirmed = (
        (number, event) for number, event in _confirming(services, id) if start <= event.at.date() <= end
    )
    number, event = next(confirmed, (0, None))
    if event is None or number < 2:
        return False
    before = services.archive.record(id, number - 1)
    after = services.archive.record(id, number)
    blind = set(str(event.settings.get(TYPED_BLIND) or "").split())
    changed = {change.field for change in event.changes}
    for name in _names(before, changed):
        known = before.record.fields.get(name)
        one = counted.setdefault((before.type, name), FieldQuality(before.type, name))
        sure = known is not None and is_sure(known)
        one.seen += 1
        one.doubtful += known is not None and not sure
        one.corrected += name in changed
        one.sure_corrected += sure and name in changed
        if sure and name in blind:
            one.blind += 1
            one.escaped += after.record.fields.get(name) is None or name in changed
    return True


def _names(before: ArchivedRecord, changed: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*before.record.fields, *changed)))


def _confirming(services: Services, id: str) -> Iterator[tuple[int, Event]]:
    """Confirmations with the version that each made."""
    for version in range(2, services.archive.current(id)[1] + 1):
        kept = services.archive.get(id, Part.PROVENANCE, version)
        event = Provenance.model_validate_json(kept).events[-1]
        if event.type == "confirmation":
            yield version, event


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
