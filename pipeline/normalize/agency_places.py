"""Units and places in names of agencies: the last words of *UBND XÃ BÌNH HÒA*, the second of *MỘ ĐỨC - ĐỨC PHỔ*."""

from __future__ import annotations

import re

from pipeline.normalize.unit_names import COMMITTEE, NO_UNIT, TYPE
from schemas.gazetteer import is_place, spellings
from schemas.vietnamese import fold, match_case, spelling_key

_LAST_UNIT = re.compile(
    rf"(?<!\w){NO_UNIT}(?:(?:{TYPE}){COMMITTEE}?|thành{COMMITTEE})\s+(?P<name>(?!(?:{TYPE})\s)\S+(?:\s+\S+){{0,4}})$",
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
