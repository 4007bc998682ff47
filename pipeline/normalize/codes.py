"""Codes as a recogniser gives them: persons, enterprises, phones, dossiers; look-alikes repaired, blanks dropped."""

from __future__ import annotations

import re

from pipeline.normalize.numbers import repair_digits
from schemas.identifiers.enterprise import is_phone, was_phone
from schemas.identifiers.personal import facts

_DIGIT = "[0-9OoQDØIil|SsBbGgqZz]"
_TAX = re.compile(rf"{_DIGIT}(?:[ .]?{_DIGIT}){{9}}(?:\s*-\s*{_DIGIT}{{3}})?(?!\d)")
_PHONE = re.compile(rf"(?:\+\s*84|\(?0|\(?[Oo](?=\d)){_DIGIT}?(?:[ .\-()]{{0,2}}{_DIGIT}){{7,9}}")
_AGENCY_FIRST = re.compile(
    r"(?P<agency>\b[HG][0-9OoQl|I]{2})(?P<units>(?:\s?[.,]\s?[0-9OoQl|I]{1,3}){1,3})\s?-\s?(?P<day>[0-9OoQl|I]{6})"
    r"\s?-\s?(?P<letters>(?:[A-Z0-9]{2}(?=[0-9OoQl|I]{4}\b))?)(?P<serial>[0-9OoQl|I]{4,6})"
)
"""Codes that begin with the agency's (Decision 20/2020/QĐ-TTg), and those of Circular 04/2025/TT-VPCP with two signs before the serial."""

_LOOSE = re.compile(
    r"(?P<unit>[0-9OoQl|I]{3}(?:\s?[.,]\s?[0-9OoQl|I]{2}){1,3})\s?[.,]\s?(?P<agency>[HG][0-9OoQl|I]{2})"
    r"\s?-\s?(?P<day>[0-9OoQl|I]{6})\s?-\s?(?P<serial>[0-9OoQl|I]{4,6})"
)


def find_personal_id(text: str) -> str | None:
    """The 12 digits (else the 9 of an old card) in ``text``, look-alikes repaired, blanks and points inside dropped.

    A leading zero that was lost is put back where all else fits.

    >>> find_personal_id("CCCD số: O45 206 001 284, cấp ngày 01/01/2022")
    '045206001284'
    """
    runs = re.findall(r"[0-9OoQDØIil|SsBbGgqZz](?:[ .]?[0-9OoQDØIil|SsBbGgqZz]){8,13}(?![0-9A-Za-z/])", text)
    candidates = [
        repair_digits(re.sub(r"[ .]", "", run)) for run in runs if sum(c.isdigit() for c in run) >= 7
    ]
    for length in (12, 9):
        for candidate in candidates:
            if len(candidate) == length:
                return candidate
    return next((f"0{c}" for c in candidates if len(c) == 11 and facts(f"0{c}")), None)


def find_tax_code(text: str) -> str | None:
    """10 digits, or 10 and 3 for a branch, as ``0100109106`` or ``0100109106-001``; None where there is none.

    The check digit is not looked at; see ``is_tax_code``.
    """
    for run in _TAX.findall(text):
        if sum(c.isdigit() for c in run) >= 7:
            digits = re.sub(r"\D", "", repair_digits(run))
            return digits if len(digits) == 10 else f"{digits[:10]}-{digits[10:]}"
    return None


def find_phone(text: str) -> str | None:
    """A Vietnamese phone number as digits, ``+`` kept; None where there is none.

    >>> find_phone("ĐT: 0912 345 678 Fax: …"), find_phone("(024) 3825.1234")
    ('0912345678', '02438251234')
    """
    found = _PHONE.search(text)
    if not found:
        return None
    digits = re.sub(r"[^\d+]", "", repair_digits(found.group()))
    return digits if is_phone(digits) or was_phone(digits) else None


def find_dossier_code(text: str) -> str | None:
    """``000.00.01.H48-250117-0012`` with spaces dropped and look-alikes repaired; None where there is none.

    >>> find_dossier_code("Mã hồ sơ: 0OO.00.01,H48 - 250117-0012"), find_dossier_code("H48.012,03-2602l4-AB0123")
    ('000.00.01.H48-250117-0012', 'H48.012.03-260214-AB0123')
    """
    found = _LOOSE.search(text)
    if not found:
        return _agency_first(text)
    unit, agency, day, serial = (re.sub(r"\s", "", part).replace(",", ".") for part in found.groups())
    return f"{repair_digits(unit)}.{agency[0]}{repair_digits(agency[1:])}-{repair_digits(day)}-{repair_digits(serial)}"


def _agency_first(text: str) -> str | None:
    """A code that begins with the agency: ``H48.31-251104-0038``, ``H48.012.03-260214-AB0123``."""
    found = _AGENCY_FIRST.search(text)
    if not found:
        return None
    units = repair_digits(re.sub(r"\s", "", found["units"]).replace(",", "."))
    agency = found["agency"][0] + repair_digits(found["agency"][1:])
    return f"{agency}{units}-{repair_digits(found['day'])}-{found['letters']}{repair_digits(found['serial'])}"
