"""Document types (*loại giấy tờ*): every module here but ``base`` and ``relations`` declares one, and being here is enough."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from schemas.documents.base import (
    CITIZEN_QR,
    MRZ,
    BadDeclaration,
    Document,
    FieldLayout,
    FieldSpec,
    Form,
    Layout,
    Position,
    check_declaration,
    field_at,
    field_specs,
    has_field,
)
from schemas.errors import UsageError

__all__ = [
    "CITIZEN_QR",
    "MRZ",
    "BadDeclaration",
    "Document",
    "FieldLayout",
    "FieldSpec",
    "Form",
    "Layout",
    "Position",
    "UnknownType",
    "document_type",
    "document_types",
    "field_at",
    "field_specs",
    "has_field",
    "name_of",
]


class UnknownType(UsageError):
    """A document type that no module declares."""

    code = "unknown_type"
    message_vi = "Không có loại giấy tờ này trong danh mục."
    message_en = "No such document type."
    hint = "See the names of the types with: sohoa find --types"
    hint_vi = "Xem tên các loại giấy tờ: sohoa find --types"


@cache
def document_types() -> Mapping[str, type[Document]]:
    """All declared types by their name, sorted; raises ``BadDeclaration`` with the reason where one cannot work."""
    models = {}
    for module in iter_modules(__path__):
        if module.name not in {"base", "relations"}:
            model = import_module(f"{__name__}.{module.name}").__dict__["DOCUMENT"]
            check_declaration(model)
            models[model.form.type] = model
    return MappingProxyType(dict(sorted(models.items())))


def document_type(name: str) -> type[Document]:
    """The type of this name; raises ``UnknownType``."""
    try:
        return document_types()[name]
    except KeyError:
        raise UnknownType(name) from None


def name_of(type: str) -> str:
    """What papers of a type are called, in Vietnamese, also of a type that nobody knows."""
    model = document_types().get(type)
    return model.form.name if model else "Giấy tờ chưa rõ loại"
