"""Events: what happened to records, as a feed; and the keys that pushed events are signed with."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from apps.api.identity import Asking, Parts
from flows.agencies import events

router = APIRouter(tags=["events"])


class EventData(BaseModel):
    """Ids only: the record, its version, the dossier that it came with where that may be seen."""

    record: str
    version: int
    dossier: str | None = None


class CloudEvent(BaseModel):
    """A CloudEvent 1.0. ``type`` tells what happened, ``before`` is the id of the event before it."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str
    data: EventData
    before: str | None = None


@router.get("/events", response_model_exclude_none=True)
def feed(
    services: Parts,
    caller: Asking,
    after: Annotated[
        str | None, Query(max_length=40, description="The id of the last event that is known.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[CloudEvent]:
    """What happened to records after an event, the oldest first; without ``after`` from the beginning of what is kept."""
    found = events.feed(services, caller, after, limit)
    return [CloudEvent.model_validate(one.as_json()) for one in found]


@router.get("/keys")
def keys(services: Parts) -> dict[str, Any]:
    """The public keys of our signatures on events, as a JSON Web Key Set (RFC 7517)."""
    return events.public_keys(services)
