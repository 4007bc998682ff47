"""The personal store as one package that a person takes along: readable without us, every byte under one signature.

A ZIP with the signed copies (PDF/A), what was read of them (``manifest.json``, with the SHA-256 of every file), the signature over
the manifest (CMS, detached: ``openssl cms -verify``) and a page that says in Vietnamese and English how to check it.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flows.audit import detached_signature
from flows.caller import Act, Caller
from flows.door import log, permit
from flows.people.personal_store import UNAVAILABLE, Unread, held_on
from flows.reuse.evidence import evidence_of
from flows.reuse.judge import issued_on
from flows.services import Services
from pipeline.sign import Signer
from schemas import days
from schemas.documents import document_types, name_of
from schemas.errors import Corrupt, NotFoundInArchive, SignerUnavailable
from schemas.quality import is_sure
from schemas.records import State
from schemas.vietnamese import fold
from storage.model import ArchivedRecord, Part

FORMAT = "sohoa-personal-store/1"
_CHUNK = 1 << 20

_READ_ME = """\
KHO DỮ LIỆU ĐIỆN TỬ CỦA TỔ CHỨC, CÁ NHÂN
=========================================
Thư mục giay-to/ chứa bản điện tử có ký số của từng giấy tờ (PDF/A), mở được bằng mọi phần mềm đọc PDF.
manifest.json liệt kê từng giấy tờ, dữ liệu trên đó và mã băm SHA-256 của từng tệp.
Mục unavailable, nếu có, nêu giấy tờ có trong kho nhưng lúc lập gói chưa đọc được; hãy hỏi lại cơ quan lưu giữ.
manifest.json.p7s là chữ ký số trên manifest.json: nếu chữ ký hợp lệ và mã băm khớp thì không tệp nào bị thay đổi.

THE PERSONAL STORE
==================
The folder giay-to/ holds the signed copy of each paper (PDF/A). manifest.json lists the papers, what they say, and the SHA-256 of
each file; under unavailable, if there is such a list, papers that are held and could not be read. manifest.json.p7s signs manifest.json. To check, without the software that made this:

    openssl cms -verify -binary -inform DER -in manifest.json.p7s -content manifest.json -CAfile ROOTS.pem -purpose any -out /dev/null
    sha256sum --check SHA256SUMS
"""


@dataclass(frozen=True, slots=True)
class Package:
    """A package in a file; ``papers`` are the ids in it, ``unavailable`` those of papers that could not be read."""

    path: Path
    papers: tuple[str, ...]
    unavailable: tuple[str, ...] = ()


@contextmanager
def exported(
    services: Services, caller: Caller, subject: str, today: date | None = None
) -> Iterator[Package]:
    """The package of a person or organisation, in a file that is gone afterwards; each paper's way out is logged.

    All that is held on them: valid, expired, ended, not confirmed yet; what is restricted or may be a namesake's stays out, what
    cannot be read is named in it. Raises NotAllowed, NotFoundInArchive where nothing is held, Corrupt where nothing of it can be
    read, SignerUnavailable where nobody signs.
    """
    permit(services, caller, Act.HAND_OVER)
    signer = services.signer
    if signer is None:
        raise SignerUnavailable("the package must be signed: set signer")
    papers, unread = held_on(services, subject)
    if unread and not papers:
        raise Corrupt(", ".join(one.id for one in unread))
    if not papers:
        raise NotFoundInArchive("nothing is held on this person")
    log(services, caller, Act.HAND_OVER, *(f"{one.id}/pdf" for one in papers))
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        path = Path(folder) / "kho.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as package:
            told, altered = _papers(services, package, papers, today or days.today())
            unread = [*unread, *altered]
            if not told:
                raise Corrupt(", ".join(one.id for one in unread))
            _close(services, signer, package, subject, told, unread)
        yield Package(path, tuple(one["record"] for one in told), tuple(one.id for one in unread))


def _papers(
    services: Services, package: zipfile.ZipFile, papers: list[ArchivedRecord], today: date
) -> tuple[list[dict[str, Any]], list[Unread]]:
    """Write the copies into the package: what the manifest tells of each, and those that turn out altered, of which nothing is in it."""
    told: list[dict[str, Any]] = []
    altered = []
    for kept in papers:
        name = f"giay-to/{len(told) + 1:03d}-{_slug(kept)}.pdf"
        try:
            about = _about(services, kept, today)
            digest, size = _copy(services, package, kept.id, name)
        except Corrupt:
            altered.append(Unread(kept.id, kept.type))
        else:
            told.append({**about, "file": name, "sha256": digest, "size": size})
    return told, altered


def _close(
    services: Services,
    signer: Signer,
    package: zipfile.ZipFile,
    subject: str,
    told: list[dict[str, Any]],
    unread: list[Unread],
) -> None:
    """Write what says which papers are in the package, and sign it."""
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "subject": subject,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "made_by": services.settings.agency,
        "papers": told,
    }
    if unread:
        manifest[UNAVAILABLE] = [{"record": one.id, "type": one.type, "name": one.name} for one in unread]
    data = json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"
    package.writestr("manifest.json", data)
    package.writestr("manifest.json.p7s", detached_signature(data, signer, services.settings.signer.tsa))
    sums = {str(one["file"]): one["sha256"] for one in told} | {
        "manifest.json": hashlib.sha256(data).hexdigest()
    }
    package.writestr("SHA256SUMS", "".join(f"{digest}  {name}\n" for name, digest in sums.items()))
    package.writestr("DOC-TRUOC.txt", _READ_ME)


def _copy(services: Services, package: zipfile.ZipFile, document_id: str, name: str) -> tuple[str, int]:
    """Write the signed copy into the package; its SHA-256 and size. Never all of it in memory."""
    digest, size = hashlib.sha256(), 0
    with (
        services.archive.open(document_id, Part.PDF) as source,
        package.open(name, "w", force_zip64=True) as out,
    ):
        while piece := source.read(_CHUNK):
            digest.update(piece)
            size += len(piece)
            out.write(piece)
    return digest.hexdigest(), size


def _about(services: Services, kept: ArchivedRecord, today: date) -> dict[str, Any]:
    evidence = evidence_of(kept, services.archive.provenance(kept.id))
    issued, until = issued_on(kept.record), kept.record.validity.valid_until
    fields: Mapping[str, Any] = {
        name: {
            "value": field.value,
            "sure": is_sure(field),
            "source": str(evidence[name].source),
            "confirmed_by": evidence[name].confirmed_by,
            "last_updated": evidence[name].last_updated.isoformat(),
            "page": field.page,
            "box": field.box,
        }
        for name, field in kept.record.fields.items()
    }
    return {
        "record": kept.id,
        "type": kept.type,
        "name": name_of(kept.type),
        "state": str(kept.state),
        "standing": _standing(kept, today),
        "issued": issued.isoformat() if issued else None,
        "valid_until": until.isoformat() if until else None,
        "archived_at": kept.archived_at.isoformat(),
        "scan_sha256": kept.scan.sha256,
        "signed_by": list(kept.signed_by),
        "dossiers": list(kept.dossiers),
        "fields": fields,
    }


def _standing(kept: ArchivedRecord, today: date) -> str:
    """``open`` (nobody confirmed it), ``confirmed``, ``expired``, ``ended`` (revoked or superseded)."""
    if kept.state in (State.REVOKED, State.SUPERSEDED):
        return "ended"
    until = kept.record.validity.valid_until
    if until is not None and until < today:
        return "expired"
    return "confirmed" if kept.state is State.CONFIRMED else "open"


def _slug(kept: ArchivedRecord) -> str:
    model = document_types().get(kept.type)
    return "-".join(fold(model.form.name).split()) if model else "giay-to"
