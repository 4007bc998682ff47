"""Stamps in a head: degrees of urgency and of secrecy, printed or stamped, black or coloured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.extract.rows import Row, Sheet, segments, sheet
from pipeline.extract.spans import Span
from pipeline.model import PageReading, Warning
from pipeline.normalize.channel import match
from schemas.lexicon import SECRECY, URGENCY, stamp_kinds, stamps
from schemas.records import Method

_UPPER = 0.45
"""Share of a page, from its top, in which a head with its stamps ends."""


def stamp_of(text: str) -> tuple[str, str] | None:
    """The degree that a line of capitals says, and of what: ``urgency`` or ``secrecy``; None for any other line.

    >>> stamp_of("HOA TÓC"), stamp_of("TỎI MẬT."), stamp_of("Khẩn trương")
    (('HỎA TỐC', 'urgency'), ('TỐI MẬT', 'secrecy'), None)
    """
    if not text.isupper():
        return None
    found = match(text, stamps, torn=False)
    return (found.phrase, stamp_kinds()[found.phrase]) if found else None


def find_urgency(page: Sheet) -> Span | None:
    """Where a degree of urgency stands in the head."""
    found = [(part, words) for part, words, of in _stamped(page) if of == URGENCY]
    return Span((max(found, key=_said)[0],), 1.0, Method.LAYOUT) if found else None


def _said(found: tuple[Row, str]) -> int:
    """Of *MẬT* and *TỐI MẬT* the second: the first is what could be read of it."""
    return len(found[1])


def with_secrecy(page: PageReading) -> PageReading:
    """The page, with a doubt where a degree of secrecy is stamped on it: secret papers are not to be digitized."""
    degree = max((words for _, words, of in _stamped(sheet(page)) if of == SECRECY), key=len, default=None)
    if degree is None or any(warning.code == DOUBT for warning in page.warnings):
        return page
    told = Warning(
        DOUBT,
        f"Trang này có dấu {degree}: tài liệu bí mật nhà nước, không được số hóa tại đây.",
        f"Stamped {degree}: a state secret, which must not be digitized here.",
    )
    return replace(page, warnings=(*page.warnings, told))


DOUBT = "secret"
"""Code of the doubt about a page with a degree of secrecy (*MẬT, TỐI MẬT, TUYỆT MẬT*; Law 29/2018, art. 8)."""


def _stamped(page: Sheet) -> Iterator[tuple[Row, str, str]]:
    upper = [row for row in page.rows if row.box.top < _UPPER * page.height]
    for row in upper:
        for part in segments(row, 1.2 * page.spacing):
            if found := stamp_of(part.text):
                yield part, *found
            elif (beside := _capitals_before(part)) and (found := _urgency_of(beside.text)):
                yield beside, *found
    for row in page.stamps:
        if found := stamp_of(row.text.upper()):  # stamps are capitals, however read
            yield row, *found


def _capitals_before(row: Row) -> Row | None:
    """The words in capitals with which a line of small letters begins: a stamp set close before it; None where there are none."""
    count = next((at for at, token in enumerate(row.tokens) if not token.text.isupper()), 0)
    return Row(row.page, row.tokens[:count]) if count else None


def _urgency_of(text: str) -> tuple[str, str] | None:
    found = stamp_of(text)
    return found if found and found[1] == URGENCY else None
