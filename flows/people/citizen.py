"""The citizen's question through an app or a callbot: whether a paper of theirs is there, and until when it holds.

The channel is an agency with a policy; the person's consent is a token (JWT) of whoever signs citizens in (the settings name the
issuer and its keys): for this person, for us, for some minutes, used once. The answer is one short sentence that can be spoken.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from time import time
from typing import Any

import jwt

from flows.agencies.tokens import LEEWAY, claims_of
from flows.caller import Act, Caller
from flows.door import log, note_refusal, permit, refuse
from flows.people.personal_store import held_on, looks_told, owned_by
from flows.reuse import subject_of
from flows.reuse.judge import end_is_unknown
from flows.services import Services
from schemas import days
from schemas.documents import document_type
from schemas.errors import ConsentRefused, UsageError
from schemas.records import State
from schemas.vietnamese import within_sentence

LONGEST = 600.0
"""Seconds that a consent may hold."""
AUDIENCE = "sohoa"


@dataclass(frozen=True, slots=True)
class Told:
    """The answer: a sentence to be spoken, and the same as data."""

    sentence_vi: str
    there: bool
    valid_until: date | None
    unavailable: bool = False
    """It is there and cannot be read now."""

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        until = self.valid_until.isoformat() if self.valid_until else None
        told: dict[str, Any] = {"sentence_vi": self.sentence_vi, "there": self.there, "valid_until": until}
        return told | ({"unavailable": True} if self.unavailable else {})


def my_paper(services: Services, caller: Caller, consent: str, type: str, today: date | None = None) -> Told:
    """Whether the person who consents has a paper of a type that holds today, and until when.

    Raises ConsentRefused, NotAllowed for a type outside of the channel's policy, UsageError for one that there is not.
    """
    name = document_type(type).form.name
    permit(services, caller, Act.CITIZEN)
    if caller.policy is None or type not in caller.policy.types:
        refuse(services, caller, Act.CITIZEN, why="outside of the policy")
    subject = consenting(services, caller, consent)
    day = today or days.today()
    found, unread = owned_by(services, subject, day)
    owned = [one for one in found if one.record.type == type]
    log(services, caller, Act.CITIZEN, *(one.record.id for one in owned))
    best = next((one for one in owned if one.record.state is State.CONFIRMED), None)
    what = name[:1].upper() + name[1:]
    if best is None and owned:
        return Told(
            f"{what} của bạn đã được số hóa và đang chờ cán bộ xác nhận.", there=False, valid_until=None
        )
    if best is None and any(one.type == type for one in unread):
        told = f"{what} của bạn có trong kho nhưng hiện chưa đọc được; cơ quan lưu giữ cần kiểm tra lại."
        return Told(told, there=False, valid_until=None, unavailable=True)
    if best is None:
        return Told(
            f"Chưa có {within_sentence(name)} nào của bạn còn giá trị trong kho.",
            there=False,
            valid_until=None,
        )
    until = best.valid_until
    if end_is_unknown(best.record.record):
        return Told(f"{what} của bạn đã có trong kho, chưa rõ ngày hết hạn.", there=True, valid_until=None)
    if until is None:
        return Told(f"{what} của bạn đã có trong kho, không có thời hạn.", there=True, valid_until=None)
    return Told(
        f"{what} của bạn đã có trong kho, còn giá trị {spoken(until)}.", there=True, valid_until=until
    )


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at, or changed, a paper of the person: when, which organisation, what, which paper, for what."""

    at: datetime
    who: str
    action: str
    type: str
    purpose: str


def my_looks(services: Services, caller: Caller, consent: str, *, most: int = 200) -> list[Look]:
    """The person's own view: who looked at their papers, the newest first. Officers are told as their organisation.

    Raises ConsentRefused, NotAllowed.
    """
    permit(services, caller, Act.CITIZEN)
    subject = consenting(services, caller, consent)
    held, unread = held_on(services, subject)
    types = {one.id: one.type for one in held} | {one.id: one.type for one in unread}
    log(services, caller, Act.CITIZEN, *types)
    return [
        Look(one.at, one.who, one.action, types[one.record], one.purpose)
        for one in looks_told(services, types, most=most)
    ]


def spoken(day: date) -> str:
    """A day as it is said.

    >>> spoken(date(2027, 3, 5))
    'đến ngày 5 tháng 3 năm 2027'
    """
    return f"đến ngày {day.day} tháng {day.month} năm {day.year}"


def consenting(services: Services, caller: Caller, consent: str) -> str:
    """The number of the person whose token this is, used now and never again. Raises ConsentRefused, which is logged."""
    try:
        return _consenting(services, consent)
    except ConsentRefused:
        note_refusal(services, caller, Act.CITIZEN)
        raise


def _consenting(services: Services, consent: str) -> str:
    chosen = services.settings.api
    if chosen.consent_issuer is None or chosen.consent_keys is None or len(consent) > 10_000:
        raise ConsentRefused
    try:
        keys = json.loads(chosen.consent_keys.read_text(encoding="utf-8"))["keys"]
        claims = claims_of(consent, keys, AUDIENCE, chosen.consent_issuer)
        until = float(claims["exp"])
        subject = subject_of(str(claims["sub"]))
        digest = hashlib.sha256(f"consent\0{chosen.consent_issuer}\0{claims['jti']}".encode()).hexdigest()
    except (OSError, jwt.PyJWTError, UsageError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise ConsentRefused from error
    if until > time() + LONGEST + LEEWAY:
        raise ConsentRefused
    if not services.agencies.use_assertion(digest, until + LEEWAY + 1):
        raise ConsentRefused
    return subject
