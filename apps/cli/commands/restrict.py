"""``sohoa restrict``: nothing is done with a paper for now, because the person asked or an authority ordered it."""

from __future__ import annotations

import click

from apps.cli.output import console, print_json


@click.command()
@click.argument("document_id", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept with the document.")
@click.option("--order", required=True, metavar="NUMBER", help="Number of the request or the order.")
@click.option("--lift", is_flag=True, help="The restriction is over.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def restrict(document_id: str, reason: str, order: str, lift: bool, as_json: bool) -> None:
    """Restrict a paper: it stays, officers see it, no agency does, and it stands in for nothing until that is lifted."""
    from flows import records
    from flows.caller import local_caller
    from flows.services import Services
    from flows.settings import load_settings

    services = Services(load_settings())
    receipt = records.restrict(services, local_caller(), document_id, reason=reason, order=order, lift=lift)
    if as_json:
        print_json({"id": receipt.id, "version": receipt.version, "restricted": not lift})
    else:
        console().print(f"[green]✓[/] {receipt.id} [dim]{'lifted' if lift else 'restricted'}[/]")
