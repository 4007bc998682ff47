"""JSON Schema (2020-12) of a document type: what its values look like, for whoever takes records over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.documents import Document, field_specs
from schemas.values import Kind

_INTEGER: Mapping[str, object] = {"type": ["integer", "null"], "minimum": 0}
_STRING: Mapping[str, object] = {"type": ["string", "null"]}

_SHAPES: Mapping[Kind, Mapping[str, object]] = {
    Kind.DATE: {**_STRING, "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$", "examples": ["2020-03-05"]},
    Kind.DATE_TIME: {**_STRING, "pattern": r"^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2})?)?)?$"},
    Kind.SEX: {**_STRING, "enum": ["Nam", "Nữ", None]},
    Kind.PERSONAL_ID: {**_STRING, "pattern": r"^\d{9}(\d{3})?$"},
    Kind.OLD_ID: {**_STRING, "pattern": r"^\d{9}$"},
    Kind.TAX_CODE: {**_STRING, "pattern": r"^\d{10}(-\d{3})?$"},
    Kind.YEAR: _INTEGER,
    Kind.MONEY: _INTEGER,
    Kind.COUNT: _INTEGER,
    Kind.DECIMAL: {"type": ["number", "null"], "minimum": 0},
    Kind.LIST: {"type": ["array", "null"], "items": {"type": "string"}},
}
"""All other kinds are text."""


def json_schema(model: type[Document]) -> dict[str, Any]:
    """The schema of an object with the values of one paper by field; a field that is not printed is absent or null."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": model.form.type,
        "description": model.form.name,
        "type": "object",
        "properties": {
            field.name: {
                **_SHAPES.get(field.kind, _STRING),
                "title": field.printed.labels[0] if field.printed.labels else field.name,
                "x-kind": str(field.kind),
            }
            for field in field_specs(model)
        },
        "additionalProperties": False,
    }
