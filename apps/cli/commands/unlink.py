"""``sohoa unlink``: two documents that were taken for scans of one paper are two papers."""

from __future__ import annotations

import click

from apps.cli.output import console, print_json
from schemas.errors import ExitStatus


@click.command()
@click.argument("document_id", metavar="ID")
@click.argument("other", metavar="OTHER")
@click.option("--reason", required=True, metavar="TEXT", help="Why they are not the same; kept with both.")
@click.option("--by", metavar="ACCOUNT", help="Who says so; by default the account that runs this.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per document.")
def unlink(document_id: str, other: str, reason: str, by: str | None, as_json: bool) -> ExitStatus:
    """Undo a false link between two documents. Writes the next version of both; they are not linked again."""
    from flows import records
    from flows.caller import local_caller
    from flows.services import Services
    from flows.settings import load_settings

    services = Services(load_settings())
    for receipt in records.unlink(services, local_caller(actor=by), document_id, other, reason=reason):
        near = receipt.record.links.duplicates
        if as_json:
            print_json({"id": receipt.id, "version": receipt.version, "near_duplicates": list(near)})
        else:
            left = f", still linked with {', '.join(near)}" if near else ""
            console().print(f"[green]✓[/] {receipt.id} [dim]version {receipt.version}{left}[/]")
    return ExitStatus.OK
