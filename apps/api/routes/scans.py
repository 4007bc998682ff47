"""Handing in scans."""

from __future__ import annotations

import hashlib
from typing import Annotated, BinaryIO

from fastapi import APIRouter, File, Form, Response, UploadFile
from pydantic import BaseModel

from apps.api.identity import Asking, Parts
from apps.api.once import Repeatable
from flows.caller import Act
from flows.door import permit
from flows.dossiers.codes import checked
from flows.incoming import uploads
from flows.request import Request
from schemas.documents import document_type

router = APIRouter(prefix="/scans", tags=["scans"])
_Said = Annotated[str | None, Form(max_length=80)]


class Accepted(BaseModel):
    """The job of a scan that is kept and will be digitized; ``href`` tells how it stands."""

    job: str
    href: str


@router.post("", status_code=202)
def submit(
    file: Annotated[UploadFile, File(description="PDF, TIFF, JPEG or PNG")],
    services: Parts,
    caller: Asking,
    response: Response,
    doing: Repeatable,
    dossier: _Said = None,
    procedure: _Said = None,
    subject: _Said = None,
    type: _Said = None,
    due: _Said = None,
    owner: _Said = None,
) -> Accepted:
    """Hand in a scan. It is kept before this is answered; the same scan sent again is the same job.

    ``due`` is the dossier's appointed day, where it has none yet. ``subject`` is whom the paper is about; ``owner`` whose dossier it
    is, who is taken for the subject where the paper tells no number of its own.
    """
    permit(services, caller, Act.DIGITIZE)
    if type is not None:
        document_type(type)
    request = checked(Request(dossier, subject, type, procedure, due, owner))
    said = [_digest(file.file), dossier, procedure, subject, type, due]
    said += [owner] if owner else []  # what was said before there were owners stays the same request
    job = doing.once(
        said, lambda: uploads.submit(services, caller, file.file, file.filename or "scan", request)
    )
    response.headers["Location"] = f"/api/v1/jobs/{job}"
    return Accepted(job=job, href=response.headers["Location"])


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()
