"""Finding the units in an address as read, and putting back what the recogniser lost of their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from schemas.gazetteer import Branch, System, Unit, is_place, province, provinces, spellings
from schemas.vietnamese import fold, match_case, nfc, spelling_key

#: Names that papers print and the tables do not.
_ALIASES = {
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
#: *quan* without its marks is one at the beginning or before a number only: *phường Tam Quan Bắc*.
_TYPE = (
    r"t[iỉìí]nh|th[àaảáãạ]nh\s?ph[ốôóòổồoỗộ]|t\.?\s?p\.?(?=[\s.])|qu[ậâầấẩạ]n|quan(?=\s\d)|(?<![^,;]\s)quan|huy[ệêeểếềẽẹ]n|th[ịiíìỉ]\s?x[ãaàáảâ]"
    r"|th[ịiíìỉ]\s?tr[ấâaầẩậ]n|ph[ưuườ][ờơoớởợòóôồổộỡỗ]ng|x[ãaàáảâ]|đ[ặăaắằạâ]c\s?khu"
)
#: Words that begin like a unit and are none: *xã hội*, *quân sự*, *Quân khu 5*, *Hải quan*; *TỈNH ỦY* is an office.
_NO_UNIT = (
    rf"(?!xã\s+hội(?=\s*(?:[-–,;]|$)|\s+(?:{_TYPE})\s)|qu[âậ]n\s+(?:sự|khu|đoàn|chủng|đội|nhân|y)\b)"
    r"(?<!hải\s)(?<!cơ\s)(?<!hiểm\s)"
)
_COMMITTEE = r"(?:\s+(?:[ủu]y|uỷ))"
_PART = re.compile(
    rf"(?<![^\s,;.\-–]){_NO_UNIT}(?P<type>{_TYPE})(?!{_COMMITTEE}\s)\s+(?P<name>[^\s,;–]+(?:\s+(?!(?:{_TYPE})\s)[^\s,;–]+)*)",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[^,;–]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A unit and where its name stands in the text."""

    unit: Unit
    start: int
    end: int
    likeness: float


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


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    start: int
    type: str

    @property
    def end(self) -> int:
        return self.start + len(self.name)


def match_address(text: str) -> Match | None:
    """The units named in ``text``, from the province at its end inwards; None where no province is found."""
    text = nfc(text)
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


def _rank(match: Match) -> tuple[bool, int, float, int]:
    return match.complete, len(match.found), match.likeness, -match.system


def _parts(text: str) -> list[_Part]:
    """The pieces between commas, each cut at words such as *huyện*, from right to left."""
    parts = []
    for piece in _PLAIN.finditer(text):
        typed = list(_PART.finditer(piece.group()))
        for found in typed:
            name = found["name"].rstrip(" .-")
            parts.append(_Part(name, piece.start() + found.start("name"), found["type"]))
        if not typed:
            name = piece.group().strip(" .-")
            if name:
                parts.append(_Part(name, piece.start() + piece.group().index(name), ""))
    return parts[::-1]


def _match(text: str, parts: list[_Part], system: System) -> Match | None:
    for at, part in enumerate(parts[:3]):
        kind = fold(part.type)
        if kind and not kind.startswith(("tinh", "thanh", "tp", "t.")):
            continue
        # towns are called thành phố too: only the six cities that are provinces may be read with a fault
        top = _best(part, provinces(system), threshold=0.78 if kind == "tinh" else 0.84, aliases=True)
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


def _below(parts: list[_Part], branch: Branch) -> Iterable[Found]:
    """The units under ``branch`` that the parts name, each inside the one before."""
    for at, part in enumerate(parts[:3]):
        inside = _best(part, [b.unit for b in branch.below])
        if inside is None and branch.unit.level == 1:  # an address without its district
            inside = _best(part, [c.unit for b in branch.below for c in b.below], threshold=0.9)
        if inside is None:
            continue
        yield inside
        below = next((b for b in branch.below if b.unit is inside.unit), None)
        if below and below.below:
            yield from _below(parts[at + 1 :], below)
        return


def _best(
    part: _Part, units: Iterable[Unit], *, threshold: float = 0.78, aliases: bool = False
) -> Found | None:
    """The unit whose name the part is; None where none, or where two are equally near."""
    name = re.sub(r"[^a-z0-9 ]+", " ", fold(part.name)).strip()
    typed = fold(f"{part.type} {part.name}")
    scored = []
    for unit in units:
        if aliases and _ALIASES.get(name) == unit.code:
            return Found(unit, part.start, part.end, 1.0)
        short = fold(unit.short)
        likeness = Levenshtein.normalized_similarity(name.replace(" ", ""), re.sub(r"[^a-z0-9]", "", short))
        if short[-1].isdigit():
            likeness = 1.0 if re.sub(r"\b0+", "", typed.replace("  ", " ")) == fold(unit.name) else 0.0
        if likeness >= threshold:
            same_type = not part.type or fold(unit.type)[:2] == fold(part.type)[:2]
            spelled = spelling_key(unit.short) == spelling_key(part.name)
            scored.append((likeness, spelled, same_type, unit))
    scored.sort(key=lambda item: item[:3], reverse=True)
    if not scored:
        return None
    if len(scored) > 1 and scored[0][:3] == scored[1][:3] and scored[0][0] < 1:
        return None
    return Found(scored[0][3], part.start, part.end, scored[0][0])


_TYPE_BEFORE = re.compile(rf"(?<!\w)(?P<type>{_TYPE})\s$", re.IGNORECASE)


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
    """A name that is near enough, or has the unit above and an exact one of its own below it, as the gazetteer spells it."""
    between = {upper.unit.code for upper, lower in pairwise(found) if lower.likeness == 1.0}
    for each in sorted(found, key=lambda one: one.start, reverse=True):
        text = _with_type(text, each)
        read = text[each.start : each.end]
        name = each.unit.short
        same = fold(read) == fold(name)
        if read != name and read.lower() == name.lower() and not read.isupper():
            text = f"{text[: each.start]}{name}{text[each.end :]}"  # tỉnh khánh Hòa
            continue
        sure = each.likeness >= 0.83 or each.unit.code in between
        near = same or (sure and not is_place(read))
        if (
            not near
            or name[-1:].isdigit()
            or spelling_key(read) == spelling_key(name)
            or fold(read).strip(" .") in _ALIASES
        ):
            continue
        text = f"{text[: each.start]}{match_case(name, read)}{text[each.end :]}"
    return text


def correct_place(text: str) -> tuple[str, bool]:
    """A place that stands alone (``Quảng Ngãi``, ``Bình Sơn``), put right, and whether the gazetteer knows it."""
    plain = re.sub(r"^la (?=[A-ZĐ])", "Ia ", nfc(text).strip(" ,.;:"))
    part = _Part(re.sub(rf"^(?:{_TYPE})\s+", "", plain, flags=re.IGNORECASE), 0, "")
    if is_place(part.name) or (plain[-1:].isdigit() and is_place(plain)):
        return plain, True  # Long Sơn is no Lạng Sơn read with a fault
    for system in System:
        top = _best(part, provinces(system), threshold=0.85, aliases=True)
        if top:
            if spelling_key(top.unit.short) == spelling_key(part.name) or fold(part.name) in _ALIASES:
                return plain, True
            prefix = plain[: len(plain) - len(part.name)]
            return prefix + match_case(top.unit.short, part.name), True
    known = spellings(part.name)
    if any(spelling_key(each) == spelling_key(part.name) for each in known):
        return plain, True
    if len(known) == 1:
        return plain.removesuffix(part.name) + match_case(next(iter(known)), part.name), True
    return plain, False


_LAST_UNIT = re.compile(
    rf"(?<!\w){_NO_UNIT}(?:(?:{_TYPE}){_COMMITTEE}?|thành{_COMMITTEE})\s+(?P<name>(?!(?:{_TYPE})\s)\S+(?:\s+\S+){{0,4}})$",
    re.IGNORECASE,
)


def correct_last_unit(text: str) -> tuple[str, bool]:
    """An agency's name that ends with a unit (*… XÃ BÌNH HÒA*), the unit put right where only one is spelled so.

    The second value tells whether the unit, if there is one, is spelled as the gazetteer spells one.
    """
    found = _LAST_UNIT.search(text)
    if not found:
        return text, True
    name = found["name"]
    if name.isdigit() or is_place(found.group()):
        return text, True
    typed = {each for each in spellings(found.group()) if fold(each) == fold(name)}
    known = typed or spellings(name)  # *TỈNH LONG* is no *Tịnh Long*
    if any(spelling_key(each) == spelling_key(name) for each in known):
        return text, True
    if len(known) != 1:
        return text, False
    return text[: found.start("name")] + match_case(next(iter(known)), name), False


def last_unit(text: str) -> str | None:
    """The name of the unit with which an agency's name ends, as the gazetteer spells it; None where it knows none."""
    found = _LAST_UNIT.search(text)
    if found is None or not is_place(found.group()):
        return None
    known = spellings(found["name"])
    return next((each for each in known if spelling_key(each) == spelling_key(found["name"])), None)


_AFTER_DASH = re.compile(r"(?<=\w\s[-–]\s)(?P<name>\w+\s\w+(?:\s\w+)?)$")


def correct_second_place(text: str) -> str:
    """An agency named after two places (*… KHU VỰC MỘ ĐỨC - ĐỨC PHỔ*): the second put right where only one is spelled so."""
    found = _AFTER_DASH.search(text)
    if found is None or is_place(found["name"]):
        return text
    known = {each for each in spellings(found["name"]) if fold(each) == fold(found["name"])}
    if len(known) != 1:
        return text
    return text[: found.start()] + match_case(next(iter(known)), found["name"])


def goes_on_as_unit(line: str, after: str) -> bool:
    """Whether the unit at the end of a line has the rest of its name in the next (*PHƯỜNG VĨNH / NGUYÊN*)."""
    text = f"{line} {after}".strip()
    found = _LAST_UNIT.search(text)
    return bool(found and found.start("name") < len(line) < found.end("name") and is_place(found.group()))


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
            top = _best(_Part(bare, 0, ""), provinces(System.OLD), threshold=0.85)
            if (
                top
                and len(top.unit.short.split()) == count
                and spelling_key(bare) != spelling_key(top.unit.short)
            ):
                start = found.start("name")
                text = text[:start] + match_case(top.unit.short, bare) + text[start + len(bare) :]
                break
    return text
