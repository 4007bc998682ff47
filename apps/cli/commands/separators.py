"""``sohoa separators``: sheets to lay between the papers of a stack."""

from __future__ import annotations

from pathlib import Path

import click

from apps.cli.output import console, escape
from apps.cli.places import Place
from schemas.errors import UsageError


@click.command()
@click.argument("target", type=Place(dir_okay=False), metavar="FILE")
@click.option("--count", type=click.IntRange(1, 1000), default=1, show_default=True, help="How many sheets.")
@click.option(
    "--dossier", metavar="CODE", help="Code of the dossier that the papers after the sheet belong to."
)
def separators(target: Path, count: int, dossier: str | None) -> None:
    """Write separator sheets to print: FILE ends in .pdf, or in .png for a single one."""
    from pipeline.separators import write_separators

    try:
        write_separators(target, count, dossier)
    except (OSError, ValueError) as error:
        raise UsageError(f"{target}: {getattr(error, 'strerror', None) or error}") from error
    console().print(f"[green]✓[/] {escape(str(target))}", markup=True)
