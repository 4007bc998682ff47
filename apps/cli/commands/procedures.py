"""``sohoa procedures``: the catalogue of administrative procedures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from apps.cli.output import console, escape, notes, print_json
from apps.cli.places import Place

if TYPE_CHECKING:
    from schemas.procedures import Component, FormField, Procedure


@click.group()
def procedures() -> None:
    """Procedures: import the national catalogue, list what is there, show one."""


@procedures.command("import")
@click.argument("file", type=Place(exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def import_(file: Path, as_json: bool) -> None:
    """Take in a catalogue (JSON, CSV, TSV). What a person wrote stays; what changed since is flagged."""
    from flows.procedures.catalogue import import_catalogue
    from flows.services import Services
    from flows.settings import load_settings

    done = import_catalogue(Services(load_settings()), file)
    if as_json:
        print_json(done.as_json())
        return
    out = console()
    out.print(
        f"{len(done.new)} mới · {len(done.changed)} thay đổi · {done.unchanged} giữ nguyên · {len(done.drafts)} bản nháp"
    )
    for code in done.kept:
        out.print(
            f"[yellow]![/] {code}: văn bản công bố đã thay đổi; bản do người viết được giữ nguyên, cần xem lại"
        )
    if done.skipped:
        notes().print(f"[yellow]{len(done.skipped)} dòng không có mã thủ tục đúng bị bỏ qua[/]")


@procedures.command("list")
@click.option(
    "--all", "everything", is_flag=True, help="Also those of which only the catalogue's line is known."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per procedure.")
def list_(everything: bool, as_json: bool) -> None:
    """List the procedures that can be asked for, and which of them a person has checked."""
    from flows.procedures.catalogue import published, written
    from flows.services import Services
    from flows.settings import load_settings

    services = Services(load_settings())
    (known, wrong), catalogue = written(services), published(services)
    for error in wrong:
        notes().print(f"[yellow]![/] {escape(str(error))}")
    out = console()
    for code in sorted({*known, *(catalogue if everything else ())}):
        one, line = known.get(code), catalogue.get(code, {})
        name = one.name if one else line["published"].get("name", "")
        changed = bool(line.get("changes"))
        checked = one.checked.isoformat() if one and one.checked else None
        if as_json:
            print_json(
                {
                    "code": code,
                    "name": name,
                    "checked": checked,
                    "changed": changed,
                    "described": one is not None,
                    "to_check": list(one.notes) if one else [],
                }
            )
            continue
        mark = (
            "[green]đã đối chiếu[/]"
            if checked
            else "[yellow]cần người đối chiếu[/]"
            if one
            else "[dim]chỉ có tên[/]"
        )
        out.print(
            f"[bold]{code}[/] {escape(name)}  {mark}{' [yellow]· công bố đã thay đổi[/]' if changed else ''}"
        )


def _whose_and_when(each: Component | FormField, one: Procedure) -> str:
    """About whom a paper or a field is, and in which cases it is asked for."""
    from flows.reuse.cases import in_words

    whose = f" [dim]của {escape(one.persons[each.of].label)}[/]" if each.of else ""
    when = f" [dim]nếu {escape(in_words(each.when, one))}[/]" if each.when else ""
    return whose + when


def _show_component(each: Component, one: Procedure) -> None:
    """A line for the paper, one for what serves for it."""
    from schemas.procedures import databases

    out = console()
    out.print(
        f"  {each.mode}: {escape(each.name)} [dim]({each.originals} chính, {each.copies} sao)[/]{_whose_and_when(each, one)}"
    )
    served = [*each.types, *each.results]
    if each.months:
        served.append(f"cấp chưa quá {each.months} tháng")
    if each.look_up:
        labels = ", ".join(databases()[name].label for name in each.look_up.databases)
        served.append(f"tra cứu: {labels} ({each.look_up.law})")
    if served:
        out.print(f"      [dim]{escape('; '.join(served))}[/]")


@procedures.command()
@click.argument("code", metavar="CODE")
@click.option("--json", "as_json", is_flag=True, help="The procedure as data.")
def show(code: str, as_json: bool) -> None:
    """Show a procedure: its cases, its components, its form, its source, and what is still to be checked."""
    from flows.procedures.catalogue import published
    from flows.reuse import own_procedures
    from flows.services import Services
    from flows.settings import load_settings
    from schemas.procedures import procedure

    services = Services(load_settings())
    one = procedure(code, own_procedures(services))
    changes = published(services).get(one.code, {}).get("changes", [])
    if as_json:
        print_json({**one.model_dump(mode="json"), "changes": changes})
        return
    out = console()
    out.print(
        f"[bold]{escape(one.name)}[/] {one.code}\n[dim]{escape(one.source.decision)}, xem ngày {one.source.seen:%d/%m/%Y}[/]"
    )
    for result in one.results:
        out.print(f"  kết quả: {escape(result.name)} [dim]{result.code} {result.type or ''}[/]")
    for name, person in one.persons.items():
        out.print(f"  người liên quan [cyan]{name}[/]: {escape(person.label)}")
    for name, case in one.cases.items():
        out.print(f"  trường hợp [cyan]{name}[/]: {escape(case.label)}")
    for each in one.components:
        _show_component(each, one)
    out.print("[bold]Tờ khai[/]")
    for key, field in one.form.items():
        sources = ", ".join(field.sources) or "người dân khai"
        out.print(
            f"  [cyan]{key}[/] {escape(field.label)}{_whose_and_when(field, one)}: [dim]{escape(sources)}[/]"
        )
    for note in one.notes:
        out.print(f"  [yellow]cần xem lại:[/] {escape(note)}")
    for change in changes:
        out.print(f"  [yellow]công bố thay đổi {change['on']}:[/] {change['field']}")
