"""Readers of running text and of lists: specks, units of area, and where a text breaks off."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.normalize.compounds import repair_compounds
from pipeline.normalize.tidying import Value, check, joined
from pipeline.normalize.titles import repair_business
from schemas.values import Kind
from schemas.vietnamese import SMALLS


def _text(text: str) -> Value:
    plain = joined(text)
    value = _SQUARE.sub("m²", _SPECK_DOT.sub(" ", plain))
    value = _AREA_OF_LAND.sub(" m²", value) if value.startswith("Đất ") else value
    value = _DASH_AT_YEAR.sub(" ", value)
    value = _GLUED_QUOTE.sub(" ", _GLUED_COMMA.sub(", ", _DASH_AFTER_COMMA.sub(", ", value)))
    value = _without_lone_quote(_without_torn_brackets(_LONE_SIGN.sub("", value)))
    value = repair_compounds(value)
    if _capitals(value) and not value.isupper():  # bits of small letters are specks
        value = " ".join(word for word in value.split() if not (word.islower() and len(word) < 3))
    if value.isupper():
        value = repair_business(_DOT_IN_CAPITALS.sub(" ", re.sub(r"^[-–—•·\s]+", "", value)))
    likeness = 1.0 if value == plain else 0.9
    odd = len(re.findall(r"[^\w\s.,;:/()\-–%\"'“”+&²³°º*]", value))
    legible = odd * 12 <= len(value) and _letters(value)
    whole = not (_OPEN_END.search(value) or _TORN.search(value))
    return Value(
        value,
        likeness,
        (
            check("legible", legible, "odd characters"),
            *([] if whole else [check("whole", False, "breaks off")]),
        ),
    )


#: Words after which something must follow: the line below was lost.
_OPEN_END = re.compile(
    r"\s(?:của|với|và|ngày|cho|hoặc|các|những|sẽ|đã|là|để|tại|bởi|nhằm|giai đoạn)$"
    r"|(?<!hằng)(?<!hàng)(?<!mỗi)(?<!cuối)(?<!đầu)(?<!giữa)(?<!nhiều)(?<!tất)(?<!quanh)(?<!lâu)(?<!trọn)(?<!thường)(?<!\d)"
    r"(?<!một)(?<!hai)(?<!ba)(?<!bốn)(?<!sáu)(?<!bảy)(?<!tám)(?<!chín)(?<!mười)(?<!mươi)(?<!cả)(?<!trăm)(?<!năm)\snăm$"
)
#: A first letter was lost, or what stood between two years.
_TORN = re.compile(r"^[bcdđeghklmnpqrstvx](?=\s)|\b(?:19|20)\d\d\s(?:19|20)\d\d\b")


def _capitals(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 8 and sum(c.isupper() for c in letters) > 0.9 * len(letters)


def _without_torn_brackets(text: str) -> str:
    """A bracket without its other half is a speck: ``TRANSPORT (COMPANY``."""
    if text.count("(") == text.count(")"):
        return text
    if text.count("(") + text.count(")") == 1:
        return re.sub(r"[()]", "", text)
    return text


def _without_lone_quote(text: str) -> str:
    """A single quotation mark before a word, without another that closes it, is a speck: *'và hàng giả*."""
    opening = re.findall(r"(?:^|(?<=\s))['‘’`](?=\w)", text)
    return (
        re.sub(r"(?:^|(?<=\s))['‘’`](?=\w)", "", text)
        if len(opening) == len(re.findall(r"['‘’`]", text))
        else text
    )


#: ``m²`` as it is read: ``m?``, ``m2``, ``m‡``, ``m>``.
_SQUARE = re.compile(r"(?<![^\W\d])m(?:[^\w\s.,;:)/\-]|2)(?!\w)")
#: Land is measured by nothing but its area.
_AREA_OF_LAND = re.compile(r"(?<=\d)\s?m[ẽéèêễ²³3]?(?=[,;.\s]|$)")
#: A mark without its letter, and a full stop right before one.
_LONE_SIGN = re.compile(r"(?<=\s)[ˆ^~`´¨](?=\s)\s?|(?<=\s)\.(?=[^\W\d])")
#: A comma right before a letter: the blank was lost.
_GLUED_COMMA = re.compile(r"(?<=[^\W\d]),(?=[^\W\d])")
#: A dash after a comma is a speck: who sets one needs no other.
_DASH_AFTER_COMMA = re.compile(r",\s[-–]\s(?=[^\W\d_])")
#: A dash between a word and a year is a speck: *năm-2020*.
_DASH_AT_YEAR = re.compile(rf"(?<=[{SMALLS}]{{2}})-(?=(?:19|20)\d\d\b)")
#: A dot between two words of capitals is a speck: *CÔNG TY.TNHH*; abbreviations have one letter before it.
_DOT_IN_CAPITALS = re.compile(r"(?<=[^\W\d_]{2})\.(?=[^\W\d_]{2})")
#: A stroke between two words of small letters: *nghị'quyết*; names such as *H'Hen* have a capital.
_GLUED_QUOTE = re.compile(r"(?<=[^\W\d_]{3})['’](?=[^\W\d_A-ZĐ][^\W\d_]{2})")
#: A dot between two words of small letters, or between one and a number, is a speck.
_SPECK_DOT = re.compile(rf"(?<=[{SMALLS}][{SMALLS}])(?:\s?\.\s?(?=[{SMALLS}]{{2}})|\.(?=\d))")


def _letters(text: str) -> bool:
    return sum(c.isalnum() for c in text) * 2 >= len(text.replace(" ", ""))


#: *b/c* and *đ/c* (*báo cáo*, *đồng chí*), their stroke read as a letter: no Vietnamese words.
_SHORTENED = re.compile(r"\b([bBđĐ])[íi1lI|]c\b")
#: *(để báo cáo)* as lists of recipients shorten it, its letters hardly legible.
_FOR_REPORT = re.compile(r"\((?P<to>[đd][êểềếe]\s)?(?:b\s?/\s?[cC€eEo0G©]|/[cC€©]|b[cC€])[)}]")
#: What lists of recipients begin and end with (Decree 30/2020, annex I): *Như trên*, *Như Điều 3*, *Lưu: VT*.
_AS_ABOVE, _KEPT = re.compile(r"^Nhu(?= (?:trên|[Đđ]iều)\b)"), re.compile(r"^L[uưựừ][uư](?=\s?:|\s[A-ZĐ])")
#: *(để t/hiện)*, its stroke not read.
_FOR_DOING = re.compile(r"\((để )?thiện\)")
#: A speck between an abbreviation and the word behind it (*UBND.các huyện*).
_SPECK_BEHIND = re.compile(r"(?<=[A-ZĐ]{2})\.(?=[a-zđ]+[^\W\d_a-zA-Z])")
_HAMLETS = re.compile(r"(?<!\w)t[oôốồổỗộ]\sd[aâ]n\sph[oôốồổỗộö](?!\w)")
_BULLET = re.compile(r"^\s*(?:[-–—+*•·~]|\d{1,2}\s*[.)]|\d{1,2}\s?[-–]\s|[a-zđ]\))\s*")


_NUMBERED = re.compile(r"(?m)^\s*(\d{1,2})\s?[-–.)]\s")


def _list(text: str) -> Value:
    """A line begins an item after a bullet, or where the line before ended with ``;``; others go on."""
    items: list[str] = []
    bare_starts = False
    for line in _as_bulleted(text.split("\n")):
        bare = _BULLET.sub("", line).strip()
        goes_on = bool(items) and not _BULLET.match(line) and not items[-1].endswith(";")
        bare_starts |= goes_on and bare[:1].isupper()
        if not items or _BULLET.match(line) or items[-1].endswith(";"):
            items.append(bare)
        else:
            items[-1] = f"{items[-1]} {bare}"
    kept = [_item(item) for item in items if item.strip(" .;,:")]
    regular = not bare_starts  # else a bullet may be lost, and with it where an item begins
    numbers = [int(number) for number in _NUMBERED.findall(text)]
    whole = numbers == list(range(1, len(numbers) + 1))
    checks = (check("list", True), check("whole", whole, "an item is missing"))
    return Value(kept or None, 1.0 if regular else 0.85, checks if kept else ())


#: The head of a table of papers, a row of it that begins with its number, and how many originals or copies a row ends with.
_HEAD = re.compile(r"\W*S?TT\b.*(?:giấy tờ|thành phần|tên|nội dung)", re.IGNORECASE)
_ROW = re.compile(r"\W*(\d{1,2})[.)]?\s+(?=[^\W\d_])")
_COUNTED = re.compile(
    r"\s+\d{1,2}(?:\s*\(?(?:bản|bộ|tờ)?\s?(?:chính|sao|gốc)?[^\W\d_ ]*\)?)*\s*$|\s+(?:bản|bộ)\s(?:chính|sao|gốc).*$",
    re.IGNORECASE,
)


def _as_bulleted(lines: Sequence[str]) -> Sequence[str]:
    """The lines of a list; those of a table (*TT Tên giấy tờ Số lượng*) without its head and the columns behind the names."""
    if not _HEAD.match(lines[0]):
        return lines
    return [_ROW.sub(r"\1. ", _COUNTED.sub("", line)) for line in lines[1:]]


def _item(printed: str) -> str:
    """An item of a list, its shortened words as lists of recipients print them."""
    item = _SHORTENED.sub(r"\1/c", repair_compounds(printed))
    item = _FOR_REPORT.sub(lambda found: "(để b/c)" if found["to"] else "(b/c)", item)
    item = _KEPT.sub("Lưu", _AS_ABOVE.sub("Như", item))
    item = _SPECK_BEHIND.sub(" ", _FOR_DOING.sub(r"(\1t/hiện)", item))
    return _GLUED_COMMA.sub(", ", _HAMLETS.sub("tổ dân phố", item)).strip(" .;,:")


TEXTS: dict[Kind, Callable[[str], Value]] = {Kind.TEXT: _text, Kind.LIST: _list}
