"""Personal identifier (*số định danh cá nhân*): 12 digits, Decree 62/2021/NĐ-CP annex I. It has no check digit."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: First three digits: the province of birth registration (63-province system), or a country for those born abroad.
PROVINCE_CODES = frozenset(
    re.findall(
        r"\d{3}",
        """001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038
        040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083
        084 086 087 089 091 092 093 094 095 096""",
    )
)


@dataclass(frozen=True, slots=True)
class PersonalFacts:
    """What the digits say: province code, sex (``Nam``, ``Nữ``), year of birth."""

    province: str
    sex: str
    birth_year: int


def facts(personal_id: str) -> PersonalFacts | None:
    """What a 12-digit identifier says of its holder; None where it cannot be one.

    >>> facts("045206001284")
    PersonalFacts(province='045', sex='Nam', birth_year=2006)
    """
    if not re.fullmatch(r"[0-9]{12}", personal_id):
        return None
    province, century = personal_id[:3], int(personal_id[3])
    if province not in PROVINCE_CODES and not _born_abroad(province):
        return None
    year = 1900 + 100 * (century // 2) + int(personal_id[4:6])
    return PersonalFacts(province, "Nữ" if century % 2 else "Nam", year)


def _born_abroad(code: str) -> bool:
    return 100 <= int(code) <= 399


def contradictions(personal_id: str, birth_year: int | None, sex: str | None) -> tuple[str, ...]:
    """Where the identifier contradicts other fields: ``birth_year``, ``sex``, or ``form`` when it is none at all."""
    told = facts(personal_id)
    if told is None:
        return ("form",)
    found = []
    if birth_year is not None and birth_year != told.birth_year:
        found.append("birth_year")
    if sex is not None and sex != told.sex:
        found.append("sex")
    return tuple(found)
