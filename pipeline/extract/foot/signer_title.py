"""Titles of signers and the sign before them (*TM.*, *KT.*, *TL.*, *TUQ.*): how they begin, and which line is whose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract.rows import Row
from pipeline.extract.spans import Span
from pipeline.normalize.channel import reads
from pipeline.normalize.titles import OFFICERS, repair_officer, torn_officer
from schemas.lexicon import begins
from schemas.records import Method
from schemas.vietnamese import CAPITALS, fold, key

AUTHORITY = re.compile(
    rf"^\W*\w{{0,2}}?(?P<sign>T/?[MN]|K/?T{{1,2}}|T/?L|T/?UQ|T[UÚỤ][QOCG0])(?:\s?[.,/:-]\s*(?=\S)|(?<=/.)\s+(?=[{CAPITALS}]))"
    rf"|^\W*\d?(?P<bare>T[Il1|]?M|K[Il1|]?T|T[Il1|]?L|TUQ)\s+(?=[{CAPITALS}])"
)
_ACTING = r"\W*(?:q\W{0,2})?(?:pho |quyen )?"
_TITLES = begins("office", before=_ACTING)
#: Any other head (*ĐỒN TRƯỞNG*), but *thị trường*, *môi trường*, *nhà trường*; what is left of *CHỦ TỊCH*.
_OTHERS = re.compile(rf"{_ACTING}(?:(?:\w+ ){{1,3}}(?<!moi )(?<!thi )(?<!nha )truong\W*|tich)$")


def is_officer(text: str) -> bool:
    """It begins as titles do, but for a stroke of the signature (*ấ'TRƯỞNG PHÒNG*)."""
    plain = fold(re.sub(r"^\W*\w{0,2}['’\"“”*]+(?=\w)", "", text))
    return bool(_TITLES.match(plain) or _OTHERS.match(plain))


def is_title(text: str) -> bool:
    """It begins as titles do, or is one of the usual ones with a fault (*<RƯỜNG PHÒNG*), or torn (*TỊCH*)."""
    return is_officer(text) or repair_officer(text) in OFFICERS


def is_office_in_small(text: str) -> bool:
    """A known title and nothing else, in small letters but for its first (*Phó Chủ tịch*), as some councils print it."""
    plain = re.sub(r"^\W+|\W+$", "", text)
    return plain[:1].isupper() and not plain.isupper() and plain.upper() in OFFICERS


def sign_and_titles(block: Sequence[Row]) -> tuple[Span | None, list[Row]]:
    """The sign of the last line that has one, and the lines of the signer's own title below it."""
    signed = [(at, AUTHORITY.match(row.text)) for at, row in enumerate(block)]
    last = max((at for at, found in signed if found), default=None)
    if deputised := _deputised(block, 0 if last is None else last + 1):
        return deputised
    if last is None:
        return None, list(block[1:] if _is_signed_for(block) else block)
    row, sign = block[last], signed[last][1]
    token = next(token for token in row.tokens if token.key)
    office = row.text[sign.end("sign" if sign["sign"] else "bare") :].lstrip(" .,/:-") if sign else ""
    below = list(block[last + 1 :])
    while any(is_officer(row.text) for row in below[1:]) and not is_officer(below[0].text):
        below.pop(0)  # KT. BỘ TRƯỞNG / BỘ TÀI CHÍNH / THỨ TRƯỞNG
    return Span((Row(row.page, (token,)),), 1.0, Method.LAYOUT, beside=office), below


_REST_OF_SIGN = re.compile(r"^\W*\w{1,2}\s?[.,]\s*(?=[A-ZĐ])")


def _is_signed_for(block: Sequence[Row]) -> bool:
    """Whom the first of two lines names, the signer's own office below it: *ĐẠI DIỆN BÊN A*, or what is left of a sign (*L. CHI CỤC TRƯỞNG / TRƯỞNG PHÒNG*)."""
    if len(block) < 2 or not is_officer(block[1].text):
        return False
    if key(block[0].text).startswith("daidien"):
        return True
    office, rest = block[0].text, _REST_OF_SIGN.match(block[0].text)
    whole = torn_officer(office)
    return (rest is not None and is_officer(office[rest.end() :])) or (
        whole is not None and not is_officer(office)
    )


_DEPUTY = re.compile(r"\W*PH[ÓOÒ]\s")
_BEFORE_OFFICE = re.compile(rf"^\W*(?:\w{{0,2}}\W+|{_DEPUTY.pattern})")


def _deputised(block: Sequence[Row], first: int) -> tuple[Span, list[Row]] | None:
    """An office named in two lines, one below the other: *KT.* stood before the first and was lost, or *PHÓ* as well.

    *CHỦ TỊCH / PHÓ CHỦ TỊCH*, *T. CHỦ TỊCH / Ó CHỦ TỊCH*.
    """
    below = block[first:]
    if len(below) < 2:
        return None
    office = _named_twice(below[0].text, below[1].text)
    if office is None:
        return None
    sign = replace(below[0].tokens[0], text="KT.", key="kt", as_read="KT.")
    return Span((Row(below[0].page, (sign,)),), 1.0, Method.LAYOUT, torn=True, beside=office), list(below[1:])


def _named_twice(text: str, below: str) -> str | None:
    """The office of two lines that name it and its deputy; None where they are something else."""
    if key(text).endswith("botruong") and key(below).endswith("thutruong"):
        return "BỘ TRƯỞNG"
    offices = [repair_officer(_BEFORE_OFFICE.sub("", each)) for each in (text, below)]
    deputy = _DEPUTY.match(below)  # *PHÓ TRƯỞNG THUẾ CƠ SỞ*: in no list, but below its head
    office = next((each for each in offices if each in OFFICERS), offices[1] if deputy else None)
    one, other = map(key, offices)
    again = one.endswith(other) or other.endswith(one) or reads(*offices)
    again |= (
        bool(deputy) and offices[1] in OFFICERS and one.startswith(other)
    )  # TRƯỞNG PHÒNG THU / PHÓ TRƯỞNG PHÒNG
    return office if again and min(len(one), len(other)) >= 4 else None
