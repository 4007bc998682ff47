"""Arguments that take a value from a fixed list: a wrong value is refused, and the nearest valid ones are named."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from schemas.errors import UsageError
from schemas.vietnamese import fold


def known(what: str, given: str | None, choices: Mapping[str, str]) -> str | None:
    """``given``, when it is one of the choices (word → its name in Vietnamese); raises UsageError with the nearest ones."""
    if given is None or given in choices:
        return given
    wanted = fold(given).replace("_", " ")
    spellings = {word.replace("_", " "): word for word in choices}
    spellings |= {fold(name): word for word, name in choices.items()}
    near = [spellings[one] for one in get_close_matches(wanted, spellings, 3, 0.55)]
    near += [word for one, word in spellings.items() if wanted in one]
    told = " or ".join(dict.fromkeys(near)) or ", ".join(choices)
    raise UsageError(f"no {what} {given}; did you mean {told}?")


def types() -> dict[str, str]:
    """Document types and their names."""
    from schemas.documents import document_types
    from schemas.records import UNKNOWN

    named = {name: model.form.name for name, model in document_types().items()}
    return {**named, UNKNOWN: "không rõ loại"}
