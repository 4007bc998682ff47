"""Finding the units in an address as read, and putting back what the recogniser lost of their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.language.syllables import is_syllable
from pipeline.normalize.unit_names import ALIASES, COMMITTEE, NO_UNIT, TYPE, Found, Part, best_unit
from schemas.gazetteer import TYPES, Branch, System, Unit, is_place, province, provinces, spellings
from schemas.vietnamese import fold, match_case, nfc, spelling_key

_PART = re.compile(
    rf"(?<![^\s,;.\-–]){NO_UNIT}(?P<type>{TYPE})(?!{COMMITTEE}\s)\s+(?P<name>[^\s,;–]+(?:\s+(?!(?:{TYPE})\s)[^\s,;–]+)*)",
    re.IGNORECASE,
)
_GLUED = re.compile(rf"(?<!\w)(?:{TYPE})(?=[^\W\d_]{{2}})")
"""A type in small letters and a name that the blank between them may be lost before (*tỉnhQuảng Trị*)."""
_PLAIN = re.compile(r"[^,;–]+")


@dataclass(frozen=True, slots=True)
class Match:
    """Units in an address, province first; ``text`` with their names put right; ``complete``: to the commune.

    ``whole``: every part that calls itself a unit (*huyện …*) was found.
    """

    system: System
    found: tuple[Found, ...]
    text: str
    complete: bool
    whole: bool

    @property
    def province(self) -> Unit:
        """The province."""
        return self.found[0].unit

    @property
    def likeness(self) -> float:
        """The weakest of the likenesses of the names, 0–1; lower where a part was not found."""
        return min(each.likeness for each in self.found) * (1.0 if self.whole else 0.85)


def match_address(text: str) -> Match | None:
    """The units named in ``text``, from the province at its end inwards; None where no province is found."""
    text = _GLUED.sub(_parted, nfc(text))
    parts = _parts(text)
    matches = [match for system in System for match in [_match(text, parts, system)] if match]
    return max(matches, key=_rank, default=None)


def complete_province(text: str) -> Match | None:
    """The match of an address whose province was cut off after its first words (*…, Thủ Đức, Hồ Chí*), completed.

    None unless just one province begins so and has the unit that is named before it.
    """
    text = nfc(text).rstrip(" ,.-")
    parts = _parts(text)
    if len(parts) < 2:
        return None
    begun = fold(parts[0].name)
    found: dict[str, Match] = {}
    for system in System:
        for unit in provinces(system):
            if fold(unit.short).startswith(f"{begun} "):
                whole = text[: parts[0].start] + unit.short
                match = _match(whole, _parts(whole), system)
                if match and len(match.found) > 1 and match.likeness == 1.0:
                    found.setdefault(match.text, match)
    return next(iter(found.values())) if len(found) == 1 else None


def _parted(type: re.Match[str]) -> str:
    return f"{type.group()} " if type.string[type.end()].isupper() else type.group()


def _rank(match: Match) -> tuple[bool, int, int, float, int]:
    types = sum(each.as_typed for each in match.found)
    return match.complete, len(match.found), types, match.likeness, -match.system


def _parts(text: str) -> list[Part]:
    """The pieces between commas, each cut at words such as *huyện*, from right to left."""
    parts = []
    for piece in _PLAIN.finditer(text):
        typed = list(_PART.finditer(piece.group()))
        for found in typed:
            name = found["name"].rstrip(" .-")
            parts.append(Part(name, piece.start() + found.start("name"), found["type"]))
        if not typed:
            name = piece.group().strip(" .-")
            if name:
                parts.append(Part(name, piece.start() + piece.group().index(name), ""))
    return parts[::-1]


def _match(text: str, parts: list[Part], system: System) -> Match | None:
    for at, part in enumerate(parts[:3]):
        kind = fold(part.type)
        if kind and not kind.startswith(("tinh", "thanh", "tp", "t.")):
            continue
        top = best_unit(part, provinces(system), aliases=True)
        # towns are called thành phố too: only the six cities that are provinces may be read with a fault
        if top and kind and kind != "tinh" and top.likeness < 1 and top.unit.type != "Thành phố":
            continue
        if top is None:
            continue
        found = [top, *_below(parts[at + 1 :], province(system, top.unit.code))]
        complete = found[-1].unit.level == 3
        starts = {each.start for each in found}
        whole = all(not each.type or each.start in starts for each in parts)
        whole = whole and all(fold(each.name) in {"viet nam", "vn"} for each in parts[:at])
        between = [each.start for each in parts if each.start > found[-1].start]
        whole = whole and all(start in starts for start in between[at:])
        return Match(system, tuple(found), _corrected(text, found), complete, whole)
    return None


def _below(parts: list[Part], branch: Branch) -> Iterable[Found]:
    """The units under ``branch`` that the parts name, each inside the one before."""
    for at, part in enumerate(parts[:3]):
        inside = best_unit(part, [b.unit for b in branch.below])
        if inside is None and branch.unit.level == 1:  # an address without its district
            inside = best_unit(part, [c.unit for b in branch.below for c in b.below])
        if inside is None:
            continue
        yield inside
        below = next((b for b in branch.below if b.unit is inside.unit), None)
        if below and below.below:
            yield from _below(parts[at + 1 :], below)
        return


_TYPE_BEFORE = re.compile(rf"(?<!\w)(?P<type>{TYPE})\s$", re.IGNORECASE)


def _with_type(text: str, found: Found) -> str:
    """The word before the name (*Tình*, *xa*) as the unit's type is spelled, in the case in which it is printed."""
    before = _TYPE_BEFORE.search(text[: found.start])
    right = found.unit.type
    if before is None or fold(before["type"]) != fold(right) or before["type"].lower() == right.lower():
        return text
    read = before["type"]
    cased = right.upper() if read.isupper() else right.lower() if read[0].islower() else read[0] + right[1:]
    if read[0].isupper() and not read.isupper() and len(read.split()) > 1 and read.split()[1][0].isupper():
        cased = right.title()
    return text[: before.start("type")] + cased + text[found.start - 1 :]


def _corrected(text: str, found: Sequence[Found]) -> str:
    """The names as the gazetteer spells them, but for such as are those of other places as they stand."""
    for each in sorted(found, key=lambda one: one.start, reverse=True):
        text = _with_type(text, each)
        read = text[each.start : each.end]
        name = each.unit.short
        if read != name and read.lower() == name.lower() and not read.isupper():
            text = f"{text[: each.start]}{name}{text[each.end :]}"  # tỉnh khánh Hòa
            continue
        if (
            (fold(read) != fold(name) and is_place(read))
            or name.startswith(TYPES)  # a number alone
            or spelling_key(read) == spelling_key(name)
            or fold(read).strip(" .") in ALIASES
        ):
            continue
        text = f"{text[: each.start]}{match_case(name, read)}{text[each.end :]}"
    return text


def correct_place(text: str) -> tuple[str, bool]:
    """A place that stands alone (``Quảng Ngãi``, ``Bình Sơn``), put right, and whether the gazetteer knows it."""
    plain = re.sub(r"^la (?=[A-ZĐ])", "Ia ", re.sub(r"^\W+", "", nfc(text)).rstrip(" ,.;:"))
    plain = " ".join(word if _has_one_case(word) else word.capitalize() for word in plain.split(" "))
    part = Part(re.sub(rf"^(?:{TYPE})(?:\s+|\.\s*)", "", plain, flags=re.IGNORECASE), 0, "")
    if is_place(part.name) or (plain[-1:].isdigit() and is_place(plain)):
        return plain, True  # Long Sơn is no Lạng Sơn read with a fault
    for system in System:
        top = best_unit(part, provinces(system), aliases=True)
        if top:
            if spelling_key(top.unit.short) == spelling_key(part.name) or fold(part.name) in ALIASES:
                return plain, True
            prefix = plain[: len(plain) - len(part.name)]
            return prefix + match_case(top.unit.short, part.name), True
    known = spellings(part.name)
    if any(spelling_key(each) == spelling_key(part.name) for each in known):
        return plain, True
    if len(known) == 1:
        return plain.removesuffix(part.name) + match_case(next(iter(known)), part.name), True
    return plain, False


def _has_one_case(word: str) -> bool:
    """Whether the letters behind the first are all large or all small: else one was taken for the other (*HỢp*); *TpHCM* is no word."""
    return len(word) < 2 or word[1:].islower() or word[1:].isupper() or not is_syllable(word.lower())


_IN_TEXT = re.compile(
    r"(?<!\w)(?:tỉnh|thành phố|TỈNH|THÀNH PHỐ|Tỉnh|Thành phố)\s+(?P<name>\S+(?:\s+\S+){1,4})"
)


def repair_provinces(text: str) -> str:
    """Running text with the names of provinces put right after *tỉnh* and *thành phố*, where one is near enough.

    >>> repair_provinces("trên địa bàn tỉnh Quảng Nøãi năm 2025")
    'trên địa bàn tỉnh Quảng Ngãi năm 2025'
    """
    for found in reversed(list(_IN_TEXT.finditer(text))):
        words = found["name"].split()
        for count in range(len(words), 1, -1):
            name = " ".join(words[:count])
            bare = name.rstrip(" .,;:)")
            if is_place(bare):
                break  # thành phố Phúc Yên is no Phú Yên
            top = best_unit(Part(bare, 0, ""), provinces(System.OLD))
            if (
                top
                and len(top.unit.short.split()) == count
                and spelling_key(bare) != spelling_key(top.unit.short)
            ):
                start = found.start("name")
                text = text[:start] + match_case(top.unit.short, bare) + text[start + len(bare) :]
                break
    return text
