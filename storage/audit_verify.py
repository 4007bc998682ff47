"""Verifying the audit log: from the archive alone, then the database against the archive, then both against the witness."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from schemas.errors import Corrupt, NotFoundInArchive, StoreDenied
from storage.audit import AuditLog
from storage.audit_days import FORMAT, Closed, Listed, day_faults, first_day, listed, load, unlisted
from storage.audit_lines import BACK, GENESIS, Line, chain, documents_of, time_of, version_of
from storage.audit_lines import told as content
from storage.audit_witness import dumb, testimony
from storage.index.foreign import foreign_parts
from storage.losses import loss_in, tells_a_loss
from storage.objects import LOG

Check = Callable[[bytes, bytes], bool]
"""Whether the signature (second) is good for the bytes (first)."""

ASKED = 50
"""How many documents are asked for the line of the log that they were sealed at."""

RESTORE = "sohoa archive restore-audit brings them back"

FROM_A_COPY = "A copy of the archive that holds the day as it was closed brings it back: sohoa archive check --repair-from COPY."

PUT_IN = (
    f"{FROM_A_COPY} Where no copy holds it, nobody closed it: neither the witness nor a line of the log tells of it. Keep the entry"
    " as evidence, take it out of the archive, and find out who wrote there."
)

PUT_BACK = (
    "Archive and index were put back to an earlier state, or the day was exchanged. Stop writing, keep the disk; a second copy may hold what"
    " the witness saw: sohoa archive check --repair-from COPY. Where archive.witness names the file of another archive, set it right."
)

NOT_OURS = "No release of Sohoa puts it there. Find out who did, and take it away; what was said or done meanwhile may be missing from the log."

OPEN_LINES = (
    "Lines of a day that is not closed yet are only in the index: compare them with a back-up of its database. Where none has what is"
    " missing, sohoa archive restore-audit writes what is left anew, each line with the number that it had, so that days are closed again."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault in the log: the day, the line's number (0: it is not about one line), what is wrong, and what to do."""

    day: str
    sequence: int
    fault: str
    hint: str = ""


def verify_log(log: AuditLog, check: Check | None = None) -> list[Finding]:
    """Every fault of the log; none where it stands. Raises an ``Unreachable``."""
    findings: list[Finding] = []
    sequence, digest = 0, GENESIS
    number, head, day = 0, None, ""
    known: dict[str, str] = {}
    names: set[str] = set()
    for entry, closed in _days(log):
        day = entry.name
        names.add(day)
        if entry.number != number + 1:
            fault = f"the day before it (number {number + 1}) is missing"
            findings.append(Finding(day, max(sequence, 0) + 1, fault, FROM_A_COPY))
        if closed is None:
            fault = f"the archived day, which {entry.key} names, is missing or damaged"
            hint = FROM_A_COPY if _was_closed(log, entry) else PUT_IN
            findings.append(Finding(day, max(sequence, 0) + 1, fault, hint))
            number, head, sequence, digest = entry.number, entry.head, -1, ""
            continue
        known[entry.name] = closed.digest
        told = closed.told
        findings += [
            Finding(day, told["first"], fault, FROM_A_COPY)
            for fault in _head_faults(entry, closed, head, check, after=sequence)
        ]
        start = told["first"] - 1 if sequence < 0 else sequence
        lines = closed.lines()
        findings += [replace(found, hint=FROM_A_COPY) for found in _chain_faults(day, lines, start, digest)]
        findings += _index_faults(day, log.rows(told["first"], told["last"]), lines)
        if log.days_of(told["first"], told["last"]) - {day.partition(".")[0]}:
            findings.append(
                Finding(day, told["first"], f"the index counts lines of it to another day; {RESTORE}")
            )
        number, head, sequence, digest = entry.number, closed.digest, told["last"], told["digest"]
    findings += _open_faults(log, sequence, digest)
    findings += _line_faults(log, names)
    findings += _seal_faults(log)
    for part in foreign_parts(log.engine, ("audit", "concerned")):
        fault = f"the database may change, hide or drop lines by itself: {part}"
        findings.append(Finding("", 0, fault, NOT_OURS))
    if (why := dumb(log.witness)) is not None:
        findings.append(Finding("", 0, f"the witness tells nothing: {why}", PUT_BACK))
    for seen in testimony(log.witness):
        if known.get(seen.name) != seen.head:
            fault = (
                "the witness saw another head" if seen.name in known else "the witness saw a day that is gone"
            )
            findings.append(Finding(seen.name, 0, fault, PUT_BACK))
    return findings


def _was_closed(log: AuditLog, entry: Listed) -> bool:
    """Whether the witness or the log itself tells that a day was closed."""
    if any(seen.name == entry.name for seen in testimony(log.witness)):
        return True
    return any(
        line.get("action") == "close" and line.get("object") == LOG + entry.name for line in log.lines()
    )


def _days(log: AuditLog) -> Iterator[tuple[Listed, Closed | None]]:
    """Every archived day, in order; None for one that cannot be read."""
    entries = listed(log.archive)
    if not entries:
        for number, day in enumerate(unlisted(log.archive, first_day(log)), 1):
            yield Listed(number, day.name, day.digest), day
        return
    for entry in entries:
        try:
            closed = load(log.archive, entry.name)
            closed.told, closed.lines()
            yield entry, closed
        except (NotFoundInArchive, Corrupt, StoreDenied):
            yield entry, None


def _head_faults(
    entry: Listed, closed: Closed, before: str | None, check: Check | None, *, after: int
) -> Iterator[str]:
    told = closed.told
    if closed.digest != entry.head:
        yield "its head is not the one that was listed"
    if check is not None and not check(closed.head, closed.signature):
        yield "the signature of the day's head is not good"
    if told.get("format") == FORMAT and (told["number"], told["previous"]) != (entry.number, before):
        yield "its head does not follow on the head before it: a day was removed, put in, or moved"
    if after >= 0 and told["first"] != after + 1:
        yield f"lines {after + 1} to {told['first'] - 1} are in no archived day"
    lines = closed.lines()
    found = (lines[0][0], lines[-1][0], len(lines), lines[-1][2]) if lines else None
    if found != (told["first"], told["last"], told["lines"], told["digest"]):
        yield "the day's lines are not those that its head was signed for"


def _chain_faults(day: str, lines: Sequence[Line], sequence: int, digest: str) -> Iterator[Finding]:
    """``digest`` is that of the line before the first, empty where it is not known."""
    for number, line, kept in lines:
        if number != sequence + 1 or _told(line).get("sequence") != number:
            yield Finding(day, sequence + 1, "a line is missing or out of order", OPEN_LINES)
        elif digest and chain(digest, line) != kept:
            yield Finding(day, number, "a line was altered", OPEN_LINES)
        sequence, digest = number, kept


def _time_faults(lines: Sequence[Line]) -> Iterator[Finding]:
    """Lines that are older than the one before them, by more than clocks differ, where no leap of the clock is noted."""
    before: datetime | None = None
    for number, line, _ in lines:
        told = _told(line)
        try:
            at = time_of(told)
        except Corrupt:
            yield Finding("", number, "a line is none, or tells no time", OPEN_LINES)
            continue
        if before is not None and at < before - BACK and told.get("action") != "clock":
            fault = "a line is older than those before it, and the clock did not leap"
            yield Finding(told["at"][:10], number, fault, OPEN_LINES)
        before = at


def _index_faults(day: str, rows: Sequence[Line], lines: Sequence[Line]) -> Iterator[Finding]:
    """The database against the archived day."""
    if list(rows) == list(lines):
        return
    here = {row[0]: row for row in rows}
    missing = [line[0] for line in lines if line[0] not in here]
    if missing:
        which = f"line {missing[0]}" if len(missing) == 1 else f"lines {missing[0]} to {missing[-1]}"
        yield Finding(day, missing[0], f"the index has lost {which} ({len(missing)}); {RESTORE}")
    altered = [line[0] for line in lines if line[0] in here and here[line[0]] != line]
    if altered:
        fault = f"{len(altered)} lines of the index are not those of the archive; {RESTORE}"
        yield Finding(day, altered[0], fault)
    if len(rows) > len(lines) - len(missing):
        yield Finding(day, rows[0][0], f"the index holds more lines than the archive; {RESTORE}")


def _seal_faults(log: AuditLog) -> Iterator[Finding]:
    """Lines that the seals of a few documents name; ``archive check`` asks all of them."""
    archive, key = log.archive, log.archive.signing_key
    if key is None:
        return
    for object_id in islice(archive.root.ids(), ASKED):
        try:
            inventory = archive.root.inventory(object_id)
        except (NotFoundInArchive, Corrupt, StoreDenied):
            continue  # damage of the archive, which its check tells
        seal = archive.objects.seal_of(inventory)
        if seal is None or seal.log is None or key.fault(seal, inventory, inventory.head.number):
            continue
        if log.digest_of(seal.log.sequence) != seal.log.digest:
            fault = f"a document was sealed when the log had another line {seal.log.sequence}: lines were removed or rewritten"
            yield Finding("", seal.log.sequence, fault, OPEN_LINES)


def _signed_loss(log: AuditLog, told: Mapping[str, Any]) -> bool:
    try:
        return loss_in(told, time_of(told), log.archive.signing_key, log.reasons) is not None
    except Corrupt:  # it tells no time
        return False


def _told(line: str) -> dict[str, Any]:
    """What a line says; nothing where it is none."""
    try:
        return content(line)
    except Corrupt:
        return {}


def _open_faults(log: AuditLog, sequence: int, digest: str) -> Iterator[Finding]:
    """The lines since the last archived day."""
    yield from _time_faults(log.rows(max(sequence, 1)))
    days = log.days_from(max(sequence, 0) + 1)
    for day, first, last in days:
        rows = log.rows(first, last)
        if sequence < 0:
            sequence, digest = first - 1, ""
        yield from _chain_faults(day, rows, sequence, digest)
        for number in day_faults(day, rows):
            yield Finding(day, number, "a line is counted to a day that is not its own", OPEN_LINES)
        sequence, digest = rows[-1][0], rows[-1][2]


def _line_faults(log: AuditLog, days: Collection[str]) -> Iterator[Finding]:
    """Each line by what it says: where it is filed, losses that nobody accepted, days that were closed and are gone."""
    for filed in log.filed():
        told = _told(filed.line)
        if (version_of(told), documents_of(told)) != (filed.object, filed.documents):
            yield Finding("", filed.number, f"the line is filed under another object; {RESTORE}")
        day = str(told.get("object")).removeprefix(LOG)
        if (told.get("actor"), told.get("action")) == ("sohoa", "close") and day not in days:
            yield Finding(
                day, filed.number, "the line tells that this day was closed, and it is gone", PUT_BACK
            )
        if tells_a_loss(told) and not _signed_loss(log, told):
            yield Finding(
                "", filed.number, "the line accepts a loss, and the seal key did not sign it", NOT_OURS
            )
