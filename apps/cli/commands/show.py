"""``sohoa show``: one document, its record and its history; or its pages with the fields marked."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

import click

from apps.cli.output import console, escape, notes, print_json
from apps.cli.places import Place

if TYPE_CHECKING:
    from flows.record.opened import Opened
    from flows.services import Services


@click.command()
@click.argument("document_id", metavar="ID")
@click.option(
    "--picture",
    type=Place(dir_okay=False),
    metavar="FILE",
    help="Write the pages as PNG with a box around each field.",
)
@click.option("--purpose", default="", metavar="TEXT", help="Why, for the audit log.")
@click.option("--json", "as_json", is_flag=True, help="The record as it is archived.")
def show(document_id: str, picture: Path | None, purpose: str, as_json: bool) -> None:
    """Show a document: what it is, its fields with their confidence, and what happened to it."""
    import json

    from flows import records
    from flows.caller import local_caller
    from flows.services import Services
    from flows.settings import load_settings
    from schemas.quality import is_sure

    services = Services(load_settings())
    opened = records.open_record(services, local_caller(purpose), document_id)
    record = opened.record
    if picture is not None:
        from apps.cli.picture import write_pictures

        for path in write_pictures(services.archive, record, picture):
            notes().print(f"[dim]{escape(str(path))}[/]")
    if as_json:
        told = json.loads(record.model_dump_json())
        told["record"]["quality"] = asdict(record.quality(confirmed=opened.ended_confirmed))
        for name, field in record.record.fields.items():
            told["record"]["fields"][name]["sure"] = is_sure(field)
        print_json({"version": opened.version, **told})
    elif picture is None:
        _tell(services, opened)


def _tell(services: Services, opened: Opened) -> None:
    from apps.cli.report import tell_document, tell_ending
    from flows.outcome import Document
    from schemas.quality import Quality

    out, record = console(), opened.record
    document = Document(
        record.id,
        record.type,
        record.type_confidence,
        record.pages,
        record.text,
        record.record,
        near_duplicates=record.links.duplicates,
        duplicate_of=record.links.duplicate_of,
        sources={id: found.source for id in record.links.duplicates if (found := services.index.get(id))},
    )
    tell_ending(out, record)
    tell_document(out, document, stored=True)
    measured = record.quality(confirmed=opened.ended_confirmed)
    quality = {each.name: getattr(measured, each.name) for each in fields(Quality)}
    marks = (f"[green]{name} ✓[/]" if m.met else f"[yellow]{name} ✗[/]" for name, m in quality.items())
    out.print(
        f"  [dim]state[/] {record.state} [dim]· version {opened.version} · quality[/] {' '.join(marks)}"
    )
    for name, measure in quality.items():
        if not measure.met and measure.reasons:
            out.print(f"    [yellow]{name}[/] [dim]{escape('; '.join(measure.reasons))}[/]")
    out.print(f"  [dim]scan[/] {escape(record.source)} [dim]{record.scan.sha256[:16]}…[/]")
    signed = ", ".join(record.signed_by) or ("yes" if record.signed else "no")
    waits = (
        f" [yellow]· waits for {escape(', '.join(record.pending_signatures))}[/]"
        if record.pending_signatures
        else ""
    )
    out.print(f"  [dim]signed[/] {escape(signed)}{waits}")
    if record.links.supersedes:
        out.print(f"  [dim]took the place of[/] {', '.join(record.links.supersedes)}")
    for use in record.uses or ():
        out.print(
            f"  [dim]dossier[/] {escape(use.dossier)} [dim]{use.kind} {use.at.astimezone():%Y-%m-%d}[/]"
        )
    if record.dossier and not any(use.dossier == record.dossier for use in record.uses):
        out.print(f"  [dim]dossier[/] {escape(record.dossier)}")
    for event in opened.history:
        tool = f" [dim]{escape(event.tool)}[/]" if event.tool else ""
        why = f" [dim]{escape(event.reason)}[/]" if event.reason else ""
        out.print(
            f"  [dim]{event.at.astimezone():%Y-%m-%d %H:%M:%S}[/] {event.type}{tool} [dim]{escape(event.agent)}[/]{why}"
        )
        if "state_after" in event.settings:
            newer = event.settings.get("superseded_by")
            by = f" by {newer}" if newer else ""
            out.print(
                f"    [dim]state:[/] {event.settings['state_before']} [dim]→[/] {event.settings['state_after']}{by}"
            )
        if older := event.settings.get("supersedes"):
            out.print(f"    [dim]took the place of[/] {older}")
        for change in event.changes:
            before, after = (
                escape(str(value)) if value is not None else "–" for value in (change.before, change.after)
            )
            out.print(f"    [dim]{escape(change.field)}:[/] {before} [dim]→[/] {after}")
