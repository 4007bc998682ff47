"""The lines that say who signs: where they begin, where they end, and which of them are of a seal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.extract.foot.signer_name import name_row
from pipeline.extract.foot.signer_title import AUTHORITY, is_office_in_small, is_officer, is_title
from pipeline.extract.rows import Row, Sheet, is_capitals
from pipeline.normalize.channel import match, reads
from schemas.lexicon import offices

LIKELY, _HARDLY = 0.6, 0.3
"""Confidence of a word from which on it is likelier there than made up; below which several signs are none."""

_MOST_LINES = 6
"""Lines of a title at the most, that of authority included (*TL. VIỆN TRƯỞNG / VỤ TRƯỞNG VỤ THỰC HÀNH QUYỀN / CÔNG TỐ … / … / ÁN AN NINH*)."""


def title_start(parts: Sequence[Row], sheet: Sheet, signer_line: str | None) -> int | None:
    """The last line in capitals that says who signs and has room below it."""
    best = None
    for at, part in enumerate(parts):
        if sheet.page == 1 and (part.box.top < 0.12 * sheet.height or _is_heading(part, sheet)):
            continue
        if signer_line and reads(part.text, signer_line):
            return at
        if says_who(part.text):
            if best is not None and (
                _follows(parts[best : at + 1], sheet) or _over_name(parts, best, at, sheet)
            ):
                continue
            best = at
    return best


def says_who(text: str) -> bool:
    """A sign of authority or a title in capitals; of a title that seal or pen covers in part one word in capitals is enough."""
    if is_capitals(text) and (AUTHORITY.match(text) or is_title(text)):
        return True
    if (sign := AUTHORITY.match(text)) and is_office_in_small(text[sign.end() :]):
        return True
    return any(is_capitals(word, 3) for word in text.split()) and match(text, offices) is not None


def _in_title(row: Row) -> bool:
    return is_capitals(row.text, 2) or says_who(row.text) or is_office_in_small(row.text)


def _is_heading(part: Row, sheet: Sheet) -> bool:
    """Who decides (*GIÁM ĐỐC SỞ Y TẾ*): the text of the paper runs on below, from one margin to the other."""
    running = [
        row
        for row in sheet.rows
        if row.box.top > part.box.bottom
        and row.box.width > 0.85 * (sheet.right - sheet.left)
        and sum(token.text.islower() for token in row.tokens) > 6
    ]
    return len(running) > 1


def _follows(parts: Sequence[Row], sheet: Sheet) -> bool:
    """All lines in capitals one below the other: still the same title; bits of a seal between them are none of it."""
    rows = [row for row in parts if not _bit_of_seal(row)]
    return all(
        _in_title(row) and row.box.top - above.box.bottom < 1.5 * sheet.line for above, row in pairwise(rows)
    )


def _over_name(parts: Sequence[Row], best: int, at: int, sheet: Sheet) -> bool:
    """Another office of the signer, right above the name and below the signature (*PHÓ CHỦ TỊCH UBND HUYỆN*)."""
    if at + 1 >= len(parts) or AUTHORITY.match(parts[at].text):
        return False
    title, office, name = parts[best], parts[at], parts[at + 1]
    near = name.box.top - office.box.bottom < 1.2 * sheet.line
    return near and office.box.top - title.box.bottom < 16 * sheet.line and name_row(name) is not None


def title_block(parts: Sequence[Row], sheet: Sheet) -> list[Row]:
    """The lines of the title: capitals without a gap. A signer's name in capitals stands below a gap."""
    block = [parts[0]]
    for at, row in enumerate(parts[1:], 1):
        below = next((part for part in parts[at + 1 :] if not _bit_of_seal(part)), None)
        if row.box.top - block[-1].box.bottom > 1.6 * sheet.line or len(block) >= _MOST_LINES:
            break
        if _is_of_signature(row, sheet):
            break
        if _bit_of_seal(row) or not _in_title(row):
            # A stroke between two lines of the title, or anything beside one of its words.
            reach = sheet.line if _bit_of_seal(row) else -0.3 * row.height
            if below is None or not _in_title(below) or below.box.top > row.box.bottom + reach:
                break
            continue
        block.append(row)
    return block


def _is_of_signature(row: Row, sheet: Sheet) -> bool:
    """What a program printed of an electronic signature below a title: in small type, or labelled (*Ký bởi: BỘ …*)."""
    return row.height < _SMALL * sheet.line or bool(_LABELLED.match(row.text))


_SMALL = 0.7
"""Height of its words in usual ones, below which a line is none of a title."""

_LABELLED = re.compile(r"\W*[^\W\d_]+(?:\s[^\W\d_]+)?\s?:\s*\w")


def without_seal(block: Sequence[Row]) -> list[Row]:
    """Without rows below a title of which no word is likely: what a seal says there, or strokes of the signature."""
    first = next((at for at, row in enumerate(block) if is_officer(row.text)), len(block))
    guessed = (
        max(token.confidence for token in row.tokens) < LIKELY and not is_title(row.text) for row in block
    )
    return [
        row for at, (row, guess) in enumerate(zip(block, guessed, strict=True)) if at <= first or not guess
    ]


def _bit_of_seal(row: Row) -> bool:
    """A few signs that are hardly believed: letters of the seal's rim, strokes of the signature."""
    signs, believed = sum(len(token.key) for token in row.tokens), max(t.confidence for t in row.tokens)
    return signs < 8 and believed < (LIKELY if signs < 2 else _HARDLY)
