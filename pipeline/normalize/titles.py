"""Titles of officers and phrases of business names: what stands on hundreds of thousands of papers in few forms."""

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
        "|PHÓ CHỦ NHIỆM|CHỦ TỌA|CHỈ HUY TRƯỞNG|PHÓ CHỈ HUY TRƯỞNG|THỐNG ĐỐC|PHÓ THỐNG ĐỐC|KIỂM TOÁN TRƯỞNG|HẠT TRƯỞNG|PHÓ HẠT TRƯỞNG|CÔNG CHỨC TƯ PHÁP - HỘ TỊCH|CÔNG CHỨC VĂN PHÒNG - THỐNG KÊ"
    ).split("|")
)


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
    if not plain.isupper():
        return plain
    plain = re.sub(r"^(?!Q\.)\S{1,2}[:;.,'\"]\s(?=[A-ZĐÀ-Ỹ]{2})", "", plain)  # a stroke of the signature
    words = plain.split()
    for count in range(len(words), 1, -1):
        whole = count == len(words)
        if known := _nearest(" ".join(words[:count]), glued=whole):
            return " ".join((known, *words[count:]))
    return plain


def _nearest(title: str, *, glued: bool) -> str | None:
    """The known title with at most one word read wrong; ``glued``: it may have fewer words than the known one."""
    letters = _letters(title)
    best = max(OFFICERS, key=lambda known: Levenshtein.normalized_similarity(_letters(known), letters))
    near = Levenshtein.normalized_similarity(_letters(best), letters) >= _NEAR
    more = len(best.split()) - len(title.split())
    return best if near and (more == 0 or (glued and more > 0)) and _one_word_wrong(title, best) else None


def complete_officer(torn: str) -> str | None:
    """The title of a head whose last words ``torn`` is, where only one ends so; None where none does, or several.

    >>> complete_officer("TỊCH"), complete_officer("ĐÓC"), complete_officer("TRƯỞNG")
    ('CHỦ TỊCH', 'GIÁM ĐỐC', None)
    """
    letters = fold(torn).strip(" .,:;'*")
    if len(letters) < 3 or any(fold(known) == letters for known in OFFICERS):
        return None
    ends = [known for known in OFFICERS if fold(known).endswith(f" {letters}")]
    heads = [known for known in ends if not any(known != one and known.endswith(f" {one}") for one in ends)]
    return heads[0] if len(heads) == 1 else None


_NEAR = 0.85


def _letters(title: str) -> str:
    return fold(title).replace(" ", "")


def _one_word_wrong(read: str, known: str) -> bool:
    """Glued words, or one word with a wrong letter: *CHỈ HUY TRƯỞNG* is not *CHI CỤC TRƯỞNG*, nor *TỔ* a *BỘ TRƯỞNG*."""
    words, wanted = fold(read).split(), fold(known).split()
    if len(words) != len(wanted):
        return True
    wrong = [(r, w) for r, w in zip(words, wanted, strict=True) if r != w]
    return not wrong or (len(wrong) == 1 and Levenshtein.normalized_similarity(*wrong[0]) > 0.5)


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
