"""What the counter asks besides records: refused scans, papers done today, sheets of one field, dossiers, scanners, sheets to print."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from apps.api import answers
from apps.api.days import Day
from apps.api.identity import Asking, Parts
from apps.api.once import Repeatable
from apps.api.routes.jobs import state_of
from apps.api.strict import Given
from apps.presentation import doubts_of, type_name
from flows.caller import Act
from flows.desk import queues
from flows.door import permit
from flows.dossiers import history as dossier_history
from flows.dossiers import receipt
from flows.dossiers.codes import LONGEST_DOSSIER, WrongDossier, checked, checked_dossier
from flows.dossiers.deadlines import set_due
from flows.incoming.escl import ScanWish
from flows.incoming.hand_in import scan_in
from flows.request import Request
from pipeline.separators import write_separators
from schemas.errors import NotFoundInArchive
from schemas.labels import field_labels
from schemas.plain import one_line

router = APIRouter(tags=["counter"])
Code = Annotated[str, Field(max_length=60)]


class RefusedScan(BaseModel):
    """A scan that was not taken, and why; its file is kept, whole."""

    job: str
    source: str
    at: float | None
    error: dict[str, Any] | None


class SheetRow(BaseModel):
    """A field that is doubtful on several papers of a type."""

    type: str
    type_name: str
    field: str
    label: str
    count: int


class Cell(BaseModel):
    """One cut-out of a sheet; ``revision`` goes into ``If-Match`` of the answer."""

    id: str
    version: int
    revision: int
    value: str | int | float | bool | list[str] | None
    text: str
    page: int
    box: tuple[int, int, int, int]
    doubts_vi: list[str]


class DossierLine(BaseModel):
    """Something that happened to a paper of the dossier; ``name`` is the officer's, empty for a program."""

    at: datetime
    document: str
    type: str
    type_name: str
    event: answers.HistoryLine
    name: str


class Due(Given):
    """The appointed day of a dossier (*ngày hẹn trả*); null: none."""

    due: Day | None


class Wish(Given):
    """How to scan, and for what."""

    source: Literal["Feeder", "Platen"] = "Feeder"
    dpi: Literal[200, 300, 400, 600] = 300
    duplex: bool = False
    colour: bool = True
    dossier: Code | None = None
    procedure: Code | None = None
    subject: Code | None = None
    due: Code | None = None
    owner: Code | None = None


class ScannedAnswer(BaseModel):
    """The job of what was scanned; ``repeated``: the scanner sent the same pages again and was stopped."""

    job: str
    pages: int
    repeated: bool


@router.get("/counter/refused")
def refused(
    services: Parts, caller: Asking, batch: Annotated[str | None, Query(max_length=64)] = None
) -> list[RefusedScan]:
    """Scans that were refused or given up, all or those of a batch, the newest first."""
    return [
        RefusedScan(
            job=state.job,
            source=state.source,
            at=job.ended,
            error=state.error,
        )
        for job in queues.refused(services, caller, batch)
        for state in [state_of(job)]
    ]


@router.get("/counter/today")
def today(services: Parts, caller: Asking) -> list[answers.Row]:
    """Papers that were confirmed today, the last one first."""
    return [answers.row(row) for row in queues.done_today(services, caller)]


@router.get("/counter/sheets")
def sheets(services: Parts, caller: Asking) -> list[SheetRow]:
    """Which fields may be looked through as cut-outs of many papers."""
    return [
        SheetRow(
            type=type,
            type_name=type_name(type),
            field=field,
            label=field_labels(type).get(field, field),
            count=n,
        )
        for type, field, n in queues.sheets(services, caller)
    ]


@router.get("/counter/sheets/{type}/{field}")
def sheet(type: Code, field: Code, services: Parts, caller: Asking) -> list[Cell]:
    """The cut-outs of one field on all unconfirmed papers of a type."""
    return [
        Cell(
            id=cell.id,
            version=cell.version,
            revision=cell.revision,
            value=cell.field.value,
            text=cell.field.text,
            page=cell.field.page or 1,
            box=cell.field.box or (0, 0, 0, 0),
            doubts_vi=doubts_of(cell.field),
        )
        for cell in queues.sheet(services, caller, type, field)
    ]


@router.put("/dossiers/{code}/due")
def dossier_due(code: Code, given: Due, services: Parts, caller: Asking) -> Due:
    """Tell the appointed day of a dossier, or that it has none; before its papers come, or when it is put off."""
    permit(services, caller, Act.DIGITIZE)
    if (
        checked_dossier(code, force=False) != code
    ):  # in an address nothing is put right: others are asked for as they are
        raise WrongDossier(one_line(code, LONGEST_DOSSIER))
    set_due(services, caller, code, given.due)
    return given


@router.get("/dossiers/{code}/history")
def dossier_events(code: Code, services: Parts, caller: Asking) -> list[DossierLine]:
    """What happened to the dossier and to its papers, the newest first."""
    events = dossier_history.dossier_history(services, caller, code)
    names = dossier_history.names_of(services, events)
    return [
        DossierLine(
            at=one.at,
            document=one.document,
            type=one.type,
            type_name=type_name(one.type),
            event=answers.history_line(one.event),
            name=names.get(one.event.agent, ""),
        )
        for one in events
    ]


@router.get("/dossiers/{code}/receipt.svg", response_class=Response)
def receipt_code(code: Code, services: Parts, caller: Asking) -> Response:
    """The QR code of the dossier's receipt."""
    found = receipt.receipt_of(services, caller, code)
    if found is None:
        raise NotFoundInArchive(code)
    return Response(receipt.receipt_code(found), media_type="image/svg+xml")


@router.get("/counter/separators.pdf", response_class=Response)
def separators(
    services: Parts,
    caller: Asking,
    count: Annotated[int, Query(ge=1, le=50)] = 1,
    dossier: Annotated[str | None, Query(max_length=60)] = None,
) -> Response:
    """Sheets to lay between the papers of a stack, as PDF."""
    permit(services, caller, Act.DIGITIZE)
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        target = Path(folder) / "sheets.pdf"
        write_separators(target, count, dossier)
        data = target.read_bytes()
    headers = {"Content-Disposition": 'inline; filename="to-phan-tach.pdf"'}
    return Response(data, media_type="application/pdf", headers=headers)


@router.get("/counter/scanners")
def scanners(services: Parts, caller: Asking) -> list[str]:
    """The names of the scanners that the settings know."""
    permit(services, caller, Act.DIGITIZE)
    return sorted(services.settings.station.scanners)


@router.post("/counter/scanners/{name}/scan", status_code=202)
def scan(
    name: Annotated[str, Field(max_length=80)],
    wish: Wish,
    services: Parts,
    caller: Asking,
    doing: Repeatable,
) -> ScannedAnswer:
    """Scan what lies in the scanner; it is kept before this is answered."""
    permit(services, caller, Act.DIGITIZE)
    how = ScanWish(wish.source, wish.dpi, wish.duplex, wish.colour)
    said = checked(
        Request(wish.dossier, wish.subject, procedure=wish.procedure, due=wish.due, owner=wish.owner)
    )

    def act() -> str:
        found = scan_in(services, caller, name, how, said)
        return f"{found.job} {found.pages} {int(found.repeated)}"

    job, pages, repeated = doing.once(wish.model_dump(), act).split()
    return ScannedAnswer(job=job, pages=int(pages), repeated=repeated == "1")
