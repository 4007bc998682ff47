"""``python -m bench.people``: how well papers are found by what a person is called, beside the same words searched as text.

1 000 generated papers of people with common names (family and given names as often as in the population, many namesakes but
for a tone), each naming a witness and an officer as papers do. Prints a Markdown table: precision at 1 (the first paper is of
somebody called exactly so), recall (share of all papers of people called so that are on the page), and false ones (share of
the page that is of people called otherwise).
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from bench.archive_index import records
from schemas.vietnamese import fold, spelling_key
from storage.index.entry import Entry
from storage.index.find import MOST, Query
from storage.index.index import Index
from storage.index.words import words

FAMILIES = ("Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng".split(), (38, 12, 10, 7, 5, 5, 4, 2, 2, 2))
MIDDLES = ("Thị", "Văn", "Ngọc", "Minh", "Thị Ngọc", "Thị Minh", "Hữu", "Đức")
GIVEN = "Anh Ánh Ảnh Hoa Hòa Hóa Lan Làn Minh Mình Hùng Hưng Hạnh Hành Thủy Thùy Thụy Tuấn Tuân Dung Dũng Dụng".split()
PAPERS = 1000


def people(seed: int = 11) -> list[str]:
    """So many names as papers."""
    chance = random.Random(seed)
    named, weights = FAMILIES
    return [
        f"{chance.choices(named, weights)[0]} {chance.choice(MIDDLES)} {chance.choice(GIVEN)}"
        for _ in range(PAPERS)
    ]


def fill(index: Index, names: list[str]) -> None:
    """Papers of these people; each text names two more people."""
    chance = random.Random(5)
    rows: list[tuple[Entry, str]] = []
    for name, (entry, text) in zip(names, islice(records(3), len(names)), strict=True):
        printed = name.upper() if chance.random() < 0.5 else name
        others = " ".join(chance.sample(names, 2))
        rows.append(
            (
                replace(entry, subject_name=printed, names=printed, other_subjects=""),
                " ".join([*words(name), *words(others), *text.split()]),
            )
        )
    index.add_entries(rows)


@dataclass(frozen=True, slots=True)
class Found:
    """Means over all names that were asked for, each 0–1."""

    precision_at_1: float
    recall: float
    false: float


def measure(
    index: Index,
    names: list[str],
    query: Callable[[str], Query],
    same: Callable[[str], str],
    asked: int = PAPERS,
) -> Found:
    """Ask for about so many names, each once. ``same``: two people are called alike when it gives the same for both."""
    first, recall, false = [], [], []
    for name in sorted(set(names))[:: max(len(set(names)) // asked, 1)]:
        rows = index.find(query(name)).rows
        right = [same(row.subject_name or "") == same(name) for row in rows]
        first.append(bool(right) and right[0])
        recall.append(sum(right) / sum(same(other) == same(name) for other in names))
        false.append(1 - sum(right) / len(right) if right else 0.0)
    count = len(first)
    return Found(sum(first) / count, sum(recall) / count, sum(false) / count)


def main() -> None:
    """Fill, ask, print."""
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as folder:
        index, names = Index(Path(folder) / "index.sqlite"), people()
        fill(index, names)
        print(f"{PAPERS} papers, {len(set(names))} names\n")
        print("| asked | precision at 1 | recall | of others |\n|---|---|---|---|")
        for told, query, same in (
            ("--name, with tones", lambda name: Query(name=name, limit=MOST), spelling_key),
            ("--name, without tones", lambda name: Query(name=fold(name), limit=MOST), fold),
            ("words, with tones", lambda name: Query(words=name, limit=MOST), spelling_key),
            ('words, "in quotes"', lambda name: Query(words=f'"{name}"', limit=MOST), spelling_key),
        ):
            found = measure(index, names, query, same)
            print(f"| {told} | {found.precision_at_1:.3f} | {found.recall:.3f} | {found.false:.1%} |")


if __name__ == "__main__":
    main()
