"""Tax and enterprise codes (*mã số thuế, mã số doanh nghiệp*) and phone numbers."""

from __future__ import annotations

import re

from schemas.values.numbers import repair_digits

_DIGIT = "[0-9OoQDØIil|SsBbGgqZz]"
_TAX = re.compile(rf"{_DIGIT}(?:[ .]?{_DIGIT}){{9}}(?:\s*-\s*{_DIGIT}{{3}})?(?!\d)")
_PHONE = re.compile(rf"(?:\+\s*84|\(?0|\(?[Oo](?=\d)){_DIGIT}?(?:[ .\-()]{{0,2}}{_DIGIT}){{7,9}}")


def find_tax_code(text: str) -> str | None:
    """10 digits, or 10 and 3 for a branch, as ``0100109106`` or ``0100109106-001``; None where there is none.

    The check digit is not looked at; see ``is_tax_code``.
    """
    for run in _TAX.findall(text):
        if sum(c.isdigit() for c in run) >= 7:
            digits = re.sub(r"\D", "", repair_digits(run))
            return digits if len(digits) == 10 else f"{digits[:10]}-{digits[10:]}"
    return None


def is_tax_code(text: str) -> bool:
    """The form and the check digit are right (weights 31 29 23 19 17 13 7 5 3, modulo 11)."""
    from stdnum.vn import mst  # brings ssl along, which no other paper needs

    return bool(re.fullmatch(r"\d{10}(-\d{3})?", text)) and mst.is_valid(text)


def find_phone(text: str) -> str | None:
    """A Vietnamese phone number as digits, ``+`` kept; None where there is none.

    >>> find_phone("ĐT: 0912 345 678 Fax: …"), find_phone("(024) 3825.1234")
    ('0912345678', '02438251234')
    """
    found = _PHONE.search(text)
    if not found:
        return None
    digits = re.sub(r"[^\d+]", "", repair_digits(found.group()))
    return digits if is_phone(digits) else None


def is_phone(text: str) -> bool:
    """A mobile number of 10 digits (03, 05, 07, 08, 09), or a land line of 10 or 11 (02…), also with ``+84``."""
    return bool(re.fullmatch(r"(?:0|\+84)(?:[35789]\d{8}|2\d{8,9})", text))
