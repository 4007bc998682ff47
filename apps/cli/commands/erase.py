"""``sohoa erase``: a paper is erased because the law ordered it."""

from __future__ import annotations

import click

from apps.cli.output import console, print_json


@click.command()
@click.argument("document_id", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@click.option(
    "--order", required=True, metavar="NUMBER", help="Number of the order; it stays with the gravestone."
)
@click.option("--by", metavar="ACCOUNT", help="Who carries it out; by default the account that runs this.")
@click.option("--yes", is_flag=True, help="Do not ask: it cannot be undone.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def erase(document_id: str, reason: str, order: str, by: str | None, yes: bool, as_json: bool) -> None:
    """Erase a paper for ever: its scan, its copies, its record and all their versions. A gravestone and the log stay."""
    import sys

    from flows import records
    from flows.caller import local_caller
    from flows.services import Services
    from flows.settings import load_settings

    services = Services(load_settings())
    if not yes and sys.stdin.isatty():
        click.confirm(f"Erase {document_id} for ever (xóa vĩnh viễn)?", abort=True, err=True)
    done = records.erase(services, local_caller(reason, actor=by), document_id, reason=reason, order=order)
    if as_json:
        print_json({"id": document_id, "order": order, "at": done.at.isoformat(), "removed": done.removed})
        return
    how = "its files were removed" if done.removed else "its keys were destroyed"
    console().print(f"[green]✓[/] {document_id} [dim]erased by order {order}; {how}[/]")
    console().print("[dim]Copies learn of it with the next: sohoa archive copy[/]")
