"""``sohoa supersede``: a newer paper takes the place of an older one."""

from __future__ import annotations

import click

from apps.cli.report import tell_ended
from schemas.errors import ExitStatus


@click.command()
@click.argument("document_id", metavar="ID")
@click.argument("newer", metavar="NEWER")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept with both.")
@click.option("--by", metavar="ACCOUNT", help="Who says so; by default the account that runs this.")
@click.option("--force", is_flag=True, help="Although the newer paper is another person's.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per document.")
def supersede(
    document_id: str, newer: str, reason: str, by: str | None, force: bool, as_json: bool
) -> ExitStatus:
    """Note that the document NEWER took the place of ID (thay thế): the next version of both."""
    from flows import records
    from flows.caller import local_caller
    from flows.services import Services
    from flows.settings import load_settings

    services = Services(load_settings())
    caller = local_caller(actor=by)
    ended = records.supersede(services, caller, document_id, newer, reason=reason, force=force)
    tell_ended(ended, as_json=as_json)
    return ExitStatus.OK
