"""``sohoa report``: the figures of digitization and reuse."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from apps.cli.arguments import DAY
from apps.cli.output import console, print_json, write_out
from apps.cli.places import Place


@click.command()
@click.option(
    "--from", "start", type=DAY, metavar="DAY", help="First day; by default the first of this year."
)
@click.option("--to", "end", type=DAY, metavar="DAY", help="Last day; by default today.")
@click.option("--format", "form", type=click.Choice(["json", "csv", "xlsx"]), help="Instead of a table.")
@click.option(
    "-o",
    "--output",
    type=Place(dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Where to write; else stdout.",
)
@click.option(
    "--indicators", metavar="SET", help="A set of indicators by its name; by default the one in force."
)
@click.option(
    "--against",
    type=Place(exists=True, dir_okay=False),
    metavar="CSV",
    help="Dossiers of the one-stop system, to list what differs.",
)
@click.option(
    "--dossiers", "opened", is_flag=True, help="In JSON: the codes of the dossiers behind each figure."
)
@click.option(
    "--quality",
    is_flag=True,
    help="How well papers were read and checked instead: corrections, escaped errors, time.",
)
def report(
    start: datetime | None,
    end: datetime | None,
    form: str | None,
    output: Path | None,
    indicators: str | None,
    against: Path | None,
    opened: bool,
    quality: bool,
) -> None:
    """Count dossiers digitized and reused by agency, procedure and month, by the indicators of Decision 766/QĐ-TTg."""
    import json

    from flows.caller import local_caller
    from flows.reports.files import as_csv, as_xlsx
    from flows.reports.outlook import outlook
    from flows.reports.report import make_report
    from flows.services import Services
    from flows.settings import load_settings
    from schemas.days import today

    day = today()
    first = start.date() if start else date(day.year, 1, 1)
    last = end.date() if end else day
    if quality:
        from flows.reports.review_quality import review_quality

        found = review_quality(Services(load_settings()), local_caller("report"), first, last).as_json()
        print_json(found) if form == "json" else _tell_quality(found)
        return
    made = make_report(
        Services(load_settings()), local_caller("report"), first, last, indicators=indicators, against=against
    )
    savings = [{"type": one.type, "name": one.name, "askings": one.askings} for one in outlook(made)]
    if form in ("csv", "xlsx"):
        write_out(as_csv(made) if form == "csv" else as_xlsx(made), output)
    elif form == "json" and output is None:
        print_json({**made.as_json(opened=opened), "outlook": savings})
    elif form == "json":
        told = json.dumps({**made.as_json(opened=opened), "outlook": savings}, ensure_ascii=False)
        write_out(told.encode() + b"\n", output)
    else:
        _tell(made.as_json(), savings)


def _tell(told: dict[str, object], savings: list[dict[str, object]]) -> None:
    from rich.table import Table

    from schemas.indicators import FIGURES

    out = console()
    figures = told["figures"]
    assert isinstance(figures, dict)
    table = Table("Số liệu", "Hồ sơ", title=f"{told['from']} – {told['to']} · {told['law']}")
    for name, label in FIGURES.items():
        table.add_row(label, str(figures[name]))
    out.print(table)
    scores = told["scores"]
    assert isinstance(scores, list)
    for one in scores:
        share = "chưa tính được" if one["share"] is None else f"{one['share']:.1%}"
        out.print(f"  {one['name']}: {share} · {one['points']:g}/{one['of']:g} điểm")
    if savings:
        out.print("Nên số hóa trước: " + ", ".join(str(one["name"]) for one in savings[:5]))


def _tell_quality(told: dict[str, Any]) -> None:
    from rich.table import Table

    from apps.presentation import type_name
    from schemas.labels import field_labels

    def percent(share: float | None) -> str:
        return "–" if share is None else f"{share:.1%}"

    out = console()
    seconds = told["seconds_median"]
    out.print(
        f"{told['papers']} giấy tờ · {told['seen']} giá trị · nghi ngờ {percent(told['doubtful_share'])}"
        f" · đã sửa {percent(told['corrected_share'])} · sai mà chắc {percent(told['escaped_share'])}"
        f" ({told['escaped']}/{told['blind']} giá trị nhập lại không nhìn)"
        f" · trung vị {'–' if seconds is None else f'{seconds:g} s'} một giấy tờ"
    )
    table = Table("Loại giấy tờ", "Trường", "Giá trị", "Nghi ngờ", "Đã sửa", "Chắc mà sửa", "Sai mà chắc")
    for one in told["fields"][:40]:
        label = field_labels(one["type"]).get(one["field"], one["field"])
        counts = (one[name] for name in ("seen", "doubtful", "corrected", "sure_corrected"))
        escaped = f"{one['escaped']}/{one['blind']}"
        table.add_row(type_name(one["type"]), label, *map(str, counts), escaped)
    out.print(table)
