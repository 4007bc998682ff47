"""``sohoa person``: which numbers are one person's, their parents and spouses; an officer decides what is in doubt."""

from __future__ import annotations

import click

from apps.cli.output import console, escape, print_json
from schemas.errors import UsageError

_STATUS = {
    "asked": "",
    "told": "[green]giấy tờ ghi[/]",
    "decided": "[green]cán bộ xác định[/]",
    "doubt": "[yellow]?[/]",
}


@click.command()
@click.argument("subject", metavar="ID")
@click.option("--same", metavar="NUMBER", help="This number is the same person's.")
@click.option("--different", metavar="NUMBER", help="This number is another person's.")
@click.option("--reason", default="", metavar="TEXT", help="Why; needed for a decision.")
@click.option("--by", metavar="ACCOUNT", help="Who decides; by default the account that runs this.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def person(
    subject: str, same: str | None, different: str | None, reason: str, by: str | None, as_json: bool
) -> None:
    """Show the numbers of a person (ID: one of them), what papers tell of parents and spouses, and what is in doubt."""
    from flows.caller import local_caller
    from flows.reuse import subject_of
    from flows.reuse.numbers import decide, resolve
    from flows.services import Services
    from flows.settings import load_settings

    if same and different:
        raise UsageError("--same or --different")
    services, caller, number = Services(load_settings()), local_caller(actor=by), subject_of(subject)
    if other := same or different:
        found = decide(services, caller, number, subject_of(other), same=bool(same), reason=reason)
    else:
        found = resolve(services, caller, number)
    if as_json:
        print_json(found.as_json())
        return
    out = console()
    for one in found.numbers:
        why = f" [dim]{escape(one.reason_vi)}[/]" if one.reason_vi else ""
        out.print(f"[bold]{escape(one.number)}[/] {_STATUS[str(one.status)]}{why}")
    for each in found.relatives:
        told = escape(" ".join(filter(None, (each.name, each.number))))
        open = "" if each.confirmed else " [yellow]chưa xác nhận[/]"
        out.print(f"{each.relation}: {told}{open} [dim]{each.record}[/]")
    for id in found.unavailable:
        out.print(f"[red]Có trong kho nhưng chưa đọc được, có thể còn ghi số khác:[/] [cyan]{id}[/]")
