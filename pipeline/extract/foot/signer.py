"""The signer at the lower right of a paper: authority, title, name, and the agency where it stands above them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.extract.foot.signer_block import LIKELY, says_who, title_block, title_start, without_seal
from pipeline.extract.foot.signer_name import begins_whole, name_row, printed_name
from pipeline.extract.foot.signer_title import AUTHORITY, is_officer, is_title, sign_and_titles
from pipeline.extract.head.letterhead import is_agency
from pipeline.extract.rows import Row, Sheet, first_is_wider, is_capitals, parts_of, segments, trimmed
from pipeline.extract.spans import Span, span_of
from pipeline.normalize.channel import reads
from schemas.gazetteer import TYPES
from schemas.geometry import Box
from schemas.vietnamese import fold, key


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed. ``authority`` holds the sign alone (``KT.``), ``agency`` the agency where it stands above the title.

    ``others`` sign beside, from left to right.
    """

    agency: Span | None = None
    authority: Span | None = None
    title: Span | None = None
    name: Span | None = None
    others: tuple[Signer, ...] = ()


def find_signer(sheets: Sequence[Sheet], signer_line: str | None = None) -> Signer:
    """The signer of a paper, looked for from its last page backwards; empty where none is found.

    Annexes may follow the signed page and bear signatures of their own: first comes the page that names the recipients,
    last those of annexes.
    """
    best = Signer()
    backwards = reversed(range(len(sheets)))
    for at in sorted(backwards, key=lambda at: _is_annex_or_unaddressed(sheets[at])):
        found = _on_sheet(sheets[at], signer_line)
        if found.title and found.name:
            return found
        if not best.title and (found.title or found.name or (found.agency and not best.name)):
            best = found
    if not best.name and not best.title and sheets and (name := _lone_name(sheets[-1])):
        alone = span_of([name], 0.85)
        parts = [part for row in sheets[-1].rows for part in parts_of(row, sheets[-1])]
        beside = any(_names_beside(name.box, parts, sheets[-1])) or _unsigned(
            (name.box.top - _OVER * sheets[-1].line, name.box.top), parts, [name.box], sheets[-1]
        )
        # Which of two signs is not told.
        return replace(best, name=replace(alone, torn=beside) if alone else None)
    return best


def _is_annex_or_unaddressed(sheet: Sheet) -> int:
    """0 for a page with *Nơi nhận*, 2 for one that begins an annex, 1 for all others."""
    starts = [segments(row, 1.5 * sheet.spacing)[0] for row in sheet.rows]
    if any(key(part.text).startswith("noinhan") for part in starts):
        return 0
    return 2 if any(key(row.text).startswith("phuluc") for row in sheet.rows[:6]) else 1


def _lone_name(sheet: Sheet) -> Row | None:
    """A name alone at the lower right, where the title above it was not legible."""
    middle = sheet.left + 0.45 * (sheet.right - sheet.left)
    for row in reversed(sheet.rows[-6:]):
        if sheet.page == 1 and row.box.top < 0.2 * sheet.height:
            break  # a title
        for part in parts_of(row, sheet):
            if part.box.centre[0] > middle and part.box.left > sheet.left + 0.3 * (sheet.right - sheet.left):
                name = name_row(part)
                words = [token for token in part.tokens if len(token.key) > 1]
                if name is not None and len(printed_name(name, [part]).tokens) == len(words):
                    return name
    return None


def _on_sheet(sheet: Sheet, signer_line: str | None) -> Signer:
    middle = sheet.left + 0.36 * (sheet.right - sheet.left)
    parts = [part for row in sheet.rows for part in parts_of(row, sheet) if key(part.text)]
    right = [
        part
        for part in parts
        if part.box.centre[0] > middle and part.box.left > sheet.left + 0.2 * (sheet.right - sheet.left)
    ]
    if signer_line and (alone := _under_line(signer_line, parts, right, sheet)) is not None:
        return alone
    start = title_start(right, sheet, signer_line)
    if start is None:
        return Signer(agency=_agency_alone(right, sheet))
    if len(several := _columns_below(right[start], parts, sheet)) > _SIDES:
        return replace(several[-1], others=tuple(several[:-1]))
    found = _signer(right, start, sheet)
    if not found.name:
        return found
    beside = list(_names_beside(found.name.box, parts, sheet))
    if beside and (alone := _in_column(found.name.box, parts, sheet)) is not None:
        found = alone  # without the words of the title beside
    columns = sorted((found, *_beside(beside, parts, sheet)), key=_name_from)
    others, found = tuple(columns[:-1]), columns[-1]  # the rows of three titles begin in the middle one
    top, reach = right[start].box.top, _TITLE_LINES * sheet.line
    named = [column.name.box for column in columns if column.name]
    if found.name and (
        (beside and not _are_legible(others)) or _unsigned((top - reach, top + reach), parts, named, sheet)
    ):
        # one of two: title or name of the other was not legible
        found = replace(found, name=replace(found.name, torn=True))
    return replace(found, others=others)


_SIDES, _TITLE_LINES, _OVER, _APART = 2, 4.5, 16.0, 0.16
"""Columns of signers that are told apart by their names alone; heights of a line within which the titles of more begin, and within which
a title stands over its name; share of the page's width by which the middles of two columns are apart."""


def _under_line(line: str, parts: Sequence[Row], right: Sequence[Row], sheet: Sheet) -> Signer | None:
    """Who signs under the line of the form where that stands at the left (*NGƯỜI TIẾP NHẬN HỒ SƠ* before *NGƯỜI NỘP HỒ SƠ*)."""
    head = next((part for part in parts if reads(part.text.upper(), line.upper())), None)
    if head is None or head in right:
        return None
    for part in parts:
        below = 0 < part.box.top - head.box.bottom < _OVER * sheet.line
        if below and abs(part.box.centre[0] - head.box.centre[0]) < _APART * sheet.width:
            name = name_row(part)
            if name is not None:
                return Signer(name=span_of([name]))
    return None


def _columns_below(first: Row, parts: Sequence[Row], sheet: Sheet) -> list[Signer]:
    """All who sign side by side, from left to right: columns of titles on the level of ``first``, each with a name below.

    Three titles have as many lines as they need, and names stand closer to the titles beside them than those of two.
    """
    middles: list[float] = []
    for part in sorted(parts, key=lambda each: each.box.left):
        level = abs(part.box.top - first.box.top) < _TITLE_LINES * sheet.line
        x = part.box.centre[0]
        if level and says_who(part.text) and all(abs(x - other) > _APART * sheet.width for other in middles):
            middles.append(x)
    columns = []
    for x in middles:
        column = [
            part
            for part in parts
            if abs(part.box.centre[0] - x) < _APART * sheet.width
            and part.box.top > first.box.top - sheet.line
        ]
        start = title_start(column, sheet, None)
        columns.append(Signer() if start is None else _signer(column, start, sheet))
    return [signer for signer in columns if signer.title and signer.name]


def _unsigned(level: tuple[float, float], parts: Sequence[Row], named: Sequence[Box], sheet: Sheet) -> bool:
    """Whether a title stands on a level (pixels from the top) in a column of its own, in which no name was read."""
    return any(
        level[0] < part.box.top < level[1]
        and says_who(part.text)
        and all(abs(part.box.centre[0] - box.centre[0]) >= _APART * sheet.width for box in named)
        for part in parts
    )


def _name_from(signer: Signer) -> float:
    return signer.name.box.left if signer.name else 0.0


def _are_legible(others: Sequence[Signer]) -> bool:
    """There are some, and the title of none was guessed from what a seal left of it."""
    return bool(others) and all(other.title and is_title(other.title.text) for other in others)


def _signer(right: Sequence[Row], start: int, sheet: Sheet) -> Signer:
    """The signer whose title begins at ``start`` among the rows of a column."""
    block = title_block(right[start:], sheet)
    name = _name(right, right.index(block[-1]) + 1, block, sheet)
    agency = _agency_above(right, start, block, sheet)
    authority, titles = sign_and_titles(without_seal(block))
    title, signed = span_of(titles), span_of([name]) if name else None
    above = [row for row in block if row not in titles]
    if title and above and _aside(titles, above[-1]) > _CENTRED * titles[0].height:
        title = replace(title, torn=True)
    if title and signed and name:
        aside = _aside(titles, printed_name(name, right)) / min(name.height, titles[0].height)
        title = replace(title, torn=title.torn or aside > _CENTRED or _touched(titles[0], right))
        signed = replace(signed, torn=aside < -_CENTRED and not begins_whole(name))
    elif title:
        title = replace(title, torn=True)  # a stamp may have changed it (*PHÓ GIÁM ĐỐC* over *GIÁM ĐỐC*)
    return Signer(agency, authority, title, signed)


def _beside(names: Sequence[Row], parts: Sequence[Row], sheet: Sheet) -> tuple[Signer, ...]:
    """Others who sign on the same height: names that have a title above them, each in a column of its own."""
    found = ((part, _in_column(part.box, parts, sheet)) for part in names)
    return tuple(
        other for part, other in found if other and other.name and part.tokens[-1] in other.name.tokens
    )


def _in_column(name: Box, parts: Sequence[Row], sheet: Sheet) -> Signer | None:
    """The signer of whom title and name stand above the foot of a name, in its column; None where either is not there."""
    column = [
        each
        for each in parts
        if abs(each.box.centre[0] - name.centre[0]) < _APART * sheet.width and each.box.top <= name.bottom
    ]
    start = title_start(column, sheet, None)
    found = Signer() if start is None else _signer(column, start, sheet)
    return found if found.title and found.name else None


def _names_beside(own: Box, parts: Sequence[Row], sheet: Sheet) -> Iterator[Row]:
    """What has the form of a name on the height of the signer's, from left to right."""
    for part in sorted(parts, key=lambda each: each.box.left):
        level = abs(part.box.top - own.top) < 4 * sheet.line
        aside = abs(part.box.centre[0] - own.centre[0]) >= 0.18 * sheet.width
        if level and aside and name_row(part) is not None:
            yield part


def _touched(title: Row, parts: Sequence[Row]) -> bool:
    """Whether something hardly legible stands right before the title: *KT.* by hand, a stroke of *PHÓ*.

    What was not read at all (*Q.* on the rim of a seal) makes the box of the first word wider than its letters are.
    """
    words = [token for token in title.tokens if len(token.key) > 1]
    if first_is_wider(words, bold=True):
        return True
    row = next((part for part in parts if title.tokens[0] in part.tokens), title)
    before = row.tokens[: row.tokens.index(title.tokens[0])] or title.tokens[:1]
    return min(token.confidence for token in before) < LIKELY


_CENTRED = 0.55
"""Heights of a letter by which title, name and the line of authority may be off each other's middle."""


def _aside(titles: Sequence[Row], other: Row) -> float:
    """How far the title stands to the right of the name, or of the line above it: its first word (*PHÓ*) was lost under the seal.

    They are centred on each other. The seal lies over their beginnings.
    """
    lines = [trimmed(row) for row in titles]
    middle = (min(box.left for box in lines) + max(box.right for box in lines)) / 2
    return middle - trimmed(other).centre[0]


def _agency_above(parts: Sequence[Row], start: int, block: list[Row], sheet: Sheet) -> Span | None:
    """The lines of capitals that name an agency above the title (land certificates); taken out of the block."""
    found: list[Row] = []
    while len(block) > 1 and (is_agency(block[0].text) or found) and not is_officer(block[0].text):
        found.append(block.pop(0))
    for row in reversed(parts[:start]):
        below = found[0] if found else block[0]
        if not is_capitals(row.text) or below.box.top - row.box.bottom > 1.6 * sheet.line:
            break
        found.insert(0, row)
    while found and not is_agency(found[0].text):
        found.pop(0)
    return span_of(found or _in_whose_name(block))


def _in_whose_name(block: Sequence[Row]) -> list[Row]:
    """The agency in the lines of authority: *TM. ỦY BAN NHÂN DÂN HUYỆN / ĐIỆN BIÊN ĐÔNG*."""
    signed = AUTHORITY.match(block[0].text)
    agency = Row(block[0].page, block[0].tokens[1:])
    sign = signed and (signed["sign"] or signed["bare"])
    if not sign or not sign.endswith("M") or not agency.tokens or not is_agency(agency.text):
        return []
    found = [agency]
    for row in block[1:]:
        if is_officer(row.text) or AUTHORITY.match(row.text):
            break
        found.append(row)
    return found if _UNIT_NAMED.search(fold(" ".join(row.text for row in found))) else []


_UNIT_NAMED = re.compile(rf"\b(?:{'|'.join(map(fold, TYPES))}) \w")
"""Whose committee it is: *TM. ỦY BAN NHÂN DÂN* alone leaves that to the head."""


def _agency_alone(parts: Sequence[Row], sheet: Sheet) -> Span | None:
    """The agency over a title that a seal made illegible: the last lines of capitals that name one, in the lower half."""
    for at in range(len(parts) - 1, -1, -1):
        if parts[at].box.top < 0.4 * sheet.height:
            return None
        if is_capitals(parts[at].text) and is_agency(parts[at].text) and not AUTHORITY.match(parts[at].text):
            return span_of(title_block(parts[at : at + 2], sheet))
    return None


def _name(parts: Sequence[Row], after: int, block: Sequence[Row], sheet: Sheet) -> Row | None:
    """The name below the title, under its middle: the last that has the form of one, else the last that comes near.

    Seal and signature lie over it, so it may be hardly legible; the check of the name then fails.
    """
    middle = sum(row.box.centre[0] for row in block) / len(block)
    bottom = block[-1].box.bottom
    found = faint = None
    for part in parts[after:]:
        if part.box.top - bottom > 16 * sheet.line:
            break
        if abs(part.box.centre[0] - middle) > 0.2 * sheet.width:
            continue
        if is_capitals(part.text) and is_officer(part.text) and found is not None:
            break
        name = name_row(part)
        if name is not None and (found is None or _looks_better(name, found)):
            found = name
        if (
            sum(token.text[:1].isupper() and len(token.key) > 1 for token in part.tokens) >= 2
            and "(" not in part.text
        ):
            faint = part
    return found or faint


def _looks_better(row: Row, other: Row) -> bool:
    """A later line wins unless it is clearly read worse (print over a seal)."""
    mean = sum(token.confidence for token in row.tokens) / len(row.tokens)
    best = sum(token.confidence for token in other.tokens) / len(other.tokens)
    return mean >= best - 0.15
