"""Procedures (*thủ tục hành chính*): one YAML file each, what they ask for and where each answer may come from.

Files whose name begins with ``_`` hold what many procedures share: components in the same words (``shared: identity``
takes one over), and the national databases.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from schemas.documents import document_types
from schemas.errors import UsageError
from schemas.procedures.model import (
    Case,
    Component,
    Database,
    FormField,
    LookUp,
    Mode,
    Person,
    Procedure,
    Result,
    Source,
    source_fields,
)

__all__ = [
    "Case",
    "Component",
    "Database",
    "FormField",
    "LookUp",
    "Mode",
    "Person",
    "Procedure",
    "Result",
    "Source",
    "UnknownProcedure",
    "WrongProcedure",
    "bare_code",
    "databases",
    "procedure",
    "procedures",
    "read_procedure",
    "source_fields",
    "types_of",
]


class UnknownProcedure(UsageError):
    """A procedure that no file describes."""

    code = "unknown_procedure"
    message_vi = "Không có thủ tục hành chính mang mã này."
    message_en = "No procedure with this code."
    hint = "See: sohoa procedures list"
    hint_vi = "Xem danh sách: sohoa procedures list"


class WrongProcedure(UsageError):
    """A procedure's file that cannot be understood."""

    code = "wrong_procedure_file"
    message_vi = "Tệp mô tả thủ tục hành chính chưa đúng."
    message_en = "The file of a procedure is wrong."
    hint = "docs/procedures.md tells how such a file is written."
    hint_vi = "Cách viết tệp: docs/procedures.md."


@cache
def procedures() -> Mapping[str, Procedure]:
    """All procedures that come with the software, by code; raises WrongProcedure."""
    found = {}
    for file in files(__package__).iterdir():
        if file.name.endswith(".yaml") and not file.name.startswith("_"):
            one = read_procedure(file.read_text(encoding="utf-8"), file.name)
            found[one.code] = one
    return MappingProxyType(dict(sorted(found.items())))


def procedure(code: str, folder: Path | None = None) -> Procedure:
    """The procedure of this code, whose suffix (``.000.00.00.H48``) does not matter; an earlier code leads to it too.

    A file in ``folder`` (what an agency wrote or imported itself) comes before the one of the same code that comes with
    the software. Raises UnknownProcedure, WrongProcedure.
    """
    bare = bare_code(code)
    own = folder / f"{bare}.yaml" if folder is not None else None
    if own is not None and own.is_file():
        return read_procedure(own.read_text(encoding="utf-8"), own.name)
    if bare in procedures():
        return procedures()[bare]
    later = next((one for one in procedures().values() if bare in one.formerly), None)
    if later is None:
        raise UnknownProcedure(code)
    return later


def bare_code(code: str) -> str:
    """The national code without the suffix of a province; raises UnknownProcedure where it cannot be one.

    >>> bare_code("1.000894.000.00.00.H48")
    '1.000894'
    """
    head, _, tail = code.strip().partition(".")
    number = tail.split(".")[0]
    if not (len(head) == 1 and head.isascii() and head.isdigit()) or not (
        number.isascii() and number.isdigit() and len(number) == 6
    ):
        raise UnknownProcedure(code)
    return f"{head}.{number}"


DEEPEST = 20
"""Levels of lists and tables in a file of a procedure."""


def read_procedure(text: str, name: str) -> Procedure:
    """A procedure from its YAML, shared components filled in; raises WrongProcedure with the file's name and the reason.

    ``name`` is ``CODE.yaml``: a file is asked for by its name, so that it must be that of the code.
    """
    import yaml

    data: Any = None
    try:
        _refuse_nesting(text)
        data = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # the safe one, in C  # noqa: S506  # nosec B506
        read = Procedure.model_validate(_completed(data))
        _databases_exist(read)
    except ValidationError as error:
        wrong = "; ".join(_in_words(data, one["loc"], one["msg"]) for one in error.errors()[:5])
        raise WrongProcedure(f"{name}: {wrong}") from error
    except (yaml.YAMLError, ValueError, KeyError, TypeError, AttributeError, UsageError) as error:
        raise WrongProcedure(f"{name}: {error}") from error
    if name != f"{read.code}.yaml":
        raise WrongProcedure(f"{name} describes {read.code}")
    return read


def _refuse_nesting(text: str) -> None:
    """Raise ValueError for what no person writes: the loader goes down one call a level, and ends the process."""
    import yaml

    depth = 0
    for event in yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise ValueError(f"lists in lists, deeper than {DEEPEST} levels")


@cache
def databases() -> Mapping[str, Database]:
    """The national databases that components may name, by their short name."""
    return MappingProxyType(
        {name: Database.model_validate(one) for name, one in _shared("_databases").items()}
    )


@cache
def types_of(component: Component) -> tuple[str, ...]:
    """The document types that serve for a component: those named, and those that have one of its result codes."""
    by_code: dict[str, list[str]] = {}
    for name, model in document_types().items():
        if model.form.result_code:
            by_code.setdefault(model.form.result_code, []).append(name)
    for one in procedures().values():
        for result in one.results:
            if result.type:
                by_code.setdefault(result.code, []).append(result.type)
    named = [type for code in component.results for type in by_code.get(code, ())]
    return tuple(dict.fromkeys((*component.types, *named)))


def _completed(data: Any) -> dict[str, Any]:
    """What a file says, its components with what they take over."""
    if not isinstance(data, dict):
        raise TypeError("the file should have lines of the form NAME: VALUE")
    components = data.get("components") or ()
    if not isinstance(components, (list, tuple)):
        raise TypeError("components should be a list")
    return {**data, "components": [_filled(one) for one in components]}


def _filled(component: Any) -> Any:
    """A component with what it takes over from the shared ones."""
    if not isinstance(component, dict) or "shared" not in component:
        return component
    own, shared = dict(component), _shared("_components")
    name = own.pop("shared")
    if name not in shared:
        raise ValueError(f"no such shared component: {name}; there are {', '.join(shared)}")
    return {**shared[name], **own}


def _databases_exist(read: Procedure) -> None:
    for component in read.components:
        for one in component.look_up.databases if component.look_up else ():
            if one not in databases():
                raise ValueError(
                    f"{component.name}: no such database: {one}; there are {', '.join(databases())}"
                )


@cache
def _shared(name: str) -> Mapping[str, Any]:
    import yaml

    return yaml.safe_load((files(__package__) / f"{name}.yaml").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _in_words(data: Any, place: tuple[int | str, ...], message: str) -> str:
    """Where a file is wrong, and how: what stands in a list is told by its name, or by its number from 1."""
    said, words, here = message.removeprefix("Value error, "), [], data
    for step in place:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        named = here.get("name") if isinstance(here, dict) else None
        words.append(step if isinstance(step, str) else f"“{named}”" if named else f"no. {step + 1}")
    return f"{', '.join(words)}: {said}" if words else said
