"""Looking at records: lists, one record, its history, its parts, its verification."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from apps.api import answers
from apps.api.days import Day
from apps.api.identity import SECURITY, Asking, Parts, asking, services_of
from apps.api.questions import described, read
from apps.api.ranges import Span, span_of
from apps.api.strict import Given
from apps.paging import position_of, token_of
from flows import records
from flows.choices import known, types
from schemas.records import State
from storage.index import find as index
from storage.model import Part

router = APIRouter(prefix="/records", tags=["records"])

_CHUNK = 256 * 1024
_MEDIA = {
    "pdf": "application/pdf",
    "scan": "application/octet-stream",
    "text": "text/plain; charset=utf-8",
    "alto": "application/xml",
    "provenance": "application/json",
}


class Asked(Given):
    """What papers are asked for; all that is given must hold."""

    words: Annotated[str, Field(max_length=400, description="With or without tones.")] = ""
    name: Annotated[
        str | None, Field(max_length=200, description="What one of its people is called; ranked.")
    ] = None
    subject: Annotated[str | None, Field(max_length=40)] = None
    number: Annotated[str | None, Field(max_length=80, description="As people type it.")] = None
    type: Annotated[str | None, Field(max_length=60)] = None
    state: State | None = None
    agency: Annotated[str | None, Field(max_length=200)] = None
    dossier: Annotated[str | None, Field(max_length=60)] = None
    issued_from: Day | None = None
    issued_to: Day | None = None
    signed: bool | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 20
    after: Annotated[str | None, Field(max_length=40, description="``next`` of the page before.")] = None


@router.get("", response_model=answers.RowPage, openapi_extra=described(Asked) | SECURITY)
def find(request: Request) -> Response:
    """Papers for which all that is given holds, the newest first."""
    services, caller = services_of(request), asking(request)  # in one thread: this is asked most
    asked = read(Asked, request)
    given = dict(asked) | {
        "type": known("type", asked.type, types()),
        "state": asked.state and str(asked.state),
        "after": position_of(asked.after),
    }
    page = records.find(services, caller, index.Query(**given))
    told = answers.RowPage(records=[answers.row(one) for one in page.rows], next=token_of(page.next))
    return Response(told.model_dump_json(), media_type="application/json")  # not validated a second time


@router.get("/{document_id}")
def open_record(
    document_id: str,
    services: Parts,
    caller: Asking,
    response: Response,
    version: Annotated[int | None, Query(ge=1)] = None,
) -> answers.Record:
    """One record with every field's evidence; the newest version unless another is named."""
    opened = records.open_record(services, caller, document_id, version)
    response.headers["ETag"] = etag(opened.version)
    return answers.record(opened)


@router.get("/{document_id}/history")
def history(document_id: str, services: Parts, caller: Asking) -> list[answers.HistoryLine]:
    """Everything that happened to the paper, the oldest first."""
    opened = records.open_record(services, caller, document_id)
    return [answers.history_line(event) for event in opened.history]


@router.get("/{document_id}/verification")
def verification(document_id: str, services: Parts, caller: Asking) -> dict[str, Any]:
    """The signatures of the copy, and whether it is what the archive keeps."""
    found = records.verify(services, caller, document_id)
    told: dict[str, Any] = json.loads(found.result.model_dump_json())
    return {**told, "ok": found.ok, "archived": found.kept.as_json() if found.kept else None}


FILES: dict[int | str, dict[str, Any]] = {
    status: {"description": told, "content": {media.partition(";")[0]: {} for media in _MEDIA.values()}}
    for status, told in ((200, "The whole file."), (206, "A range of its bytes."))
}


@router.get("/{document_id}/parts/{part}", response_class=Response, responses=FILES)
def part(
    document_id: str,
    part: Literal["pdf", "scan", "text", "alto", "provenance"],
    services: Parts,
    caller: Asking,
    range: Annotated[str | None, Header()] = None,
) -> Response:
    """The signed copy, the scan as it came, the text; ranges of the copy and the scan as a stream."""
    headers = {"Content-Disposition": f'inline; filename="{document_id}.{part}"'}
    if part in {"text", "alto", "provenance"}:
        data = records.part(services, caller, document_id, part)
        return Response(data, headers=headers, media_type=_MEDIA[part])
    return file_answer(records.stream(services, caller, document_id, Part(part)), document_id, part, range)


def file_answer(file: BinaryIO, document_id: str, part: str, range: str | None) -> Response:
    """A file, or a range of it, as a stream."""
    headers = {"Content-Disposition": f'inline; filename="{document_id}.{part}"', "Accept-Ranges": "bytes"}
    span = span_of(file, range)
    return StreamingResponse(
        _pieces(file, span), 206 if span.partial else 200, headers | span.headers, media_type=_MEDIA[part]
    )


def _pieces(file: BinaryIO, span: Span) -> Iterator[bytes]:
    with file:
        file.seek(span.first)
        left = span.length
        while left and (piece := file.read(min(_CHUNK, left))):
            left -= len(piece)
            yield piece


def etag(version: int) -> str:
    """The entity tag of a version of a record."""
    return f'"{version}"'
