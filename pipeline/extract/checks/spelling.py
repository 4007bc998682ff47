"""Persons and places that a paper names twice: spelled otherwise, one of the two was read wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from pipeline.extract.fields import with_check
from pipeline.normalize.agency_places import last_unit
from pipeline.normalize.channel import reads
from pipeline.normalize.places import match_address
from pipeline.normalize.tidying import check
from schemas.documents import Document, FieldSpec, Position, field_specs
from schemas.gazetteer import is_place
from schemas.records import Field
from schemas.values import Kind
from schemas.vietnamese import fold, match_case, spelling_key

_OTHERWISE = check("spelled_alike", False, "spelled otherwise in another field")


def spelled_alike(model: type[Document], fields: dict[str, Field]) -> None:
    """A person or a place that is named twice bears the same marks both times.

    A place before a date is spelled as in an address of which the gazetteer knows every unit, or at the end of an agency's
    name; so is a unit of two words and more that a text names.
    """
    named: dict[str, list[tuple[str, str]]] = {}
    for each in field_specs(model):
        value = str(fields[each.name].value) if each.name in fields else ""
        parts = [value] if each.kind is Kind.NAME else value.split(",") if each.kind is Kind.ADDRESS else []
        for part in parts:
            named.setdefault(fold(part).strip(), []).append((each.name, spelling_key(part.strip())))
    for spellings in named.values():
        if len({spelled for _, spelled in spellings}) > 1:
            for name in {name for name, _ in spellings}:
                fields[name] = with_check(fields[name], _OTHERWISE)
    units = _units(model, fields)
    for each in field_specs(model):
        if each.name not in fields:
            continue
        value = str(fields[each.name].value)
        right = _spelled(each, value, units)
        if spelling_key(right) != spelling_key(value):
            fields[each.name] = with_check(replace(fields[each.name], value=right), _OTHERWISE)


def _spelled(spec: FieldSpec, value: str, units: Mapping[str, str]) -> str:
    """The place or the text with the marks that the units of the paper have."""
    if spec.printed.spot is Position.PLACE:
        known = units.get(fold(value)) or _nearly_one(value, units)
        return match_case(known, value) if known else value
    return _with_units(value, units) if spec.kind is Kind.TEXT else value


def _with_units(text: str, units: Mapping[str, str]) -> str:
    """A text in which these units have their own marks: *Đại học Án Giang* below *UBND TỈNH AN GIANG*."""
    folded = fold(text)
    for letters, known in units.items():
        for found in re.finditer(rf"\b{re.escape(letters)}\b", folded) if " " in letters else ():
            read = text[found.start() : found.end()]
            if read.istitle() and spelling_key(read) != spelling_key(known) and not is_place(read):
                text = f"{text[: found.start()]}{known.title()}{text[found.end() :]}"
    return text


def _units(model: type[Document], fields: Mapping[str, Field]) -> dict[str, str]:
    """The units that addresses and names of agencies hold, by their letters."""
    units: dict[str, str] = {}
    for each in field_specs(model):
        if each.kind not in {Kind.ADDRESS, Kind.AGENCY} or each.name not in fields:
            continue
        value = str(fields[each.name].value)
        if (match := match_address(value)) and match.likeness == 1:
            units |= {fold(found.unit.short): found.unit.short for found in match.found}
        elif each.kind is Kind.AGENCY and (unit := last_unit(value)):
            units[fold(unit)] = unit
    return units


_LONG = 6
"""Letters from which on a wrong one leaves no doubt which place is meant."""


def _nearly_one(value: str, units: Mapping[str, str]) -> str | None:
    """The unit that an unknown place is but for a letter (*Đắk Giei*); None where it is none, or that of two."""
    read = fold(value)
    if len(read) < _LONG or is_place(value):
        return None
    near = {name for letters, name in units.items() if reads(read, letters)}
    return near.pop() if len(near) == 1 else None
