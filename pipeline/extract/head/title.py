"""The title of a paper (kind) and the excerpt under it (*trích yếu*)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise, takewhile

from pipeline.extract.foot.signer_title import is_officer
from pipeline.extract.head.header import Header
from pipeline.extract.head.letterhead import is_agency, is_stamp
from pipeline.extract.head.stamps import stamp_of
from pipeline.extract.rows import Row, Sheet, Token, is_capitals, parts_of, segments
from pipeline.extract.spans import Span, span_of
from pipeline.normalize.channel import reads
from pipeline.normalize.document_numbers import find_kind
from schemas.documents import document_types
from schemas.identifiers.document_number import KINDS
from schemas.vietnamese import fold, key

#: Words with which the text below the excerpt begins.
_BODY = re.compile(
    r"^\W*(?:(?:K[ií]nh )?g[ửuưứ]i\b|C[ăaâ]n c[ứuưú]|Th[ựuưụ]c hi[ệêeẹ]n|Theo |X[ée]t |Ngày|Hôm nay|Ti[ếêe]p theo|Tr[êe]n c[ơo] s[ởo]|Đ[ểêe] |Nh[ằaă]m "
    r"|I\s?[.)]|A\s?[.)]|1\s?[.)]|Ph[ầâa]n |Ch[ưu][ơo]ng |Đi[ềêe]u 1|M[ụu]c )"
)
#: What begins the text even right below the title; *Xét tuyển …*, *Thực hiện …* are excerpts there.
_TEXT = re.compile(
    r"^\W*(?:k[ií]nh g[uưứử]i|c[aăâ]n c[uưứú]|h[oô]m nay|x[eé]t (?:đơn|đ[eêề] ngh[iịi]|t[oơờ] tr[iì]nh|c[oô]ng v[aă]n))",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"^\W*S[ốôóòồổỗộ]\s*[:.;]")
"""``Số: …``, which certificates and contracts print under their title."""

_HEADING = re.compile(
    r"^\W*(?:CHỦ TỊCH|ỦY BAN|UỶ BAN|UBND|GIÁM ĐỐC|BỘ TRƯỞNG|HỘI ĐỒNG|THỦ TRƯỞNG|(?:CHI )?CỤC TRƯỞNG|VỤ TRƯỞNG|VIỆN TRƯỞNG"
    r"|HIỆU TRƯỞNG|TRƯỞNG|CHÁNH|THỐNG ĐỐC|QUYẾT|KÍNH|TỔNG)"
)


def _unspaced(row: Row) -> Row:
    """``Q U Y Ế T  Đ Ị N H``, ``QU Y ẾT ĐỊNH`` as one word: letters set apart are one title."""
    letters = [token for token in row.tokens if len(token.key) == 1]
    spaced = len(letters) >= 5 and len(letters) >= 0.8 * len(row.tokens)
    if not spaced and _WORDS_OF_KINDS.get(key(row.text), len(row.tokens)) == len(row.tokens):
        return row
    text = "".join(token.text for token in row.tokens)
    mean = sum(token.confidence for token in row.tokens) / len(row.tokens)
    return Row(row.page, (Token(text, key(text), row.box, mean, text),))


#: With which paper this one came, in brackets under its title: *(Ban hành kèm theo Quyết định số …)*.
_ANNEXED = re.compile(r"\W*\(\s?(?:duoc )?(?:ban hanh )?kem theo\b")

_WORDS_OF_KINDS = {key(kind): len(kind.split()) for kind in KINDS}


def find_title(sheet: Sheet, header: Header, titles: Sequence[str] = ()) -> tuple[int, Span] | None:
    """Row number and words of the title: the line of capitals in the middle below the head that names a kind best.

    ``titles`` are those of a form, which may be only its beginning; without them the official kinds are looked for.
    """
    best: tuple[int, Span] | None = None
    for number in range(max(header.end - 1, 0), min(header.end + 8, len(sheet.rows))):
        row = _below_head(sheet.rows[number], number, header)
        row = _bare(_middle_part(row, sheet, (sheet.left + sheet.right) / 2)) if row else None
        if row is None or not row.tokens or not is_capitals(row.text) or not _in_the_middle(row, sheet):
            continue
        if any(key(row.text).startswith(key(title)) for title in titles):
            return number, Span((row, *further_lines(sheet, number)))
        row = _unspaced(row)
        found = None if titles else find_kind(row.text) or _begins_with_kind(row.text)
        if found and stamp_of(row.text) is None and (best is None or found[1] > best[1].likeness + 0.05):
            best = number, Span((row,), found[1])
    return best


_UNLISTED, _WORDS, _NEAR = 0.5, 6, 5
"""Likeness of a title that names no kind we know, its most words, and rows below the head in which it stands."""


def unlisted_title(sheet: Sheet, header: Header) -> tuple[int, Span] | None:
    """A title of no kind that we know (*THƯ NGỎ*): the first line below the head, in capitals in the middle; always for a look."""
    if not header.end or header.subject:
        return None  # a letter has none
    for number in range(header.end, min(header.end + _NEAR, len(sheet.rows))):
        row = _bare(sheet.rows[number])
        if not row.tokens or is_stamp(row) or _of_columns(row, sheet, header):
            continue
        named = is_capitals(row.text) and _in_the_middle(row, sheet) and len(row.tokens) <= _WORDS
        if not named or is_agency(row.text) or is_officer(row.text) or key(row.text).startswith("kinhgui"):
            return None
        legible = sum(token.confidence for token in row.tokens) > _LEGIBLE * len(row.tokens)
        return (number, Span((row,), _UNLISTED)) if legible else None
    return None


def _of_columns(row: Row, sheet: Sheet, header: Header) -> bool:
    """A line that still belongs to the columns of the head: beside its edge, with a gap or nothing on the other side."""
    parts = parts_of(row, sheet)
    return (
        bool(header.edge)
        and (len(parts) > 1 or not _in_the_middle(row, sheet))
        and all(
            part.box.right < header.edge + sheet.line or part.box.left > header.edge - sheet.line
            for part in parts
        )
    )


_LEGIBLE = 0.7
"""Mean confidence of a word of such a title at the least: stamps and dirt are read with less."""


def kind_before(number: Span) -> Span | None:
    """The kind that stands before *số* in the line of the number, as courts print it: *Bản án số: …*."""
    row = number.rows[0]
    at = next((at for at, token in enumerate(row.tokens) if re.fullmatch(r"s[o06]\W*", token.key or "")), 0)
    words = Row(row.page, row.tokens[:at])
    return replace(number, rows=(words,)) if at and find_kind(words.text.upper()) else None


def _middle_part(row: Row, sheet: Sheet, middle: float) -> Row:
    """The part of a row that is nearest to ``middle``: a stamp of receipt may stand beside it.

    The words of a title stand as far apart as its letters are tall.
    """
    return min(
        segments(row, 2.0 * max(sheet.spacing, row.height)), key=lambda part: abs(part.box.centre[0] - middle)
    )


def _bare(row: Row) -> Row:
    """The row without specks before and after its words."""
    said = [at for at, token in enumerate(row.tokens) if token.key]
    return Row(row.page, row.tokens[said[0] : said[-1] + 1] if said else ())


def _in_the_middle(row: Row, sheet: Sheet) -> bool:
    """Centred between the margins, or on the sheet where there is too little text to tell the margins."""
    middle = row.box.centre[0]
    return (
        abs(middle - (sheet.left + sheet.right) / 2) < 0.16 * (sheet.right - sheet.left)
        or abs(middle - sheet.width / 2) < 0.08 * sheet.width
    )


def further_lines(sheet: Sheet, number: int) -> list[Row]:
    """Further lines of a long title, or of the agency in the middle of a certificate: capitals right below, but *CHỨNG NHẬN:*."""
    found: list[Row] = []
    for above, row in pairwise(sheet.rows[number : number + 3]):
        far = row.box.top - above.box.bottom > 1.2 * above.height
        if far or not is_capitals(row.text) or _DOES.fullmatch(fold(row.text)):
            break
        found.append(row)
    return found


#: What an agency does on a certificate, in a line of its own below its name.
_DOES = re.compile(r"\W*(?:chung nhan|xac nhan|cong nhan|cho phep|tang|cap)\W*")


#: The same before whom or what it is done to.
_DOES_TO = re.compile(
    r"\W*(?:(?:(?:tran )?trong )?kinh (?:moi|gui|trinh)|chung nhan|xac nhan|cong nhan|cho phep|tang|cap(?: cho)?)\b[^:]{0,30}:"
)


def _certifies(rows: Sequence[Row]) -> bool:
    """An agency in capitals that does what the line below it says."""
    below = rows[1 : 1 + _LINES_OF_AGENCY]
    return is_agency(rows[0].text) and any(_DOES.fullmatch(fold(row.text)) for row in below)


_LINES_OF_AGENCY = 3


def _below_head(row: Row, number: int, header: Header) -> Row | None:
    """The part of a row that does not belong to the head."""
    if number >= header.end:
        return row
    used = {
        id(t)
        for span in (header.number, header.date, header.place, header.agency)
        if span
        for t in span.tokens
    }
    kept = tuple(token for token in row.tokens if id(token) not in used)
    return Row(row.page, kept) if kept else None


def _begins_with_kind(text: str) -> tuple[str, float] | None:
    """``QUYẾT ĐỊNH CỦA …``, ``BIÊN BẢN LÀM VIỆC``; the longest kind, unless the line is the title of a form."""
    bare = key(text)
    words = text.split()
    if any(reads(" ".join(words[: len(title.split())]), title) for title in _forms()):
        return None
    found = [kind for kind in KINDS if bare.startswith(key(kind)) and len(key(kind)) > 5]
    return (max(found, key=len), 0.95) if found else None


@cache
def _forms() -> tuple[str, ...]:
    """Titles of forms that begin with one of the kinds (*GIẤY PHÉP XÂY DỰNG*)."""
    titles = {title for model in document_types().values() for title in model.form.titles}
    return tuple(title for title in titles if any(key(title).startswith(key(kind)) for kind in KINDS))


def kind_and_rest(title: Span) -> tuple[Span, Span | None]:
    """A title cut after its kind: ``BÁO CÁO`` and ``TÌNH HÌNH …``; *CỦA …* after a kind says only who issues."""
    found = find_kind(title.text) or _begins_with_kind(title.text)
    row = title.rows[0]
    words = len(found[0].split()) if found else len(row.tokens)
    if len(row.tokens) <= words or key(row.text)[: len(key(found[0]))] != key(found[0]):  # type: ignore[index]
        return title, None
    rest = Row(row.page, row.tokens[words:])
    kind = replace(title, rows=(Row(row.page, row.tokens[:words]),))
    return kind, None if rest.tokens[0].key == "cua" else span_of([rest])


def find_excerpt(sheet: Sheet, number: int, title: Span) -> Span | None:
    """The centred lines under the title, which is (a part of) row ``number``, up to the first line of the text."""
    found: list[Row] = []
    before = title.rows[0]
    middle = before.box.centre[0]
    torn = touched = False
    whose = kind_and_rest(title)[1] is None
    for at, row in enumerate(sheet.rows[number + 1 : number + 12], number + 1):
        if _certifies(sheet.rows[at:]):
            break
        words = tuple(
            token for token in row.tokens if token.key or token.text in {"-", "–", ",", ".", "&", ":"}
        )
        if not any(token.key for token in words):
            continue
        whole = Row(row.page, words)
        part = _beside_stamp(_centred(whole, sheet, middle), sheet, middle)
        if part.box.right < middle - 0.08 * (sheet.right - sheet.left):
            continue  # a stamp beside it
        if not found and NUMBERED.match(part.text):
            continue  # the number stands between title and excerpt
        if _ANNEXED.match(fold(part.text)):
            break
        if not found and whose and part.tokens[0].key == "cua" and is_capitals(part.text):
            continue  # QUYẾT ĐỊNH / CỦA ỦY BAN NHÂN DÂN …
        if len(found) == 8 or not _goes_on(part, before, found, sheet, middle):
            torn = bool(found) and _may_belong(part, found, sheet)
            break
        found.append(part)
        touched |= len(part.tokens) < len(_centred(whole, sheet, middle).tokens)
        before = part
    span = span_of(found)
    torn |= touched or (bool(found) and bool(_HEADLESS.match(found[0].text)))
    return replace(span, torn=torn) if span else None


#: What is left of *Về việc …*, or what it was misread as.
_HEADLESS = re.compile(r"^\W*(?:\S{0,3}\s)?(?<!Về )việc\b")


def _centred(row: Row, sheet: Sheet, middle: float) -> Row:
    """The whole row where it is centred as it stands, a lost word leaving a gap; else the part in the middle."""
    aside = abs(row.box.centre[0] - middle)
    return row if aside < 0.03 * (sheet.right - sheet.left) else _middle_part(row, sheet, middle)


def _beside_stamp(row: Row, sheet: Sheet, middle: float) -> Row:
    """The part of a line that is centred, where a stamp of receipt touches it: the stamp's words are cut off."""
    width = sheet.right - sheet.left
    if abs(row.box.centre[0] - middle) < _OFF_CENTRE * width:
        return row
    found = [
        (off + _MISPLACED * width * _misplaced(cut, kept), off, kept)
        for cut, kept in _in_two(row.tokens)
        if len(kept) > 2
        and 2 * sum(map(_of_stamp, cut)) > len(cut)
        and (off := abs(Row(row.page, kept).box.centre[0] - middle)) < _OFF_CENTRE * width
    ]
    return Row(row.page, min(found, key=lambda each: each[:2])[2]) if found else row


def _in_two(tokens: tuple[Token, ...]) -> Iterator[tuple[tuple[Token, ...], tuple[Token, ...]]]:
    """All ways to cut a line in two: what goes, and what stays."""
    for at in range(1, len(tokens)):
        yield tokens[:at], tokens[at:]
        yield tokens[at:], tokens[:at]


def _misplaced(cut: tuple[Token, ...], kept: tuple[Token, ...]) -> int:
    """Words that a cut takes from the line, and words of the stamp that it leaves at the line's end."""
    beside = kept if kept[0].box.left > cut[0].box.left else kept[::-1]
    left = takewhile(_looks_stamped, beside)
    return sum(not _of_stamp(token) for token in cut) + sum(1 for _ in left)


_MISPLACED = 0.03
"""Share of the width of the text that a misplaced word counts for: half a short word."""


_OFF_CENTRE = 0.03
"""Share of the width of the text by which a line under the title may be off its middle."""


def _of_stamp(token: Token) -> bool:
    """Capitals, numbers and what is hardly legible: stamps hold little else."""
    return _looks_stamped(token) or token.confidence < 0.8


def _looks_stamped(token: Token) -> bool:
    return token.text.isupper() or not token.key.isalpha()


def _may_belong(row: Row, found: Sequence[Row], sheet: Sheet) -> bool:
    """A short line right below that is no beginning of a paragraph: it may be the last of the excerpt, a part of it lost."""
    width = sheet.right - sheet.left
    close = row.box.top - found[-1].box.bottom < 0.9 * sheet.line
    inside = row.box.left - sheet.left > 0.12 * width and sheet.right - row.box.right > 0.02 * width
    return close and inside and not (_BODY.match(row.text) or _is_heading(row.text, found))


def _goes_on(row: Row, before: Row, found: list[Row], sheet: Sheet, middle: float) -> bool:
    """The line is centred under the title (whose ``middle`` is given) and begins no text, heading or address."""
    text = row.text
    # *… trân trọng giới thiệu:*, *CHỦ TỊCH … điện:*, *Chứng nhận: Ông …* begin the text
    opens = text.rstrip().endswith(":") or bool(_DOES_TO.match(fold(text)))
    if opens or _is_heading(text, found) or (_BODY if found else _TEXT).match(text):
        return False
    width = sheet.right - sheet.left
    offset = abs(row.box.centre[0] - middle) / width
    pitch = row.box.top - before.box.top
    if found and pitch > 1.75 * _pitch(found, sheet):
        return False
    indented = row.box.left - sheet.left > 0.03 * width
    reaching = sheet.right - row.box.right < 0.02 * width
    if offset > 0.06 or (indented and reaching and offset > 0.018):
        return False
    return row.box.width < 0.99 * width or offset < 0.03


def _is_heading(text: str, above: Sequence[Row]) -> bool:
    """Capitals that name who decides (*CHỦ TỊCH …*, *ỦY BAN …*), or begin the part that does.

    Below small letters any office or agency does; an excerpt in capitals may hold such words itself (*PHÒNG CHỐNG …*).
    """
    if not is_capitals(text):
        return False
    small = bool(above) and not is_capitals(above[-1].text)
    text = re.sub(r"(?<=\w)[.,'’](?=\w)", " ", text)  # a speck between two words
    return bool(_HEADING.match(text)) or (small and (is_officer(text) or is_agency(text)))


def _pitch(found: list[Row], sheet: Sheet) -> float:
    """Distance of the excerpt's lines in pixels; of one line by its own letters where they are larger than those of the text."""
    if len(found) > 1:
        return found[-1].box.top - found[-2].box.top
    return max(1.5 * sheet.line, 1.2 * found[-1].height)
