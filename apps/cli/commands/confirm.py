"""``sohoa confirm``: what the station does, for scripts."""

from __future__ import annotations

import click

from apps.cli.output import console, print_json
from schemas.errors import UsageError


@click.command()
@click.argument("document_id", metavar="ID")
@click.option(
    "--set", "settings", multiple=True, metavar="FIELD=VALUE", help="Correct a field; empty removes it."
)
@click.option("--by", metavar="ACCOUNT", help="Who confirms; by default the account that runs this.")
@click.option("--purpose", default="", metavar="TEXT", help="Why, for the audit log.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def confirm(document_id: str, settings: tuple[str, ...], by: str | None, purpose: str, as_json: bool) -> None:
    """Confirm a record after looking at the paper, with corrections. Writes the next version of the document."""
    from flows.confirm import confirm_record
    from flows.house import House, this_account
    from flows.settings import load_settings

    values = dict(_pair(setting) for setting in settings)
    house = House(load_settings())
    receipt = confirm_record(house, document_id, values, by=by or this_account(), purpose=purpose)
    if as_json:
        print_json({"id": receipt.id, "version": receipt.version, "state": str(receipt.record.state)})
    else:
        console().print(f"[green]✓[/] {receipt.id} [dim]{receipt.record.state}, version {receipt.version}[/]")


def _pair(setting: str) -> tuple[str, str]:
    name, equals, value = setting.partition("=")
    if not equals or not name:
        raise UsageError(f"--set {setting}: write FIELD=VALUE")
    return name, value
