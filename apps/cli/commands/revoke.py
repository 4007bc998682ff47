"""``sohoa revoke``: the paper was withdrawn by its agency."""

from __future__ import annotations

import click

from apps.cli.report import tell_ended
from schemas.errors import ExitStatus


@click.command()
@click.argument("document_id", metavar="ID")
@click.option(
    "--reason", required=True, metavar="TEXT", help="Why, or by which decision; kept with the document."
)
@click.option("--by", metavar="ACCOUNT", help="Who says so; by default the account that runs this.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per document.")
def revoke(document_id: str, reason: str, by: str | None, as_json: bool) -> ExitStatus:
    """Note that a paper was withdrawn (thu hồi): the next version of its record. It is found still, and reused no more."""
    from flows import records
    from flows.caller import local_caller
    from flows.services import Services
    from flows.settings import load_settings

    services = Services(load_settings())
    receipt = records.revoke(services, local_caller(actor=by), document_id, reason=reason)
    tell_ended([receipt], as_json=as_json)
    return ExitStatus.OK
