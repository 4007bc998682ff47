"""Names, titles, agencies, places and running text: kept as they were typed. What stands in a list is found there or doubted."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from pipeline.normalize.people import is_name
from pipeline.normalize.places import correct_place, match_address
from pipeline.normalize.tidying import Value, check
from schemas.lexicon import other_names, phrases
from schemas.records import Check
from schemas.values import Kind
from schemas.vietnamese import fold, key, spelling_key


def _named(*checks: Callable[[str], Check]) -> Callable[[str], Value | None]:
    """The reader of what is called something: it has a letter, and is kept."""

    def read(text: str) -> Value | None:
        if not any(char.isalpha() for char in text):
            return None
        return Value(text, checks=tuple(one(text) for one in checks))

    return read


def _name(text: str) -> Check:
    return check("name", is_name(text), "not the form of a person's name")


def _place(text: str) -> Check:
    known = match_address(text) is not None or correct_place(text)[1]
    return check("gazetteer", known, "no province found")


_SEXES = {"nam": "Nam", "nữ": "Nữ"}


def _sex(text: str) -> Value | None:
    sex = _SEXES.get(text.lower())
    return Value(sex, checks=(check("sex", True),)) if sex else None


def _listed(table: str, name: str) -> Callable[[str], Value | None]:
    """The reader of a phrase of a table: by any of its names, with its tones anywhere or, typed without any mark, nowhere."""

    @cache
    def known() -> dict[str, str]:
        bare: dict[str, list[str]] = {}
        for phrase in phrases(table):
            bare.setdefault(fold(phrase), []).append(phrase)
        alone = {word: same[0] for word, same in bare.items() if len(same) == 1}
        return alone | {spelling_key(phrase): phrase for phrase in phrases(table)}

    def read(text: str) -> Value | None:
        if not any(char.isalpha() for char in text):
            return None
        also = other_names(table).get(key(text)) if _PRINTED.fullmatch(text) else None
        phrase = known().get(spelling_key(text)) or also
        return Value(phrase or text, checks=(check(name, phrase is not None, "not in the list"),))

    return read


_PRINTED = re.compile(r"(?:[^\W\d_]|[ '’.()\-–])+")
"""What names of peoples and countries are made of."""
_BULLET = re.compile(r"^[-–—•*+] ")


def _list(text: str) -> Value | None:
    """One item on a line, or between semicolons; dashes before items are none of their words."""
    items = [_BULLET.sub("", item.strip()).strip() for item in re.split(r"[;\n]", text)]
    kept = [item for item in items if item]
    return Value(kept, checks=(check("list", True),)) if kept else None


TEXTS: dict[Kind, Callable[[str], Value | None]] = {
    Kind.TEXT: Value,
    Kind.NAME: _named(_name),
    Kind.TITLE: _named(),
    Kind.AGENCY: _named(),
    Kind.ADDRESS: _named(_place),
    Kind.SEX: _sex,
    Kind.ETHNICITY: _listed("ethnic_groups", "ethnicity"),
    Kind.NATIONALITY: _listed("countries", "nationality"),
    Kind.LIST: _list,
}
