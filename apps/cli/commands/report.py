"""``sohoa report``: the figures of digitization and reuse."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from apps.cli.output import console, print_json, write_out

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option(
    "--from", "start", type=_DAY, metavar="DAY", help="First day; by default the first of this year."
)
@click.option("--to", "end", type=_DAY, metavar="DAY", help="Last day; by default today.")
@click.option("--format", "form", type=click.Choice(["json", "csv", "xlsx"]), help="Instead of a table.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write; else stdout.",
)
@click.option(
    "--indicators", metavar="SET", help="A set of indicators by its name; by default the one in force."
)
@click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="CSV",
    help="Dossiers of the one-stop system, to list what differs.",
)
@click.option(
    "--dossiers", "opened", is_flag=True, help="In JSON: the codes of the dossiers behind each figure."
)
def report(
    start: datetime | None,
    end: datetime | None,
    form: str | None,
    output: Path | None,
    indicators: str | None,
    against: Path | None,
    opened: bool,
) -> None:
    """Count dossiers digitized and reused by agency, procedure and month, by the indicators of Decision 766/QĐ-TTg."""
    import json

    from flows.caller import local_caller
    from flows.report import make_report
    from flows.report_files import as_csv, as_xlsx
    from flows.report_outlook import outlook
    from flows.services import Services
    from flows.settings import load_settings

    today = date.today()  # noqa: DTZ011 - local days
    first = start.date() if start else date(today.year, 1, 1)
    last = end.date() if end else today
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
