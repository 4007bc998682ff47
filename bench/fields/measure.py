"""Reads generated scans with the whole pipeline and compares every field, type and split with the truth."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fixtures.arrangements import PAPERS
from fixtures.generator import TYPES, Level, make_arranged, make_paper, make_scan, scan_papers, write_scan
from fixtures.generator.dossier import stack
from fixtures.generator.layers import LAYERS, with_layers
from fixtures.generator.scanner.capture import phone
from pipeline.codes import read_codes
from pipeline.extract import extract
from pipeline.intake import take_in
from pipeline.model import PageReading
from pipeline.pages import load_page
from pipeline.papers.classify import classify
from pipeline.papers.split import split
from pipeline.read import read_scan_page
from schemas.documents import document_type, field_specs
from schemas.quality import is_sure
from schemas.records import UNKNOWN, Field

ADMINISTRATIVE = "administrative_document"
TIGHT, PHONE = "tight", "phone"

Values = str | int | float | list[str] | None


@dataclass(frozen=True, slots=True)
class Case:
    """What to generate: the papers in the scan (several make a stack), seed and level.

    A paper is given by its type, or by its name in ``fixtures.arrangements``.
    """

    types: tuple[str, ...]
    seed: int
    level: Level
    arrangement: str | None = None
    """The paper of this name in ``fixtures.arrangements`` instead of one that the generator arranges."""
    layers: tuple[str, ...] = ()
    """What lies over it (``fixtures.generator.layers``); *tight* sets its lines close, *phone* photographs it."""

    @property
    def name(self) -> str:
        """For lists and files."""
        return self.arrangement or "+".join(self.types)

    @property
    def held_out(self) -> bool:
        """Whether it is of the part that no rule is made on."""
        return bool(self.arrangement and self.arrangement.startswith("composed held out"))


@dataclass(frozen=True, slots=True)
class Found:
    """One field: what is true, what was read, whether it was offered as sure, and where to look."""

    case: Case
    type: str
    name: str
    required: bool
    truth: Values
    value: Values
    sure: bool
    text: str
    page: int | None
    box: tuple[int, int, int, int] | None

    @property
    def exact(self) -> bool:
        """The value is the true one."""
        return self.value == self.truth


@dataclass(frozen=True, slots=True)
class Result:
    """One scan: its fields, whether type and split are right, and cpu seconds of reading and understanding."""

    case: Case
    fields: tuple[Found, ...]
    type_right: int
    papers: int
    split_right: bool
    reading: float
    understanding: float
    scan: Path | None = None


def cases(
    types: Sequence[str], levels: Sequence[Level], seed: int, count: int, stacks: int
) -> Iterator[Case]:
    """``count`` scans of each type and level, and ``stacks`` stacks of two to five papers at each level.

    In a stack lie papers of agencies of all kinds and papers of no declared type as well, some with blank backs.
    """
    for level in levels:
        for number in range(seed, seed + count):
            for type in types:
                yield Case((type,), number, level)
        for number in range(seed, seed + stacks):
            rng = random.Random(f"stack:{level}:{number}")
            yield Case(tuple(_drawn(types, rng) for _ in range(rng.randint(2, 5))), number, level)


_AGENCIES, _UNKNOWN = 0.35, 0.1
"""Shares of the papers in a stack that are those of an agency, and of no declared type."""


def _drawn(types: Sequence[str], rng: random.Random) -> str:
    chance = rng.random()
    if chance < _UNKNOWN:
        return UNKNOWN
    if chance < _UNKNOWN + _AGENCIES and ADMINISTRATIVE in types:
        return rng.choice(PAPERS)[0]
    return rng.choice(types)


def arranged_cases(levels: Sequence[Level], seed: int, every: int) -> Iterator[Case]:
    """Every ``every``-th paper of ``fixtures.arrangements`` at each level, others at each, each scanned in its own way."""
    for shift, level in enumerate(levels):
        for at, (name, _, _) in enumerate(PAPERS):
            if (at + shift) % every == 0:
                yield Case((ADMINISTRATIVE,), seed + at, level, name)


def composed_cases(levels: Sequence[Level], seed: int, count: int) -> Iterator[Case]:
    """``count`` heads and feet of each part of ``fixtures.arrangements.composed``, the levels in turn."""
    for at in range(count):
        for part in ("seen", "held out"):
            name = f"composed {part} {seed + at}"
            yield Case((ADMINISTRATIVE,), seed + at, levels[at % len(levels)], name)


def layered_cases(levels: Sequence[Level], seed: int, count: int) -> Iterator[Case]:
    """``count`` papers for each layer alone and for several together, the levels and both parts in turn."""
    kinds = (
        *((name,) for name in (*LAYERS, TIGHT, PHONE)),
        ("name_stamp", "touching_received_stamp", "edge_line"),
    )
    for at in range(count):
        for layers in kinds:
            part = ("seen", "held out")[at % 2]
            name = None if layers == ("last_page",) else f"composed {part} {seed + at}"
            yield Case((ADMINISTRATIVE,), seed + at, levels[at % len(levels)], name, layers)


def run(todo: Iterable[Case], jobs: int, keep: Path) -> Iterator[Result]:
    """All cases, ``jobs`` at a time; scans with an error stay in ``keep``."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    if jobs == 1:
        yield from (measure(case, keep) for case in todo)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(_job, [(case, keep) for case in todo])


def _job(work: tuple[Case, Path]) -> Result:
    return measure(*work)


def measure(case: Case, keep: Path) -> Result:
    """Generate, write, read and compare one scan."""
    scan = _generate(case)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"scan.{_suffix(scan)}"
        write_scan(scan, path)
        start = _cpu()
        pages = list(_read(path, len(scan.pages)))
        read = _cpu()
        runs = split(pages)
        documents = [(run, classify(run)[0]) for run in runs]
        records = [(run, type, extract(type, run)) for run, type in documents]
        done = _cpu()
        truth = scan.truth["documents"]
        right = [list(document["pages"]) for document in truth]
        found = tuple(_compare(case, truth, records, pages))
        split_right = [[page.number for page in run] for run in runs] == right
        kept = None
        if not (split_right and all(field.exact for field in found)):
            kept = (
                keep
                / f"{'-'.join((case.name[:60].replace(' ', '-'), *case.layers))}-{case.seed}-{case.level}{path.suffix}"
            )
            kept.write_bytes(path.read_bytes())
    by_first = {run[0].number: type for run, type in documents}
    return Result(
        case,
        found,
        sum(by_first.get(document["pages"][0]) == document["type"] for document in truth),
        len(truth),
        split_right,
        read - start,
        done - read,
        kept,
    )


def read_case(case: Case) -> tuple[Any, list[PageReading]]:
    """Generate, write and read one scan: its truth and its pages."""
    scan = _generate(case)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"scan.{_suffix(scan)}"
        write_scan(scan, path)
        return scan.truth, list(_read(path, len(scan.pages)))


def _generate(case: Case) -> Any:
    if case.arrangement or case.layers:
        return _layered(case)
    if len(case.types) == 1:
        return make_scan(case.types[0], case.seed, case.level)
    papers = [
        make_paper(name, case.seed * 10 + at)
        if name in (*TYPES, UNKNOWN)
        else make_arranged(name, case.seed * 10 + at)
        for at, name in enumerate(case.types)
    ]
    rng = random.Random(f"backs:{case.level}:{case.seed}")
    return scan_papers(stack(papers, rng), case.seed, case.level)


def _layered(case: Case) -> Any:
    layers = [name for name in case.layers if name in LAYERS]
    if case.arrangement:
        paper = make_arranged(case.arrangement, case.seed, layers=layers, tight=TIGHT in case.layers)
    else:
        paper = with_layers(
            make_paper(case.types[0], case.seed), layers, random.Random(f"layers:{case.seed}")
        )
    capture = phone(random.Random(f"phone:{case.seed}")) if PHONE in case.layers else None
    return scan_papers([paper], case.seed, case.level, capture)


def _suffix(scan: Any) -> str:
    several, jpeg = len(scan.pages) > 1, scan.pages[0].jpeg is not None
    return ("pdf" if jpeg else "tif") if several else ("jpg" if jpeg else "png")


def _read(path: Path, count: int) -> Iterator[PageReading]:
    scan = take_in(path)
    for number in range(1, count + 1):
        page = read_scan_page(scan, number)
        if not page.codes:
            page = replace(page, codes=read_codes(load_page(scan, number).picture))
        yield page


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _compare(case: Case, truth: Any, records: Any, pages: Sequence[PageReading]) -> Iterator[Found]:
    """Fields of the record whose paper begins on the same page; all are missing where none does or its type is wrong."""
    by_first = {run[0].number: (type, record) for run, type, record in records}
    for document in truth:
        if document["type"] == UNKNOWN:
            continue
        type, record = by_first.get(document["pages"][0], (None, None))
        fields: dict[str, Field] = dict(record.fields) if record and type == document["type"] else {}
        required = {each.name: each.printed.required for each in field_specs(document_type(document["type"]))}
        coded = any(page.codes for page in pages)
        for name, value in document["fields"].items():
            if name in document["handwritten"] or (name == "old_id" and not coded):
                continue  # only in the code
            field = fields.get(name)
            yield Found(
                case,
                document["type"],
                name,
                required[name],
                value,
                field.value if field else None,
                bool(field and is_sure(field)),
                field.text if field else "",
                field.page if field else None,
                field.box if field else None,
            )
