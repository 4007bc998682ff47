"""Readers of the kinds that are numbers: identifiers, codes, amounts, measures."""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.normalize.codes import find_dossier_code, find_personal_id, find_phone, find_tax_code
from pipeline.normalize.document_numbers import find_certificate_number
from pipeline.normalize.numbers import repair_digits, to_decimal, to_money
from pipeline.normalize.tidying import Value, check, joined
from schemas.identifiers.dossier import is_dossier_code
from schemas.identifiers.enterprise import is_phone, is_tax_code
from schemas.identifiers.personal import facts
from schemas.values import Kind


def _personal_id(text: str) -> Value:
    value = find_personal_id(joined(text))
    if value is None:
        return Value(None)
    right = len(value) == 9 or facts(value) is not None
    likeness = 1.0 if value in re.sub(r"[ .]", "", text) else 0.9
    return Value(value, likeness, checks=(check("personal_id", right, "no such place or century"),))


def _old_id(text: str) -> Value:
    value = find_personal_id(joined(text))
    return Value(value, checks=(check("old_id", len(value) == 9, "not 9 digits"),)) if value else Value(None)


def _tax_code(text: str) -> Value:
    value = find_tax_code(joined(text))
    return (
        Value(value, checks=(check("tax_code", is_tax_code(value), "check digit"),)) if value else Value(None)
    )


def _document_number(text: str) -> Value:
    value = find_certificate_number(joined(text))
    if value is None:
        return Value(None)
    checks = [check("serial", value[0] not in "/-", "the serial is not legible")]
    if is_torn(value, text):
        checks.append(check("mark", False, "the mark is torn"))
    return Value(value, checks=tuple(checks))


def is_torn(number: str, text: str) -> bool:
    """Capitals follow the number's mark: the sign between them was not read as one (``134/TLKT; BS``)."""
    last = re.split(r"[/\-]", number)[-1]
    after = text[text.rfind(last) + len(last) :]
    return bool(re.match(r"\s?\W{1,2}\s?[A-ZĐ]{2,6}\W*$", after))


def _dossier_code(text: str) -> Value:
    value = find_dossier_code(joined(text))
    return Value(value, checks=(check("dossier_code", is_dossier_code(value)),)) if value else Value(None)


def _serial(text: str) -> Value:
    found = re.search(r"([A-ZĐ]{1,2})\s?([0-9OoIlS]{6,8})\b", joined(text))
    if not found:
        return Value(None)
    return Value(f"{found[1]} {repair_digits(found[2])}", checks=(check("serial", True),))


def _phone(text: str) -> Value:
    value = find_phone(joined(text))
    return (
        Value(value, checks=(check("phone", is_phone(value), "no number of today"),))
        if value
        else Value(None)
    )


def _money(text: str) -> Value:
    plain = joined(text)
    value = to_money(re.sub(r"(?<=\d{3})\s?[:;]\s?(?=\d{3}(?!\d))", ".", plain))
    if value is None:
        return Value(None)
    whole = not re.search(r"\d\s?[:;]\s?\d|\d[.,]\s+\d|\d\s+[.,]?\d|[.,]\d{1,2}\.|[^\W\d]\d", plain)
    return Value(value, checks=(check("money", value > 0 and whole, "the digits are torn"),))


_DECIMALS = 2
"""Areas and heights are printed with one or two; 1.3712 was 1.371,2."""


def _decimal(text: str) -> Value:
    plain = joined(text)
    value = to_decimal(plain)
    if value is None:
        return Value(None)
    glued = re.search(r"[A-Za-z]\d|^\d*[OoIlSZ]+\d", plain.split()[0])
    number = check("number", value > 0 and not glued, "letters among the digits")
    fine = -int(value.as_tuple().exponent) <= _DECIMALS
    return Value(float(value), checks=(number, check("decimals", fine, "a sign between the digits was lost")))


def _count(text: str) -> Value:
    plain = joined(text)
    first = plain.split()[0].strip(".,;")
    repaired = repair_digits(first)
    value = to_decimal(repaired if repaired.isdecimal() else plain)
    if value is None or value != int(value):
        return Value(None)
    return Value(int(value), 1.0 if first[0].isdecimal() else 0.8, (check("number", True),))


def _parcel(text: str) -> Value:
    one = r"[0-9OoIl]{1,5}(?:[-/.]\d+)*[a-zA-Z]?(?!\w)"
    found = re.match(rf"\W*({one}(?:\s?[,+]\s?{one})*)", joined(text))
    if not found:
        return Value(None)
    value = re.sub(r"\s?[,+]\s?", ",", repair_digits(found[1]))  # a certificate may be of several parcels
    return Value(value, checks=(check("number", True),))


NUMBERS: dict[Kind, Callable[[str], Value]] = {
    Kind.PERSONAL_ID: _personal_id,
    Kind.OLD_ID: _old_id,
    Kind.TAX_CODE: _tax_code,
    Kind.DOCUMENT_NUMBER: _document_number,
    Kind.DOSSIER_CODE: _dossier_code,
    Kind.SERIAL: _serial,
    Kind.PHONE: _phone,
    Kind.MONEY: _money,
    Kind.DECIMAL: _decimal,
    Kind.COUNT: _count,
    Kind.PARCEL: _parcel,
}
