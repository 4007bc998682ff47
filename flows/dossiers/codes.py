"""Codes that people type: refused where their form is wrong, unless forced; a slip would file papers where nobody looks."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from flows.request import Request
from schemas.errors import UsageError
from schemas.plain import is_harmless, one_line

LONGEST_DOSSIER = 60
"""Characters; a code is also the name of an object in the archive."""


class WrongDossier(UsageError):
    """What is no code of a dossier."""

    code = "wrong_dossier"
    message_vi = "Mã hồ sơ chưa đúng dạng, ví dụ 000.00.01.H48-250117-0012."
    message_en = "Not the code of a dossier, such as 000.00.01.H48-250117-0012."
    hint = "Type it as it stands on the receipt; --force takes any other code as it is."
    hint_vi = "Gõ đúng như trên giấy tiếp nhận; --force nhận mã khác như đã gõ."


class WrongProcedureCode(UsageError):
    """What is no code of a procedure."""

    code = "wrong_procedure"
    message_vi = "Mã thủ tục hành chính chưa đúng dạng, ví dụ 2.001583."
    message_en = "Not the code of a procedure, such as 2.001583."
    hint = "See: sohoa procedures list; --force takes any other code as it is."
    hint_vi = "Xem danh sách: sohoa procedures list; --force nhận mã khác như đã gõ."


class WrongDue(UsageError):
    """What is no appointed day, or the day of no dossier."""

    code = "wrong_due"
    message_vi = "Ngày hẹn trả chưa đúng: ghi ngày/tháng/năm, kèm mã hồ sơ."
    message_en = (
        "Not an appointed day such as 2026-12-01 or 01/12/2026, or no dossier is named that it is for."
    )
    hint = "Give the day as it stands on the receipt, and the dossier's code."
    hint_vi = "Ghi ngày như trên giấy hẹn, ví dụ 01/12/2026, và mã hồ sơ."


def checked_due(day: str | None) -> date | None:
    """The day, written as ISO 8601 or day/month/year; raises WrongDue."""
    if day is None or not day.strip():
        return None
    found = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", day.strip())
    iso = "{2}-{1:0>2}-{0:0>2}".format(*found.groups()) if found else day.strip()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", iso):
            return date.fromisoformat(iso)
    except ValueError:
        pass
    raise WrongDue(day)


def checked_dossier(code: str | None, *, force: bool) -> str | None:
    """The code; raises WrongDossier."""
    from schemas.identifiers.dossier import is_dossier_code

    code = (code or "").strip() or None
    if code is None:
        return None
    if len(code) > LONGEST_DOSSIER or not is_harmless(code) or not (force or is_dossier_code(code)):
        raise WrongDossier(one_line(code, LONGEST_DOSSIER))
    return code


def checked_subject(number: str | None, *, force: bool) -> str | None:
    """The identifier as it is kept; raises WrongSubject."""
    from flows.reuse import WrongSubject, subject_of

    if number is None or force:
        return number
    try:
        return subject_of(number)
    except WrongSubject as error:
        error.hint = f"{error.hint.rstrip('.')}; --force takes any other as it is."
        error.hint_vi = f"{error.hint_vi.rstrip('.')}; --force nhận số khác như đã gõ."
        raise


def checked_procedure(code: str | None, *, force: bool) -> str | None:
    """The code; raises WrongProcedureCode."""
    from schemas.identifiers.dossier import find_procedure_code

    if code is not None and not force and find_procedure_code(code) != code:
        raise WrongProcedureCode(code)
    return code


def checked(request: Request, *, force: bool = False) -> Request:
    """What is said of a scan, its codes as they are kept; raises WrongDossier, WrongSubject, WrongProcedureCode, WrongDue."""
    due = checked_due(request.due)
    if due is not None and not request.dossier:
        raise WrongDue("no dossier")
    return replace(
        request,
        dossier=checked_dossier(request.dossier, force=force),
        subject=checked_subject(request.subject, force=force),
        owner=checked_subject(request.owner, force=force),
        procedure=checked_procedure(request.procedure, force=force),
        due=due.isoformat() if due else None,
    )
