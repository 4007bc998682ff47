"""Compounds of administrative language of which only one spelling exists: the recogniser swaps hook and acute (*tố chức*).

No other Vietnamese words with these letters stand side by side, so that lost or wrong marks can be put back without doubt
(*đầu tư* is not among them: *bắt đầu từ*).
"""

from __future__ import annotations

import re
from unicodedata import normalize

from schemas.gazetteer import TYPES, is_place
from schemas.lexicon import phrases
from schemas.vietnamese import fold, nfc, spelling_key

_KNOWN = {fold(pair): pair for pair in phrases("compounds")}
_WORD = re.compile(r"[^\W\d_]+")
_WARD = nfc("phường")
_UNITS = frozenset(unit.split()[-1].lower() for unit in TYPES)


def repair_compounds(text: str) -> str:
    """The text with the marks of known pairs put back; each letter keeps its case.

    >>> repair_compounds("Tố chức kiếm tra, sửa đối, bố sung"), repair_compounds("CỤC ĐĂNG KIẾM VIỆT NAM")
    ('Tổ chức kiểm tra, sửa đổi, bổ sung', 'CỤC ĐĂNG KIỂM VIỆT NAM')
    >>> repair_compounds("Đại hội đảng bộ nhiệm kỳ 2020 - 2025")
    'Đại hội đảng bộ nhiệm kỳ 2020 - 2025'
    """
    words = list(_WORD.finditer(text))
    letters = list(text)
    for before, one, other in zip((None, *words), words, words[1:], strict=False):
        read = f"{one.group()} {other.group()}"
        right = _KNOWN.get(fold(read))
        if right is None or text[one.end() : other.start()] != " " or len(right) != len(read):
            continue
        name = (
            other.group().istitle()  # *xã Thanh Lập*
            or one.group().lower() == _WARD  # *PHƯỜNG AN ĐÔNG*
            or (before is not None and before.group().lower() in _UNITS and is_place(read))  # *XÃ VĂN BÁN*
        )
        if name or _by_dot(read, right) or spelling_key(read) == spelling_key(right):  # *uỷ* is right as well
            continue
        for at, (was, is_) in enumerate(zip(read, right, strict=True)):
            letters[one.start() + at] = is_.upper() if was.isupper() else is_
    return "".join(letters)


_DOT, _OVER = "\u0323", "\u0300\u0301\u0303\u0309"
"""The tone that stands under its letter, and those that stand over it."""


def _by_dot(read: str, right: str) -> bool:
    """Whether a dot below was read for a tone above, or the other way round: no swap of the recogniser, but other words (*chi bộ nhiệm kỳ*)."""
    for was, is_ in zip(read, right, strict=True):
        marks = set(normalize("NFD", was)) ^ set(normalize("NFD", is_))
        if _DOT in marks and not marks.isdisjoint(_OVER):
            return True
    return False
