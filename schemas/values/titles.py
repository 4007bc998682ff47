"""Titles of officers and opening words of agencies: what stands under hundreds of thousands of papers in few forms."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from schemas.vietnamese import fold, nfc

OFFICERS = tuple(
    nfc(title)
    for title in (
        "CHỦ TỊCH|PHÓ CHỦ TỊCH|GIÁM ĐỐC|PHÓ GIÁM ĐỐC|TỔNG GIÁM ĐỐC|PHÓ TỔNG GIÁM ĐỐC|CHÁNH VĂN PHÒNG|PHÓ CHÁNH VĂN PHÒNG"
        "|TRƯỞNG PHÒNG|PHÓ TRƯỞNG PHÒNG|CỤC TRƯỞNG|PHÓ CỤC TRƯỞNG|CHI CỤC TRƯỞNG|PHÓ CHI CỤC TRƯỞNG|TRƯỞNG BAN"
        "|PHÓ TRƯỞNG BAN|VỤ TRƯỞNG|PHÓ VỤ TRƯỞNG|CHÁNH THANH TRA|PHÓ CHÁNH THANH TRA|BỘ TRƯỞNG|THỨ TRƯỞNG|HIỆU TRƯỞNG"
        "|PHÓ HIỆU TRƯỞNG|BÍ THƯ|PHÓ BÍ THƯ|VIỆN TRƯỞNG|PHÓ VIỆN TRƯỞNG|CHÁNH ÁN|PHÓ CHÁNH ÁN|TRƯỞNG CÔNG AN"
        "|PHÓ TRƯỞNG CÔNG AN|TỔNG CỤC TRƯỞNG|PHÓ TỔNG CỤC TRƯỞNG|THỦ TƯỚNG|PHÓ THỦ TƯỚNG|TỔNG THƯ KÝ|CHỦ NHIỆM"
        "|PHÓ CHỦ NHIỆM|CHỦ TỌA|CÔNG CHỨC TƯ PHÁP - HỘ TỊCH|CÔNG CHỨC VĂN PHÒNG - THỐNG KÊ"
    ).split("|")
)

_PHRASES = tuple(
    nfc(phrase)
    for phrase in (
        "ỦY BAN NHÂN DÂN|HỘI ĐỒNG NHÂN DÂN|TỈNH|THÀNH PHỐ|HUYỆN|QUẬN|THỊ XÃ|PHƯỜNG|THỊ TRẤN|XÃ|PHÒNG|CÔNG AN|SỞ|VĂN PHÒNG"
    ).split("|")
)
#: The older way to set the tone is right as well and stays.
_ALSO_RIGHT = frozenset(nfc(word) for word in ("UỶ", "HOÀ", "TOÀ"))


def repair_officer(title: str) -> str:
    """The known title that ``title`` is but for one or two wrong letters; others stay as read.

    >>> repair_officer("›'GHÁNH VĂN PHÒNG"), repair_officer("CHỦ TỊCH HỘI NÔNG DÂN")
    ('CHÁNH VĂN PHÒNG', 'CHỦ TỊCH HỘI NÔNG DÂN')
    """
    plain = re.sub(r"^[^\w]+|[^\w.)]+$", "", " ".join(title.split()))
    folded = fold(plain)
    same = next((known for known in OFFICERS if fold(known) == folded), None)
    if same:  # in the case in which it is printed
        return "".join(k if p.isupper() else k.lower() for k, p in zip(same, plain, strict=True))
    if sum(c.isupper() for c in plain) > 0.8 * sum(c.isalpha() for c in plain):
        plain = " ".join(word for word in plain.split() if not (word.islower() and len(word) < 3))
    if not plain.isupper():
        return plain
    folded = fold(plain)
    best = max(OFFICERS, key=lambda known: Levenshtein.normalized_similarity(fold(known), folded))
    return best if Levenshtein.normalized_similarity(fold(best), folded) >= 0.87 else plain


#: Names that are never printed without their dash.
_HYPHENED = {
    nfc(whole.replace(" - ", " ")): nfc(whole) for whole in ("TÀI CHÍNH - KẾ HOẠCH", "LAO ĐỘNG - THƯƠNG BINH")
}
#: *Lv ban nhan dân*: the first word is hardly legible, the others leave no doubt.
_COMMITTEE = re.compile(r"(?:(?<!\w)\S{1,3}\s|^)[Bb]an\snh[âaăấầẩ]n\sd[âaăấầẩ]n(?!\w)")


def _in_case(words: str, found: re.Match[str]) -> str:
    """``Uỷ`` is right as well and stays."""
    first = found.group().split()[0]
    return f"{first} {words[3:]}" if first in {"Uỷ", "uỷ", "Ủy", "ủy"} else words


def repair_agency(name: str) -> str:
    """An agency's name in capitals with the marks of its commonest words put back, and one wrong letter in a phrase.

    >>> repair_agency("ÚY BAN NHÂN BÂN TÍNH HÀ NAM"), repair_agency("ÔNG AN XÃ BÌNH CHƯƠNG")
    ('ỦY BAN NHÂN DÂN TỈNH HÀ NAM', 'CÔNG AN XÃ BÌNH CHƯƠNG')
    """
    name = _COMMITTEE.sub(lambda found: _in_case("Ủy ban nhân dân", found), name)
    name = re.sub(r"(?<!\w)[1IYFT]{1,2}ỈNH(?=\s[A-ZĐÂĂ])", "TỈNH", name)
    name = re.sub(r"(?<=[A-ZĐÀ-Ỹ]{3})\.(?=\s[A-ZĐ])", "", name)
    for lost, whole in _HYPHENED.items():
        name = name.replace(lost, whole)
    words = _capitals_only(name)
    if [fold(word) for word in words[:3]] == ["ban", "nhan", "dan"] and words[0].isupper():
        words.insert(0, "ỦY")  # its first word is lost
    for phrase in _PHRASES:
        wanted = phrase.split()
        for at in range(len(words) - len(wanted) + 1):
            read = words[at : at + len(wanted)]
            if read == wanted or not all(word.isupper() for word in read):
                continue
            likeness = Levenshtein.normalized_similarity(fold(" ".join(read)), fold(phrase))
            if likeness == 1.0 and (at == 0 or len(wanted) > 3 or (len(wanted) == 1 and _safe(words, at))):
                words[at : at + len(wanted)] = [
                    r if r in _ALSO_RIGHT else w for r, w in zip(read, wanted, strict=True)
                ]
            elif at == 0 and len(wanted) > 1 and likeness > 0.83:
                words[at : at + len(wanted)] = wanted
    return " ".join(words)


_BUSINESS = tuple(
    nfc(phrase)
    for phrase in (
        "CÔNG TY CỔ PHẦN|CÔNG TY|TRÁCH NHIỆM HỮU HẠN|MỘT THÀNH VIÊN|HAI THÀNH VIÊN TRỞ LÊN|DOANH NGHIỆP TƯ NHÂN|HỘ KINH DOANH"
        "|THƯƠNG MẠI|DỊCH VỤ|ĐẦU TƯ|PHÁT TRIỂN|XÂY DỰNG|SẢN XUẤT|CỬA HÀNG|TẠP HÓA|HỢP TÁC XÃ|VẬN TẢI|NÔNG NGHIỆP|CHI NHÁNH"
    ).split("|")
)


def repair_business(name: str) -> str:
    """The name of a business in capitals with the marks of its commonest phrases put back.

    >>> repair_business("CÔNG TY CỐ PHẦN ĐẦU TƯ PHÁT TRIẾN AN KHANG")
    'CÔNG TY CỔ PHẦN ĐẦU TƯ PHÁT TRIỂN AN KHANG'
    """
    words = name.split()
    for phrase in _BUSINESS:
        wanted = phrase.split()
        for at in range(len(words) - len(wanted) + 1):
            read = words[at : at + len(wanted)]
            if read != wanted and [fold(word) for word in read] == [fold(word) for word in wanted]:
                words[at : at + len(wanted)] = [
                    r if fold(r) in {"hoa", "hoá"} else w for r, w in zip(read, wanted, strict=True)
                ]
    return " ".join(words)


def _capitals_only(name: str) -> list[str]:
    """The words; among capitals without specks and bits of small letters."""
    if sum(c.isupper() for c in name) < 0.8 * sum(c.isalpha() for c in name):
        return name.split()
    words = re.sub(r"[.»«›‹“”\"|~*_=—]+(?=\S)|(?<=\S)[»«›‹“”\"|~*_=—]+", " ", name).split()
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
