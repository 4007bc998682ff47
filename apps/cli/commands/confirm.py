"""``sohoa confirm``: what the station does, for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from apps.cli.language import advice, sentence, state_in_words, version_in_words, vietnamese
from apps.cli.output import console, notes, print_json, tell_error
from schemas.errors import ExitStatus, Unreachable, UsageError

if TYPE_CHECKING:
    from flows.caller import Caller
    from flows.services import Services
    from storage.model import ArchivedRecord


@click.command()
@click.argument("document_id", metavar="[ID]", required=False)
@click.option(
    "--set", "settings", multiple=True, metavar="FIELD=VALUE", help="Correct a field; empty removes it."
)
@click.option("--waiting", is_flag=True, help="Sign all that you confirmed and that still waits for it.")
@click.option("--reason", default="", metavar="TEXT", help="Why, where a value contradicts another one.")
@click.option("--by", metavar="ACCOUNT", help="Who confirms; by default the account that runs this.")
@click.option("--purpose", default="", metavar="TEXT", help="Why, for the audit log.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per document.")
def confirm(
    document_id: str | None,
    settings: tuple[str, ...],
    waiting: bool,
    reason: str,
    by: str | None,
    purpose: str,
    as_json: bool,
) -> ExitStatus:
    """Confirm a record after looking at the paper, with corrections. Writes the next version of the document.

    Where the settings say so (signer.when), your signature is put on the copy. When that cannot be done now, the record is
    confirmed all the same, and the same command signs the copy later. Exit status 4 (or 2 for a PIN) until it is signed.
    """
    from flows import records
    from flows.caller import local_caller
    from flows.services import Services
    from flows.settings import load_settings
    from flows.signatures.signing import confirmed_and_waiting

    if (document_id is None) is not waiting or (waiting and settings):
        raise UsageError("name an ID, or --waiting alone")
    services = Services(load_settings())
    caller = local_caller(purpose, actor=by)
    if document_id is None:
        ids = list(confirmed_and_waiting(services, caller.actor))
        if not ids:
            notes().print("[dim]Nothing that you confirmed waits for a signature.[/]")
    else:
        values = dict(_pair(setting) for setting in settings)
        records.confirm(services, caller, document_id, values, reason=reason)
        ids = [document_id]
    return _sign_all(services, caller, ids, as_json=as_json)


def _sign_all(services: Services, caller: Caller, ids: list[str], *, as_json: bool) -> ExitStatus:
    """Put the signatures on that the documents wait for, and tell of each; what is away is away for all of them."""
    from apps.cli.secrets import services_with_secrets
    from flows import records
    from flows.keys.signers import SECTIONS
    from flows.signatures.signing import awaited_here

    awaited = {one.role for id in ids for one in awaited_here(services, services.archive.record(id))}
    services = services_with_secrets(services, (section for section in SECTIONS if section in awaited))
    away: Unreachable | None = None
    for id in ids:
        try:
            if away is None:
                records.sign(services, caller, id)
        except Unreachable as error:
            away = error
        _tell(*services.archive.current(id), away, as_json=as_json)
    if away is None:
        return ExitStatus.OK
    if not as_json:
        tell_error(sentence(away), advice(away))
    return away.status


def _tell(record: ArchivedRecord, version: int, away: Unreachable | None, *, as_json: bool) -> None:
    if as_json:
        from flows.outcome import Fault

        error = Fault.of(away).as_json() if away else None
        signed = {
            "signed_by": list(record.signed_by),
            "awaits": list(record.pending_signatures),
            "error": error,
        }
        print_json({"id": record.id, "version": version, "state": str(record.state), **signed})
        return
    waits = ""
    if record.pending_signatures:
        words = "còn chờ ký số" if vietnamese() else "waits for its signature by"
        waits = f" [yellow]{words} {', '.join(record.pending_signatures)}[/]"
    told = f"{state_in_words(str(record.state))}, {version_in_words(version)}"
    console().print(f"[green]✓[/] {record.id} [dim]{told}[/]{waits}")


def _pair(setting: str) -> tuple[str, str]:
    name, equals, value = setting.partition("=")
    if not equals or not name:
        raise UsageError(f"--set {setting}: write FIELD=VALUE")
    return name, value
