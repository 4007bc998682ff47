"""``sohoa find``: search the archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from apps.cli.arguments import DAY
from apps.cli.output import console, escape, notes, print_json

if TYPE_CHECKING:
    from storage.index.entry import Entry


@click.command()
@click.argument("words", nargs=-1)
@click.option(
    "--name", metavar="NAME", help="What a person is called: the best first; tones that are typed narrow."
)
@click.option("--subject", metavar="ID", help="Identifier of the person or organisation.")
@click.option("--type", "type_", metavar="TYPE", help="Type of paper; sohoa find --types lists them.")
@click.option("--types", "list_types", is_flag=True, help="List the types and their names, and end.")
@click.option("--number", metavar="NO", help="Number of the paper, also its beginning.")
@click.option("--state", metavar="STATE", help="unconfirmed, confirmed, superseded or revoked.")
@click.option("--agency", metavar="NAME", help="Who issued it: the whole name, or words of it.")
@click.option(
    "--issued-from", type=DAY, metavar="DAY", help="Issued on this day (2026-11-21 or 21/11/2026) or later."
)
@click.option("--issued-to", type=DAY, metavar="DAY", help="Issued on this day or earlier.")
@click.option("--dossier", metavar="CODE", help="Code of the dossier.")
@click.option(
    "--unsigned", is_flag=True, help="Only those whose copy is not signed, or not by all who are due."
)
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many at most."
)
@click.option("--after", metavar="TOKEN", help="Go on after a page: the page_token of its last document.")
@click.option("--purpose", default="", metavar="TEXT", help="Why, for the audit log.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per document.")
def find(
    words: tuple[str, ...],
    name: str | None,
    subject: str | None,
    type_: str | None,
    list_types: bool,
    number: str | None,
    state: str | None,
    agency: str | None,
    issued_from: datetime | None,
    issued_to: datetime | None,
    dossier: str | None,
    unsigned: bool,
    limit: int,
    after: str | None,
    purpose: str,
    as_json: bool,
) -> None:
    """Find documents by words (with or without tones; "in quotes" side by side) and by what is known of them."""
    from apps.api.answers import row as told
    from apps.cli.language import STATES
    from apps.paging import position_of, token_of
    from flows import records
    from flows.caller import local_caller
    from flows.choices import known, types
    from flows.services import Services
    from flows.settings import load_settings
    from storage.index.find import Query

    if list_types:
        for word, named in types().items():
            console().print(f"{word:32} [dim]{named}[/]")
        return
    query = Query(
        words=" ".join(words),
        name=name,
        subject=subject,
        type=known("type", type_, types()),
        number=number,
        state=known("state", state, STATES),
        agency=agency,
        issued_from=issued_from.date() if issued_from else None,
        issued_to=issued_to.date() if issued_to else None,
        dossier=dossier,
        signed=False if unsigned else None,
        limit=limit,
        after=position_of(after),
    )
    services = Services(load_settings())
    page = records.find(services, local_caller(purpose), query)
    token = token_of(page.next)
    more = f" There are more: --after {token}" if token else ""
    if as_json:
        for row in page.rows:
            print_json({**told(row).model_dump(), "page_token": token if row is page.rows[-1] else None})
        if token:
            notes().print(f"[dim]{len(page.rows)} shown.{more}[/]")
        return
    if name is not None and services.index.stale():
        notes().print("[yellow]The index is from before an update: run sohoa archive reindex.[/]")
    for scans in _papers(page.rows):
        _tell(scans)
    notes().print(f"[dim]{len(page.rows) or 'Nothing'} found.{more}[/]")


def _papers(rows: Sequence[Entry]) -> list[list[Entry]]:
    """The rows, scans of one paper together: where its best stands, the confirmed one first."""
    groups: dict[str, list[Entry]] = {}
    of: dict[str, str] = {}
    for row in rows:
        linked = [row.id, *row.duplicates.split()]
        group = next((of[id] for id in linked if id in of), row.id)
        of |= dict.fromkeys(linked, group)
        groups.setdefault(group, []).append(row)
    best = ("confirmed", "unconfirmed")
    return [
        sorted(scans, key=lambda row: best.index(row.state) if row.state in best else len(best))
        for scans in groups.values()
    ]


def _tell(scans: Sequence[Entry]) -> None:
    """One paper: that it ended, where none of its scans is in force; what it is; then its scans."""
    from apps.cli.report import ending_in_words, restricted_in_words
    from apps.presentation import type_name

    out, row = console(), scans[0]
    if ended := ending_in_words(row.state, row.superseded_by):
        out.print(f"[bold red]{ended}[/]")
    if row.restricted:
        out.print(f"[bold red]{restricted_in_words()}[/]")
    about = row.subject_name or row.title or ""
    facts = " · ".join(escape(part) for part in (row.number, row.issued_on, about) if part)
    several = f"  [blue]{len(scans)} scans of one paper[/]" if len(scans) > 1 else ""
    out.print(f"[bold]{escape(type_name(row.type))}[/]  {facts}{several}")
    for scan in scans:
        state = {"confirmed": "green", "unconfirmed": "dim"}.get(scan.state, "red")
        out.print(f"  [cyan]{scan.id}[/] [{state}]{scan.state}[/] [dim]{escape(scan.source)}[/]")
