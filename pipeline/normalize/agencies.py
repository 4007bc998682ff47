"""Names of agencies in capitals: the marks of their commonest words, and the departments that every level has."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.normalize.channel import match, reads
from pipeline.normalize.people import is_syllable_like
from schemas.gazetteer import TYPES, is_word_of_place
from schemas.lexicon import agency_phrases, departments, phrases
from schemas.vietnamese import CAPITALS, fold, nfc

_PHRASES = tuple(
    nfc(phrase)
    for phrase in (
        "ỦY BAN NHÂN DÂN|HỘI ĐỒNG NHÂN DÂN|TỈNH|THÀNH PHỐ|HUYỆN|QUẬN|THỊ XÃ|PHƯỜNG|THỊ TRẤN|XÃ|PHÒNG|CÔNG AN|SỞ|VĂN PHÒNG"
    ).split("|")
)
DEPARTMENTS, ABBREVIATIONS = phrases("departments"), frozenset(phrases("abbreviations"))
_FIRST_OF_DEPARTMENTS = frozenset(fold(name).split()[0] for name in DEPARTMENTS)
#: The older way to set the tone is right as well and stays.
_ALSO_RIGHT = frozenset(nfc(word) for word in ("UỶ", "HOÀ", "TOÀ"))

_DEPARTMENT = re.compile(r"(?<!\w)(?P<of>BỘ|SỞ|PHÒNG)\s(?P<name>[^\d]+)$")

#: *Lv ban nhan dân*: the first word is hardly legible, the others leave no doubt.
_COMMITTEE = re.compile(r"(?:(?<!\w)\S{1,3}\s|^)[Bb]an\snh[âaăấầẩ]n\s[dđ][âaăấầẩ]n(?!\w)")
_UNITS = "|".join(TYPES).upper()
#: *';ÔNG AN TỈNH*, *SH NG AN XÃ*: no other agency's name has *AN* before a unit.
_POLICE = re.compile(rf"^(?!CÔNG AN)(?:\S{{1,5}}\s){{0,2}}AN\s(?=(?:{_UNITS})\s)")
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


#: ``NON6``: the number of a school or ward at its last word.
_GLUED_NUMBER = re.compile(rf"\b([{CAPITALS}]{{3,}})(\d{{1,3}})\b")


#: A line that ends before the province's name (*ỦY BAN NHÂN DÂN TÍNH*).
_PROVINCE_LAST = re.compile(rf"(?P<named>(?:(?:{_UNITS})\s\w+|\bHÀ)\s)?(?<=\w\s)T[ÍÌI]NH$")


def _province_last(found: re.Match[str]) -> str:
    """*TỈNH*, unless the word is the second of a unit's name (*XÃ SƠN TINH*) or *HÀ TĨNH* misread."""
    return found[0] if found["named"] else "TỈNH"


def lacks_department(name: str) -> bool:
    """Whether *SỞ* goes on with a syllable with which no department of a province begins: a letter was lost (*SỞ [Y] TẾ*).

    >>> [lacks_department(name) for name in ("SỞ TẾ ĐỒNG THÁP", "SỞ Y TẾ ĐỒNG THÁP", "SỞ GTVT", "SỞ VĂN HOÁ, THỂ THAO")]
    [True, False, False, False]
    """
    head, *rest = fold(name).replace(",", " ").split()[:2] or [""]
    return head == "so" and bool(rest) and is_syllable_like(rest[0]) and rest[0] not in _FIRST_OF_DEPARTMENTS


def repair_agency(name: str) -> str:
    """An agency's name in capitals with the marks of its commonest words put back, and one wrong letter in a phrase.

    >>> repair_agency("ÚY BAN NHÂN BÂN TÍNH HÀ NAM"), repair_agency("ÔNG AN XÃ BÌNH CHƯƠNG")
    ('ỦY BAN NHÂN DÂN TỈNH HÀ NAM', 'CÔNG AN XÃ BÌNH CHƯƠNG')
    >>> repair_agency("PHÒNG KÌNH TẾ"), repair_agency("PHÒNG TÀI CHÍNH KẾ HOẠCH")
    ('PHÒNG KINH TẾ', 'PHÒNG TÀI CHÍNH - KẾ HOẠCH')
    >>> repair_agency("LIÊN ĐOÀN LAO ĐÔNG TỈNH SƠN LA")
    'LIÊN ĐOÀN LAO ĐỘNG TỈNH SƠN LA'
    """
    name = re.sub(r"\bla (?=[A-ZĐ])", "Ia ", name)  # xã Ia Phí
    name = re.sub(r"\b(TỈNH|HUYỆN|QUẬN|PHƯỜNG|XÃ|TRẤN|PHỐ),\s?(?=\w)", r"\1 ", name)
    name = re.sub(r"\bRỊA\s(?=VŨNG TÀU)", "RỊA - ", name)  # the dash ends a line and is lost there
    name = _GLUED_NUMBER.sub(
        lambda found: f"{found[1]} {found[2]}" if is_syllable_like(found[1]) else found[0], name
    )
    name = re.sub(r"\b(THÀNH|THỊ)[-.](?=(?:PHỐ|XÃ|TRẤN)\b)", r"\1 ", name)
    name = _PROVINCE_LAST.sub(_province_last, name)
    name = re.sub(r"\b(TỈNH|ĐẢNG|THÀNH|HUYỆN|THỊ|QUẬN)\s[UÚÙŨỤ]Y\b", r"\1 ỦY", name)
    name = _COMMITTEE.sub(lambda found: _in_case("Ủy ban nhân dân", found), name)
    name = re.sub(r"(?<!\w)[1IYFT]{1,2}ỈNH(?=\s[A-ZĐÂĂ])", "TỈNH", name)
    name = re.sub(rf"(?<=[{CAPITALS}]{{3}})\.(?=\s[A-ZĐ])", "", name)
    name = re.sub(rf"(?<=[{CAPITALS}])-(?=(?:NHÂN|DÂN|BAN|ĐỒNG)\b)", " ", name)
    name = re.sub(r"(TỈNH|HUYỆN|QUẬN|PHƯỜNG|XÃ|TRẤN|PHỐ)-(?=\w)", r"\1 ", name)
    name = re.sub(rf"\s[-–'\"]\s?(?=(?:{_UNITS})\s)", " ", name)
    name = (
        re.sub(r"(?<!\w)(?!ỦY|UỶ)\S{1,3}[\s.][Bb]?B[AẠẢÀ]N NHÂN DÂN", "ỦY BAN NHÂN DÂN", name)
        if name.isupper()
        else name
    )
    name = re.sub(rf"ỦY BAN DÂN(?=\s(?:{_UNITS})\s)", "ỦY BAN NHÂN DÂN", name)
    name = re.sub(rf"\s[ÌÍỊỈĨIJL]\s(?=(?:{_UNITS})\s)", " ", name)
    name = re.sub(r"(?<!\w)['’](?=\w)|(?<=\w)['’](?!\w)", "", name)
    name = re.sub(r"(?<=[^\W\d_]{2})['’](?=[^\W\d_]{3})", " ", name)
    name = re.sub(r"(?<=\w),\s?(?=VIỆT NAM\b)", " ", name)
    name = _POLICE.sub("CÔNG AN ", name) if name.isupper() else name
    name = re.sub(rf"(?<=\b[ỦU]Y\s)X[ÀẢÂ](?=\s[{CAPITALS}])", "XÃ", name)  # XÃ XÀ BANG is a commune
    words = _capitals_only(name)
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
    found = _DEPARTMENT.search(name)
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


def complete_agency(name: str) -> str:
    """A known department whose last word was lost, with it; only for the whole name, not for one of its lines.

    >>> complete_agency("PHÒNG GIÁO DỤC VÀ ĐÀO")
    'PHÒNG GIÁO DỤC VÀ ĐÀO TẠO'
    """
    found = _DEPARTMENT.search(name)
    if not found:
        return name
    begun = [k for k in DEPARTMENTS if len(k.split()) > 3 and k.rsplit(" ", 1)[0] == found["name"]]
    return f"{name} {begun[0].rsplit(' ', 1)[1]}" if len(begun) == 1 else name


def goes_on_as_department(line: str, after: str) -> bool:
    """Whether a known department that begins in ``line`` has its last words in the next.

    >>> goes_on_as_department("SỞ NÔNG NGHIỆP VÀ MÔI", "TRƯỜNG"), goes_on_as_department("SỞ Y TẾ", "TRUNG TÂM Y TẾ")
    (True, False)
    """
    found = _DEPARTMENT.search(repair_agency(f"{line} {after}".strip()))
    begun = _DEPARTMENT.search(line)
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


def _is_phrase(read: str, phrase: str) -> bool:
    found = match(read, agency_phrases, torn=False)
    return found is not None and found.phrase == phrase


def is_unfinished(name: str) -> bool:
    """The name cannot end here: its second line was lost (*ỦY BAN NHÂN DÂN*, *PHÒNG KINH*)."""
    if (
        _TORN_HEALTH.search(name)
        or _UNFINISHED.search(name.strip())
        or _NO_UNIT.search(name)
        or _ONLY_KIND.fullmatch(name.strip())
    ):
        return True
    found = _DEPARTMENT.search(name)
    if not found or found["name"] in DEPARTMENTS:
        return False
    return any(known.startswith(f"{found['name']} ") for known in DEPARTMENTS)


def strange_words(name: str) -> list[str]:
    """Words of three letters and more that are no Vietnamese syllable and no abbreviation that everybody knows."""
    words = re.findall(r"[^\W\d_]{3,}", name)
    return [
        word
        for word in words
        if not (word.upper() in ABBREVIATIONS or is_syllable_like(word) or is_word_of_place(word))
    ]


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
    letters = iter("".join(w if w in ABBREVIATIONS or w.isdigit() else w[0] for w in words))
    return all(letter in letters for letter in wanted)


_KIND_OF_AGENCY = re.compile(r"^(?:BỘ|BAN QUẢN LÝ|(?:TỔNG )?CÔNG TY|NGÂN HÀNG|TỔNG CỤC|CHI CỤC)\s")
#: Whose board it is: of a province, the centre, a district, a commune.
_PARTY = frozenset({"TU", "TW", "HU", "ĐU"})


def _initials(name: str) -> str:
    """Of all words but *và* and *của*; abbreviations and numbers as they stand."""
    words = [_bare(word) for word in re.findall(r"\w+", name.replace("TRUNG ƯƠNG", "TW"))]
    return "".join(
        w if w in ABBREVIATIONS or w.isdigit() or w == "TW" else w[0] for w in words if w not in {"VA", "CUA"}
    )


_LEFT_OUT = frozenset({"CUC", "TRUONG", "PHONG", "HOI", "VIEN", "ĐOAN"})


def _bare(word: str) -> str:
    """Capitals without marks, but Đ, which is a letter of its own."""
    return "".join("Đ" if c in "đĐ" else fold(c).upper() for c in word)


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", fold(name))


def _in_case(words: str, found: re.Match[str]) -> str:
    """``Uỷ`` is right as well and stays."""
    first = found.group().split()[0]
    return f"{first} {words[3:]}" if first in {"Uỷ", "uỷ", "Ủy", "ủy"} else words


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
