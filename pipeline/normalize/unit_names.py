"""Which administrative unit a name is, however its letters and marks were read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from pipeline.normalize.channel import nearest
from schemas.gazetteer import TYPES, Unit, is_place
from schemas.vietnamese import fold, key, spelling_key

ALIASES = {
    "thua thien hue": "46",
    "tp hcm": "79",
    "tphcm": "79",
    "hcm": "79",
    "sai gon": "79",
    "ba ria vung tau": "77",
    "daklak": "66",
    "dac lac": "66",
    "ha tay": "01",
}
"""Names that papers print and the tables do not: codes of provinces."""

#: *quan* without its marks is one at the beginning or before a number only: *phường Tam Quan Bắc*.
TYPE = (
    r"t[iỉìí]nh|th[àaảáãạ]nh\s?ph[ốôóòổồoỗộ]|t\.?\s?p\.?(?=[\s.])|qu[ậâầấẩạ]n|quan(?=\s\d)|(?<![^,;]\s)quan|huy[ệêeểếềẽẹ]n|th[ịiíìỉ]\s?x[ãaàáảâ]"
    r"|th[ịiíìỉ]\s?tr[ấâaầẩậ]n|ph[ưuườ][ờơoớởợòóôồổộỡỗ]ng|x[ãaàáảâ]|đ[ặăaắằạâ]c\s?khu"
)

#: Words that begin like a unit and are none: *xã hội*, *quân sự*, *Quân khu 5*, *Hải quan*; *TỈNH ỦY* is an office.
NO_UNIT = (
    rf"(?!xã\s+hội(?=\s*(?:[-–,;]|$)|\s+(?:{TYPE})\s)|qu[âậ]n\s+(?:sự|khu|đoàn|chủng|đội|nhân|y)\b)"
    r"(?<!hải\s)(?<!cơ\s)(?<!hiểm\s)"
)
COMMITTEE = r"(?:\s+(?:[ủu]y|uỷ))"


@dataclass(frozen=True, slots=True)
class Found:
    """A unit and where its name stands in the text; ``as_typed``: no type of another kind stands before it."""

    unit: Unit
    start: int
    end: int
    likeness: float
    as_typed: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text that may name a unit, where its name begins, and the type before it as read ("" for none)."""

    name: str
    start: int
    type: str

    @property
    def end(self) -> int:
        """Where the name ends."""
        return self.start + len(self.name)


def best_unit(part: Part, units: Iterable[Unit], *, aliases: bool = False) -> Found | None:
    """The unit whose name the part is; None where none, or where two are equally near."""
    name = re.sub(r"[^a-z0-9 ]+", " ", fold(part.name)).strip()
    by_name = dict[str, list[Unit]]()
    for unit in units:
        if aliases and ALIASES.get(name) == unit.code:
            return Found(unit, part.start, part.end, 1.0)
        by_name.setdefault(unit.short, []).append(unit)
    found = _numbered(part, by_name) or _named(part, by_name)
    if found is None:
        return None
    short, likeness = found
    same = [unit for unit in by_name[short] if fold(unit.type)[:2] == fold(part.type)[:2]]
    return Found((same or by_name[short])[0], part.start, part.end, likeness, bool(same) or not part.type)


def _numbered(part: Part, names: Iterable[str]) -> tuple[str, float] | None:
    """The unit that has a number alone for its name (*Phường 01*): no digit is taken for another."""
    read = key(re.sub(r"\b0+", "", f"{part.type} {part.name}"))
    return next(((name, 1.0) for name in names if name.startswith(TYPES) and key(name) == read), None)


_ELSEWHERE = 0.85
"""Likeness of a name with other marks to one that is that of another place: it may be right as it stands."""


def _named(part: Part, names: Iterable[str]) -> tuple[str, float] | None:
    """The name that the part most likely is; a number in it is never taken for another, and no word of it for nothing."""
    same = tuple(name for name in names if not name.startswith(TYPES) and _number(name) == _number(part.name))
    found = nearest(part.name, same)
    if found is None:
        return None
    if key(found.phrase) == key(part.name):
        marked = spelling_key(found.phrase) == spelling_key(part.name)
        return found.phrase, 1.0 if marked or _number(found.phrase) or not is_place(part.name) else _ELSEWHERE
    if len(part.name.split()) > len(found.phrase.split()):
        return None
    return found.phrase, found.chance * Levenshtein.normalized_similarity(key(found.phrase), key(part.name))


def _number(name: str) -> str:
    """The digits at the end of a name (*Bảo Lâm 4*)."""
    return name[len(name.rstrip("0123456789")) :]
