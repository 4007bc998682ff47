"""Which pages of a scan are one paper: separator sheets, heads of first pages, blank backs. No page is lost or moved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.extract.foot.signer import find_signer
from pipeline.extract.head.header import read_header
from pipeline.extract.rows import Row, Sheet, is_capitals, sheet
from pipeline.model import PageReading
from pipeline.papers.classify import title_score
from pipeline.separators import is_separator
from schemas.documents import Layout, document_types
from schemas.identifiers.citizen_qr import parse_citizen_qr
from schemas.lexicon import begins
from schemas.vietnamese import fold


@dataclass
class _Before:
    """What counts of the pages of the paper so far; the pages themselves are not held."""

    last: PageReading
    printed: int = 0
    front: bool = False

    def add(self, page: PageReading) -> None:
        """One more page of it."""
        self.last = page
        self.printed += not page.blank
        self.front = self.front or _is_card_front(page) or _may_be_front(page)


def split(pages: Sequence[PageReading]) -> list[Sequence[PageReading]]:
    """Runs of pages in order, each one paper; together they are all pages, none twice.

    A separator sheet is a run of its own. Blank pages stay with the paper before them (its backs), those at the start
    with the first paper.
    """
    starts: list[int] = []
    before: _Before | None = None
    for place, page in enumerate(pages):
        if before is None or _begins_run(page, before):
            starts.append(place)
            before = _Before(page)
        before.add(page)
    return [pages[start:end] for start, end in pairwise([*starts, len(pages)])]


def _begins_run(page: PageReading, before: _Before) -> bool:
    """A paper or a separator sheet begins with this page."""
    if is_separator(page) or is_separator(before.last):
        return True
    return bool(not page.blank and before.printed and _begins_paper(page, before))


def _begins_paper(page: PageReading, before: _Before) -> bool:
    """The page is the first of a paper rather than the next of the one before it."""
    read = sheet(page)
    if not read.rows:
        return False
    if _is_card(page):
        return not before.front or _is_card_front(page)
    header = read_header(read)
    form = bool(header.edge) and _is_form(read)
    if _numbered(read, before.printed + 1) or (_attached(read) and not form):
        return False
    if header.edge and (header.end <= 10):
        return True
    if header.date and header.number:
        return True
    return _has_title(read) or (_opens_with_title(read) and _is_signed(before.last))


_TITLES = begins("paper")

#: How parts of a paper are headed: annexes, tables, chapters, notes, what an office confirms at the end of a form.
_PARTS, _NUMBERED = begins("part"), re.compile(r"[ivx]{1,4}\W|\d|[a-d]\W")


def _opens_with_title(read: Sheet) -> bool:
    """The first line of capitals in the middle of the upper third heads a paper, though none of ours, and no part of one."""
    headed = [
        re.sub(r"^\W+", "", fold(row.text))
        for row in read.rows[:10]
        if row.box.top < 0.35 * read.height
        and is_capitals(row.text)
        and not row.text.rstrip().endswith(":")  # what follows is said below: *CHỦ ĐẦU TƯ PHẢI THỰC HIỆN …:*
        and len(row.tokens) > 1
        and abs(row.box.centre[0] - read.width / 2) < 0.12 * read.width
    ]
    return bool(headed) and bool(
        _TITLES.match(headed[0]) or not (_PARTS.match(headed[0]) or _NUMBERED.match(headed[0]))
    )


def _is_signed(page: PageReading) -> bool:
    """The paper before it has ended: its last page carries a signer, or is a card."""
    if page.blank or _is_card(page):
        return True
    read = sheet(page)
    signer = find_signer([read])
    return bool(signer.title or signer.name) or any(_ENDED.search(row.text) for row in read.rows)


#: How the text of a paper of an agency ends (Decree 30/2020, annex I).
_ENDED = re.compile(r"\w\s?[.,]\s?/[.,]\W*$")

_CARD_BACK = re.compile(
    r"[il]dvnm|<<<<|personal identification|dac diem nhan dang|date of expiry|ministry of public"
)


def _is_card(page: PageReading) -> bool:
    return _is_card_front(page) or bool(_CARD_BACK.search(fold(page.text.text)))


def _is_card_front(page: PageReading) -> bool:
    text = fold(page.text.text)
    named = "identity card" in text or "full name" in text or "can cuoc cong dan" in text[:400]
    return named and ("date of birth" in text or "socialist republic" in text or _has_card_code(page))


def _may_be_front(page: PageReading) -> bool:
    """A page with a personal identifier and hardly a word besides: what is read of a card on a bad scan."""
    words = page.text.text.split()
    return len(words) < _FEW and any(_IDENTIFIER.fullmatch(word) for word in words)


_FEW = 60
"""More than the words of both languages on the front of a card that still tells nothing of its holder."""
_IDENTIFIER = re.compile(r"\W*0\d{11}\W*")


def _has_card_code(page: PageReading) -> bool:
    return any(parse_citizen_qr(code.text) for code in page.codes)


_PAGE_NUMBER = re.compile(r"\W*(?:trang\s*)?(\d{1,3})(?:\s?/\s?\d{1,3})?\W*")
_PRINTED = 0.9
"""A page number at the foot is no speck from this confidence on."""


def _numbered(read: Sheet, expected: int) -> bool:
    """A page number above 1 stands alone in the middle of the top margin, or the ``expected`` one at the foot."""
    top = any(
        (number or 0) > 1
        and row.box.top < 0.12 * read.height
        and abs(row.box.centre[0] - read.width / 2) < 0.15 * read.width
        for row in read.rows[:2]
        if (number := _page_number(row))
    )
    return top or any(
        _page_number(row) == expected > 1
        and row.box.top > 0.88 * read.height
        and min(token.confidence for token in row.tokens) >= _PRINTED
        for row in read.rows[-2:]
    )


def _page_number(row: Row) -> int | None:
    found = _PAGE_NUMBER.fullmatch(row.text.lower())
    return int(found[1]) if found else None


def _attached(read: Sheet) -> bool:
    """An annex, or a regulation issued with the decision before it: both say so (Decree 30/2020, annex I)."""
    top = fold(" ".join(row.text for row in read.rows[:9]))
    if any(re.match(r"\W*(?:ban hanh )?kem theo\b", fold(row.text)) for row in read.rows[:9]):
        return True
    return bool(
        re.search(r"\bphu luc\b|ban hanh kem theo|\bkem theo (?:quyet dinh|cong van|to trinh|ke hoach)", top)
    )


def _is_form(read: Sheet) -> bool:
    """A form that says where it is printed: *Mẫu CT07 ban hành kèm theo Thông tư số 66/2023/TT-BCA*."""
    return any(_FORM.match(fold(row.text)) for row in read.rows[:4])


_FORM = re.compile(r"\W*mau\b.*\d|\W*(?:ban hanh )?kem theo (?:thong tu|nghi dinh)\b")


def _has_title(read: Sheet) -> bool:
    """The title of a declared type in the upper third."""
    upper = replace(read, rows=tuple(row for row in read.rows if row.box.top < 0.35 * read.height))
    return any(
        title_score(model, upper) >= 0.9
        for model in document_types().values()
        if model.form.layout is not Layout.ADMINISTRATIVE and model.form.titles
    )
