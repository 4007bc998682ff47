"""Faults of reading in names of agencies that leave no doubt what is printed, one after the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.normalize.people import is_syllable_like
from schemas.gazetteer import TYPES
from schemas.vietnamese import CAPITALS


@dataclass(frozen=True, slots=True)
class Repair:
    """What a pattern finds is replaced; ``capitals``: only in names that are all capitals."""

    pattern: re.Pattern[str]
    by: str | Callable[[re.Match[str]], str]
    capitals: bool = False


def repaired(name: str) -> str:
    """A name after all repairs.

    >>> repaired("TRƯỜNG THPT NGUYÊN THỊ GIANG"), repaired("ĐIỆN LỰC MIỄN NAM"), repaired("TRƯỜNG MẦM NON6")
    ('TRƯỜNG THPT NGUYỄN THỊ GIANG', 'ĐIỆN LỰC MIỀN NAM', 'TRƯỜNG MẦM NON 6')
    >>> repaired("SỞY TẾ AN GIANG")
    'SỞ Y TẾ AN GIANG'
    >>> repaired("CÔNG AN TỈNH, BÀ RỊA VŨNG TÀU"), repaired("TẬP ĐOÀN DẦU KHÍ, VIỆT NAM"), repaired("SH NG AN XÃ LA PAN TẨN")
    ('CÔNG AN TỈNH BÀ RỊA - VŨNG TÀU', 'TẬP ĐOÀN DẦU KHÍ VIỆT NAM', 'CÔNG AN XÃ LA PAN TẨN')
    """
    for repair in _REPAIRS:
        if name.isupper() or not repair.capitals:
            name = repair.pattern.sub(repair.by, name)
    return name


_UNITS = "|".join(TYPES).upper()


def _set_apart(found: re.Match[str]) -> str:
    """A number from the last word of a name, which is one without it."""
    return f"{found[1]} {found[2]}" if is_syllable_like(found[1]) else found[0]


def _province_last(found: re.Match[str]) -> str:
    """*TỈNH*, unless the word is the second of a unit's name (*XÃ SƠN TINH*) or *HÀ TĨNH* misread."""
    return found[0] if found["named"] else "TỈNH"


def _committee(found: re.Match[str]) -> str:
    """``Uỷ`` is right as well and stays."""
    first = found.group().split()[0]
    return f"{first} ban nhân dân" if first in {"Uỷ", "uỷ", "Ủy", "ủy"} else "Ủy ban nhân dân"


_REPAIRS = (
    Repair(re.compile(r"\bla (?=[A-ZĐ])"), "Ia "),  # xã Ia Phí
    Repair(re.compile(r"\b(TỈNH|HUYỆN|QUẬN|PHƯỜNG|XÃ|TRẤN|PHỐ),\s?(?=\w)"), r"\1 "),
    Repair(re.compile(r"\bRỊA\s(?=VŨNG TÀU)"), "RỊA - "),  # the dash ends a line and is lost there
    Repair(re.compile(rf"\b([{CAPITALS}]{{3,}})(\d{{1,3}})\b"), _set_apart),  # MẦM NON6
    Repair(re.compile(r"\b(THÀNH|THỊ)[-.](?=(?:PHỐ|XÃ|TRẤN)\b)"), r"\1 "),
    Repair(  # a line that ends before the province's name: ỦY BAN NHÂN DÂN TÍNH
        re.compile(rf"(?P<named>(?:(?:{_UNITS})\s\w+|\bHÀ)\s)?(?<=\w\s)T[ÍÌI]NH$"), _province_last
    ),
    Repair(re.compile(r"\b(TỈNH|ĐẢNG|THÀNH|HUYỆN|THỊ|QUẬN)\s[UÚÙŨỤ]Y\b"), r"\1 ỦY"),
    Repair(  # Lv ban nhan dân: the first word is hardly legible, the others leave no doubt
        re.compile(r"(?:(?<!\w)\S{1,3}\s|^)[Bb]an\snh[âaăấầẩ]n\s[dđ][âaăấầẩ]n(?!\w)"), _committee
    ),
    Repair(re.compile(r"(?<!\w)[1IYFT]{1,2}ỈNH(?=\s[A-ZĐÂĂ])"), "TỈNH"),
    Repair(re.compile(rf"(?<=[{CAPITALS}]{{3}})\.(?=\s[A-ZĐ])"), ""),  # BAN QUẢN LÝ. DỰ ÁN
    Repair(re.compile(rf"(?<=[{CAPITALS}])-(?=(?:NHÂN|DÂN|BAN|ĐỒNG)\b)"), " "),  # ỦY-BAN
    Repair(re.compile(r"(TỈNH|HUYỆN|QUẬN|PHƯỜNG|XÃ|TRẤN|PHỐ)-(?=\w)"), r"\1 "),
    Repair(re.compile(rf"\s[-–'\"]\s?(?=(?:{_UNITS})\s)"), " "),  # CÔNG AN - TỈNH
    Repair(
        re.compile(r"(?<!\w)(?!ỦY|UỶ)\S{1,3}[\s.][Bb]?B[AẠẢÀ]N NHÂN DÂN"), "ỦY BAN NHÂN DÂN", capitals=True
    ),
    Repair(re.compile(rf"ỦY BAN DÂN(?=\s(?:{_UNITS})\s)"), "ỦY BAN NHÂN DÂN"),
    Repair(re.compile(rf"\s[ÌÍỊỈĨIJL]\s(?=(?:{_UNITS})\s)"), " "),  # a stroke of a seal's rim
    Repair(re.compile(r"(?<!\w)['’](?=\w)|(?<=\w)['’](?!\w)"), ""),
    Repair(re.compile(r"(?<=[^\W\d_]{2})['’](?=[^\W\d_]{3})"), " "),
    Repair(re.compile(r"(?<=\w),\s?(?=VIỆT NAM\b)"), " "),
    Repair(  # ';ÔNG AN TỈNH, SH NG AN XÃ: no other agency's name has AN before a unit
        re.compile(rf"^(?!CÔNG AN)(?:\S{{1,5}}\s){{0,2}}AN\s(?=(?:{_UNITS})\s)"), "CÔNG AN ", capitals=True
    ),
    Repair(re.compile(rf"(?<=\b[ỦU]Y\s)X[ÀẢÂ](?=\s[{CAPITALS}])"), "XÃ"),  # XÃ XÀ BANG is a commune
    Repair(re.compile(r"\b(SỞ|PHÒNG|BỘ)Y(?= TẾ\b)"), r"\1 Y"),
    Repair(  # a person's name: no place called Nguyên goes on so
        re.compile(
            r"\bNGUYÊN(?= (?:THỊ|VĂN|HỮU|ĐÌNH|DU|TRÃI|HUỆ|BỈNH|CHÍ|CÔNG|TẤT|TRI|VIẾT|BÁ|ĐỨC|XUÂN|NGỌC|QUANG|TRUNG TRỰC|DUY"
            r"|THƯỢNG|KHUYẾN|SIÊU|THÁI HỌC|AN NINH|TRƯỜNG TỘ)(?!\w))"
        ),
        "NGUYỄN",
    ),
    Repair(re.compile(r"\bMI[ỄẾỂÊE]N(?= (?:BẮC|TRUNG|NAM|TÂY|ĐÔNG|NÚI)(?!\w))"), "MIỀN"),
)
