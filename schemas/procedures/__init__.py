"""Procedures (*thủ tục hành chính*): one YAML file each, what they ask for and where each answer may come from.

A file names the procedure's code on the national database, its components (*thành phần hồ sơ*), and the fields of its
electronic form (*eForm*), each with the record fields that may fill it, best first (``citizen_card.full_name``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from pydantic import Field as PydanticField
from pydantic import model_validator

from schemas.documents import document_type, has_field
from schemas.errors import UsageError
from schemas.frozen import Frozen


class UnknownProcedure(UsageError):
    """A procedure that no file describes."""

    code = "unknown_procedure"
    message_vi = "Không có thủ tục hành chính mang mã này."
    message_en = "No procedure with this code."
    hint = "The codes are the names of the files in schemas/procedures/."


class Component(Frozen):
    """One component: any paper of ``types`` serves. ``reusable``: an archived record may stand in for it."""

    name: str
    types: tuple[str, ...] = PydanticField(min_length=1)
    required: bool = True
    reusable: bool = True
    when: str | None = None


class FormField(Frozen):
    """One field of the electronic form, and the record fields that may fill it, best first."""

    label: str
    sources: tuple[str, ...] = ()
    required: bool = False


class Procedure(Frozen):
    """A procedure; ``result`` is the type of the paper that it ends with, where it is one of ours."""

    code: str = PydanticField(pattern=r"^\d\.\d{6}$")
    name: str
    field: str
    level: str
    result: str | None = None
    components: tuple[Component, ...] = PydanticField(min_length=1)
    form: Mapping[str, FormField] = {}

    @model_validator(mode="after")
    def _names_exist(self) -> Procedure:
        """Every type and every source is declared."""
        types = [name for component in self.components for name in component.types]
        for name in (*types, *filter(None, [self.result])):
            document_type(name)
        for key, form_field in self.form.items():
            for source in form_field.sources:
                type, _, name = source.partition(".")
                if not has_field(document_type(type), name):
                    raise ValueError(f"{key}: no such record field: {source}")
        return self


@cache
def procedures() -> Mapping[str, Procedure]:
    """All procedures by code; raises ValueError for a file that names what does not exist."""
    import yaml

    found = {}
    for file in files(__package__).iterdir():
        if file.name.endswith(".yaml"):
            procedure = Procedure.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
            if file.name != f"{procedure.code}.yaml":
                raise ValueError(f"{file.name} describes {procedure.code}")
            found[procedure.code] = procedure
    return MappingProxyType(dict(sorted(found.items())))


def procedure(code: str) -> Procedure:
    """The procedure of this code, whose suffix (``.000.00.00.H48``) does not matter; raises ``UnknownProcedure``."""
    try:
        return procedures()[".".join(code.split(".")[:2])]
    except KeyError:
        raise UnknownProcedure(code) from None
