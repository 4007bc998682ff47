"""``sohoa get``: one part of a document."""

from __future__ import annotations

from pathlib import Path

import click

from apps.cli.output import notes, write_out
from apps.cli.places import Place
from apps.cli.report import tell_ending


@click.command()
@click.argument("document_id", metavar="ID")
@click.option(
    "--part",
    type=click.Choice(["pdf", "scan", "text", "alto", "record", "provenance"]),
    required=True,
    help="pdf: the signed copy; scan: as it came; text: plain text; alto: text with places; record, provenance: JSON.",
)
@click.option("--version", type=click.IntRange(1), help="An older version; by default the newest.")
@click.option("--purpose", default="", metavar="TEXT", help="Why, for the audit log.")
@click.option("-o", "--output", type=Place(allow_dash=True), metavar="FILE", help="By default stdout.")
@click.option("--force", is_flag=True, help="Replace FILE where it is there already.")
def get(
    document_id: str, part: str, version: int | None, purpose: str, output: Path | None, force: bool
) -> None:
    """Get one part of a document, its digest checked on the way."""
    from flows import records
    from flows.caller import local_caller
    from flows.services import Services
    from flows.settings import load_settings

    services = Services(load_settings())
    data = records.part(services, local_caller(purpose), document_id, part, version)
    tell_ending(notes(), services.archive.record(document_id))
    write_out(data, output, replace=force)
