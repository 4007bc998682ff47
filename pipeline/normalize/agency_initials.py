"""Initials of agencies, as they stand in the numbers of papers."""

from __future__ import annotations

import re

from schemas.lexicon import phrases
from schemas.vietnamese import fold

_ABBREVIATIONS = frozenset(phrases("abbreviations"))


def are_initials(mark: str, name: str, above: str = "") -> bool:
    """Whether ``mark`` is made of initials of an agency's name, in order, the first among them.

    The words for its kind may be left out (*ĐKVN*: *CỤC ĐĂNG KIỂM VIỆT NAM*), and those of the agency ``above`` may follow,
    or stand alone (*UBKTTU*: *ỦY BAN KIỂM TRA*, *TỈNH ỦY LÀO CAI*).

    >>> are_initials("BCĐQGPTDS", "BAN CHỈ ĐẠO QUỐC GIA VỀ PHÒNG THỦ DÂN SỰ"), are_initials("STP", "SỞ Y TẾ")
    (True, False)
    """
    wanted = "".join(_bare(c) for c in mark if c.isdigit() or c.isupper())
    if len(wanted) > 2 and any(
        _initials(part).startswith(wanted) or wanted in part.split()
        for part in (f"{name} {above}", above, _KIND_OF_AGENCY.sub("", name))
    ):
        return True
    if len(wanted) > 2 and wanted[-2:] in _initials(above) and wanted[-2:] in _PARTY:
        wanted = wanted[:-2]
    words = [_bare(word) for word in re.findall(r"\w+", name)]
    if words and wanted and words[0] in _LEFT_OUT and words[0][0] != wanted[0]:
        words = words[1:]
    if not words or len(wanted) < 2 or wanted[0] != words[0][0]:
        return False
    letters = iter("".join(w if w in _ABBREVIATIONS or w.isdigit() else w[0] for w in words))
    return all(letter in letters for letter in wanted)


_KIND_OF_AGENCY = re.compile(r"^(?:BỘ|BAN QUẢN LÝ|(?:TỔNG )?CÔNG TY|NGÂN HÀNG|TỔNG CỤC|CHI CỤC)\s")
#: Whose board it is: of a province, the centre, a district, a commune.
_PARTY = frozenset({"TU", "TW", "HU", "ĐU"})


def _initials(name: str) -> str:
    """Of all words but *và* and *của*; abbreviations and numbers as they stand."""
    words = [_bare(word) for word in re.findall(r"\w+", name.replace("TRUNG ƯƠNG", "TW"))]
    return "".join(
        w if w in _ABBREVIATIONS or w.isdigit() or w == "TW" else w[0]
        for w in words
        if w not in {"VA", "CUA"}
    )


_LEFT_OUT = frozenset({"CUC", "TRUONG", "PHONG", "HOI", "VIEN", "ĐOAN"})


def _bare(word: str) -> str:
    """Capitals without marks, but Đ, which is a letter of its own."""
    return "".join("Đ" if c in "đĐ" else fold(c).upper() for c in word)
