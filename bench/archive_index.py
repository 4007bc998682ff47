"""The index at 10 000 and 1 000 000 generated records: what insertion and questions cost, side by side.

``python -m bench.archive_index fill WHERE RECORDS`` puts generated records in, 500 in a transaction; WHERE is a SQLite
file or the address of a PostgreSQL database; what is there already is not made again.
``python -m bench.archive_index compare SMALL LARGE`` asks two databases of a kind in turns and prints Markdown tables:
milliseconds of the wall (median, 99th percentile) and of the processor (client and, on this machine, server; mean, 99th
percentile), and the ratios. Without a command: two new SQLite files of 10 000 and 100 000. Records are drawn from a seed: syllables and
names with the skew of natural text, 120 words each.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import gc
import itertools
import json
import os
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from storage.index.database import reading, writing
from storage.index.entry import Entry, position
from storage.index.find import Query
from storage.index.index import Index
from storage.index.tables import documents
from storage.index.words import number_key
from storage.index.write import BATCH, remove

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
ASKED = 1000


def _received(dossier: str, at: datetime) -> dict[str, str | None]:
    unknown = dict.fromkeys(("procedure", "subject", "agency", "component"))
    return {"kind": "received", "dossier": dossier, "at": at.isoformat(timespec="microseconds"), **unknown}


def records(seed: int, length: int = WORDS) -> Iterator[tuple[Entry, str]]:
    """Records without end, the same for the same seed and number of words."""
    chance = random.Random(seed)
    syllables = [a + b for a, b in itertools.product(ONSETS, RIMES)]
    chance.shuffle(syllables)
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(syllables))))
    agencies = [f"ubnd phuong {a} {b}" for a, b in itertools.product(syllables[40:80], syllables[80:120])]
    for serial in itertools.count():
        words = chance.choices(syllables, cum_weights=weights, k=length)
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
                uses=json.dumps([_received(f"H29-{serial // 5}", at)]),
                names=" ".join(name),
                words_digest=f"{chance.getrandbits(64):016x}",
                doubts=serial % 5,
                due=None,
            ),
            " ".join([*name, *agency.split(), *number_key(number), *words]),
        )


@dataclass
class Cost:
    """What acts cost, each: milliseconds of the wall and of the processors."""

    wall: list[float] = dataclasses.field(default_factory=list)
    cpu: list[float] = dataclasses.field(default_factory=list)


def p99(taken: Sequence[float]) -> float:
    """The 99th percentile."""
    return statistics.quantiles(taken, n=100)[98]


class Measured:
    """A database, and the clock of the processors that work for it."""

    def __init__(self, where: str) -> None:
        self.index = opened(where)
        self.count = self.index.count()
        self.server: Path | None = None
        if self.index.engine.dialect.name == "postgresql":
            with reading(self.index.engine) as connection:  # the pool gives the same connection each time
                self.server = Path(f"/proc/{connection.scalar(text('SELECT pg_backend_pid()'))}/schedstat")

    def cpu(self) -> float:
        """Milliseconds of this process, and of the server's when it runs on this machine."""
        server = 0.0
        if self.server is not None and self.server.exists():
            server = int(self.server.read_text().split()[0]) / 1e6
        return time.process_time() * 1000 + server

    def act(self, cost: Cost, what: Callable[[], object]) -> None:
        """Do it and write down what it cost."""
        begun, clock = self.cpu(), time.perf_counter()
        what()
        cost.wall.append((time.perf_counter() - clock) * 1000)
        cost.cpu.append(self.cpu() - begun)


def inserts(databases: Sequence[Measured], seed: int, count: int, together: int) -> list[Cost]:
    """What a transaction costs, in turns, after a fifth to warm up; the records are taken out again."""
    chosen = list(itertools.islice(records(seed), count * 5 // 4))
    gc.freeze()  # what is searched for garbage should be what a process of the product has
    costs = [Cost() for _ in databases]
    for start in range(0, len(chosen), together):
        batch = chosen[start : start + together]
        for database, cost in zip(databases, costs, strict=True):
            counts = start >= len(chosen) - count
            database.act(cost if counts else Cost(), functools.partial(database.index.add_entries, batch))
    for database in databases:
        with writing(database.index.engine) as connection:
            remove(connection, documents.c.scan_sha256.in_([entry.scan_sha256 for entry, _ in chosen]))
    return costs


def ask(
    databases: Sequence[Measured], queries: Sequence[Callable[[], Query]], asked: int = ASKED
) -> list[Cost]:
    """What a kind of question costs, asked many times in turns."""
    costs = [Cost() for _ in databases]
    for number in range(-asked // 4, asked):
        for database, query, cost in zip(databases, queries, costs, strict=True):
            database.act(cost if number >= 0 else Cost(), functools.partial(database.index.find, query()))
    return costs


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


def opened(where: str) -> Index:
    """A SQLite file or the address of a PostgreSQL database."""
    return Index(where if "://" in where else Path(where))


def fill(where: str, count: int, seed: int) -> None:
    """Insert records until there are so many, 500 in a transaction, and tidy."""
    index = opened(where)
    present = index.count()
    source = itertools.islice(records(seed), present, None)
    while present < count:
        batch = list(itertools.islice(source, min(BATCH, count - present)))
        index.add_entries(batch)
        present += len(batch)
        if present % 50_000 == 0:
            print(f"{time.strftime('%H:%M:%S')} {present:,}", flush=True)
    index.tidy()


def row(name: str, costs: Sequence[Cost], each: int = 1) -> str:
    """A line of the table; ``each`` records in an act."""
    walls, cpus = [[one.wall for one in costs], [one.cpu for one in costs]]
    medians, means = [statistics.median(one) for one in walls], [statistics.mean(one) for one in cpus]
    cells = [
        *medians,
        medians[1] / medians[0] * each,
        *map(p99, walls),
        *means,
        means[1] / means[0] * each,
        *map(p99, cpus),
    ]
    return f"| {name} | {' | '.join(f'{cell / each:.2f}' for cell in cells)} |"


def compare(small: str, large: str, seed: int) -> None:
    """Print the tables."""
    pair = [Measured(small), Measured(large)]
    print(f"### {pair[0].index.engine.dialect.name}, load {os.getloadavg()[0]:.1f}\n")
    for one in pair:
        print(f"{one.count:,} records, {size(one.index) / one.count:.0f} bytes each.")
    few, many = (f"{one.count:,}" for one in pair)
    heads = f"median {few} | {many} | ratio | p99 {few} | {many} | cpu {few} | {many} | ratio | cpu p99 {few} | {many}"
    print(f"\n| ms | {heads} |\n|{'---|' * 11}")
    asked = [questions(seed, one.count) for one in pair]
    gc.freeze()
    for name in asked[0]:
        print(row(name, ask(pair, [kinds[name] for kinds in asked])), flush=True)
    for together, count, name in ((BATCH, 8000, "a record, 500 in one"), (1, 400, "a record alone")):
        costs = inserts(pair, pair[1].count + together, count, together)
        print(row(name, costs, together), flush=True)
        rates = [count * 1000 / sum(cost.wall) for cost in costs]
        print(f"| inserts/s | {rates[0]:.0f} | {rates[1]:.0f} | {rates[0] / rates[1]:.2f} | | | | | | | |")


def main() -> None:
    """Fill, or compare, or both in small."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    commands = parser.add_subparsers(dest="command")
    filling = commands.add_parser("fill")
    filling.add_argument("where")
    filling.add_argument("records", type=int)
    comparing = commands.add_parser("compare")
    comparing.add_argument("small")
    comparing.add_argument("large")
    given = parser.parse_args()
    if given.command == "fill":
        fill(given.where, given.records, given.seed)
    elif given.command == "compare":
        compare(given.small, given.large, given.seed)
    else:
        with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as folder:
            small, large = f"{folder}/small.sqlite", f"{folder}/large.sqlite"
            fill(small, 10_000, given.seed)
            fill(large, 100_000, given.seed)
            compare(small, large, given.seed)


if __name__ == "__main__":
    main()
