"""What an officer has on the desk: claims, drafts of answers, words and regions of a page, queues."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, Field

from apps.api import answers
from apps.api.days import Day
from apps.api.identity import Asking, Parts
from apps.api.once import Repeatable
from apps.api.strict import Given
from apps.paging import position_of, token_of
from flows import records
from flows.caller import Act
from flows.desk import desk
from flows.door import permit
from flows.services import Services
from schemas.errors import UsageError, VersionNeeded
from schemas.records import State
from storage.desk import Draft
from storage.index.find import Query as Asked

router = APIRouter(tags=["desk"])


class Answer(Given):
    """The answer for a field: a value, or why there is none; neither forgets the answer."""

    value: Annotated[str | None, Field(max_length=10000)] = None
    answer: Literal["blank", "illegible"] | None = None


class UnderstoodAnswer(BaseModel):
    """What a typed text means, as it would be kept; a null value: it is not understood, and how it is to be typed."""

    value: str | int | float | list[str] | None
    expected_vi: str = ""
    expected_en: str = ""


class DraftAnswer(BaseModel):
    """What was typed and is not confirmed yet. ``revision`` goes into ``If-Match`` of the next answer.

    ``second_entry`` are fields that are typed without seeing what was read; ``understood`` is what the typed values mean.
    """

    version: int
    revision: int
    user: str
    answers: dict[str, dict[str, str]]
    second_entry: list[str] = []
    understood: dict[str, UnderstoodAnswer] = {}


class ClaimAnswer(BaseModel):
    """Who has a paper open, until when (Unix seconds)."""

    user: str
    until: float


class WordAnswer(BaseModel):
    """A word on a page; the box is in pixels of the page as a viewer shows it."""

    text: str
    box: tuple[int, int, int, int]


class Region(Given):
    """A part of a page, in its pixels."""

    box: tuple[int, int, int, int]


class ReadAnswer(BaseModel):
    """What was read in a region."""

    text: str


class QueueRow(answers.Row):
    """A paper that waits for somebody; ``claimed_by`` has it open now, an officer called ``claimed_name``."""

    claimed_by: str | None
    claimed_name: str | None


class QueuePage(BaseModel):
    """A page of a queue."""

    records: list[QueueRow]
    next: str | None


@router.post("/records/{document_id}/claim")
def claim(document_id: str, services: Parts, caller: Asking, doing: Repeatable) -> ClaimAnswer:
    """Take a paper for 15 minutes, or renew; every answer renews as well."""

    def act() -> str:
        held = desk.claim(services, caller, document_id)
        return f"{held.user} {held.until}"

    user, until = doing.once(None, act).rsplit(" ", 1)
    return ClaimAnswer(user=user, until=float(until))


@router.delete("/records/{document_id}/claim", status_code=204)
def release(document_id: str, services: Parts, caller: Asking, doing: Repeatable) -> None:
    """Give a paper back."""
    permit(services, caller, Act.CONFIRM, document_id)

    def act() -> str:
        services.desk.release(document_id, caller.actor)
        return "released"

    doing.once(None, act)


@router.get("/records/{document_id}/draft")
def draft(document_id: str, services: Parts, caller: Asking) -> DraftAnswer:
    """The draft of a paper; revision 0 when there is none."""
    kept = _draft(services, document_id, desk.draft(services, caller, document_id))
    return kept.model_copy(update={"second_entry": list(desk.second_entry(services, document_id))})


@router.put("/records/{document_id}/draft/{field}")
def answer(
    document_id: str,
    field: Annotated[str, Field(max_length=60)],
    given: Answer,
    services: Parts,
    caller: Asking,
    doing: Repeatable,
    version: Annotated[int, Query(ge=1, description="Version of the record that is looked at.")],
    if_match: Annotated[str | None, Header(max_length=20)] = None,
) -> DraftAnswer:
    """Keep the answer for one field; on the disk when this is answered. A stale revision is 409."""
    permit(services, caller, Act.CONFIRM, document_id)
    if if_match is None:
        raise VersionNeeded
    if not if_match.strip('"').isdecimal():
        raise UsageError("If-Match is not the revision of a draft")
    revision = int(if_match.strip('"'))

    def act() -> str:
        desk.claim(services, caller, document_id)
        wanted = desk.answer_of(given.value, given.answer)
        desk.write_answer(services, caller, document_id, version, field, wanted, revision)
        return "kept"

    doing.once([given.model_dump(), version, revision], act)
    return _draft(services, document_id, services.desk.draft(document_id))


@router.get("/records/{document_id}/pages/{number}/words")
def words(document_id: str, number: int, services: Parts, caller: Asking) -> list[WordAnswer]:
    """The words of a page with their places, to be clicked."""
    return [
        WordAnswer(text=one.text, box=one.box) for one in desk.words(services, caller, document_id, number)
    ]


@router.post("/records/{document_id}/pages/{number}/read")
def read_region(document_id: str, number: int, given: Region, services: Parts, caller: Asking) -> ReadAnswer:
    """Read a part of a page again."""
    return ReadAnswer(text=desk.read_region(services, caller, document_id, number, given.box))


@router.get("/queue/{kind}")
def queue(
    kind: Literal["check", "sign", "done"],
    services: Parts,
    caller: Asking,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
    after: Annotated[str | None, Query(max_length=40)] = None,
    order: Literal["newest", "due", "doubts"] = "newest",
    due_to: Day | None = None,
) -> QueuePage:
    """Papers that wait: to be checked, to be signed; and those that were confirmed.

    ``order``: the newest archived first, the nearest appointed day first, or the most fields to look at first; the same for all
    pages of a list. ``due_to``: only papers whose appointed day is not after this day.
    """
    permit(services, caller, Act.CONFIRM)
    both = Asked(limit=limit, after=position_of(after), order=order, due_to=due_to)
    asked = {
        "check": replace(both, state=str(State.UNCONFIRMED)),
        "sign": replace(both, state=str(State.CONFIRMED), signed=False),
        "done": replace(both, state=str(State.CONFIRMED)),
    }[kind]
    page = records.find(services, caller, asked)
    held = services.desk.claims([row.id for row in page.rows])
    names = {user.name: user.full_name for user in services.accounts.list()} if held else {}
    holders = {id: claim.user for id, claim in held.items()}
    rows = [
        QueueRow(
            **answers.row(row).model_dump(),
            claimed_by=(by := holders.get(row.id)),
            claimed_name=names.get(by, by) if by else None,
        )
        for row in page.rows
    ]
    response.headers["Cache-Control"] = "no-store"
    return QueuePage(records=rows, next=token_of(page.next))


def _draft(services: Services, document_id: str, kept: Draft | None) -> DraftAnswer:
    if kept is None:
        return DraftAnswer(version=0, revision=0, user="", answers={})
    return DraftAnswer(
        version=kept.version,
        revision=kept.revision,
        user=kept.user,
        answers={field: dict(one) for field, one in kept.answers.items()},
        understood={
            field: UnderstoodAnswer(**asdict(one))
            for field, one in desk.understood(services, document_id, kept).items()
        },
    )
