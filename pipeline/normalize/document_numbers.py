"""Numbers and titles of documents as a recogniser gives them, put into the form of ``schemas.identifiers.document_number``."""

from __future__ import annotations

import re

from pipeline.normalize.channel import candidates, reads
from pipeline.normalize.numbers import repair_digits
from schemas.identifiers.document_number import KINDS, LETTER, DocumentNumber
from schemas.lexicon import kinds
from schemas.vietnamese import fold, without_tones

#: Abbreviations of issuers that occur in numbers everywhere; what is close to one of them is a fault of reading.
_ISSUERS = (
    "UBND",
    "HĐND",
    "TTg",
    "CP",
    "BTP",
    "BNV",
    "BTC",
    "BCA",
    "BGDĐT",
    "BYT",
    "VPCP",
    "TTHC",
    "KSTT",
    "NĐ",
    "STP",
    "LLTP",
)
#: Of those, the ones that no other issuer resembles: one wrong letter is put right as well.
_UNMISTAKABLE = ("UBND", "LLTP")

_BODY = r"(?:[^\W\d_]|[5018](?=[A-ZĐ]{2})|0(?=Đ-))[\w.&]*(?:\s?-\s?[\w.&+]+(?:,[A-ZĐ][\w.&+]*)*)*"
_KINDS = "|".join(map(re.escape, KINDS.values()))
_SIGNS = str.maketrans({"Ð": "Đ", "⁄": "/", "—": "-", "–": "-", "§": "S"})
#: "Số", however read; "50" only before a colon, for it is how numbers begin, too.
_LABEL = re.compile(
    r"^\W*(?:(?:S[ốôóòoồỏổõọ0](?:\s?/\s?No)?|5[ốôóòoồỏổõọ])\s*(?:[:;.,]|(?=[\d/]))|(?:50|S[68])\s?:|No\.?\s?:)\s*"
)
_PARTY_KINDS_2 = "NQ|QĐ|QD|CT|KL|HD|BC|TB|KH|CV|QC|TT|GM|BB|ĐA|PA|TC"
#: ``06-CTr/BTG``; unions print a blank for the hyphen as well (``298 KH/TWĐTN``).
_PARTY = re.compile(
    rf"(?P<serial>\d[0-9OoIl]{{0,4}})(?:\s?[-:]\s?|\s)(?P<mark>(?:{_PARTY_KINDS_2}|TTr|CTr|QyĐ)\s?/\s?[\w-]+)"
)
#: ``11-LĐTBXH/TT``, ``5-BXD/ĐT``: the issuer before the kind or the unit, as papers of the eighties and nineties have it.
_ISSUER_FIRST = re.compile(
    rf"(?<![\d/-])(?P<serial>\d[0-9OoIl]{{0,4}})\s?-\s?(?P<mark>[A-ZĐ][\w&]+(?:-[A-ZĐ][\w&]+)*\s?/\s?(?:{_KINDS}|[A-ZĐ]{{2,6}}))(?![\w-])"
)
_PLAIN = re.compile(r"(?:\b[A-ZĐ]{1,3}\s(?=\d))?(?=\S*\d)[A-Za-z0-9Đđ|][\w.|]*(?:\s?[/-]\s?[\w.&]+)*")
_NUMBER = re.compile(
    rf"(?P<serial>[^\s/]{{0,8}})\s?(?:/\s?(?P<year>[12][0-9OolI]{{3}})\s?)?/\s?(?P<mark>(?:(?:{_KINDS})/)?{_BODY})"
)
_FOR_LETTERS = (str.maketrans("5018", "SOIB"), str.maketrans("0O", "QQ"))
"""What is read for other letters of an abbreviation: *5YT* for *SYT*, *0Đ* for *QĐ*."""
#: ``77!QĐ-SYT``, ``152.UBND-XNTTHN``: what a slash between digits and a mark is read as.
_LIKE_SLASH = re.compile(r"(?<=\d)(?:\s?[!|]\s?(?=[A-ZĐ]{1,6}(?:-|\W*$))|\.(?=[A-ZĐ]{2,6}-[A-ZĐ]))")
#: ``12-KLIUBKTTU``: the same between kind and issuer.
_PARTY_STROKE = re.compile(
    rf"(?<=\d[-:](?:{_PARTY_KINDS_2}))[Il|1](?=[A-ZĐ]{{2}})|(?<=\d[-:]TTr)[Il|1](?=[A-ZĐ]{{2}})"
)
#: ``IQĐ-UBND``: the serial was left for the pen, the slash read as a letter; no mark begins so.
_SLASH_ALONE = re.compile(r"^\W*[Il|1](?=(?:[A-ZĐ]{2}[\w&]*)-[A-ZĐ][\w&-]+\W*$)")
#: ``396 STP-LLTP``: the slash was lost.
_LOST_SLASH = re.compile(
    r"^\W*(?:\w{2}\W\s*)?(?P<serial>\d{1,5})(?P<year>)\s?(?P<mark>[A-ZĐ][\w&]*-[A-ZĐ][\w&]+)\W*$"
)
_LOST_SLASH_ALONE = re.compile(r"^\W*(\d{1,5})\s([A-ZĐ]{2,6}|(?:19|20)\d\d)\W*$")


def find_document_number(text: str) -> DocumentNumber | None:
    """The number in ``text``, without spaces, ``QD`` repaired to ``QĐ``; an unreadable serial is left empty.

    >>> str(find_document_number("Số: 12/2024 /QD-UBND")), str(find_document_number("Số: ⁄‡6 /CT-UBND"))
    ('12/2024/QĐ-UBND', '/CT-UBND')
    >>> str(find_document_number("Số: 77/TB/CTCN-KD")), str(find_document_number("Số: 11 - LĐTBXH/TT"))
    ('77/TB/CTCN-KD', '11-LĐTBXH/TT')
    >>> str(find_document_number("Số: 5-BXD/ĐT")), str(find_document_number("Số 664 - CV/HNDTW"))
    ('5-BXD/ĐT', '664-CV/HNDTW')
    >>> str(find_document_number("Số: 298 KH/TWĐTN"))
    '298-KH/TWĐTN'
    """
    plain = _bare(text)
    if party := _PARTY.search(plain) or _ISSUER_FIRST.search(plain):
        return DocumentNumber(repair_digits(party["serial"]), None, repair_mark(_tight(party["mark"])), "-")
    found = _NUMBER.search(plain) or _LOST_SLASH.search(plain)
    if not found:
        return None
    year = repair_digits(found["year"]) if found["year"] else None
    mark = found["mark"]
    if torn := re.match(r"\s([A-ZĐ]{2,4})\W*$", plain[found.end() :]):
        mark += torn[1]  # a blank inside the mark
    return DocumentNumber(_serial(found["serial"]), year, repair_mark(_tight(mark)))


def find_certificate_number(text: str) -> str | None:
    """The number of a certificate, which needs no mark: ``45``, ``45/2020``, ``41H8012345``; else as a document's.

    >>> [find_certificate_number(text) for text in ("Số: 45 / 2020", "Số: 12/TLKT-BS", "CS 02176")]
    ['45/2020', '12/TLKT-BS', 'CS02176']
    """
    plain = _bare(text)
    if torn := _LOST_SLASH_ALONE.search(plain):
        return f"{torn[1]}/{torn[2]}"
    number = find_document_number(plain)
    if number and number.serial:
        return str(number)
    found = _PLAIN.search(plain)
    if not found:
        return str(number) if number else None
    parts = re.sub(r"\s", "", found.group()).split("/")
    return "/".join(repair_digits(part) if _digital(part) else part for part in parts)


def _bare(text: str) -> str:
    """Without the label, strokes and dashes as they ought to be; ``§S`` is one letter read twice."""
    plain = _LABEL.sub("", text.replace("§S", "S").translate(_SIGNS))
    labelled = plain != text.translate(_SIGNS)
    plain = _PARTY_STROKE.sub("/", plain)
    return _LIKE_SLASH.sub("/", _SLASH_ALONE.sub("/", plain) if labelled else plain)


def _digital(part: str) -> bool:
    """Two thirds digits, the others look like digits: a number with faults rather than a code with letters."""
    digits = sum(c.isdigit() for c in part)
    return digits * 3 >= len(part) * 2 and all(c.isdigit() or c in "OoQIl|" for c in part)


def _tight(text: str) -> str:
    return re.sub(r"\s", "", text)


def _serial(text: str) -> str:
    """The serial where it is digits and a letter at most; "" where it was written by hand and not legible."""
    bare = text.strip(".:,…_-·")
    if re.fullmatch(r"\d{1,8}[a-hA-HđĐ]?", bare):  # 1842b: one number that was given twice
        return bare
    if bare and sum(c.isdigit() for c in bare) * 2 >= len(bare) and re.fullmatch(r"[0-9OoQIl|ZzSs]+", bare):
        return repair_digits(bare)
    return ""


def repair_mark(mark: str) -> str:
    """A mark with the lost strokes of its abbreviations put back: ``QD-UBNĐ`` → ``QĐ-UBND``.

    Only where exactly one known abbreviation reads the same without marks; others stay as they are, but for tones, which
    initials never bear: a letter with one was taken for a word's (``GXN-CẤP`` → ``GXN-CAP``).
    """
    return "-".join(
        _repair_part(without_tones(part), first=at == 0)
        for at, part in enumerate(mark.strip(".,;:-").split("-"))
    )


def _repair_part(part: str, *, first: bool) -> str:
    known = (*KINDS.values(), *_ISSUERS) if first else _ISSUERS
    if part in known:
        return part
    same = {word for word in known if fold(word) == fold(part)}
    if len(same) == 1 and fold(part).isalpha():
        return same.pop()
    for letters in _FOR_LETTERS:
        if (lettered := part.translate(letters)) in known:
            return lettered
    if first or len(part) != 4:
        return part
    near = [word for word in _UNMISTAKABLE if reads(part, word)]
    return near[0] if len(near) == 1 and part.isupper() else part


def find_kind(text: str) -> tuple[str, float] | None:
    """The kind that a printed title means, and how sure that is (0–1), less where it may be one of several; None where it is likelier none.

    >>> find_kind("QUYET ĐINH")
    ('QUYẾT ĐỊNH', 1.0)
    """
    if same := _FOLDED_KINDS.get(fold(" ".join(text.split()))):
        return same, 1.0
    found = candidates(text, kinds, torn=False)
    if sum(each.chance for each in found) <= 0.5 or found[0].phrase == LETTER:
        return None
    return found[0].phrase, found[0].chance


_FOLDED_KINDS = {fold(kind): kind for kind in KINDS if kind != LETTER}
