"""Papers of which the index knows an older version than the archive: who changed them was killed before telling the index.

Lists would show them as they were, and agencies would not be told of the change. The log names them: its line is written before the change.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows.caller import Act
from flows.services import Services
from schemas.errors import Corrupt, Erased, KeyUnavailable, NotFoundInArchive, StoreDenied
from storage.audit_lines import documents_of

AT_START, NIGHTLY = 300, 100_000
"""So many of the newest lines of the log are looked at when a server starts (what it was killed at is among them), and each night."""

_CHANGES = frozenset(Act) - {
    Act.FIND, Act.OPEN, Act.PART, Act.VERIFY, Act.EXPORT, Act.HAND_OVER, Act.CITIZEN,
    Act.DIGITIZE,  # is a job: whoever takes it over indexes it
    Act.ERASE,  # is repeated by who ordered it
}  # fmt: skip


def catch_up(services: Services, lines: int) -> int:
    """Index what the newest ``lines`` of the log say was changed, where the index is behind; how many papers were."""
    behind = 0
    for id in _changed(services, lines):
        row = services.index.get(id)
        if row is None:  # it was never indexed, or is erased: neither is of an act
            continue
        try:
            record, version = services.archive.current(id)
        except (NotFoundInArchive, Erased, Corrupt):
            continue
        except (StoreDenied, KeyUnavailable) as fault:
            services.archive.alone(fault)
            continue
        if version > row.version:
            services.index.add(record, version)
            behind += 1
    return behind


def _changed(services: Services, lines: int) -> Iterator[str]:
    """The papers that were changed, each once."""
    told = (line for line in services.audit.newest(lines) if line.get("action") in _CHANGES)
    yield from dict.fromkeys(id for line in told for id in sorted(documents_of(line)))
