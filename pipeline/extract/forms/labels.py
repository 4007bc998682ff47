"""Finding printed labels among the rows: robust against lost tones, wrong letters, lost colons and glued words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from pipeline.extract.rows import Row, gap_before, key
from schemas.documents import Document, field_specs


@dataclass(frozen=True, slots=True)
class Label:
    """A label by its ``key``; the fields it may belong to; the section that it opens (headings only)."""

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
    fields: dict[str, list[str]] = {}
    opens: dict[str, str] = {}
    for each in field_specs(model):
        if not each.printed.joined:
            for text in each.printed.labels:
                for variant in _variants(text):
                    fields.setdefault(variant, []).append(each.name)
        for text in each.printed.before:
            for variant in _variants(text):
                fields.setdefault(variant, [])
    for section, text in model.form.headings.items():
        fields.setdefault(key(text), [])
        opens[key(text)] = section
    found = [Label(k, tuple(dict.fromkeys(names)), opens.get(k)) for k, names in fields.items()]
    return tuple(sorted(found, key=lambda label: -len(label.key)))


def _variants(text: str) -> Iterable[str]:
    """A label of two languages is also found by each half."""
    yield key(text)
    if " / " in text:
        yield from (key(half) for half in text.split(" / ") if len(key(half)) > 3)


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
    text, starts = _joined(row)
    begin = 0
    while len(text) - begin >= len(label.key) - 2:
        found = fuzz.partial_ratio_alignment(label.key, text[begin:], score_cutoff=60)
        if found is None:
            return
        hit = _aligned(label, number, row, starts, begin + found.dest_start, begin + found.dest_end)
        if hit and _believable(hit, row):
            yield hit
        begin += max(found.dest_end, 1)


def _joined(row: Row) -> tuple[str, list[int]]:
    """The keys of a row in one string, and where each token begins in it."""
    starts, total = [], 0
    for token in row.tokens:
        starts.append(total)
        total += len(token.key)
    return "".join(token.key for token in row.tokens), starts


def _aligned(label: Label, number: int, row: Row, starts: list[int], begin: int, end: int) -> Hit | None:
    """The run of whole tokens nearest to the place found that is most like the label."""
    first = max((at for at, start in enumerate(starts) if start <= begin), default=0)
    last = max((at for at, start in enumerate(starts) if start < end), default=0)
    best: Hit | None = None
    for start in {max(first - 1, 0), first, first + 1}:
        for stop in {last - 1, last, last + 1}:
            if not 0 <= start <= stop < len(row.tokens) or not row.tokens[start].key:
                continue
            if any(token.text.endswith(":") for token in row.tokens[start:stop]):
                continue  # a label ends at its colon
            read = "".join(token.key for token in row.tokens[start : stop + 1])
            likeness = Levenshtein.normalized_similarity(label.key, read)
            if best is None or likeness > best.likeness:
                best = Hit(label, number, start, stop + 1, likeness)
    return best


def _believable(hit: Hit, row: Row) -> bool:
    """Alike enough for its length, and printed as a label: at the start, after a gap, or before a colon."""
    length = len(hit.label.key)
    needed = 1.0 if length <= 4 else 0.8 if length <= 8 else 0.76
    if hit.likeness < needed - 1e-9:
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
    capital = next((c for c in row.tokens[hit.start].text if c.isalpha()), "x").isupper()
    if length <= 4:
        return colon and opening
    return (opening and (colon or length > 6)) or (colon and (capital or length > 10))


def _is_numbering(text: str) -> bool:
    return bool(re.fullmatch(r"[\W_]*(?:\d{1,2}|[a-zđA-D]|[IVX]{1,4})[.)/]*|[\W_]{1,2}", text))


def _is_leader(text: str) -> bool:
    return not any(c.isalnum() for c in text)
