"""Links to a file for some minutes, and the files behind them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel

from apps.api.identity import Asking, Parts, address_of
from apps.api.routes.records import FILES, file_answer
from flows.file_links import follow, link_to
from storage.model import Part

router = APIRouter(tags=["records"])


class FileLink(BaseModel):
    """``href`` opens the file without any header until it ``expires``; whoever has it looks in the name of who asked for it."""

    href: str
    expires: datetime


@router.get("/records/{document_id}/parts/{part}/link")
def link(document_id: str, part: Literal["pdf", "scan"], services: Parts, caller: Asking) -> FileLink:
    """A link to the signed copy or the scan that holds for five minutes."""
    made = link_to(services, caller, document_id, Part(part))
    return FileLink(href=f"/api/v1/files/{made.token}", expires=datetime.fromtimestamp(made.until, UTC))


@router.get("/files/{token}", response_class=Response, responses=FILES)
def file(
    token: str, request: Request, services: Parts, range: Annotated[str | None, Header()] = None
) -> Response:
    """The file behind a link; ranges."""
    found, document_id, part = follow(services, token, address_of(request))
    return file_answer(found, document_id, str(part), range)
