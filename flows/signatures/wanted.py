"""What an officer chose at the station to sign with a key on her own PC.

The station's page writes down which version of which paper she looked at and chose; the helper on her PC (``sohoa sign station``)
fetches that list, and nothing else is ever given to her key. It lies in the home, a file for each paper, survives a restart, and
counts for a quarter of an hour.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from flows.caller import Act, Caller
from flows.door import permit
from flows.services import Services
from flows.signatures.two_steps import PATIENCE
from flows.whole_file import write_whole
from schemas.errors import Conflict, Erased, NotFoundInArchive
from storage.signed_notes import own_note, signed_note

WANTED = "wanted-signatures"
"""Folder of the home; in it one for each officer."""

ROLE = "signer"
"""Whose signature it is: the officer's. An agency's seal is put on by the server that has it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a paper was not signed; ``code`` is stable."""

    code: str
    message_vi: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper that an officer chose, in the version that she saw, and what became of it."""

    document: str
    version: int
    state: Literal["waiting", "signed", "failed"]
    failure: Failure | None = None


def want(services: Services, caller: Caller, papers: Mapping[str, int]) -> list[Wanted]:
    """Choose these papers (id → the version that was looked at), in place of those chosen before.

    One that is not as it was is told as failed. Raises NotAllowed, NotFoundInArchive.
    """
    permit(services, caller, Act.SIGN, *papers)
    for id in papers:
        services.archive.current(id)
    take_back(services, caller)
    for id, version in papers.items():
        _write(services, caller, id, version, None)
    return wanted(services, caller)


def wanted(services: Services, caller: Caller) -> list[Wanted]:
    """The papers that this officer chose in the last quarter of an hour."""
    permit(services, caller, Act.SIGN)
    oldest = datetime.now(UTC) - PATIENCE
    found: list[Wanted] = []
    for file in sorted(_folder(services, caller).glob("*.json")):
        if datetime.fromtimestamp(file.stat().st_mtime, UTC) < oldest:
            file.unlink(missing_ok=True)
        else:
            found += _as_it_stands(services, caller, file)
    return found


def failed(services: Services, caller: Caller, document_id: str, why: Failure) -> None:
    """Write down why a chosen paper was not signed; nothing for one that is not chosen."""
    permit(services, caller, Act.SIGN, document_id)
    for one in wanted(services, caller):
        if one.document == document_id and one.state == "waiting":
            _write(services, caller, document_id, one.version, why)


def take_back(services: Services, caller: Caller) -> None:
    """Choose nothing any more."""
    permit(services, caller, Act.SIGN)
    for file in _folder(services, caller).glob("*.json"):
        file.unlink(missing_ok=True)


def forget_documents(services: Services, documents: Collection[str]) -> None:
    """Nobody has these papers chosen any more."""
    for file in (services.home / WANTED).glob("*/*.json"):
        if file.stem in documents:
            file.unlink(missing_ok=True)


def _as_it_stands(services: Services, caller: Caller, file: Path) -> Iterator[Wanted]:
    try:
        kept = own_note(_about(caller, file.stem), file.read_bytes(), services.archive.signing_key)
        if kept is None:  # nobody chose it here
            return
        record, current = services.archive.current(file.stem)
    except (OSError, NotFoundInArchive, Erased):
        return
    version = int(kept["version"])
    if ROLE in record.signed_by:
        yield Wanted(file.stem, version, "signed")
    elif kept["failure"] is not None:
        yield Wanted(file.stem, version, "failed", Failure(**kept["failure"]))
    elif current != version or ROLE not in record.pending_signatures:
        told = Failure(Conflict.code, Conflict.message_vi, Conflict.message_en)
        yield Wanted(file.stem, version, "failed", told)
    else:
        yield Wanted(file.stem, version, "waiting")


def _write(services: Services, caller: Caller, id: str, version: int, failure: Failure | None) -> None:
    kept = {"version": version, "failure": None if failure is None else asdict(failure)}
    note = signed_note(_about(caller, id), kept, services.archive.signing_key)
    write_whole(_folder(services, caller) / f"{id}.json", note, 0o600)


def _about(caller: Caller, id: str) -> str:
    return f"wanted {id} {caller.actor}"


def _folder(services: Services, caller: Caller) -> Path:
    account = hashlib.sha256(caller.actor.encode()).hexdigest()[:32]
    folder = services.home / WANTED / account
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
