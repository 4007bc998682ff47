"""What another agency may see: document types and fields, territory, purposes with their legal basis, how often.

A policy is a YAML file with a version; each agency has one. Nothing that it does not name is shown. Models: MOSIP's partner
policies, Myinfo's scopes of fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from schemas.documents import document_types, field_specs
from schemas.errors import UsageError
from schemas.gazetteer.naming import names
from schemas.vietnamese import nfc

ALL = "*"
PARTS = ("pdf", "scan", "text", "picture")
"""What shows a whole paper; given only for types of which every field may be seen."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """For what an agency asks, and the law that lets it."""

    name: str
    basis: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What one agency may see.

    ``types``: document type → fields that may be seen, ``{"*"}`` for all. ``territory``: administrative units of which the issuing
    agency or a place of the paper must name one (``schemas.gazetteer.naming``), empty for the whole country. ``looks``: requests a day. ``keep_days``: how long
    the agency may keep an answer.
    """

    agency: str
    version: int
    purposes: Mapping[str, Purpose]
    types: Mapping[str, frozenset[str]]
    parts: frozenset[str] = frozenset()
    territory: tuple[str, ...] = ()
    looks: int = 1000
    keep_days: int = 30

    def fields(self, type: str) -> frozenset[str]:
        """The fields of a type that may be seen."""
        return self.types.get(type, frozenset())

    def whole(self, type: str) -> bool:
        """Whether every field of a type may be seen."""
        return ALL in self.fields(type)

    def shows(self, type: str, part: str) -> bool:
        """Whether a part that shows the whole paper may be given."""
        return self.whole(type) and part in self.parts

    def within(self, *places: str) -> bool:
        """Whether a paper that names these places lies in the territory."""
        return not self.territory or any(names(place, unit) for place in places for unit in self.territory)


def read_policy(text: str, agency: str) -> Policy:
    """The policy in a YAML file. Raises UsageError, with what is wrong, for anything that it does not know."""
    try:
        told = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UsageError(f"policy of {agency}: not valid YAML") from error
    if not isinstance(told, dict):
        raise UsageError(f"policy of {agency}: not a mapping")
    unknown = told.keys() - {"version", "purposes", "types", "parts", "territory", "looks", "keep_days"}
    if unknown:
        raise UsageError(f"policy of {agency}: unknown {', '.join(sorted(map(str, unknown)))}")
    try:
        return Policy(
            agency=agency,
            version=int(told["version"]),
            purposes={str(id): _purpose(agency, id, one) for id, one in told["purposes"].items()},
            types={str(type): _fields(agency, str(type), one) for type, one in told["types"].items()},
            parts=frozenset(_listed(agency, "parts", told.get("parts", []), PARTS)),
            territory=tuple(nfc(str(one)) for one in told.get("territory", [])),
            looks=int(told.get("looks", 1000)),
            keep_days=int(told.get("keep_days", 30)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"policy of {agency}: version, purposes and types are needed, as docs/api.md shows"
        ) from error


def _purpose(agency: str, id: object, told: Any) -> Purpose:
    if not isinstance(told, dict) or not told.get("basis"):
        raise UsageError(f"policy of {agency}: purpose {id} names no basis")
    return Purpose(nfc(str(told.get("name", id))), nfc(str(told["basis"])))


def _fields(agency: str, type: str, told: Any) -> frozenset[str]:
    model = document_types().get(type)
    if model is None:
        raise UsageError(f"policy of {agency}: no type {type}")
    if told == ALL:
        return frozenset({ALL})
    return frozenset(_listed(agency, type, told, tuple(spec.name for spec in field_specs(model))))


def _listed(agency: str, what: str, told: Any, known: tuple[str, ...]) -> list[str]:
    wrong = [str(name) for name in told if name not in known]
    if wrong:
        raise UsageError(f"policy of {agency}: {what} has no {', '.join(wrong)}")
    return [str(name) for name in told]
