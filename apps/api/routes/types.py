"""Document types: their names, and the JSON Schema of their values."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from apps.api.identity import Asking
from schemas.documents import document_type, document_types, field_specs
from schemas.json_schema import json_schema
from schemas.labels import field_labels

router = APIRouter(prefix="/types", tags=["types"])


class Type(BaseModel):
    """A document type: its name in Vietnamese, its fields with their labels; ``together``: fields that are printed beside each other."""

    type: str
    name: str
    fields: dict[str, str]
    required: list[str]
    together: list[list[str]]


@router.get("")
def types(_: Asking) -> list[Type]:
    """All document types that are read into fields."""
    return [
        Type(
            type=name,
            name=model.form.name,
            fields=dict(field_labels(name)),
            required=[spec.name for spec in field_specs(model) if spec.printed.required],
            together=[list(group) for group in model.form.relations.together],
        )
        for name, model in document_types().items()
    ]


@router.get("/{type}/schema")
def schema(type: str, _: Asking) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a type's values."""
    return json_schema(document_type(type))
