"""``sohoa reuse``: what need not be submitted again, and the prefilled form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from apps.cli.output import console, escape, notes, print_json

if TYPE_CHECKING:
    from flows.reuse import Reuse

_MARKS = {
    "there": "[green]✓ đã có[/]",
    "look_up": "[green]✓ tra cứu[/]",
    "there_but": "[yellow]! có nhưng[/]",
    "to_submit": "[red]→ nộp[/]",
    "to_show": "[red]→ xuất trình[/]",
    "to_surrender": "[red]→ nộp lại bản gốc[/]",
    "identity_not_matched": "[yellow]? chưa rõ của ai[/]",
    "unavailable": "[yellow]… chưa dùng được[/]",
}


@click.command()
@click.argument("procedure", metavar="PROCEDURE")
@click.option(
    "--subject", required=True, metavar="ID", help="Identifier of the person or organisation that applies."
)
@click.option(
    "--case",
    "cases",
    multiple=True,
    metavar="NAME",
    help="The case that holds, by name or words of it; 'thuong' for none.",
)
@click.option(
    "--person",
    "persons",
    multiple=True,
    metavar="ROLE=ID",
    help="Somebody else whose papers are asked for: child=…",
)
@click.option("--name", metavar="NAME", help="What the person is called, to match records against.")
@click.option(
    "--online", is_flag=True, help="The dossier was filed electronically: nothing of it is scanned."
)
@click.option(
    "--dossier", metavar="CODE", help="The person has decided: note what is reused in this dossier."
)
@click.option(
    "--refuse",
    multiple=True,
    metavar="RECORD",
    help="A record that the person does not want used; with --dossier.",
)
@click.option(
    "--declare",
    multiple=True,
    metavar="FIELD=VALUE",
    help="What the person declares otherwise; with --dossier.",
)
@click.option("--force", is_flag=True, help="Take the code of the dossier as it is, whatever its form.")
@click.option("--purpose", default="", metavar="TEXT", help="Why, for the audit log.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def reuse(
    procedure: str,
    subject: str,
    cases: tuple[str, ...],
    persons: tuple[str, ...],
    name: str | None,
    online: bool,
    dossier: str | None,
    refuse: tuple[str, ...],
    declare: tuple[str, ...],
    force: bool,
    purpose: str,
    as_json: bool,
) -> None:
    """Ask, before anything is scanned, what a person need not submit for PROCEDURE, and fill in its form.

    With --dossier the papers that are there are noted as used in it, with the person's agreement; those named by --refuse
    as refused.
    """
    from flows.caller import local_caller
    from flows.dossiers.uses import decide
    from flows.reuse import ask, question
    from flows.services import Services
    from flows.settings import load_settings

    services = Services(load_settings())
    if (refuse or declare) and not dossier:
        raise click.UsageError("--refuse and --declare need --dossier")
    from flows.dossiers.codes import checked_dossier

    dossier = checked_dossier(dossier, force=force)
    roles = dict(_pair(each, "--person") for each in persons)
    asked = question(
        services, procedure, subject, cases=cases or None, persons=roles, name=name, online=online
    )
    caller = local_caller(purpose or f"procedure {asked.procedure.code}")
    found = ask(services, caller, asked)
    if dossier:
        otherwise = dict(_pair(each, "--declare") for each in declare)
        decide(services, caller, found, dossier, refused=refuse, declared=otherwise)
    if as_json:
        print_json(found.as_json())
    else:
        _tell(found)


def _pair(text: str, option: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found:
        raise click.BadParameter(f"{text}: write NAME=VALUE", param_hint=option)
    return name.strip(), value


def _tell(found: Reuse) -> None:
    out = console()
    asked = found.question
    out.print(f"[bold]{escape(asked.procedure.name)}[/] [dim]{asked.procedure.code}[/]")
    for each in found.components:
        out.print(f"  {_MARKS[each.answer]}  {escape(each.component.name)}")
        out.print(f"      {escape(each.reason_vi)}")
        if each.record:
            out.print(f"      [cyan]{each.record.id}[/]")
    out.print(f"\n[bold]Tờ khai[/] điền sẵn {found.prefilled_share:.0%}")
    for one in found.form.values():
        value = "…" if one.offer is None else str(one.offer.value)
        mark = "" if one.prefilled or one.offer is None else " [yellow]?[/]"
        out.print(f"  {escape(one.field.label)}: {escape(value)}{mark}")
        for other in one.conflicts:
            out.print(
                f"      [yellow]khác:[/] {escape(str(other.value))} [dim]{other.source} {other.record}[/]"
            )
    if asked.procedure.notes:
        notes().print(f"[dim]Cần người xem lại: {escape('; '.join(asked.procedure.notes))}[/]")
