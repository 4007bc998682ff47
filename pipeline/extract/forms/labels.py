"""Finding printed labels among the rows: robust against lost tones, wrong letters, lost colons and glued words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.extract.rows import Row, gap_before
from pipeline.extract.spotting import spots
from pipeline.normalize.channel import nearest
from schemas.documents import Document, field_specs
from schemas.vietnamese import key


@dataclass(frozen=True, slots=True)
class Label:
    """A label as printed and its ``key``; the fields it may belong to; the section that it opens (headings only)."""

    text: str
    key: str
    fields: tuple[str, ...] = ()
    opens: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A label found: row index, first token and the one after the last, likeness 0–1."""

    label: Label
    row: int
    start: int
    end: int
    likeness: float


@cache
def labels_of(model: type[Document]) -> tuple[Label, ...]:
    """Every label that ends a value on this form, longest first."""
    opens = {key(text): section for section, text in model.form.headings.items()}
    found: dict[str, tuple[str, list[str]]] = {}
    for text, name in _printed(model):
        found.setdefault(key(text), (text, []))[1].extend([name] if name else [])
    labels = (Label(text, k, tuple(dict.fromkeys(names)), opens.get(k)) for k, (text, names) in found.items())
    return tuple(sorted(labels, key=lambda label: -len(label.key)))


def _printed(model: type[Document]) -> Iterable[tuple[str, str | None]]:
    """What is printed before values, and the field of such a value; None for what only ends the one before."""
    for each in field_specs(model):
        for text in () if each.printed.joined else _variants(each.printed.labels):
            yield text, each.name
        for text in _variants(each.printed.before):
            yield text, None
    for text in model.form.headings.values():
        yield text, None


def _variants(labels: Iterable[str]) -> Iterable[str]:
    """A label of two languages is also found by each half."""
    for text in labels:
        yield text
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
        hits += sorted(taken, key=lambda hit: hit.start)
    return hits


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
    start = hit.start
    while start and _is_numbering(row.tokens[start - 1].text):
        start -= 1
    opening = (
        start == 0 or gap_before(row, start) > 1.2 * row.height or _is_leader(row.tokens[start - 1].text)
    )
    listed = bool(start) and colon and row.tokens[start - 1].text.endswith(";")  # *…; số tầng: 02*
    capital = next((c for c in row.tokens[hit.start].text if c.isalpha()), "x").isupper()
    if length <= 4:
        return colon and opening
    begins = opening and (colon or (length > 6 and (capital or hit.likeness == 1.0)))
    return begins or listed or (colon and (capital or length > 10))


def _is_numbering(text: str) -> bool:
    return bool(re.fullmatch(r"[\W_]*(?:\d{1,2}|[a-zđA-D]|[IVX]{1,4})[.)/]*|[\W_]{1,2}", text))


def _is_leader(text: str) -> bool:
    return not any(c.isalnum() for c in text)
