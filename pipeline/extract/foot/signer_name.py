"""The name of a signer in a line that holds a rank, strokes of the signature and bits of the seal as well."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.extract.rows import Row, Token
from pipeline.normalize.channel import reads
from pipeline.normalize.people import is_family_name, is_name, repair_name
from schemas.vietnamese import fold, key

_RANK = re.compile(
    r"^(?:\W*(?:(?:PGS|GS|TS|ThS|Ths|Th\.[Ss]|CN|KS|BS|DS|LS|LG|BSCKI+|CKI+|Bác sĩ|Kỹ sư|Luật sư)\.?\s*)+"
    r"|\W*(?:Đại|Thượng|Trung|Thi[êếeé]u)\s+(?:[^\W\dA-ZĐ][áàảãạăắaâấ]|[úùủuưứ][ýyỳỷ]|tư[oơóớờ]ng)\s+)"
)
_GRADES = ("Đại", "Thượng", "Trung", "Thiếu")
_RANKS = {key(grade): tuple(f"{grade} {rank}" for rank in ("tá", "úy", "tướng")) for grade in _GRADES}
"""Ranks of the forces by their first word (Law on officers 16/1999, art. 10; Law on the People's Police 37/2018, art. 21)."""

_WITH_RANK, _CLEAR = 3, 0.8
"""A name with its rank has more words than this; confidence from which on a letter is no stroke."""

#: Words of agencies, titles and certificates, of which persons have no name; *Phong* and *Huyền* are names.
_OFFICE = re.compile(
    r"\b(?:cong an|uy ban|nhan dan|chu tich|giam doc|bo truong|chinh phu|van phong|thanh tra|dang ky|ban sao|trich luc)\b|^\W*(?:huyen|tinh|phong|so)\s"
)
_DATED = re.compile(r"\bngay\b.*\bthang\b")
_UNIT = re.compile(r"\b(?:huyện|tỉnh|phòng|sở)\s", re.IGNORECASE)


def name_row(row: Row) -> Row | None:
    """The words of a person's name in a row, rank and academic title and stray signs left out; None where it is none."""
    if _DATED.search(fold(row.text)):
        return None
    tokens = [token for token in row.tokens if token.key and not _stroke(token)]
    text = " ".join(token.text for token in tokens)
    rank = _RANK.match(text)
    if rank:
        skipped = len(rank.group().split())
        tokens = tokens[skipped:]
    elif len(tokens) > _WITH_RANK and any(
        reads(" ".join(text.split()[:2]), rank) for rank in _RANKS.get(tokens[0].key, ())
    ):
        tokens = tokens[2:]  # *Đại Ly*: a tone of *úy* lies under the pen
    elif tokens and tokens[0].text in _GRADES:
        tokens = tokens[_before_family(tokens) :]
    tokens = [
        token
        for at, token in enumerate(tokens)
        if len(token.key) > 1 or _is_letter_of_name(token, at, len(tokens))
    ]
    while tokens and not tokens[0].text.strip("'\"(.,-|*“”‘’")[:1].isupper():
        tokens.pop(0)
    while tokens and not tokens[-1].text.strip("'\"(.,-|*“”‘’")[:1].isupper():
        tokens.pop()
    text = " ".join(token.text for token in tokens)
    if (
        "(" in text
        or ":" in text
        or _OFFICE.search(fold(text))
        or _UNIT.search(text)
        or not is_name(repair_name(text))
    ):
        return None
    return Row(row.page, tuple(tokens))


def _before_family(tokens: Sequence[Token]) -> int:
    """How many words of a rank stand before a name of three words: *Thượng Trần Hoài Bảo*, where the pen lies over *tá*."""
    starts = (at for at in (1, 2) if len(tokens) - at >= _WITH_RANK and is_family_name(tokens[at].text))
    return next(starts, 0)


def _is_letter_of_name(token: Token, at: int, count: int) -> bool:
    """One letter that is a word of names: *Y*, *H'* anywhere, *A*, *K'* of the Xơ Đăng and Cơ Ho first, a clear *A* of the Hmong and Hà Nhì amid."""
    if token.key in {"y", "h"} or (at == 0 and token.text in {"A", "K"}):
        return True
    return token.text == "A" and 0 < at < count - 1 and token.confidence >= _CLEAR


def _stroke(token: Token) -> bool:
    """Numbers, and bits of the signature: hardly believed digits and small letters."""
    if re.search(r"\d{2}", token.text):
        return True
    digit = any(c.isdigit() for c in token.text)
    return (digit and token.confidence < 0.3) or (token.text[:1].islower() and token.confidence < 0.5)


def printed_name(name: Row, rows: Sequence[Row]) -> Row:
    """The name as it is printed, with the rank or academic title before it (*Thiếu tướng*, *BSCKII.*)."""
    for row in rows:
        if name.tokens and name.tokens[0] in row.tokens:
            before = row.tokens[: row.tokens.index(name.tokens[0])]
            ranked = _RANK.match(" ".join(token.text for token in (*before, *name.tokens)))
            return Row(row.page, (*before, *name.tokens)) if before and ranked else name
    return name


def begins_whole(name: Row) -> bool:
    """Three words and more of which the first is a family name: what was lost before it was a rank."""
    words = [token for token in name.tokens if token.key]
    return (
        len(words) > 2
        and is_family_name(repair_name(name.text).split(maxsplit=1)[0])
        and len(words[0].key) > 1
    )
