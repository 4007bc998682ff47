"""The report of a batch: a page with charts, a table of every file, and the figures as JSON. Holds no value that was read."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from flows.batches.figures import MEASURES, Figures, figures_of
from flows.services import Services
from flows.whole_file import keep, new_file, write_whole
from schemas.days import VIETNAM
from schemas.documents import document_types
from schemas.labels import field_labels
from schemas.plain import on_one_line
from storage.queue import Job

_STATUSES = (
    ("archived", "đã lưu"),
    ("duplicate", "đã có từ trước"),
    ("rejected", "không nhận"),
    ("failed", "chưa làm được"),
)
_MEASURES = ("Đúng", "Đủ", "Sạch", "Sống")
_UNKNOWN = "Loại giấy tờ chưa nhận ra"
_COLUMNS = (
    "source", "status", "code", "message", "message_vi", "hint", "sha256", "documents", "types", "pages", "doubtful",
    "near_duplicates", "seconds", "ended",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a batch, and the folder with ``report.html``, ``report.csv`` and ``report.json``."""

    batch: str
    figures: Figures
    folder: Path


def write_report(services: Services, batch: str) -> Report:
    """Write the report of a batch as it stands; whoever ends last writes the whole."""
    folder = services.home / "backlog" / batch
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with new_file(folder) as (part, out):
        text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", errors="replace")
        table = csv.writer(text)
        table.writerow(_COLUMNS)
        figures = figures_of(services.queue, batch, lambda job: table.writerow(_row(job)))
        text.flush()
        keep(part, out, folder / "report.csv")
    told = json.dumps(as_json(figures), ensure_ascii=False, indent=1) + "\n"
    write_whole(folder / "report.json", told.encode(errors="replace"))
    write_whole(folder / "report.html", as_html(figures).encode(errors="replace"))
    return Report(batch, figures, folder)


def as_json(figures: Figures) -> dict[str, Any]:
    """The figures as plain data."""
    values = {name: dict(v) if isinstance(v, Counter) else v for name, v in vars(figures).items()}
    values["bad"] = [asdict(bad) for bad in figures.bad]
    values["waiting"] = {code: asdict(why) for code, why in figures.waiting.items()}
    values["pages_per_minute"] = round(figures.pages_per_minute, 1)
    values["per_minute"] = [[minute * 60, pages] for minute, pages in sorted(figures.per_minute.items())]
    return values


def as_html(figures: Figures) -> str:
    """One page that needs nothing else: no script, no picture from elsewhere."""
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
    templates.filters["on_one_line"] = on_one_line
    known = document_types()
    names = (
        (known[type].form.name if type in known else _UNKNOWN, n) for type, n in figures.types.most_common()
    )
    labels: dict[str, str] = {}
    for type, _ in figures.types.most_common():
        labels = {**field_labels(type), **labels}
    minutes = _minutes(figures)
    return templates.get_template("backlog.html").render(
        figures=figures,
        made=f"{datetime.now(VIETNAM):%d/%m/%Y %H:%M}",
        statuses=_STATUSES,
        papers=figures.types.total(),
        types=list(names),
        measures=[(label, figures.measures[name]) for name, label in zip(MEASURES, _MEASURES, strict=True)]
        if figures.types
        else [],
        doubtful=[(labels.get(name, name), n) for name, n in figures.doubtful.most_common(20)],
        codes=figures.codes.most_common(),
        minutes=minutes,
        most=max(minutes, default=0) or 1,
    )


def _minutes(figures: Figures) -> list[int]:
    """Pages of each minute in which something was done; summed up where there would be more bars than pixels."""
    pages = [figures.per_minute[minute] for minute in sorted(figures.per_minute)]
    width = len(pages) // 600 + 1
    return [sum(pages[start : start + width]) for start in range(0, len(pages), width)]


def _row(job: Job) -> list[Any]:
    result = job.result or {}
    error = result.get("error") or {}
    documents = result.get("documents", [])
    ended = datetime.fromtimestamp(job.ended, VIETNAM).isoformat(timespec="seconds") if job.ended else ""
    cells = [
        job.payload["source"],
        result.get("status", job.state),
        error.get("code", job.error or ""),
        error.get("message", ""),
        error.get("message_vi", ""),
        error.get("hint", ""),
        result.get("sha256") or "",
        " ".join(document["id"] for document in documents),
        " ".join(document["type"] for document in documents),
        sum(document["pages"] for document in documents),
        " ".join(sorted({name for document in documents for name in document["doubtful"]})),
        " ".join(sorted({id for document in documents for id in document["near"]})),
        result.get("seconds", ""),
        ended,
    ]
    return [_harmless(cell) for cell in cells]


def _harmless(cell: Any) -> Any:
    """A file's name must neither become a formula in a spreadsheet nor a further line."""
    if not isinstance(cell, str):
        return cell
    return f"'{on_one_line(cell)}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else on_one_line(cell)
