"""The common words of addresses (*xã, huyện, tổ, đường*), whose lost tones can be put back where a name or number follows."""

from __future__ import annotations

import re

from pipeline.normalize.channel import reads
from schemas.gazetteer import TYPES
from schemas.vietnamese import CAPITALS, fold, nfc

_WORDS = tuple(
    nfc(word)
    for word in (
        *map(str.lower, TYPES),
        *"khu phố|tổ dân phố|tổ|thôn|xóm|ấp|đường|số|ngõ|hẻm|ngách|khóm|buôn|bản|làng".split("|"),
    )
)
_ANY = "|".join(_WORDS)
_RIGHT = {fold(word): word for word in _WORDS}


_CAPITAL = f"[{CAPITALS}]"
_LOST_COMMA = re.compile(
    rf"((?:[Xx]ã|[Pp]hường|[Tt]hị trấn|[Hh]uyện|[Qq]uận|[Tt]hị xã|[Tt]hành phố)(?:\s{_CAPITAL}[\w']*){{1,4}}?)\s"
    rf"(?=(?:[Hh]uyện|[Qq]uận|[Tt]hị xã|[Tt]ỉnh|[Tt]hành phố)\s{_CAPITAL})"
)


def repair_words(address: str) -> str:
    """The address with those words put right; only before a number or a capital, where they cannot be names.

    >>> repair_words("Tố 19, phuờng Phú Thạnh, thành phổ Tuy Hòa, xa An Thanh")
    'Tổ 19, phường Phú Thạnh, thành phố Tuy Hòa, xã An Thanh'
    >>> repair_words("khu đô thị Xa La, phuờng Phúc La")
    'khu đô thị Xa La, phường Phúc La'
    """
    plain = re.sub(r"\b[UƯÙÚỦŨỤ]B.?ND\b", "UBND", nfc(address))
    plain = re.sub(rf"(?<!\w)\w?BND(?=\s(?:{_ANY})\s)", "UBND", plain)
    plain = re.sub(r"\s,(?=\w)", " ", plain)
    plain = re.sub(r"(?<=[^\W\d_])['’`](?=[\s,]|$)", "", plain)
    plain = re.sub(r",\s?[:;|](?=\w)", ", ", plain)
    plain = re.sub(r"(?<=[^\W\d]),(?=[^\W\d])", ", ", plain)
    plain = re.sub(r"(?<=[^\W\d_]{3})\.(?=[^\W\d_A-ZĐ][^\W\d_]{2})", " ", plain)
    plain = re.sub(rf"\s?;\s(?={_CAPITAL})", ", ", plain)  # none is set in an address
    plain = re.sub(rf"\s?[|](?=\s(?:{_ANY})\s)", ",", plain, flags=re.IGNORECASE)
    plain = re.sub(r"(?<=[^\W\d_])[:|](?=\s)", "", plain)
    plain = re.sub(r"[\"“”„«»](?=\w)|(?<=\w)[\"“”„«»]", "", plain)
    plain = re.sub(rf"\bUBND\s?[-.,]\s?(?=(?:{_ANY})\s)", "UBND ", plain)
    plain = re.sub(r"(?<=[^\W\d_]{3})[®©*•~«»|'’](?=[^\W\d_]{3})|(?<=[^\W\d_]{3})\.(?=\d)", " ", plain)
    plain = re.sub(rf"\b({_ANY}),(?=[A-ZĐÂÊÔƠƯ])", r"\1 ", plain, flags=re.IGNORECASE)
    plain = re.sub(r"\b(huyện|xã|phường|tỉnh|thị trấn|thành phố), (?=[A-ZĐÂÊÔƠƯ])", r"\1 ", plain)
    if "," in plain:  # whoever sets one comma sets them all
        plain = _LOST_COMMA.sub(r"\1, ", plain)
    plain = re.sub(
        r"\bla (?=[A-ZĐ])", "Ia ", plain
    )  # Ia Pết, Ia H'Drai: no part of an address is called "la"
    plain = re.sub(r",\s[-–+*•]\s?(?=\w)", ", ", plain)
    plain = re.sub(r"(Rịa|RỊA)\s(?=V[ũŨ]ng\b|VŨNG\b)|(Phan Rang)\s(?=Tháp)", r"\1\2 - ", plain)
    plain = re.sub(rf"\b({_ANY}|phố)[-.](?=[A-ZĐÂÊÔƠƯ0-9])", r"\1 ", plain, flags=re.IGNORECASE)
    plain = re.sub(rf"\s?[.;]\s(?=(?:{_ANY})\s)", ", ", plain)
    plain = re.sub(rf"(?<=[^\W\d_]);\s(?=(?:{_ANY})\s)", ", ", plain, flags=re.IGNORECASE)
    plain = _HAMLET.sub(_hamlet, plain)
    tokens = re.split(r"(\s+)", plain)
    words = tokens[::2]
    at = 0
    while at < len(words):
        for length in (3, 2, 1):
            read = words[at : at + length]
            right = _RIGHT.get(fold(" ".join(read)))
            after = words[at + length] if at + length < len(words) else ""
            if right and _may(read, after):
                words[at : at + length] = [_cased(r, w) for r, w in zip(read, right.split(), strict=True)]
                at += length - 1
                break
        at += 1
    tokens[::2] = words
    return _one_case("".join(tokens))


_HAMLET = re.compile(r"^(?P<word>\w{3,5}?)(?P<blank>\s?)(?=\d)")


def _hamlet(found: re.Match[str]) -> str:
    """The first word before a number with one letter wrong or lost: *hôn 8*, *7hôn 3*, *Thổn2*."""
    if fold(found["word"]) in _RIGHT:  # Đường 3 tháng 2
        return found.group()
    near = [word for word in ("thôn", "khóm", "buôn") if reads(fold(found["word"]), fold(word))]
    return f"{nfc(near[0]).capitalize()} " if len(near) == 1 else found.group()


def _one_case(address: str) -> str:
    """Words with marks in capitals among others in small letters as those (*BẮC Yên*); abbreviations bear no marks."""
    if sum(c.isupper() for c in address) > 0.5 * sum(c.isalpha() for c in address):
        return address
    return _MARKED.sub(lambda word: word.group().title(), address)


_MARKED = re.compile(r"(?<![^\W_])(?=[A-ZĐ]*[^\WA-ZĐa-zđ\d_])(?:[A-ZĐ]|[^\Wa-zđ\d_])+(?![^\W_])")


def _may(read: list[str], after: str) -> bool:
    """Before a number; a word of small letters also before a name (*Tô Hiệu*, *Tịnh Khê* are names themselves).

    No name begins with *Xóm*, *Thôn*, *Khóm* or *Ấp*, whatever their marks. Two words have one case: *khu đô thị Xa La* is no *thị xã*.
    """
    if read[0][:1].islower() and any(word[:1].isupper() for word in read[1:]):
        return False
    if after[:1].isdigit() or (after[:1].isupper() and fold(read[0]) in {"xom", "thon", "khom", "ap"}):
        return True
    return after[:1].isupper() and (read[0][:1].islower() or len(read) > 1)


def _cased(read: str, word: str) -> str:
    if read.isupper() and len(read) > 1:
        return word.upper()
    return word[0].upper() + word[1:] if read[:1].isupper() else word
