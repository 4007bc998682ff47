"""Errors as problem details (RFC 9457), with our stable codes and both languages."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from apps.api.contract import methods_of
from apps.api.hints import hints_of
from schemas.errors import (
    AboutFields,
    AlreadyEnded,
    Claimed,
    Conflict,
    ConsentRefused,
    ContradictoryValues,
    Erased,
    ExitStatus,
    ForgedRequest,
    KeyInUse,
    KeyUsed,
    Lost,
    NotAllowed,
    NotFound,
    NotFoundInArchive,
    NotSignedIn,
    Refused,
    SohoaError,
    TooLarge,
    TooManyTries,
    Unreachable,
    VersionNeeded,
)

logger = logging.getLogger("sohoa")

STATUS: tuple[tuple[type[SohoaError], int], ...] = (
    (NotSignedIn, 401),
    (NotAllowed, 403),
    (ForgedRequest, 403),
    (ConsentRefused, 403),
    (Lost, 410),
    (NotFoundInArchive, 404),
    (NotFound, 404),
    (Erased, 410),
    (Claimed, 409),
    (Conflict, 409),
    (KeyUsed, 409),
    (KeyInUse, 409),
    (AlreadyEnded, 409),
    (ContradictoryValues, 409),
    (TooLarge, 413),
    (VersionNeeded, 428),
    (TooManyTries, 429),
    (Refused, 409),
    (Unreachable, 503),
)
"""The first that fits; what is asked wrongly is 400, a fault of ours 500. 409 is what we understand and must refuse."""


def install(app: FastAPI) -> None:
    """Let every error of the app be answered as a problem."""
    app.add_exception_handler(SohoaError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def status_of(error: SohoaError) -> int:
    """The HTTP status of an error."""
    found = next((status for kind, status in STATUS if isinstance(error, kind)), None)
    return found or (400 if error.status == ExitStatus.USAGE else 500)


def problem(
    status: int,
    code: str,
    message_en: str,
    message_vi: str,
    hint: str = "",
    hint_vi: str = "",
    fields: Sequence[str] = (),
) -> JSONResponse:
    """The answer; ``title`` and ``detail`` are English, ``message_vi`` and ``hint_vi`` are what a clerk reads."""
    content = {
        "type": f"urn:sohoa:problem:{code}",
        "title": message_en,
        "status": status,
        "code": code,
        "detail": hint,
        "message_vi": message_vi,
        "hint_vi": hint_vi,
    } | ({"fields": list(fields)} if fields else {})
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(content, status, headers, media_type="application/problem+json")


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, SohoaError)
    return answered(request, error)


def answered(request: Request, error: SohoaError) -> JSONResponse:
    """The answer to what an error of ours stopped.

    What cannot be reached is the operator's to know: its name, a server's or a folder's, goes to the log.
    """
    if isinstance(error, Unreachable):
        logger.warning("%s: %s", error.code, error.message)
        error = type(error)()
    hints = hints_of(error, request.app.openapi_url)
    fields = error.fields if isinstance(error, AboutFields) else ()
    return problem(status_of(error), error.code, error.message, error.message_vi, *hints, fields)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    """Only where it is wrong, never what was sent: that may be personal data."""
    assert isinstance(error, RequestValidationError)
    return not_as_asked([(_place(one), one["type"]) for one in error.errors()[:8]])


def _place(wrong: Mapping[str, Any]) -> str:
    *path, last = map(str, wrong["loc"])
    return ".".join([*path, tellable(last) if wrong["type"] == "extra_forbidden" else last])


def tellable(name: str) -> str:
    """A name that somebody sent, as far as it may be told: what is no word of a program may be a person's name.

    >>> tellable("sbuject"), tellable("Nguyễn Thị Ánh")
    ('sbuject', '?')
    """
    return name if name.isascii() and name.isidentifier() and len(name) <= 60 else "?"


_WHY: Mapping[str, tuple[str, str]] = {
    "extra_forbidden": ("not taken here", "không dùng ở đây"),
    "repeated": ("repeated", "bị lặp lại"),
    "missing": ("missing", "còn thiếu"),
    "surrogate": ("half of a surrogate pair", "chứa nửa ký tự"),
}
"""Kinds of faults → in words, in English and Vietnamese; others are told as the schema calls them."""


def not_as_asked(wrong: Sequence[tuple[str, str]]) -> JSONResponse:
    """The answer to a request that has not the form that the contract asks for: where it has not, and the kind of each fault."""
    told = [(place, *_WHY.get(kind, (kind, kind))) for place, kind in wrong]
    return problem(
        422,
        "invalid",
        "The request does not have the form that is asked for.",
        "Yêu cầu chưa đúng.",
        "; ".join(f"{place}: {why}" for place, why, _ in told),
        "Xem lại: " + "; ".join(f"{place}: {why}" for place, _, why in told),
    )


_KNOWN = {
    401: ("not_signed_in", "Chưa đăng nhập."),
    404: ("unknown_address", "Không có địa chỉ này."),
    405: ("method", "Không dùng được cách gọi này."),
    413: ("too_large", "Tệp quá lớn."),
    416: ("range", "Không có phần được yêu cầu."),
}


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code, message = _KNOWN.get(error.status_code, ("refused", "Yêu cầu bị từ chối."))
    answer = problem(error.status_code, code, str(error.detail), message)
    answer.headers.update(error.headers or {})  # Allow, Content-Range
    if error.status_code == 405 and (known := methods_of(request.app, request.url.path)):
        answer.headers["Allow"] = ", ".join(known)
    return answer


def fault() -> JSONResponse:
    """The answer to what nobody expected."""
    return problem(500, SohoaError.code, SohoaError.message_en, SohoaError.message_vi)


def too_large() -> JSONResponse:
    """The answer to a request that brings more than it may."""
    return problem(413, TooLarge.code, TooLarge.message_en, TooLarge.message_vi)
