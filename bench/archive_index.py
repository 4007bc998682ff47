"""The index at 10 000 and 1 000 000 generated records: size, insert rate, and how long questions take.

``python -m bench.archive_index WHERE [--records 10000 1000000] [--seed 7]``; WHERE is a new SQLite file or the address
of an empty PostgreSQL database. Prints a Markdown table. Records that are there
already are not made again. Records are drawn from a seed: syllables and names with the
skew of natural text, 120 words each.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from storage.index.database import reading
from storage.index.entry import Entry, position
from storage.index.find import Query
from storage.index.index import Index
from storage.index.words import number_key

ONSETS = ["", *"b c ch d g gh gi h k kh l m n ng nh p ph qu r s t th tr v x".split()]
RIMES = "a ai am an ang anh ao at au ay e em en enh eo et i ich iem ien iet inh o oa oai oan oc oi om on ong u ua uc uoi uong".split()
TYPES = [
    "administrative_document",
    "birth_certificate",
    "marriage_certificate",
    "household_business_registration",
]
KINDS = ["QĐ-UBND", "TB-UBND", "CV-UBND", "GCN-UBND"]
START = datetime(2020, 1, 1, tzinfo=UTC)
WORDS = 120
ASKED = 400


def records(seed: int) -> Iterator[tuple[Entry, str]]:
    """Records without end, the same for the same seed."""
    chance = random.Random(seed)
    syllables = [a + b for a, b in itertools.product(ONSETS, RIMES)]
    chance.shuffle(syllables)
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(syllables))))
    agencies = [f"ubnd phuong {a} {b}" for a, b in itertools.product(syllables[40:80], syllables[80:120])]
    for serial in itertools.count():
        words = chance.choices(syllables, cum_weights=weights, k=WORDS)
        name = chance.choices(syllables, cum_weights=weights, k=3)
        at = START + timedelta(seconds=serial * 97)
        id = str(uuid.UUID(int=chance.getrandbits(128)))
        number = f"{chance.randint(1, 9999)}/{at.year}/{chance.choice(KINDS)}"
        agency = chance.choice(agencies)
        yield (
            Entry(
                position=position(at, id),
                id=id,
                version=1,
                scan_sha256=f"{chance.getrandbits(256):064x}",
                type=chance.choice(TYPES),
                type_confidence=0.98,
                state="confirmed" if serial % 3 else "unconfirmed",
                subject_id=f"{serial // 4:012d}",
                subject_name=" ".join(name),
                other_subjects=f"{serial:012d}" if serial % 7 == 0 else "",
                number=number,
                number_key=number_key(number),
                agency=agency,
                agency_key=agency,
                title=" ".join(words[:12]),
                issued_on=at.date().isoformat(),
                born_on=None,
                valid_from=None,
                valid_until=None,
                archived_at=at.isoformat(timespec="microseconds"),
                dossier=f"H29-{serial // 5}",
                source=f"scan-{serial}.pdf",
                pages=1,
                signed=True,
                quality_flags="",
                perceptual_hash=f"{chance.getrandbits(256):064x}",
                number_marks=" ".join(f"{chance.getrandbits(40):010x}" for _ in range(6)),
                duplicates="",
                superseded_by=None,
                words_digest=f"{chance.getrandbits(64):016x}",
            ),
            " ".join([*name, *agency.split(), *number_key(number), *words]),
        )


def fill(index: Index, source: Iterator[tuple[Entry, str]], count: int) -> None:
    """Insert so many records, 500 in a transaction."""
    for start in range(0, count, 500):
        index.add_entries(list(itertools.islice(source, min(500, count - start))))


def ask(index: Index, query: Callable[[], Query]) -> tuple[float, float]:
    """Median and 99th percentile of a question in milliseconds, asked many times."""
    taken = []
    for _ in range(ASKED):
        asked = query()
        begun = time.perf_counter()
        index.find(asked)
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=100)[98]


def rate(index: Index, serial: int, count: int, together: int) -> float:
    """Records a second, so many in a transaction; they are taken out again."""
    chosen = list(itertools.islice(records(serial), count))
    begun = time.perf_counter()
    for start in range(0, count, together):
        index.add_entries(chosen[start : start + together])
    taken = time.perf_counter() - begun
    for entry, _ in chosen:
        index.remove(entry.id)
    return count / taken


def size(index: Index) -> int:
    """Bytes on disk."""
    query = {
        "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        "postgresql": "SELECT pg_database_size(current_database())",
    }[index.engine.dialect.name]
    with reading(index.engine) as connection:
        return int(connection.scalar(text(query)) or 0)


def questions(seed: int, count: int) -> dict[str, Callable[[], Query]]:
    """Kinds of questions about the first ``count`` records."""
    chance, source = random.Random(seed + 1), records(seed)
    known = [next(source) for _ in range(5000)]  # what is asked for was put in early or late alike

    def words(some: int, *, phrase: bool = False) -> Query:
        found = chance.choice(known)[1].split()
        at = chance.randrange(len(found) - some)
        joined = " ".join(found[at : at + some]) if phrase else " ".join(chance.sample(found, some))
        return Query(words=f'"{joined}"' if phrase else joined)

    return {
        "by subject": lambda: Query(subject=f"{chance.randrange(count) // 4:012d}"),
        "by number": lambda: Query(number=chance.choice(known)[0].number),
        "by number and type": lambda: Query(number=chance.choice(known)[0].number, type=TYPES[0]),
        "by dossier": lambda: Query(dossier=f"H29-{chance.randrange(count) // 5}"),
        "newest of a type": lambda: Query(type=chance.choice(TYPES)),
        "one word": lambda: words(1),
        "two words": lambda: words(2),
        "three words": lambda: words(3),
        "name as a phrase": lambda: Query(words=f'"{chance.choice(known)[0].subject_name}"'),
        "phrase of two": lambda: words(2, phrase=True),
        "two words, one type": lambda: Query(words=words(2).words, type=TYPES[1]),
    }


def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("where")
    parser.add_argument("--records", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    index = Index(given.where if "://" in given.where else Path(given.where))
    present = index.count()
    source = itertools.islice(records(given.seed), present, None)
    for wanted in given.records:
        if wanted > present:
            fill(index, source, wanted - present)
            present = wanted
        index.tidy()
        many, alone = rate(index, present + 1, 2000, 500), rate(index, present + 2, 100, 1)
        print(f"\n### {index.engine.dialect.name}, {present:,} records", flush=True)
        print(
            f"{size(index) / present:.0f} bytes a record; inserts {many:.0f}/s in batches, {alone:.0f}/s alone\n"
        )
        print("| question | median ms | p99 ms |\n|---|---|---|")
        for name, query in questions(given.seed, present).items():
            ask(index, query)
            median, p99 = ask(index, query)
            print(f"| {name} | {median:.2f} | {p99:.2f} |", flush=True)


if __name__ == "__main__":
    main()
