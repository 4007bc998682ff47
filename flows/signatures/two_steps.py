"""Signing in two steps: a copy is prepared, the key signs elsewhere, the signature comes back.

What is prepared lies in the home, readable for this account only, so that it survives a restart; it expires after a quarter of an hour,
belongs to who prepared it, and is refused when the document changed meanwhile.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.caller import Act, Caller
from flows.door import perform, permit
from flows.services import Services
from flows.signatures.signing import PROTECTED_UNTIL, below_archival, signing_event
from flows.whole_file import write_whole
from pipeline.sign import Level, Prepared, SignOptions, finish_pdf, prepare_pdf, protected_until
from schemas.errors import Conflict, NotAllowed, NotPrepared, UsageError
from storage import corrections
from storage.model import Receipt
from storage.signed_notes import own_note, signed_note

PATIENCE = timedelta(minutes=15)
"""How long a prepared document waits for its signature."""

PREPARED = "prepared"
"""Folder of the home with what waits for a signature from elsewhere."""

_NAME = re.compile(r"[A-Za-z0-9_-]{32}")


@dataclass(frozen=True, slots=True)
class Preparation:
    """What the signer's device needs. ``to_be_signed`` is what its key signs, ``digest`` its SHA-256, for keys that take digests."""

    name: str
    document: str
    version: int
    role: str
    to_be_signed: bytes
    digest: bytes
    expires: datetime

    def as_json(self) -> dict[str, Any]:
        """For a program; bytes in base64."""
        return {
            "name": self.name,
            "document": self.document,
            "version": self.version,
            "role": self.role,
            "algorithm": "sha256",
            "to_be_signed": base64.b64encode(self.to_be_signed).decode("ascii"),
            "digest": base64.b64encode(self.digest).decode("ascii"),
            "expires": self.expires.isoformat(),
        }


def prepare_signature(
    services: Services,
    caller: Caller,
    document_id: str,
    chain: Sequence[bytes],
    *,
    role: str = "signer",
    expected: int | None = None,
) -> Preparation:
    """Prepare the newest copy of a document for a signature that it waits for.

    ``chain`` are certificates (DER), the signer's first; ``expected`` is the version that was looked at. Raises NotAllowed,
    NotFoundInArchive, CertificateRefused, Conflict when that is not the newest, and UsageError where the copy does not wait for ``role``.
    """
    permit(services, caller, Act.SIGN, document_id)
    forget_expired(services)
    record, version = services.archive.current(document_id)
    if expected not in (None, version):
        raise Conflict(document_id)
    if role not in record.pending_signatures:
        raise UsageError(f"the copy does not wait for a signature by: {role}")
    name = secrets.token_urlsafe(24)
    folder = _folder(services)
    pdf = folder / f"{name}.pdf"
    pdf.write_bytes(services.archive.get(document_id, "pdf", version))
    options = _options(services, others=len(record.pending_signatures) > 1)
    prepared = prepare_pdf(pdf, pdf, chain, options)
    expires = datetime.now(UTC) + PATIENCE
    about = {
        "document": document_id,
        "version": version,
        "role": role,
        "actor": caller.actor,
        "expires": expires.isoformat(),
        "attributes": prepared.attributes.hex(),
        "document_digest": prepared.document_digest.hex(),
        "room": [prepared.start, prepared.end],
        "chain": [one.hex() for one in prepared.chain],
        "field": prepared.field,
        "sha256": hashlib.sha256(pdf.read_bytes()).hexdigest(),
    }
    write_whole(
        folder / f"{name}.json", signed_note(_about(name), about, services.archive.signing_key), 0o600
    )
    return Preparation(name, document_id, version, role, prepared.attributes, prepared.digest, expires)


def prepared(services: Services, caller: Caller, name: str) -> Preparation:
    """What was prepared under this name. Raises NotPrepared, NotAllowed for anybody but who prepared it."""
    permit(services, caller, Act.SIGN)
    about, found = _own(services, caller, name)
    expires = datetime.fromisoformat(about["expires"])
    return Preparation(
        name, about["document"], int(about["version"]), about["role"], found.attributes, found.digest, expires
    )


def finish_signature(services: Services, caller: Caller, name: str, signature: bytes) -> Receipt:
    """Put the signature that came back on the copy, as the document's next version.

    Raises NotPrepared, NotAllowed for anybody but who prepared it, WrongSignature (it may be tried again), Conflict when the document
    changed meanwhile, TimeStampUnavailable and RevocationUnavailable (it may be tried again).
    """
    permit(services, caller, Act.SIGN)
    about, prepared = _own(services, caller, name)
    document_id, version, role = about["document"], int(about["version"]), about["role"]
    record, current = services.archive.current(document_id)
    if current != version or role not in record.pending_signatures:
        _forget(services, name)
        raise Conflict(document_id)
    options = _options(services, others=len(record.pending_signatures) > 1)
    with tempfile.TemporaryDirectory(prefix="sohoa-") as place:
        pdf = Path(place) / "document.pdf"
        finish_pdf(_folder(services) / f"{name}.pdf", pdf, prepared, signature, options)
        until = protected_until(pdf) if options.level is Level.B_LTA else None
        noted = {} if until is None else {PROTECTED_UNTIL: until.isoformat()}
        event = signing_event(caller.actor, "key elsewhere", level=str(options.level), **noted)
        (receipt,) = perform(
            services,
            caller,
            Act.SIGN,
            [document_id],
            lambda: corrections.sign(
                services.archive, document_id, pdf, event=event, by=(role,), expected=version
            ),
        )
    _forget(services, name)
    return receipt


def forget_expired(services: Services) -> int:
    """Remove what was prepared and never signed; how many."""
    gone = 0
    for file in _folder(services).glob("*.pdf"):
        try:
            _prepared(services, file.stem)
        except NotPrepared:
            made = datetime.fromtimestamp(file.stat().st_mtime, UTC) if file.exists() else datetime.now(UTC)
            if datetime.now(UTC) - made > PATIENCE:  # one without its description may be in the making
                _forget(services, file.stem)
                gone += 1
    return gone


def forget_documents(services: Services, documents: Collection[str]) -> int:
    """Remove what was prepared of these documents, by whomever; how many."""
    gone = 0
    for note in _folder(services).glob("*.json"):
        about = own_note(_about(note.stem), note.read_bytes(), services.archive.signing_key)
        if about is not None and about["document"] in documents:
            _forget(services, note.stem)
            gone += 1
    return gone


def _options(services: Services, *, others: bool) -> SignOptions:
    """The archive time-stamp comes once, with the last signature."""
    options = services.sign_options
    return replace(options, level=below_archival(options.level)) if others else options


def _own(services: Services, caller: Caller, name: str) -> tuple[dict[str, Any], Prepared]:
    about, found = _prepared(services, name)
    if about["actor"] != caller.actor:
        raise NotAllowed("prepared by somebody else")
    return about, found


def _prepared(services: Services, name: str) -> tuple[dict[str, Any], Prepared]:
    if not _NAME.fullmatch(name):
        raise NotPrepared
    folder = _folder(services)
    try:
        about = own_note(_about(name), (folder / f"{name}.json").read_bytes(), services.archive.signing_key)
        digest = hashlib.sha256((folder / f"{name}.pdf").read_bytes()).hexdigest()
    except OSError as error:
        raise NotPrepared from error
    if about is None or about["sha256"] != digest:
        raise NotPrepared("it is not as it was prepared")
    if datetime.fromisoformat(about["expires"]) < datetime.now(UTC):
        raise NotPrepared("its time is over")
    start, end = about["room"]
    return about, Prepared(
        bytes.fromhex(about["attributes"]),
        bytes.fromhex(about["document_digest"]),
        start,
        end,
        tuple(bytes.fromhex(one) for one in about["chain"]),
        about["field"],
    )


def _about(name: str) -> str:
    return f"prepared {name}"


def _folder(services: Services) -> Path:
    folder = services.home / PREPARED
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _forget(services: Services, name: str) -> None:
    for suffix in (".json", ".pdf"):
        (_folder(services) / f"{name}{suffix}").unlink(missing_ok=True)
