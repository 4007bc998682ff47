"""``sohoa store``: the valid papers of one person or organisation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from apps.cli.output import console, escape, notes, print_json
from apps.cli.places import Place
from schemas.errors import Corrupt, ExitStatus, UsageError

if TYPE_CHECKING:
    from flows.caller import Caller
    from flows.people.personal_store import Unread
    from flows.services import Services


@click.command()
@click.argument("subject", metavar="ID")
@click.option(
    "--uses",
    "show_uses",
    is_flag=True,
    help="In which dossiers their papers were used, and which use was refused.",
)
@click.option(
    "--export",
    type=Place(dir_okay=False),
    metavar="FILE",
    help="All that is held on them as one signed package (ZIP), readable without Sohoa.",
)
@click.option("--purpose", default="", metavar="TEXT", help="Why, for the audit log.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per paper, or per use.")
def store(subject: str, show_uses: bool, export: Path | None, purpose: str, as_json: bool) -> ExitStatus:
    """Show what valid papers a person has (ID: their number), one row each, with proof and until when.

    Exit status 1 where a paper of theirs is there and cannot be read.
    """
    from apps.presentation import type_name
    from flows.caller import local_caller
    from flows.dossiers.uses import uses_of
    from flows.people.personal_store import Unread, store_of
    from flows.reuse import subject_of
    from flows.services import Services
    from flows.settings import load_settings

    services, caller, number = Services(load_settings()), local_caller(purpose), subject_of(subject)
    out = console()
    if export is not None:
        return _export(services, caller, number, export, as_json=as_json)
    if show_uses:
        used = uses_of(services, caller, number)
        for seen in used:
            if as_json:
                print_json(seen.as_json())
            elif isinstance(seen, Unread):
                _tell_unread(seen)
            else:
                what = seen.use.component or type_name(seen.type)
                out.print(
                    f"{seen.use.at.astimezone():%d/%m/%Y}  {seen.use.kind}  {escape(seen.use.dossier)}  {escape(what)}"
                )
        return _status(used)
    owned = store_of(services, caller, number)
    for one in owned:
        if as_json:
            print_json(one.as_json())
            continue
        if isinstance(one, Unread):
            _tell_unread(one)
            continue
        until = f"đến {one.valid_until:%d/%m/%Y}" if one.valid_until else "không thời hạn"
        state = "[green]đã xác nhận[/]" if one.record.state == "confirmed" else "[yellow]chưa xác nhận[/]"
        signed = "đã ký số" if one.record.signed else "[yellow]chờ ký số[/]"
        out.print(f"[bold]{escape(one.name)}[/] {escape(one.number or '')} · {until} · {state} · {signed}")
        out.print(f"  [cyan]{one.record.id}[/]")
    if not as_json:
        unread = sum(isinstance(one, Unread) for one in owned)
        doubt = f"; {unread} giấy tờ chưa đọc được, chưa rõ còn giá trị hay không" if unread else ""
        notes().print(f"[dim]{len(owned) - unread} giấy tờ còn giá trị{doubt}.[/]")
    return _status(owned)


def _tell_unread(one: Unread) -> None:
    """A paper of which nobody knows what it says, and what to do."""
    console().print(f"[red]{one.name}: có trong kho nhưng chưa đọc được[/] [cyan]{one.id}[/]")
    console().print(f"  [dim]{Corrupt.hint_vi}[/]")


def _status(rows: Sequence[object]) -> ExitStatus:
    from flows.people.personal_store import Unread

    return ExitStatus.FAULT if any(isinstance(one, Unread) for one in rows) else ExitStatus.OK


def _export(services: Services, caller: Caller, subject: str, target: Path, *, as_json: bool) -> ExitStatus:
    import shutil

    from flows.people.export import exported

    if target.exists():
        raise UsageError(f"{target} is there already")
    with exported(services, caller, subject) as package:
        shutil.copyfile(package.path, target)
    if as_json:
        missing = {"unavailable": list(package.unavailable)} if package.unavailable else {}
        print_json({"file": str(target), "papers": list(package.papers), **missing})
    else:
        console().print(f"[green]✓[/] {escape(str(target))} [dim]{len(package.papers)} giấy tờ[/]")
        for id in package.unavailable:
            notes().print(f"[red]Có trong kho nhưng chưa đọc được, nên không có trong gói:[/] [cyan]{id}[/]")
    return ExitStatus.FAULT if package.unavailable else ExitStatus.OK
