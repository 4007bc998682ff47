"""Administrative units of Viet Nam, and which became which on 1 July 2025.

The 63 provinces with districts and communes until then, the 34 provinces with communes since (packaged tables;
``script/gazetteer`` writes them anew).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib.resources import files

from schemas.vietnamese import fold, nfc


class System(IntEnum):
    """The division of the country that a unit belongs to, named after its number of provinces."""

    OLD = 63
    NEW = 34


class Level(IntEnum):
    """Province, district (old system only), commune."""

    PROVINCE = 1
    DISTRICT = 2
    COMMUNE = 3


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: official ``code`` and ``name`` (``Tỉnh Quảng Ngãi``), codes of its ``successors`` in the new system."""

    system: System
    level: Level
    code: str
    name: str
    successors: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """``Tỉnh``, ``Thành phố``, ``Quận``, ``Huyện``, ``Thị xã``, ``Phường``, ``Xã``, ``Thị trấn``, ``Đặc khu``."""
        return _type(self.name)

    @property
    def short(self) -> str:
        """The name without its type; a number keeps it (``Quận 1``, ``Phường 12``)."""
        return _short(self.name)


TYPES = ("Thành phố", "Tỉnh", "Quận", "Huyện", "Thị xã", "Thị trấn", "Phường", "Xã", "Đặc khu")


@cache
def _type(name: str) -> str:
    return next((kind for kind in TYPES if name.startswith(f"{kind} ")), "")


@cache
def _short(name: str) -> str:
    bare = name.removeprefix(_type(name)).strip()
    return name if bare.isdigit() else bare


_LEVELS = {"P": Level.PROVINCE, "D": Level.DISTRICT, "C": Level.COMMUNE}


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit with the branches below it."""

    unit: Unit
    below: tuple[Branch, ...] = ()


@cache
def _blocks(system: System) -> dict[str, list[str]]:
    """The lines of each province by its code; cheap, so that only the provinces asked for are parsed."""
    text = files(__package__).joinpath(f"units_{system.value}.tsv").read_text(encoding="utf-8")
    blocks = {}
    for block in text.split("\nP\t"):
        lines = block.removeprefix("P\t").splitlines()
        blocks[lines[0].split("\t", 1)[0]] = lines
    return blocks


def _unit(system: System, level: Level, columns: list[str]) -> Unit:
    return Unit(system, level, columns[0], columns[1], tuple(filter(None, columns[2].split(","))))


@cache
def provinces(system: System) -> tuple[Unit, ...]:
    """All provinces of a system, by code."""
    return tuple(_unit(system, Level.PROVINCE, lines[0].split("\t")) for lines in _blocks(system).values())


@cache
def province(system: System, code: str) -> Branch:
    """A province with all below it; raises KeyError where there is no such code."""
    lines = _blocks(system)[code]
    below: list[tuple[Unit, list[Branch]]] = []
    communes: list[Branch] = []
    for line in lines[1:]:
        mark, rest = line.split("\t", 1)
        unit = _unit(system, _LEVELS[mark], rest.split("\t"))
        if unit.level is Level.DISTRICT:
            below.append((unit, []))
        elif below:
            below[-1][1].append(Branch(unit))
        else:
            communes.append(Branch(unit))
    districts = tuple(Branch(unit, tuple(inside)) for unit, inside in below)
    return Branch(_unit(system, Level.PROVINCE, lines[0].split("\t")), districts or tuple(communes))


def successors(unit: Unit) -> tuple[Unit, ...]:
    """What became of a unit of the old system on 1 July 2025, the main successor first; districts have none."""
    if unit.system is System.NEW:
        return (unit,)
    if unit.level is Level.PROVINCE:
        return tuple(new for new in provinces(System.NEW) if new.code in unit.successors)
    found = {
        branch.unit.code: branch.unit
        for new in provinces(System.NEW)
        for branch in province(System.NEW, new.code).below
    }
    return tuple(found[code] for code in unit.successors if code in found)


@cache
def _text(system: System) -> str:
    return files(__package__).joinpath(f"units_{system.value}.tsv").read_text(encoding="utf-8")


@cache
def _lines(system: System) -> str:
    return _text(system).lower()


@cache
def _folded_lines(system: System) -> str:
    return fold(_text(system))


def spellings(name: str) -> frozenset[str]:
    """How units of either system are spelled, without their type, that have the letters of a name, with a type or without.

    A search in the folded table, which has a letter for each of the table's: to parse it all takes a third of a second.
    """
    found = set()
    wanted = fold(nfc(name)).strip()
    if not any(c.isalpha() for c in wanted):  # a code, or nothing
        return frozenset()
    for system in System:
        text, folded = _text(system), _folded_lines(system)
        end = folded.find(f"{wanted}\t")
        while end >= 0:
            start = folded.rfind("\t", 0, end) + 1
            whole = text[start : end + len(wanted)]
            if wanted in (fold(whole), fold(_short(whole))):
                found.add(_short(whole))
            end = folded.find(f"{wanted}\t", end + 1)
    return frozenset(found)


def is_place(name: str) -> bool:
    """A unit of either system is spelled just so, with its type or without, in any case; nothing is parsed for it."""
    plain = nfc(name).lower().strip()
    return any(f"{before}{plain}\t" in _lines(system) for system in System for before in ("\t", " "))


def types_of(name: str) -> frozenset[str]:
    """The types of the units that a name means which comes without one: those of the highest level that has any called so.

    *Khánh Hòa* is the province, not the communes elsewhere. *Thành phố Sơn La* and *Phường Sơn La* mean the province as well: all
    that are called so lie in it.
    """
    plain = _as_said(name)
    found: list[tuple[Level, str, bool]] = []
    for system in System:
        inside = False
        for line in _text(system).splitlines():
            mark, _, called = line.split("\t", 3)[:3]
            same = _as_said(called.removeprefix(_type(called))) == plain
            if mark == "P":
                inside = same
            if same:
                found.append((_LEVELS[mark], _type(called), inside))
    if not found:
        return frozenset()
    highest = min(level for level, _, _ in found)
    types = {type for level, type, _ in found if level is highest}
    strays = {type for _, type, inside in found if not inside}
    return frozenset(types | ({type for _, type, _ in found} - strays))


def _as_said(name: str) -> str:
    return re.sub(r"\s*-\s*", "-", modern(nfc(name)).lower().strip())


def is_word_of_place(word: str) -> bool:
    """The word is part of the name of a unit: *Glei* is no Vietnamese syllable and right all the same."""
    plain = nfc(word).lower()
    return any(f"{a}{plain}{b}" in _lines(system) for system in System for a in "\t " for b in "\t ")


def is_misspelled_place(name: str) -> bool:
    """A name of two words or more that has the letters of a unit and the marks of none (*Thẳng Lợi*)."""
    plain = " ".join(modern(nfc(name)).lower().split())
    if " " not in plain or is_place(plain):
        return False
    return any(
        f"{before}{fold(plain)}\t" in _folded_lines(system) for system in System for before in ("\t", " ")
    )


def modern(text: str) -> str:
    """*Hoà*, *Thuý* as *Hòa*, *Thúy*."""
    return _OLD_TONE.sub(lambda found: _NEW_TONE[found.group().lower()], text)


_NEW_TONE = {
    nfc(f"{first}{second}{tone}"): nfc(f"{first}{tone}{second}")
    for first, second in ("oa", "oe", "uy")
    for tone in "\u0300\u0301\u0309\u0303\u0323"
}
_OLD_TONE = re.compile(rf"(?:{'|'.join(_NEW_TONE)})(?!\w)", re.IGNORECASE)
