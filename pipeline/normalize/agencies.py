"""Names of agencies in capitals: the marks of their commonest words, and the departments that every level has."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.normalize.agency_repairs import repaired
from pipeline.normalize.channel import match, reads
from pipeline.normalize.people import is_syllable_like
from schemas.gazetteer import is_word_of_place
from schemas.lexicon import agency_phrases, departments, phrases
from schemas.vietnamese import fold, nfc

_PHRASES = tuple(
    nfc(phrase)
    for phrase in (
        "ỦY BAN NHÂN DÂN|HỘI ĐỒNG NHÂN DÂN|TỈNH|THÀNH PHỐ|HUYỆN|QUẬN|THỊ XÃ|PHƯỜNG|THỊ TRẤN|XÃ|PHÒNG|CÔNG AN|SỞ|VĂN PHÒNG"
    ).split("|")
)
DEPARTMENTS, ABBREVIATIONS = phrases("departments"), frozenset(phrases("abbreviations"))
#: The older way to set the tone is right as well and stays.
_ALSO_RIGHT = frozenset(nfc(word) for word in ("UỶ", "HOÀ", "TOÀ"))

DEPARTMENT = re.compile(r"(?<!\w)(?P<of>BỘ|SỞ|PHÒNG)\s(?P<name>[^\d]+)$")


def repair_agency(name: str) -> str:
    """An agency's name in capitals with the marks of its commonest words put back, and one wrong letter in a phrase.

    >>> repair_agency("ÚY BAN NHÂN BÂN TÍNH HÀ NAM"), repair_agency("ÔNG AN XÃ BÌNH CHƯƠNG")
    ('ỦY BAN NHÂN DÂN TỈNH HÀ NAM', 'CÔNG AN XÃ BÌNH CHƯƠNG')
    >>> repair_agency("PHÒNG KÌNH TẾ"), repair_agency("PHÒNG TÀI CHÍNH KẾ HOẠCH")
    ('PHÒNG KINH TẾ', 'PHÒNG TÀI CHÍNH - KẾ HOẠCH')
    >>> repair_agency("LIÊN ĐOÀN LAO ĐÔNG TỈNH SƠN LA")
    'LIÊN ĐOÀN LAO ĐỘNG TỈNH SƠN LA'
    """
    words = _capitals_only(repaired(name))
    if [fold(word) for word in words[:3]] == ["ban", "nhan", "dan"] and words[0].isupper():
        words.insert(0, "ỦY")  # its first word is lost
    words = _with_marks(words)
    for phrase in _PHRASES:
        wanted = phrase.split()
        for at in range(len(words) - len(wanted) + 1):
            read = words[at : at + len(wanted)]
            if read == wanted or not all(word.isupper() for word in read) or _army(words[at : at + 2]):
                continue
            same = fold(" ".join(read)) == fold(phrase)
            if same and (at == 0 or len(wanted) > 3 or (len(wanted) == 1 and _safe(words, at))):
                words[at : at + len(wanted)] = _put_right(read, wanted)
            elif at == 0 and len(wanted) > 1 and _is_phrase(" ".join(read), phrase):
                words[at : at + len(wanted)] = wanted
    return _repair_department(" ".join(words))


def _with_marks(words: list[str]) -> list[str]:
    """The words with the marks of phrases of three words and more that agencies are called by (*LIÊN ĐOÀN LAO ĐÔNG*)."""
    found, keys = list(words), [fold(word) for word in words]
    for wanted, key in _long_phrases():
        for at in range(len(words) - len(wanted) + 1):
            if keys[at : at + len(wanted)] == key and all(map(str.isupper, words[at : at + len(wanted)])):
                found[at : at + len(wanted)] = _put_right(words[at : at + len(wanted)], wanted)
    return found


def _put_right(read: list[str], wanted: list[str]) -> list[str]:
    """The words as they are wanted, but for those that are right as well."""
    return [r if r in _ALSO_RIGHT else w for r, w in zip(read, wanted, strict=True)]


@lru_cache(maxsize=1)
def _long_phrases() -> tuple[tuple[list[str], list[str]], ...]:
    known = (phrase.split() for phrase in agency_phrases())
    return tuple((words, [fold(word) for word in words]) for words in known if len(words) > 2)


def _repair_department(name: str) -> str:
    """A known department with wrong marks, wrong letters or a lost dash."""
    found = DEPARTMENT.search(name)
    if not found or found["name"] in DEPARTMENTS:
        return name
    if any(known.startswith(f"{found['name']} ") for known in DEPARTMENTS):
        return name  # a line of a longer name (*KINH TẾ, HẠ TẦNG*)
    read = _letters(found["name"])
    exact = [known for known in DEPARTMENTS if _letters(known) == read]
    dashed = bool(re.search(r"\w\s?[-–]\s?\w", found["name"]))  # PHÒNG GIÁO DỤC-ĐÀO TẠO is printed so
    if not exact and not dashed:  # *VÀ* was lost at the end of a line
        exact = [
            known for known in DEPARTMENTS if " VÀ " in known and _letters(known.replace(" VÀ ", " ")) == read
        ]
    nearest = None if exact else match(found["name"], departments, torn=False)
    if nearest and reads(found["name"], nearest.phrase) and (not dashed or "-" in nearest.phrase):
        exact = [nearest.phrase]
    if len(exact) != 1:
        return name
    right = (
        exact[0] if "," in found["name"] else exact[0].replace(",", "")
    )  # commas are often left out, dashes not
    if "," in found["name"] and "," not in right:  # BỘ LAO ĐỘNG, THƯƠNG BINH VÀ XÃ HỘI is printed so
        right = _as_divided(found["name"], right)
    if "HOÁ" in found["name"]:
        right = right.replace("HÓA", "HOÁ")
    return name[: found.start("name")] + right


def _as_divided(read: str, right: str) -> str:
    """The words as they are right between the signs as they were read; the whole as it was read where it has other words."""
    words = iter(re.findall(r"\w+", right))
    if len(re.findall(r"\w+", read)) != len(re.findall(r"\w+", right)):
        return read
    return re.sub(r"\w+", lambda _: next(words), read)


def _is_phrase(read: str, phrase: str) -> bool:
    found = match(read, agency_phrases, torn=False)
    return found is not None and found.phrase == phrase


def strange_words(name: str) -> list[str]:
    """Words of three letters and more that are no Vietnamese syllable and no abbreviation that everybody knows."""
    words = re.findall(r"[^\W\d_]{3,}", name)
    return [
        word
        for word in words
        if not (word.upper() in ABBREVIATIONS or is_syllable_like(word) or is_word_of_place(word))
    ]


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", fold(name))


def _capitals_only(name: str) -> list[str]:
    """The words; among capitals without specks and bits of small letters."""
    if sum(c.isupper() for c in name) < 0.8 * sum(c.isalpha() for c in name):
        return name.split()
    words = re.sub(r"(?<!\bT[PXT])[.»«›‹“”\"|~*_=—]+(?=\S)|(?<=\S)[»«›‹“”\"|~*_=—]+", " ", name).split()
    return [
        word
        for word in words
        if not (word.islower() or (len(word) == 1 and not word.isalnum() and word not in "-–&"))
    ]


def _safe(words: list[str], at: int) -> bool:
    """A single word is put right only before a name, at the beginning or after *nhân dân*: *NHO QUAN* is a name."""
    before = [fold(word) for word in words[max(at - 2, 0) : at]]
    opens = at == 0 or before == ["nhan", "dan"] or before[-1:] == ["ubnd"]
    return (
        opens and at + 1 < len(words) and fold(words[at]) in {"tinh", "huyen", "quan", "phuong", "so", "xa"}
    )


def _army(words: list[str]) -> bool:
    """*QUÂN KHU*, *QUÂN ĐOÀN*: no district."""
    return fold(" ".join(words)) in {"quan khu", "quan doan", "quan chung", "quan doi", "quan y", "quan su"}
