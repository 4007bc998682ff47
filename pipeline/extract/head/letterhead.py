"""The agencies at the upper left of a paper: which lines name one, and where one name ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract.head.issuers import issue_together
from pipeline.extract.head.stamps import stamp_of
from pipeline.extract.rows import Row, Token, is_capitals
from pipeline.extract.spans import Span, span_of
from pipeline.language.syllables import is_syllable
from pipeline.normalize.agencies import repair_agency
from pipeline.normalize.agency_whole import goes_on_as_department, goes_on_as_phrase
from pipeline.normalize.titles import OFFICERS
from schemas.lexicon import begins
from schemas.vietnamese import CAPITALS, fold

#: A line that begins with one of these words begins an agency of its own; with others names begin as well, but oftener a line in
#: which one goes on (*HỘI / LIÊN HIỆP PHỤ NỮ*, *SỞ / KHOA HỌC …*).
_HEADS, _HEADS_OF_FIRST_LINES = (begins(of, after=r"(?![\w,])") for of in ("agency", "agency_first_line"))
#: Words without their marks that begin such names and others: *VIỆN* and *VIÊN CHỨC*, *PHÒNG* and *PHÒNG CHÁY*.
_NO_HEADS = begins("no_agency", after=r"(?!\w)")

_FIRMS = re.compile(r"(?:tong )?cong ty|tap doan|doanh nghiep|ngan hang(?! nha nuoc)")
_BELOW_FIRM = begins("below_firm", after=r"(?![\w,])")


def agencies_of(rows: Sequence[Row], initials: tuple[str, ...] = ()) -> tuple[Span | None, Span | None]:
    """The lines of capitals, told apart into the agency above and the one that issues (the last).

    Several that issue together are the ``parts`` of one span; ``initials`` are those that the number names.
    """
    units: list[list[Row]] = []
    for each in rows:
        if units and _ends_with(units[-1][-1], each):
            units[-1].append(each)
            continue
        row = _capitals(each, 2 if units and each.box.top - units[-1][-1].box.bottom < each.height else 4)
        if row is None or is_stamp(row) or _NUMBERED.match(row.text) or _MARKED.search(each.text):
            continue
        if not units or (
            (_begins_another(row.text) or _repeats_trade(units[-1], row)) and not _goes_on(units, row)
        ):
            units.append([])
        units[-1].append(row)
    if not units:
        return None, _in_small_letters(rows)
    first = len(units) - 1
    while first and issue_together(_named(units[first - 1]), _named(units[first]), initials):
        first -= 1
    above = [row for unit in units[:first] for row in unit]
    issuer = span_of(row for unit in units[first:] for row in unit)
    if issuer and first < len(units) - 1:
        issuer = replace(issuer, parts=tuple(Span(tuple(unit)) for unit in units[first:]))
    return span_of(above), issuer


def _ends_with(above: Row, row: Row) -> bool:
    """The number of an agency, right below the line that waits for it (*KHO BẠC NHÀ NƯỚC KHU VỰC / IX*, *KHU / VỰC 3*)."""
    near, numbered = row.box.top - above.box.bottom < row.height, _COUNT.search(row.text)
    if not (near and numbered):
        return False
    return goes_on_as_phrase(above.text, row.text) if numbered[1] else bool(_COUNTED.search(above.text))


_COUNTED = re.compile(r"\b(?:KHU VỰC|SỐ|QUẬN|PHƯỜNG|CƠ SỞ|VÙNG|QUÂN KHU|TỔ)$")
_COUNT = re.compile(rf"^([{CAPITALS}]+\s)?(?:\d{{1,2}}|[IVX]+)$")


def _named(unit: Sequence[Row]) -> str:
    return repair_agency(" ".join(row.text for row in unit))


def _in_small_letters(rows: Sequence[Row]) -> Span | None:
    """A name in small letters, as firms print theirs: from the line that begins as names do."""
    start = next((at for at, row in enumerate(rows) if is_agency(row.text) and len(row.tokens) > 2), None)
    if start is None or _NUMBERED.match(rows[start].text):
        return None
    found = [rows[start]]
    for row in rows[start + 1 :]:
        if row.box.top - found[-1].box.bottom > row.height or not row.tokens[0].text[:1].isupper():
            break
        found.append(row)
    return span_of(found, 0.9)


#: What is stamped into the head beside degrees of urgency and secrecy: received, copies; never an agency.
_STAMPED = re.compile(r"(?:cong )?(?:van|thu) den\b|den$|sao y|ban sao|du thao")


def is_stamp(row: Row) -> bool:
    """A stamp, or letters of one that are hardly believed."""
    faint = max(token.confidence for token in row.tokens) < 0.2
    return faint or bool(_STAMPED.match(fold(row.text))) or stamp_of(row.text) is not None


def is_agency(text: str) -> bool:
    """The line begins as names of agencies do; *Số: …* begins a number, and no *Sở*."""
    if _NUMBERED.match(text):
        return False
    return _begins_another(text) or bool(_HEADS_OF_FIRST_LINES.match(_plain(text)))


def _begins_another(text: str) -> bool:
    plain = _plain(text)
    return bool(_HEADS.match(plain)) and not _NO_HEADS.match(plain)


def _plain(text: str) -> str:
    return fold(repair_agency(text.strip(" .,-*'\"|“”‘’›‹")))


#: A number that is read as none: it stands under the agencies.
_NUMBERED = re.compile(r"^\W*S[ốôóòồổỗộ]\W+\d")


#: ``215/GXN-BVTT``: the end of a number, whatever became of its beginning.
_MARKED = re.compile(r"\d\s?/\s?(?:\d{4}\s?/\s?)?[A-ZĐ]{2}")


def _goes_on(units: Sequence[Sequence[Row]], row: Row) -> bool:
    """Whether the line ends the name above it, although it begins as agencies do (*MÔI / TRƯỜNG*)."""
    above = units[-1][-1].text
    broken = goes_on_as_department(above, row.text) or goes_on_as_phrase(above, row.text)
    if len(units[-1]) == 1 and above.strip(" .,-*") in OFFICERS:
        return True  # CHỦ TỊCH / ỦY BAN NHÂN DÂN TỈNH …: the office itself issues
    return broken or _unfinished(units[-1], first=len(units) == 1) or _names_firm(units[-1], row)


def _names_firm(unit: Sequence[Row], row: Row) -> bool:
    """Whether a line goes on with the name of a firm: it begins like an agency that no firm has below it (*CÔNG TY TNHH LÂM NGHIỆP / ĐẠI THÀNH*)."""
    return bool(_FIRMS.match(_plain(unit[0].text))) and not (
        _BELOW_FIRM.match(_plain(row.text)) or _repeats_trade(unit, row)
    )


def _repeats_trade(unit: Sequence[Row], row: Row) -> bool:
    """Whether a line begins with the trade in the name of the firm above it, as its branches do (*CÔNG TY ĐIỆN LỰC HẬU GIANG / ĐIỆN LỰC VỊ THANH*)."""
    firm, trade = fold(" ".join(each.text for each in unit)), " ".join(fold(row.text).split()[:2])
    return (
        bool(_FIRMS.match(_plain(firm)))
        and f" {trade} " in f" {firm} "
        and len(row.tokens) > len(trade.split())
    )


def _unfinished(unit: Sequence[Row], *, first: bool) -> bool:
    """Lines that cannot end a name: the next goes on with it. *VĂN PHÒNG* is nobody's superior."""
    if first and len(unit) == 1 and fold(unit[0].text) == "van phong":
        return True
    return bool(_ENDLESS.search(unit[-1].text))


#: *VĂN PHÒNG CÔNG CHỨNG* is called by the name of who leads it (*TRƯƠNG …* reads like *TRƯỜNG*), and behind the form of a firm
#: its name follows (Law 59/2020/QH14 on enterprises, article 37).
_ENDLESS = re.compile(
    r"(?:\bVÀ|\bCỦA|ỦY BAN THƯỜNG VỤ|VĂN PHÒNG (?:CÔNG CHỨNG|LUẬT SƯ|THỪA PHÁT LẠI)"
    r"|\b(?:CÔNG TY|NGÂN HÀNG|TẬP ĐOÀN|DOANH NGHIỆP)(?: (?:CỔ PHẦN|CP|TNHH|TRÁCH NHIỆM HỮU HẠN|MTV|(?:MỘT|HAI) THÀNH VIÊN"
    r"|HỢP DANH|TƯ NHÂN|THƯƠNG MẠI|TMCP))*|,|-|–)\s*$"
)


def _capitals(row: Row, least: int) -> Row | None:
    """The words in capitals; None where they have fewer than ``least`` letters.

    A name begins with four or more; in the line right below it may end with two (*XÃ TRƯỜNG LONG / TÂY*).
    """
    tokens = [token for token in row.tokens if token.key or token.text in {"-", "–", "&"}]
    while tokens and (not tokens[0].key or _speck(tokens[0].text)) and tokens[0].text not in _SHORT:
        tokens.pop(0)
    while tokens and (not tokens[-1].key or _speck(tokens[-1].text)) and not _dash(tokens[-1]):
        tokens.pop()
    if tokens and (bare := tokens[0].text.lstrip("-–—'‘’`.,*|~_")):
        tokens[0] = replace(tokens[0], text=bare, as_read=tokens[0].as_read.lstrip("-–—'‘’`.,*|~_"))
    text = "".join(token.text for token in tokens)
    number = any(c.isdigit() for c in text) and sum(c.isalpha() for c in text) < 4
    return Row(row.page, tuple(tokens)) if is_capitals(text, least) and not number else None


def _dash(token: Token) -> bool:
    """A name that goes on after a dash; a doubtful one at the end of a line is a speck."""
    return token.text in {"-", "–"} and token.confidence >= 0.5


_SHORT = frozenset({"TP.", "TX.", "TT.", "Q.", "H.", "P.", "X."})
"""How units are shortened."""


def _speck(text: str) -> bool:
    letters = "".join(c for c in text if c.isalnum())
    if (
        len(letters) == 2
        and is_syllable(letters)
        and (letters.isupper() or fold(letters) in {"uy", "so", "bo"})
    ):
        return False  # .UỶ BAN NHÂN DÂN, .TẾ
    if re.fullmatch(r"[^\W\d_]{2}[.,]", text) and text.isupper():
        return False  # LONG AN.
    return len(letters) <= 2 and (
        len(letters) < len(text) or not all(c.isupper() or c.isdigit() for c in letters)
    )
