"""``sohoa archive``: care of the archive."""

from __future__ import annotations

import click

from apps.cli.output import console, notes, print_json
from schemas.errors import ExitStatus


@click.group()
def archive() -> None:
    """Care of the archive."""


@archive.command()
def init() -> None:
    """Declare a new archive at the place that the settings name. Only needed where it is not the home's own folder."""
    from flows.house import House
    from flows.settings import load_settings

    opened = House(load_settings()).open_archive(create=True)
    console().print(f"[green]✓[/] {opened.root.store.name}")


@archive.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def reindex(as_json: bool) -> ExitStatus:
    """Rebuild the index from the archive alone. Searching goes on meanwhile."""
    from flows.house import House
    from flows.settings import load_settings

    house = House(load_settings())
    rebuilt = house.index.rebuild(house.archive, workers=house.settings.workers)
    if as_json:
        found = {"documents": rebuilt.documents, "removed": rebuilt.removed, "erased": rebuilt.erased}
        print_json({**found, "damaged": list(rebuilt.damaged)})
    else:
        console().print(f"[green]✓[/] {rebuilt.documents} documents, {rebuilt.removed} rows removed")
        for document_id in rebuilt.damaged:
            notes().print(f"[red]✗[/] {document_id} cannot be read")
    return ExitStatus.FAULT if rebuilt.damaged else ExitStatus.OK
