"""Titles of officers and phrases of business names: what stands on hundreds of thousands of papers in few forms."""

from __future__ import annotations

import re

from pipeline.language.syllables import is_syllable
from pipeline.normalize.channel import match
from schemas.lexicon import offices, phrases
from schemas.vietnamese import CAPITALS, fold

OFFICERS = frozenset(offices())


def repair_officer(title: str) -> str:
    """The known title that ``title`` is, or begins with, but for one or two wrong letters; others stay as read.

    >>> repair_officer("›'GHÁNH VĂN PHÒNG"), repair_officer("CHỦ TỊCH HỘI NÔNG DÂN")
    ('CHÁNH VĂN PHÒNG', 'CHỦ TỊCH HỘI NÔNG DÂN')
    >>> repair_officer("GÝÁM ĐỐC SỞ NỘI VỤ"), repair_officer("4: CHỦ TỊCH")
    ('GIÁM ĐỐC SỞ NỘI VỤ', 'CHỦ TỊCH')
    """
    plain = re.sub(r"^\W*\w{0,2}['’\"“”*\\]+(?=\w)|^[^\w]+|[^\w.)]+$", "", " ".join(title.split()))
    plain = re.sub(r"(?<=[^\W\da-z]{2})[.'’](?=[^\W\da-z]{2})", " ", plain)
    folded = fold(plain)
    same = next((known for known in OFFICERS if fold(known) == folded), None)
    capitals = sum(c.isupper() for c in plain) > 0.8 * sum(c.isalpha() for c in plain)
    if same and (capitals or any(word.isupper() and len(word) > 2 for word in plain.split())):
        return same
    if same:  # in the case in which it is printed
        return "".join(k if p.isupper() else k.lower() for k, p in zip(same, plain, strict=True))
    if capitals:
        plain = " ".join(word for word in plain.split() if not (word.islower() and len(word) < 3))
    if not capitals:
        return plain
    plain = re.sub(
        rf"^(?!Q\.)\S{{1,2}}[:;.,'\"]\s(?=[{CAPITALS}]{{2}})", "", plain
    )  # a stroke of the signature
    words = plain.split()
    if office_alone(plain) in OFFICERS:
        return " ".join(words)
    for count in range(len(words), 0, -1):
        if known := _nearest(" ".join(words[:count]), whole=count == len(words)):
            return " ".join((known, *words[count:]))
    return plain


def _nearest(title: str, *, whole: bool) -> str | None:
    """The title that this most likely is; of a part of a line only one of as many words."""
    known = _known(title)
    if known is None or not (whole or len(known.split()) == len(title.split())):
        return None
    return known + title[len(title.rstrip(",")) :]


def _known(title: str) -> str | None:
    """The title of the lexicon that this most likely is."""
    found = match(title, offices)
    return None if found is None or _says_other(title, found.phrase) else found.phrase


def _says_other(title: str, known: str) -> bool:
    """Whether the title is no faulty reading of a ``known`` one: a word is missing between its first and its last, or it is a deputy's.

    Seals hide beginnings and ends, and no *PHÓ* before legible words is made by chance (*PHÓ VĂN PHÒNG* is printed as well).
    """
    read, wanted = fold(title).split() or [""], fold(known).split()
    same_ends = read[:1] == wanted[:1] and read[-1:] == wanted[-1:]
    missing = len(read) < len(wanted) and len("".join(wanted)) - len("".join(read)) > _GLUED
    deputys = read[0] == "pho" != wanted[0] and all(map(is_syllable, title.split()))
    return (same_ends and missing) or deputys


_GLUED = 2
"""Letters that a title may lack where two of its words were read as one."""


def office_alone(title: str) -> str:
    """The title without the agency behind it, which deputies leave out.

    >>> office_alone("CHỦ TỊCH ỦY BAN NHÂN DÂN"), office_alone("ĐỒN TRƯỞNG")
    ('CHỦ TỊCH', 'ĐỒN TRƯỞNG')
    """
    words = title.split()
    begun = (" ".join(words[:count]) for count in range(len(words), 1, -1))
    return next((office for office in begun if office in OFFICERS), title)


def torn_officer(text: str) -> str | None:
    """The title that lost its beginning or its end to a seal or a pen, or has something else there; None for any other text.

    >>> [torn_officer(text) for text in ("TỊCH", "MỦ NHIỆM", "//5 hiệu TRƯỜNG", "HIỆU TRƯỜNG", "GIÁM ĐỐC SỞ NỘI VỤ")]
    ['CHỦ TỊCH', 'CHỦ NHIỆM', 'HIỆU TRƯỞNG', None, None]
    """
    known = _known(" ".join(text.split()))
    if known is None:
        return None
    read, whole = (fold(each).strip(" .,:;'*-") for each in (text, known))
    return None if read.startswith(whole[:2]) and read.endswith(whole[-2:]) else known


def repair_business(name: str) -> str:
    """The name of a business in capitals with the marks of its commonest phrases put back.

    >>> repair_business("CÔNG TY CỐ PHẦN ĐẦU TƯ PHÁT TRIẾN AN KHANG")
    'CÔNG TY CỔ PHẦN ĐẦU TƯ PHÁT TRIỂN AN KHANG'
    """
    words = name.split()
    for phrase in phrases("business_phrases"):
        wanted = phrase.split()
        for at in range(len(words) - len(wanted) + 1):
            read = words[at : at + len(wanted)]
            if read != wanted and [fold(word) for word in read] == [fold(word) for word in wanted]:
                words[at : at + len(wanted)] = [
                    r if fold(r) in {"hoa", "hoá"} else w for r, w in zip(read, wanted, strict=True)
                ]
    return " ".join(words)
