"""Care of the archive: every byte again, and the signatures of a sample."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from flows.record.verifying import checked
from flows.services import Services
from pipeline.verify import Verdict
from storage.fixity import Checking, Report, check
from storage.stores.protocol import Store


def check_archive(
    services: Services,
    *,
    sample: int = 100,
    repair_from: Sequence[Store] = (),
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Hash every byte again, validate the signatures of a sample; goes on where it was stopped. Raises an Unreachable."""
    resume = services.home / "upkeep" / "check.json"
    resume.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    def validate(_document_id: str, pdf: bytes) -> list[str]:
        return _faults_of(pdf, services)

    how = Checking(
        workers=services.settings.workers,
        resume=resume,
        repair_from=repair_from,
        log=services.audit,
        validate=validate,
        sample=sample,
        progress=progress,
    )
    return check(services.archive, how)


def _faults_of(pdf: bytes, services: Services) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        path = Path(folder) / "document.pdf"
        path.write_bytes(pdf)
        result = checked(services, path)
    faults = [result.message_en] if result.verdict is Verdict.INVALID else []
    return faults if result.pdfa else [*faults, "does not claim PDF/A"]
