"""Finding printed labels among the rows: robust against lost tones, wrong letters, lost colons and glued words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.extract.rows import Row, gap_before, is_capitals
from pipeline.extract.spotting import spots
from pipeline.normalize.channel import nearest
from schemas.documents import Document, field_specs
from schemas.values import Kind
from schemas.vietnamese import key


@dataclass(frozen=True, slots=True)
class Label:
    """A label as printed and its ``key``; the fields it may belong to; the section that it opens (headings only).

    ``flowing``: its value is running text, in which the words of other labels may stand; ``upper``: is in capitals.
    """

    text: str
    key: str
    fields: tuple[str, ...] = ()
    opens: str | None = None
    flowing: bool = False
    upper: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A label found: row index, first token and the one after the last, likeness 0–1."""

    label: Label
    row: int
    start: int
    end: int
    likeness: float


_FLOWING = frozenset({Kind.TEXT, Kind.ADDRESS, Kind.LIST, Kind.AGENCY, Kind.TITLE})


@cache
def labels_of(model: type[Document]) -> tuple[Label, ...]:
    """Every label that ends a value on this form, longest first."""
    opens = {key(text): section for section, text in model.form.headings.items()}
    found: dict[str, tuple[str, list[str]]] = {}
    for text, name in _printed(model):
        found.setdefault(key(text), (text, []))[1].extend([name] if name else [])
    specs = {each.name: each for each in field_specs(model)}
    labels = (
        Label(
            text,
            k,
            tuple(dict.fromkeys(names)),
            opens.get(k),
            any(specs[name].kind in _FLOWING for name in names),
            bool(names) and all(specs[name].printed.upper for name in names),
        )
        for k, (text, names) in found.items()
    )
    return tuple(sorted(labels, key=lambda label: -len(label.key)))


def _printed(model: type[Document]) -> Iterable[tuple[str, str | None]]:
    """What is printed before values, and the field of such a value; None for what only ends the one before."""
    for each in field_specs(model):
        for text in () if each.printed.joined else _variants(each.printed.labels):
            yield text, each.name
        for text in _variants(each.printed.before):
            yield text, None
    for text in (*model.form.headings.values(), *_CONTACTS):
        yield text, None


_CONTACTS = ("Số điện thoại", "Điện thoại", "Email", "Thư điện tử", "Website")
"""What forms print behind an address whatever they are for."""

_OF_NAMES = ("Họ và tên", "Họ, chữ đệm và tên", "Họ, chữ đệm, tên")
"""How forms before and after the Law on civil status 60/2014 and the Law on identification 26/2023 ask for a name."""


def _variants(labels: Iterable[str]) -> Iterable[str]:
    """A label of two languages is also found by each half, one that asks for a name in the words of other years, too."""
    for text in labels:
        yield text
        if asked := next((words for words in _OF_NAMES if text.startswith(words)), None):
            yield from (words + text.removeprefix(asked) for words in _OF_NAMES if words != asked)
        if " / " in text:
            yield from (half for half in text.split(" / ") if len(key(half)) > 3)


def find_labels(model: type[Document], rows: Sequence[Row]) -> list[Hit]:
    """All labels of a form in reading order; none overlaps another."""
    hits: list[Hit] = []
    for number, row in enumerate(rows):
        candidates = [hit for label in labels_of(model) for hit in _in_row(label, number, row)]
        candidates.sort(key=_weight, reverse=True)
        taken: list[Hit] = []
        for hit in candidates:
            if all(hit.end <= other.start or hit.start >= other.end for other in taken):
                taken.append(hit)
        hits += _told(sorted(taken, key=lambda hit: hit.start), row)
    return hits


def _told(hits: Sequence[Hit], row: Row) -> list[Hit]:
    """The labels of a row without words of running text that begin with a small letter behind a comma (*ông …, sinh ngày: …*)."""
    found: list[Hit] = []
    for hit in hits:
        behind_comma = hit.start and row.tokens[hit.start - 1].text.endswith(",")
        small = row.tokens[hit.start].text[:1].islower()
        if not (behind_comma and small and (not found or found[-1].label.flowing)):
            found.append(hit)
    return found


def _weight(hit: Hit) -> float:
    """Letters that agree, less twice those that do not: a longer label wins unless it fits worse."""
    length = len(hit.label.key)
    return length - 3 * (1 - hit.likeness) * length + 0.001 * len(hit.label.fields)


def _in_row(label: Label, number: int, row: Row) -> Iterable[Hit]:
    for start, end, likeness in spots(label.key, row):
        hit = Hit(label, number, start, end, likeness)
        if _believable(hit, row):
            yield hit


def _believable(hit: Hit, row: Row) -> bool:
    """Likelier the label than other words, and printed as one: at the start, after a gap, or before a colon."""
    length = len(hit.label.key)
    text = " ".join(token.text for token in row.tokens[hit.start : hit.end])
    if nearest(text, (hit.label.text,)) is None:
        return False
    last = row.tokens[hit.end - 1].text
    after = row.tokens[hit.end].text if hit.end < len(row.tokens) else ""
    colon = last.endswith((":", ";", ".:")) or after.startswith((":", "(", ".", "/"))
    colon = colon or (last.endswith(".") and hit.likeness == 1.0)
    numbers = hit.label.key.endswith("so") and after[:1].isdigit()  # *tờ bản đồ số 22*
    start = hit.start
    while start and _is_numbering(row.tokens[start - 1].text):
        start -= 1
    opening = (
        start == 0 or gap_before(row, start) > 1.2 * row.height or _is_leader(row.tokens[start - 1].text)
    )
    listed = (
        bool(start) and (colon or numbers) and row.tokens[start - 1].text.endswith((";", ","))
    )  # *…; số tầng: 02*
    capital = next((c for c in row.tokens[hit.start].text if c.isalpha()), "x").isupper()
    set_apart = start == 0 and hit.end < len(row.tokens) and gap_before(row, hit.end) > TABLE * row.height
    if length <= 4:
        name = hit.label.upper and start == 0 and is_capitals(after, 1)  # *Ông Y KHOAN ÊBAN*
        return (colon and opening) or name
    if capital and not colon and hit.label.text[:1].islower():
        return False  # *NGƯỜI ĐI KHAI SINH* over a signature is not *… của người đứng khai:*
    begins = opening and (colon or set_apart or (length > 6 and (capital or hit.likeness == 1.0)))
    return begins or listed or (colon and (capital or length > 10))


TABLE = 1.2
"""Heights of a line from which on the gap behind a label is that to the next column of a table."""


def _is_numbering(text: str) -> bool:
    return bool(re.fullmatch(r"[\W_]*(?:\d{1,2}|[a-zđA-D]|[IVX]{1,4})[.)/]*|[\W_]{1,2}", text))


def _is_leader(text: str) -> bool:
    return not any(c.isalnum() for c in text)
