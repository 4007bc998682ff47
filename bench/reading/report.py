"""From runs to a table: errors, values found, and costs as ratios."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bench.metrics import cer_in_order, cer_order_free, normal, tone_errors, wer
from bench.reading.corpus import Sample
from bench.reading.readers import Run


@dataclass
class Tally:
    """Sums over the samples of one group for one reader."""

    pages: int = 0
    edits: int = 0
    ordered: int = 0
    characters: int = 0
    wrong_words: int = 0
    words: int = 0
    tones: int = 0
    values: int = 0
    values_found: int = 0
    signers: int = 0
    signers_found: int = 0
    cpu: float = 0.0
    wall: float = 0.0
    page_errors: list[float] = field(default_factory=list)

    def add(self, sample: Sample, run: Run) -> None:
        """Count one run."""
        edits, characters = cer_order_free(sample.lines, run.text)
        wrong, words = wer(sample.lines, run.text)
        text = normal(run.text)
        self.pages += len(sample.pages)
        self.edits += edits
        self.ordered += cer_in_order(sample.lines, run.text)[0]
        self.characters += characters
        self.wrong_words += wrong
        self.words += words
        self.tones += tone_errors(sample.lines, run.text)
        self.values += len(sample.values)
        self.values_found += sum(normal(value) in text for value in sample.values)
        self.signers += len(sample.signers)
        self.signers_found += sum(normal(signer) in text for signer in sample.signers)
        self.cpu += run.cpu
        self.wall += run.wall
        self.page_errors.append(100 * edits / max(characters, 1))


Results = dict[str, dict[str, Tally]]
"""Group → reader → tally."""


def collect(runs: Iterable[tuple[Sample, str, Run]]) -> Results:
    """Tally runs altogether, by level and by form of the scan."""
    results: Results = defaultdict(lambda: defaultdict(Tally))
    for sample, reader, run in runs:
        results["all"][reader].add(sample, run)
        results[sample.level][reader].add(sample, run)
        results[f"{sample.level}, {sample.form}"][reader].add(sample, run)
    return results


def worst_against(runs: Sequence[tuple[Sample, str, Run]], level: str) -> tuple[float, str]:
    """By how many points our worst scan of a level reads worse than bare Tesseract, and which it is."""
    errors: dict[str, dict[str, float]] = defaultdict(dict)
    for sample, reader, run in runs:
        if sample.level == level:
            edits, characters = cer_order_free(sample.lines, run.text)
            errors[sample.path.name][reader] = 100 * edits / max(characters, 1)
    gaps = [
        (e["sohoa"] - e["tesseract"], name)
        for name, e in errors.items()
        if {"sohoa", "tesseract"} <= e.keys()
    ]
    return max(gaps, default=(0.0, "-"))


def table(results: Results) -> str:
    """Markdown: a row for each group and reader; cpu and wall in seconds a page, and against bare Tesseract."""
    head = (
        "| pages | reader | n | order-free CER % | CER % in order | WER % | tone errors ‰ | values found % "
        "| signer exact % | cpu s/page | cpu × | wall × |"
    )
    rows = [head, "|" + "---|" * (head.count("|") - 1)]
    for group in sorted(results):
        peer = results[group].get("tesseract")
        for reader, tally in results[group].items():
            rows.append(_row(group, reader, tally, peer))
    return "\n".join(rows)


@dataclass(frozen=True, slots=True)
class Batch:
    """What it cost to read all pages of a level in one command."""

    level: str
    pages: int
    ours: Run
    peer: Run


def batch_table(batches: Iterable[Batch]) -> str:
    """Markdown: cpu in seconds a page, and cpu and wall against bare Tesseract."""
    rows = ["| pages | n | sohoa, cpu s/page | tesseract, cpu s/page | cpu × | wall × |", "|" + "---|" * 6]
    for batch in batches:
        ours, peer = batch.ours, batch.peer
        figures = (ours.cpu / batch.pages, peer.cpu / batch.pages, ours.cpu / peer.cpu, ours.wall / peer.wall)
        rows.append(f"| {batch.level} | {batch.pages} | " + " | ".join(f"{f:.2f}" for f in figures) + " |")
    return "\n".join(rows)


def _row(group: str, reader: str, tally: Tally, peer: Tally | None) -> str:
    def share(part: float, whole: float, scale: float = 100) -> str:
        return f"{scale * part / whole:.2f}" if whole else "–"

    cells = [
        group,
        reader,
        str(tally.pages),
        share(tally.edits, tally.characters),
        share(tally.ordered, tally.characters),
        share(tally.wrong_words, tally.words),
        share(tally.tones, tally.characters, 1000),
        share(tally.values_found, tally.values),
        share(tally.signers_found, tally.signers),
        f"{tally.cpu / max(tally.pages, 1):.2f}",
        share(tally.cpu, peer.cpu, 1) if peer else "–",
        share(tally.wall, peer.wall, 1) if peer else "–",
    ]
    return "| " + " | ".join(cells) + " |"
