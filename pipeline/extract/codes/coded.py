"""What codes on the paper say: the QR of the citizen card, its MRZ, the QR of results (TCVN 7322), dossier slips.

A code beats the print. Where the two contradict each other the field says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pipeline.extract.codes.card import unlabelled_fields
from pipeline.extract.fields import with_check
from pipeline.model import Code, PageReading
from pipeline.normalize.codes import find_dossier_code
from pipeline.normalize.tidying import check
from schemas.documents import CITIZEN_QR, MRZ, Document, field_specs, has_field
from schemas.identifiers.citizen_qr import parse_citizen_qr
from schemas.identifiers.dossier import is_dossier_code
from schemas.identifiers.mrz import Mrz, parse_mrz, parse_second_line
from schemas.records import Field, Method
from schemas.text import Line
from schemas.vietnamese import fold, spelling_key

_CODED = 0.995
"""Confidence of what a code with its own error correction or check digits says."""


def coded_fields(model: type[Document], pages: Sequence[PageReading]) -> dict[str, Field]:
    """The fields of this type that codes on its pages hold; QR before MRZ."""
    found: dict[str, Field] = {}
    for page in pages:
        for code in page.codes:
            for name, value in _from_code(model, code):
                found.setdefault(name, _field(value, code.text, page.number, code.box.as_list(), Method.QR))
    if MRZ in model.form.codes:
        for page in pages:
            for name, field in (*_from_mrz(page), *_from_second_line(page)):
                found.setdefault(name, field)
            if not page.codes:
                for name, field in unlabelled_fields(page):
                    found.setdefault(name, field)
    upper = {each.name for each in field_specs(model) if each.printed.upper}
    return {
        name: replace(field, value=str(field.value).upper()) if name in upper else field
        for name, field in found.items()
        if has_field(model, name)
    }


def _from_code(model: type[Document], code: Code) -> Iterable[tuple[str, str]]:
    if CITIZEN_QR in model.form.codes and (card := parse_citizen_qr(code.text)):
        values = {
            "personal_id": card.personal_id,
            "old_id": card.old_id,
            "full_name": card.full_name,
            "birth_date": card.birth_date,
            "sex": card.sex,
            "residence": card.residence,
            "issue_date": card.issue_date,
            "nationality": "Việt Nam",  # the card is given to citizens only
        }
        yield from ((name, value) for name, value in values.items() if value)
    dossier = find_dossier_code(code.text)
    if dossier and is_dossier_code(dossier):
        yield "dossier_code", dossier


def _from_mrz(page: PageReading) -> Iterable[tuple[str, Field]]:
    lines = list(page.text.lines())
    for at in range(len(lines) - 2):
        three = lines[at : at + 3]
        if "VNM" not in three[0].text.upper():
            continue
        zone = parse_mrz([line.text for line in three])
        if zone:
            yield from _mrz_fields(zone, three, page)


def _from_second_line(page: PageReading) -> Iterable[tuple[str, Field]]:
    """The expiry date and the sex, whose line has check digits of its own; the first line may not be legible."""
    for line in page.text.lines():
        told = parse_second_line(line.text)
        if told:
            box = page.text.to_scan.box(line.box).as_list()
            if told[2]:
                yield "expiry_date", _field(told[2], line.text, page.number, box, Method.MRZ)
            yield "sex", _field(told[1], line.text, page.number, box, Method.MRZ)


def _mrz_fields(zone: Mrz, lines: Sequence[Line], page: PageReading) -> Iterable[tuple[str, Field]]:
    box = page.text.to_scan.box(lines[0].box).as_list()
    text = "\n".join(line.text for line in lines)
    values = {
        "personal_id": zone.personal_id,
        "birth_date": zone.birth_date,
        "expiry_date": zone.expiry_date,
        "sex": zone.sex,
    }
    for name, value in values.items():
        if value:  # a card without an end has no day of expiry
            yield name, _field(value, text, page.number, box, Method.MRZ)


def _field(value: str, text: str, page: int, box: list[int], method: Method) -> Field:
    left, top, right, bottom = box
    return Field(
        value=value,
        text=text,
        confidence=_CODED,
        page=page,
        box=(left, top, right, bottom),
        method=method,
        checks=(check("code", True),),
    )


def merge_coded(read: Mapping[str, Field], coded: Mapping[str, Field]) -> dict[str, Field]:
    """The fields as read, with what codes say in their place; a contradiction fails the check ``print_agrees``."""
    merged = dict(read)
    for name, field in coded.items():
        printed = read.get(name)
        if printed is None:
            merged[name] = field
            continue
        if field.method is Method.LAYOUT:
            continue  # found without its label only
        agrees = _same(field.value, printed.value)
        doubted = printed.confidence < 0.8 or not printed.valid
        noted = check("print_agrees", agrees or doubted, f"printed: another {name.replace('_', ' ')}")
        merged[name] = with_check(field, noted)
    return merged


def _same(one: object, other: object) -> bool:
    if spelling_key(str(one)) == spelling_key(str(other)):
        return True
    bare_one, bare_other = (("".join(c for c in fold(str(v)) if c.isalnum())) for v in (one, other))
    return bare_one == bare_other
