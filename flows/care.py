"""Care of the archive: fixity, renewal of archive time-stamps, closing the days of the audit log. Plain functions."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.house import House
from pipeline.sign import Level, Signer, protected_until, renew_pdf
from pipeline.sign.sign import run
from pipeline.verify import Verdict, verify_pdf
from schemas.errors import UsageError
from storage.fixity import Checking, Report, check
from storage.model import Event
from storage.stores.protocol import Store

#: Time-stamps are renewed when their certificate ends within this time.
HORIZON = timedelta(days=180)


def check_archive(
    house: House,
    *,
    sample: int = 100,
    repair_from: Store | None = None,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Hash every byte again, validate the signatures of a sample; goes on where it was stopped. Raises an Unreachable."""
    resume = house.home / "upkeep" / "check.json"
    resume.parent.mkdir(parents=True, exist_ok=True)

    def validate(_document_id: str, pdf: bytes) -> list[str]:
        return _faults_of(pdf, house)

    how = Checking(
        workers=house.settings.workers,
        resume=resume,
        repair_from=repair_from,
        validate=validate,
        sample=sample,
        progress=progress,
    )
    return check(house.archive, how)


def _faults_of(pdf: bytes, house: House) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        path = Path(folder) / "document.pdf"
        path.write_bytes(pdf)
        result = verify_pdf(path, house.trust)
    faults = [result.problem or result.operator] if result.verdict is Verdict.INVALID else []
    return faults if result.pdfa else [*faults, "does not claim PDF/A"]


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a renewal did: documents renewed, and those whose time-stamp is still good."""

    renewed: tuple[str, ...]
    still_good: int


def renew_archive(house: House, *, horizon: timedelta = HORIZON) -> Renewal:
    """Put a new archive time-stamp on every document whose last one ends soon; restartable.

    Raises UsageError when the settings name no time-stamping authority, TimeStampUnavailable.
    """
    options = house.sign_options
    if options.tsa is None or options.level is not Level.B_LTA:
        raise UsageError("renewal needs signer.level B-LTA and signer.tsa")
    renewed, still_good = [], 0
    for document_id, until in _protections(house):
        if until > datetime.now(UTC) + horizon:
            still_good += 1
            continue
        _renew(house, document_id, options.tsa)
        renewed.append(document_id)
    return Renewal(tuple(renewed), still_good)


def _protections(house: House) -> Iterator[tuple[str, datetime]]:
    for document_id in house.archive.ids():
        with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
            until = protected_until(_copy(house, document_id, Path(folder)))
        if until is not None:
            yield document_id, until


def _renew(house: House, document_id: str, tsa: str) -> None:
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        path = _copy(house, document_id, Path(folder))
        done = renew_pdf(path, path, tsa, house.trust)
        event = Event(type="digital signature renewal", at=done.time, agent="sohoa", tool=tsa)
        receipt = house.archive.revise(document_id, lambda before: before, event, pdf=path)
    house.index.add(receipt.record, receipt.version)


def _copy(house: House, document_id: str, folder: Path) -> Path:
    path = folder / "document.pdf"
    path.write_bytes(house.archive.get(document_id, "pdf"))
    return path


def close_audit_days(house: House) -> list[str]:
    """Archive every day of the audit log that is over, its head signed; the days. Nothing when nobody signs."""
    signer = house.signer
    if signer is None:
        return []
    return house.audit.close_days(lambda head: _detached_signature(head, signer))


def _detached_signature(data: bytes, signer: Signer) -> bytes:
    """CMS, detached (RFC 5652)."""

    async def sign() -> bytes:
        async with signer.session() as key:
            signed = await key.async_sign_general_data(data, "sha256", detached=True)
        return bytes(signed.dump())

    return run(sign())
