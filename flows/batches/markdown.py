"""The report of a batch as Markdown: what Prefect's page shows, so that an operator needs no file of another machine."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable

from flows.batches.figures import MEASURES, Figures
from flows.batches.report import Report
from schemas.plain import on_one_line

_SHOWN = 500
"""Refused files in the text; the CSV has all."""
_FIELDS = 20


def as_markdown(report: Report) -> str:
    """Counts, quality, doubtful fields, what was not taken and why, and where the report with charts lies."""
    figures = report.figures
    statuses = [*sorted(figures.statuses.items()), *([("left", figures.left)] if figures.left else [])]
    text = [*_table("files", [*statuses, ("all", figures.files)]), _sentence(figures)]
    if figures.waiting:
        text += ["| waits for a signature | why | what to do |", "|---:|---|---|"]
        text += [f"| {w.files} | {_cell(w.message)} | {_cell(w.hint)} |" for w in figures.waiting.values()]
        text.append("")
    if figures.types:
        papers = figures.types.total()
        text += _table(f"of {papers} papers", [(name, figures.measures[name]) for name in MEASURES])
        text += _table("document type", figures.types.most_common())
    if figures.doubtful:
        text += _table("doubtful field", figures.doubtful.most_common(_FIELDS))
    if figures.bad:
        text += _table("not taken", figures.codes.most_common())
        text += ["| not taken | why | what to do |", "|---|---|---|"]
        text += [
            f"| {_cell(b.source)} | {_cell(b.message)} | {_cell(b.hint)} |" for b in figures.bad[:_SHOWN]
        ]
        more = len(figures.bad) - _SHOWN + figures.hidden
        text += ["", *([f"and {more} more, in report.csv", ""] if more > 0 else [])]
    text.append(f"With charts, and every file as CSV: {_cell(f'{socket.gethostname()}:{report.folder}')}")
    return "\n".join(text) + "\n"


def readable(text: str) -> str:
    """Names of files, also such as are no UTF-8, as Prefect's page can show them, on one line."""
    return on_one_line(text)


def _sentence(figures: Figures) -> str:
    return (
        f"{figures.documents} documents, {figures.pages} pages, {figures.pages_per_minute:.0f} pages a minute;"
        f" {figures.duplicates} files were there before, {figures.near} papers look like another;"
        f" {figures.unsigned} files wait for a signature.\n"
    )


def _table(title: str, rows: Iterable[tuple[str, object]]) -> list[str]:
    return [f"| {title} | |", "|---|---:|", *(f"| {_cell(name)} | {value} |" for name, value in rows), ""]


def _cell(text: str | None) -> str:
    """Plain text: a file's name must become no mark-up in somebody's browser."""
    plain = re.sub(r"([\\`*_\[\]|])", r"\\\1", readable(text or ""))
    return plain.replace("&", "&amp;").replace("<", "&lt;")
