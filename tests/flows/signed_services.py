"""Houses with signed copies in them, made without reading a page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.services import Services
from flows.settings import Settings, load_settings
from flows.signatures.signing import sign_or_wait
from tests.pki.harness import PASSWORD, Pki
from tests.storage.samples import deposit


def settings_for(
    pki: Pki, tsa: str | None = None, *, who: str = "officer", workers: int = 1, level: str = "B-LTA"
) -> Settings:
    """Signing by a file, with that time-stamping authority."""
    signer: dict[str, Any] = {"kind": "pkcs12", "file": str(pki.pkcs12(who)), "password": PASSWORD}
    trust = {"roots": [str(pki.root)], "fetch": True, "private": True}
    return load_settings(signer={**signer, "level": level, "tsa": tsa}, trust=trust, workers=workers)


@dataclass
class Filler:
    """Puts copies into an archive, one number after the other."""

    copy: Path
    folder: Path
    next: int = 1

    def put(self, settings: Settings, count: int = 1) -> list[str]:
        """Sign, archive and index so many copies; their ids."""
        services = Services(settings)
        ids = []
        for number in range(self.next, self.next + count):
            pdf = self.folder / "to-sign.pdf"
            pdf.write_bytes(self.copy.read_bytes())
            done = sign_or_wait(pdf, services)
            told = {
                "signed_by": done.signed_by,
                "pending_signatures": done.pending_signatures,
                "events": done.events,
            }
            receipt = services.archive.put(
                deposit(number, pdf=pdf.read_bytes(), signed=bool(done.signed_by), **told)
            )
            services.index.add(receipt.record, receipt.version)
            ids.append(receipt.id)
        self.next += count
        return ids
