"""Handing a dossier over to the historical archive: what goes into the E-ARK package, and who is named in it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from flows.caller import Act, Caller
from flows.door import log, permit, require_known
from flows.services import Services
from schemas.errors import UsageError
from schemas.records import DOCUMENT_NAMESPACE
from storage.eark.package import export
from storage.eark.parts import Package


def transfer(
    services: Services,
    caller: Caller,
    folder: Path,
    *,
    dossier: str | None = None,
    documents: Sequence[str] = (),
) -> tuple[Path, tuple[str, ...]]:
    """Write the E-ARK CSIP package of a dossier, or of single documents, below ``folder``; its place, its documents.

    Raises UsageError when neither is named, nobody is named to hand it over (``agency`` in the settings), or the package
    is there already; NotFoundInArchive, Corrupt, Unreachable.
    """
    if not services.settings.agency:
        raise UsageError("agency must be set: the package names who hands it over")
    ids = list(documents)
    if dossier is not None:
        ids += services.archive.dossier(dossier).documents
    chosen = tuple(dict.fromkeys(ids))
    if not chosen:
        raise UsageError("name a dossier or documents")
    package = Package(
        id=_package_id(dossier, chosen),
        title=f"Hồ sơ {dossier}" if dossier else f"{len(chosen)} giấy tờ",
        creator=services.settings.agency,
        created=datetime.now(UTC),
        software=f"Sohoa {version('sohoa')}",
    )
    permit(services, caller, Act.EXPORT, *chosen)
    require_known(services, *chosen)
    log(services, caller, Act.EXPORT, *chosen)
    return export(services.archive, chosen, package, folder), chosen


def _package_id(dossier: str | None, documents: Sequence[str]) -> str:
    """A name for a folder, the same for the same documents."""
    if dossier is None:
        return f"uuid-{uuid.uuid5(DOCUMENT_NAMESPACE, ' '.join(sorted(documents)))}"
    return re.sub(r"[^\w.-]+", "-", dossier).strip(".-") or "dossier"
