"""What a procedure (*thủ tục hành chính*) is made of; ``docs/procedures.md`` shows how a file is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field as PydanticField
from pydantic import model_validator

from schemas.documents import document_type, has_field
from schemas.frozen import Frozen
from schemas.procedures.conditions import condition

FACTS = frozenset({"age"})
"""What conditions may ask besides cases: the applicant's age in full years."""

OWN, OTHER = "self", "spouse"
"""Stand for the applicant's column, and the other one, where a paper is about two (``marriage_certificate.self_name``)."""


class Mode(StrEnum):
    """How a paper is asked for. Only what is submitted may be replaced by a record; a surrendered original never is."""

    SUBMIT = "submit"
    SHOW = "show"
    SURRENDER = "surrender"


class Source(Frozen):
    """Where the text stands: the decision that publishes the procedure, who publishes it, and when we saw it."""

    decision: str
    publisher: str = ""
    seen: date


_RESULT_CODE = r"^KQ\.G\d{2}\.\d{6}$"


class Result(Frozen):
    """A paper that the procedure ends with: its national code, its name, and our document type where there is one."""

    code: str = PydanticField(pattern=_RESULT_CODE)
    name: str
    type: str | None = None


class Case(Frozen):
    """A situation (*trường hợp*). Cases of one ``group`` exclude each other."""

    label: str
    group: str | None = None


class Person(Frozen):
    """Somebody besides the applicant whose papers are asked for; ``under``: younger than so many years."""

    label: str
    under: int | None = None


class Database(Frozen):
    """A national database (*cơ sở dữ liệu quốc gia*) that offices look things up in; ``operating``: can be asked today."""

    label: str
    operating: bool = True


class LookUp(Frozen):
    """The clause by which data replaces the paper: in which databases, and by which law."""

    databases: tuple[str, ...] = PydanticField(min_length=1)
    law: str


class Component(Frozen):
    """One component (*thành phần hồ sơ*): any paper of ``types``, or of a type with one of the codes ``results``, serves.

    ``when``: a condition on cases and facts. ``of``: whose paper it is, None for the applicant's. ``group``: the heading
    in the published text. ``months``: how old the paper may be on the day it is handed in. ``look_up``: data replaces
    it. ``form``: the declaration that the eForm stands for.
    ``to_check``: what the reader of the text was not certain of.
    """

    name: str
    mode: Mode = Mode.SUBMIT
    group: str = ""
    types: tuple[str, ...] = ()
    results: tuple[Annotated[str, PydanticField(pattern=_RESULT_CODE)], ...] = ()
    when: str = ""
    of: str | None = None
    originals: int = PydanticField(default=0, ge=0)
    copies: int = PydanticField(default=0, ge=0)
    months: int | None = PydanticField(default=None, gt=0, le=1200)
    look_up: LookUp | None = None
    form: bool = False
    to_check: str | None = None


class FormField(Frozen):
    """One field of the electronic form (*eForm*), and the record fields that may fill it, best first.

    ``typed``: the citizen would have to type it, which is not so of the number that the clerk asks by. ``of``: whom it
    is about, None for the applicant. ``when``: a condition, as of components. No sources: only the citizen knows.
    """

    label: str
    sources: tuple[str, ...] = ()
    required: bool = False
    of: str | None = None
    when: str = ""
    typed: bool = True


class Procedure(Frozen):
    """A procedure as published. ``checked``: the day a person compared it line by line with the text, None: not yet.

    ``formerly``: codes that it had before, or procedures that were merged into it.
    """

    code: str = PydanticField(pattern=r"^\d\.\d{6}$")
    name: str
    field: str
    level: str
    source: Source
    checked: date | None = None
    to_check: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    persons: Mapping[str, Person] = {}
    cases: Mapping[str, Case] = {}
    components: tuple[Component, ...] = ()
    form: Mapping[str, FormField] = {}

    @model_validator(mode="after")
    def _names_exist(self) -> Procedure:
        """Every type, source, case and person that is named is declared."""
        for type in (*(one.type for one in self.results), *(t for one in self.components for t in one.types)):
            if type is not None:
                document_type(type)
        asked: list[tuple[str, Component | FormField]] = [(each.name, each) for each in self.components]
        for where, one in (*asked, *self.form.items()):
            if one.of is not None and one.of not in self.persons:
                raise ValueError(f"{where}: no such person: {one.of}")
            unknown = condition(one.when).names - FACTS - set(self.cases)
            if unknown:
                raise ValueError(f"{where}: no such case: {', '.join(sorted(unknown))}")
        _fields_exist(self.form)
        return self

    @property
    def notes(self) -> tuple[str, ...]:
        """Everything that a person still has to look at."""
        return (
            *self.to_check,
            *(f"{each.name}: {each.to_check}" for each in self.components if each.to_check),
        )


def source_fields(source: str) -> Iterator[tuple[str, str]]:
    """The type and the fields that a source may mean: both columns where it says ``self`` or ``spouse``.

    >>> list(source_fields("marriage_certificate.self_name"))
    [('marriage_certificate', 'wife_name'), ('marriage_certificate', 'husband_name')]
    """
    type, _, name = source.partition(".")
    whose, _, rest = name.partition("_")
    if whose in (OWN, OTHER):
        columns = document_type(type).form.columns
        if not columns:
            raise ValueError(f"{source}: papers of this type are about one person")
        yield from ((type, f"{column}_{rest}") for column in columns)
    else:
        yield type, name


def _fields_exist(form: Mapping[str, FormField]) -> None:
    for key, form_field in form.items():
        for source in form_field.sources:
            if not all(has_field(document_type(type), name) for type, name in source_fields(source)):
                raise ValueError(f"{key}: no such record field: {source}")
