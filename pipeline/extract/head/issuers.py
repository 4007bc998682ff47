"""Who of the agencies in a head issues: the last alone, below its superior, or several together (*liên tịch*).

A name alone does not tell. What does: whom an agency of its kind can have above it, and the mark of the number, which
names all who issue (``TTLT-BTC-BTP``).
"""

from __future__ import annotations

import re

from pipeline.normalize.agency_initials import are_initials
from schemas.vietnamese import fold

_KINDS = re.compile(
    r"\W*(?P<head>uy ban nhan dan|ubnd|uy ban m\w*|ubm\w*|mat tran|hoi dong nhan dan|hdnd|so|bo(?! (?:chi huy|chqs|tu lenh|tong tham muu"
    r"|phan|mon))|toa an|tand|vien kiem sat|vksnd|tong lien doan|lien doan lao dong|ldld|cong an|bao hiem|bhxh|kho bac|kbnn"
    r"|thanh tra|hoi|ban|phong|cuc|truong|vien)(?!\w)\s*(?P<rest>.*)"
)
#: Kinds of agencies that have no other above them in a head than those named; an empty one has none at all.
_ABOVE = {
    "so": r"uy ban nhan dan|ubnd",
    "bo": r"chinh phu|thu tuong",
    "hoi dong nhan dan": r"",
    "hdnd": r"",
    "uy ban nhan dan": r"uy ban nhan dan|ubnd",
    "ubnd": r"uy ban nhan dan|ubnd",
    "lien doan lao dong": r"tong lien doan|lien doan lao dong|ldld",
    "ldld": r"tong lien doan|lien doan lao dong|ldld",
    "mat tran": r"uy ban (?:trung uong )?m|ubm|mat tran|doan chu tich",
    "toa an": r"toa an|tand",
    "tand": r"toa an|tand",
    "vien kiem sat": r"vien kiem sat|vksnd",
    "vksnd": r"vien kiem sat|vksnd",
    "cong an": r"bo cong an|cong an|ca ",
    "bao hiem": r"bao hiem|bhxh|bo tai chinh",
    "bhxh": r"bao hiem|bhxh|bo tai chinh",
    "kho bac": r"kho bac|kbnn|bo tai chinh",
    "kbnn": r"kho bac|kbnn|bo tai chinh",
}
_ALIKE = frozenset({"hoi", "ban", "phong", "cuc", "truong", "vien"})
"""Kinds of which one is below another only where their names go on alike (*HỘI NÔNG DÂN VIỆT NAM*, *HỘI NÔNG DÂN TỈNH …*)."""


_UNIT = re.compile(r"\b(tinh|huyen|thi xa|xa(?! hoi)|phuong|thi tran|dac khu)\b")
_LEVELS = {"tinh": 1, "huyen": 2, "thi xa": 2}


def _level(name: str) -> int:
    """The level of the unit that an agency is named after: 1 a province's, 3 a commune's; 0 where it names none."""
    units = _UNIT.findall(fold(name))
    return _LEVELS.get(units[-1], 3) if units else 0


def issue_together(above: str, below: str, initials: tuple[str, ...] = ()) -> bool:
    """Whether two agencies, printed one above the other, issue a paper together; ``initials`` are those in its number.

    >>> issue_together("LIÊN ĐOÀN LAO ĐỘNG", "SỞ VĂN HÓA"), issue_together("UBND TỈNH AN GIANG", "SỞ VĂN HÓA")
    (True, False)
    >>> issue_together("HỘI CỰU CHIẾN BINH HUYỆN TRÀ CÚ", "HỘI CCB XÃ ĐÔN XUÂN")
    False
    """
    if len(initials) > 1 and any(
        are_initials(one, above) and are_initials(other, below)
        for at, one in enumerate(initials)
        for other in initials[at + 1 :]
    ):
        return True
    upper, lower = fold(above), _KINDS.match(fold(below))
    if lower is None or 0 < _level(above) < _level(below):
        return False
    head = lower["head"]
    if head.startswith(("uy ban m", "ubm")):
        head = "mat tran"
    if head in _ABOVE:
        return _KINDS.match(upper) is not None and not re.match(rf"\W*(?:{_ABOVE[head] or '(?!)'})", upper)
    same = _KINDS.match(upper)
    if head not in _ALIKE or same is None or same["head"] != head or upper.startswith("ban chap hanh"):
        return False
    return same["rest"].split()[:1] != lower["rest"].split()[:1]
