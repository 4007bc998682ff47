"""What ``sohoa archive renew`` prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from apps.cli.output import console, escape, notes, print_json
from schemas.errors import ExitStatus

if TYPE_CHECKING:
    from flows.care.renewal import Renewal, Renewed


def teller(*, as_json: bool) -> Callable[[Renewed], None]:
    """Tells of each document as it is done."""
    return _as_json if as_json else _as_text


def conclude(done: Renewal, *, as_json: bool) -> ExitStatus:
    """The figures, and the exit status: the gravest of what could not be renewed."""
    out = notes() if as_json else console()
    without = f", {done.without} without archive time-stamp" if done.without else ""
    failed = f", [red]{len(done.failed)} could not be renewed[/]" if done.failed else ""
    mark = "[red]✗[/]" if done.failed else "[green]✓[/]"
    out.print(f"{mark} {len(done.renewed)} documents renewed, {done.still_good} still good{without}{failed}")
    found = {ExitStatus(one.error.status) for one in done.failed if one.error}
    return next((s for s in (ExitStatus.FAULT, ExitStatus.REJECTED, *found) if s in found), ExitStatus.OK)


def _as_json(found: Renewed) -> None:
    error = found.error
    print_json(
        {
            "id": found.id,
            "status": str(found.standing),
            "protected_until": found.until.isoformat() if found.until else None,
            "version": found.version,
            "error": error.as_json() if error else None,
        }
    )


def _as_text(found: Renewed) -> None:
    if found.until is not None:
        console().print(
            f"[green]✓[/] {found.id} [dim]protected until {found.until:%Y-%m-%d}, version {found.version}[/]"
        )
    elif found.error is not None:
        notes().print(f"[red]✗[/] {found.id} [red]{found.error.code}[/]\n  {escape(found.error.message)}")
