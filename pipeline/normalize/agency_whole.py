"""Whether the name of an agency is whole: what it cannot end with, and which line goes on with one."""

from __future__ import annotations

import re

from pipeline.normalize.agencies import DEPARTMENT, DEPARTMENTS, repair_agency
from pipeline.normalize.people import is_syllable_like
from schemas.gazetteer import TYPES
from schemas.lexicon import agency_phrases
from schemas.vietnamese import fold

_FIRST_OF_DEPARTMENTS = frozenset(fold(name).split()[0] for name in DEPARTMENTS)
_UNITS = "|".join(TYPES).upper()
#: Names that say nothing without a unit after them.
_UNFINISHED = re.compile(rf"(?:NHÂN DÂN(?: (?:{_UNITS}))?|\bVÀ|\bCỦA|\bKHU VỰC|\bSỐ|\bQUẬN|-|,)$")
#: *TRUNG TÂM Y HUYỆN*: *TẾ* was lost.
_TORN_HEALTH = re.compile(rf"\bY (?:{_UNITS})\b")
#: Kinds of agencies, of which the name that makes it one was lost.
_ONLY_KIND = re.compile(
    r"(?:TRUNG TÂM|CHI CỤC|CỤC|TỔNG CỤC|TRƯỜNG|BAN QUẢN LÝ|SỞ|BỘ|PHÒNG|CÔNG TY|CHI NHÁNH|BỆNH VIỆN|HỘI ĐỒNG|ỦY BAN|CÔNG AN)"
)
#: A committee whose unit was lost between its name and that of the place (*ỦY BAN NHÂN DÂN DÂN LÝ*).
_NO_UNIT = re.compile(rf"(?:BAN|ĐỒNG) NHÂN DÂN (?!(?:{_UNITS}|ĐẶC KHU|TP|TX|TT|CÁC|THÔN|KHU)\b)")


def lacks_department(name: str) -> bool:
    """Whether *SỞ* goes on with a syllable with which no department of a province begins: a letter was lost (*SỞ [Y] TẾ*).

    >>> [lacks_department(name) for name in ("SỞ TẾ ĐỒNG THÁP", "SỞ Y TẾ ĐỒNG THÁP", "SỞ GTVT", "SỞ VĂN HOÁ, THỂ THAO")]
    [True, False, False, False]
    """
    head, *rest = fold(name).replace(",", " ").split()[:2] or [""]
    return head == "so" and bool(rest) and is_syllable_like(rest[0]) and rest[0] not in _FIRST_OF_DEPARTMENTS


def complete_agency(name: str) -> str:
    """A known department whose last word was lost, with it; only for the whole name, not for one of its lines.

    >>> complete_agency("PHÒNG GIÁO DỤC VÀ ĐÀO")
    'PHÒNG GIÁO DỤC VÀ ĐÀO TẠO'
    """
    found = DEPARTMENT.search(name)
    if not found:
        return name
    begun = [k for k in DEPARTMENTS if len(k.split()) > 3 and k.rsplit(" ", 1)[0] == found["name"]]
    return f"{name} {begun[0].rsplit(' ', 1)[1]}" if len(begun) == 1 else name


def goes_on_as_department(line: str, after: str) -> bool:
    """Whether a known department that begins in ``line`` has its last words in the next.

    >>> goes_on_as_department("SỞ NÔNG NGHIỆP VÀ MÔI", "TRƯỜNG"), goes_on_as_department("SỞ Y TẾ", "TRUNG TÂM Y TẾ")
    (True, False)
    """
    found = DEPARTMENT.search(repair_agency(f"{line} {after}".strip()))
    begun = DEPARTMENT.search(line)
    return bool(found and begun and found["name"] in DEPARTMENTS and begun["name"] not in DEPARTMENTS)


def goes_on_as_phrase(line: str, after: str) -> bool:
    """Whether a phrase that agencies are called by begins at the end of a line and has its other words at the beginning of the next.

    >>> goes_on_as_phrase("SỞ NỘI VỤ - BẢO HIỂM XÃ", "HỘI"), goes_on_as_phrase("SỞ NỘI VỤ", "HỘI NÔNG DÂN")
    (True, False)
    """
    end, start = f" {line.strip()}", f"{after.strip()} "
    phrases = (phrase.split() for phrase in agency_phrases())
    return any(
        end.endswith(f" {' '.join(words[:at])}") and start.startswith(f"{' '.join(words[at:])} ")
        for words in phrases
        for at in range(1, len(words))
    )


def is_unfinished(name: str) -> bool:
    """The name cannot end here: its second line was lost (*ỦY BAN NHÂN DÂN*, *PHÒNG KINH*)."""
    if (
        _TORN_HEALTH.search(name)
        or _UNFINISHED.search(name.strip())
        or _NO_UNIT.search(name)
        or _ONLY_KIND.fullmatch(name.strip())
    ):
        return True
    found = DEPARTMENT.search(name)
    if not found or found["name"] in DEPARTMENTS:
        return False
    return any(known.startswith(f"{found['name']} ") for known in DEPARTMENTS)
