"""What the audit log notes of versions: each that the archive makes, with its digest; and which were lost for good.

An object that was put back to an older version carries good seals, and is older than the log says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine, select

from schemas.errors import Corrupt
from storage.archive import Archive
from storage.audit_lines import NO_LINE, Access, appending, content_of, time_of, told, version_of
from storage.index.database import reading
from storage.index.tables import audit
from storage.losses import ACTION, Loss, loss_in, tells_a_loss
from storage.reasons import Reasons
from storage.seals import SealKey


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an object as the log knows it, and when it was noted."""

    number: int
    digest: str
    at: datetime


@dataclass(slots=True)
class Noted:
    """The newest version of each object by its id, and the losses that were accepted, in their order."""

    newest: dict[str, Version] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)


class VersionNotes:
    """Those of one log; the seal key of its archive proves who accepted losses."""

    def __init__(self, engine: Engine, archive: Archive, reasons: Reasons) -> None:
        self.engine, self.archive, self._reasons = engine, archive, reasons

    def note(self, object_id: str, number: int, digest: str) -> None:
        """Note a version that the archive made, with its digest (``storage.seals.version_digests``)."""
        noted = {
            **content_of(Access("sohoa", "version", object_id, "", "")),
            "version": number,
            "digest": digest,
        }
        with appending(self.engine) as pen:
            pen.write([noted], datetime.now(UTC))

    def note_loss(self, loss: Loss, key: SealKey, origin: str) -> None:
        """Note that a loss is accepted, signed by the key: what was noted of lost versions counts no more."""
        look = Access(loss.by, ACTION, loss.object, origin, loss.stated)
        with appending(self.engine) as pen:
            pen.write([{**content_of(look), **loss.line(key)}], datetime.now(UTC))

    def newest(self, object_id: str) -> Version | None:
        """The newest version of an object that was noted, and is not lost."""
        noted = self.of(object_id)
        return noted[max(noted)] if noted else None

    def of(self, object_id: str) -> dict[int, Version]:
        """Every version of an object that was noted, by its number, as it was noted last; without those that are lost."""
        versions: dict[int, Version] = {}
        for version, loss in self._lines_of(object_id):
            newest = versions[max(versions)] if versions else None
            if loss is None:
                versions[version.number] = version
            elif _holds(loss, newest):
                versions = {number: one for number, one in versions.items() if number < loss.kept}
                versions |= {loss.kept: version} if loss.kept else {}
        return versions

    def losses_of(self, object_id: str) -> list[Loss]:
        """The losses of an object that were accepted, in their order."""
        noted = Noted()
        for version, loss in self._lines_of(object_id):
            _take(noted, object_id, version, loss)
        return noted.losses

    def lost(self, object_id: str) -> frozenset[str]:
        """Digests of versions of an object that were noted, and accepted as lost afterwards: all but the newest of each loss."""
        known: dict[int, str] = {}
        found: set[str] = set()
        for version, loss in self._lines_of(object_id):
            if loss is None:
                known[version.number] = version.digest
            else:
                found |= {digest for number, digest in known.items() if number > loss.kept}
                found -= {loss.lost_digest}
        return frozenset(found)

    def given_up(self, object_id: str) -> frozenset[str]:
        """SHA-512 of files of an object that were accepted as damaged in every copy."""
        return frozenset(digest for loss in self.losses_of(object_id) for digest, _ in loss.damaged)

    def under(self, prefix: str) -> list[str]:
        """The ids of objects that begin so and of which something was noted."""
        under = (audit.c.object >= prefix) & (audit.c.object < prefix[:-1] + chr(ord(prefix[-1]) + 1))
        with reading(self.engine) as connection:
            return list(connection.scalars(select(audit.c.object.distinct()).where(under)))

    def all(self) -> Noted:
        """The newest version of every object that was noted, and all losses."""
        chosen = select(audit.c.line).where(audit.c.object.is_not(None))
        noted = Noted()
        with reading(self.engine) as connection:
            for row in connection.execute(chosen.order_by(audit.c.sequence)):
                object_id = str(told(row.line).get("object"))  # what it is filed under may be anything
                for version, loss in self._told([row.line]):
                    _take(noted, object_id, version, loss)
        return noted

    def _lines_of(self, object_id: str) -> list[tuple[Version, Loss | None]]:
        chosen = select(audit.c.line).where(audit.c.object == object_id).order_by(audit.c.sequence)
        with reading(self.engine) as connection:
            lines = list(connection.scalars(chosen))
        return self._told(line for line in lines if told(line).get("object") == object_id)

    def _told(self, lines: Iterable[str]) -> list[tuple[Version, Loss | None]]:
        """The version that each line notes, with the loss that it accepts; without acceptances that nobody signed.

        A line that notes none was filed here by somebody else: ``verify_log`` tells it.
        """
        found = []
        for line in lines:
            content = told(line)
            if version_of(content) is None:
                continue
            try:
                version = Version(int(content["version"]), str(content["digest"]), time_of(content))
            except (KeyError, TypeError, ValueError) as error:
                raise Corrupt(NO_LINE) from error
            loss = loss_in(content, version.at, self.archive.signing_key, self._reasons)
            if loss is not None or not tells_a_loss(content):
                found.append((version, loss))
        return found


def _take(noted: Noted, object_id: str, version: Version, loss: Loss | None) -> None:
    """One line after the other."""
    known = noted.newest.get(object_id)
    if loss is None:
        if known is None or known.number <= version.number:
            noted.newest[object_id] = version
    elif _holds(loss, known):
        noted.losses.append(loss)
        noted.newest.pop(object_id, None)
        if loss.kept:
            noted.newest[object_id] = version


def _holds(loss: Loss, newest: Version | None) -> bool:
    """Whether what is accepted as lost is the newest of all that was noted by then."""
    return newest is not None and (newest.number, newest.digest) == (loss.lost, loss.lost_digest)
