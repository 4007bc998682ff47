"""Numbers that name somebody or something: every sign counts, only blanks and points between groups of digits do not."""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.normalize.tidying import Value, check
from schemas.identifiers.dossier import is_dossier_code
from schemas.identifiers.enterprise import is_phone, is_tax_code, was_phone
from schemas.identifiers.personal import facts
from schemas.values import Kind

_SPACED = re.compile(r"[0-9](?:[ .]?[0-9])*")


def _digits(text: str) -> str:
    """The digits where there are only those, however they are grouped; else ""."""
    return re.sub(r"[ .]", "", text) if _SPACED.fullmatch(text) else ""


def _personal_id(text: str) -> Value | None:
    number = _digits(text)
    if len(number) not in {9, 12}:
        return None
    right = len(number) == 9 or facts(number) is not None
    return Value(number, checks=(check("personal_id", right, "no such place or century"),))


def _old_id(text: str) -> Value | None:
    number = _digits(text)
    if len(number) not in {9, 12}:  # some papers print the new number in the place of the old one
        return None
    return Value(number, checks=(check("old_id", len(number) == 9, "not 9 digits"),))


def _tax_code(text: str) -> Value | None:
    head, hyphen, branch = (part.strip() for part in re.sub("[–—]", "-", text).partition("-"))
    number, more = _digits(head), _digits(branch)
    if not hyphen and len(number) == 13:
        number, more = number[:10], number[10:]
    if len(number) != 10 or len(more) != (3 if hyphen or more else 0):
        return None
    code = f"{number}-{more}" if more else number
    return Value(code, checks=(check("tax_code", is_tax_code(code), "check digit"),))


_WORD = r"(?:[^\W\d_]|[0-9])+(?:[.&+,](?:[^\W\d_]|[0-9])+)*"
_BLANK_AT_SIGN = re.compile(r" ?([/\-]) ?")
_LABEL = re.compile(r"^[Ss][Ốố] ?:? ?(?=[^\W_])")
_BEFORE_MARK = re.compile(r"^([0-9]+) (?=[A-ZĐ]{2})")
_LETTERS_FIRST = re.compile(r"(?<![^\W_])([A-ZĐ]{1,3}) (?=[0-9])")
_DOCUMENT_NUMBER = re.compile(rf"[/\-]?{_WORD}(?:[/\-]{_WORD})*")


def _document_number(text: str) -> Value | None:
    """As printed, without its label and without blanks: those beside a slash or a hyphen, and between the letters of a series and its number.

    A blank between the number and its mark stands for their hyphen (*112 KH/TĐTN*), as where it is read.
    """
    number = _BLANK_AT_SIGN.sub(r"\1", re.sub("[–—]", "-", _LABEL.sub("", text)))
    number = _BEFORE_MARK.sub(r"\1-", number)
    number = _LETTERS_FIRST.sub(r"\1", number, count=1) if re.match("[A-ZĐ]", number) else number
    if not _DOCUMENT_NUMBER.fullmatch(number) or not re.search("[0-9/]", number):
        return None
    return Value(number, checks=(check("serial", number[0] not in "/-", "the serial is missing"),))


def _dossier_code(text: str) -> Value | None:
    code = re.sub(r" ?([.\-]) ?", r"\1", re.sub("[–—]", "-", text)).upper()
    return Value(code, checks=(check("dossier_code", True),)) if is_dossier_code(code) else None


def _serial(text: str) -> Value | None:
    found = re.fullmatch(r"([A-ZĐ]{1,2}) ?([0-9]{6,8})", text.upper())
    return Value(f"{found[1]} {found[2]}", checks=(check("serial", True),)) if found else None


def _phone(text: str) -> Value | None:
    if not re.fullmatch(r"\+?[0-9 .()\-–]+", text):
        return None
    number = re.sub(r"[ .()\-–]", "", text)
    if not (is_phone(number) or was_phone(number)):
        return None
    return Value(number, checks=(check("phone", is_phone(number), "no number of today"),))


_ONE_PARCEL = r"[0-9]{1,5}(?:[-/.][0-9]+)*[a-zA-Z]?"
_PARCELS = re.compile(rf"{_ONE_PARCEL}(?: ?[,+;] ?{_ONE_PARCEL})*")


def _parcel(text: str) -> Value | None:
    if not _PARCELS.fullmatch(text):
        return None
    return Value(re.sub(" ?[,+;] ?", ",", text), checks=(check("number", True),))


CODES: dict[Kind, Callable[[str], Value | None]] = {
    Kind.PERSONAL_ID: _personal_id,
    Kind.OLD_ID: _old_id,
    Kind.TAX_CODE: _tax_code,
    Kind.DOCUMENT_NUMBER: _document_number,
    Kind.DOSSIER_CODE: _dossier_code,
    Kind.SERIAL: _serial,
    Kind.PHONE: _phone,
    Kind.PARCEL: _parcel,
}
