"""``sohoa watch``: hot folders of scanners, read as files come in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from apps.cli.inputs import existing
from apps.cli.output import console, escape, notes, print_json
from apps.cli.secrets import services_for_archiving
from schemas.errors import ExitStatus, UsageError

if TYPE_CHECKING:
    from flows.outcome import Outcome
    from storage.queue import Job

_STATES = {
    "there": "[green]watching[/]",
    "away": "[yellow]not there[/]: its share is not mounted; if another one took its place on purpose: --adopt",
    "hangs": "[yellow]does not answer[/]",
}


@click.command()
@click.argument("folders", nargs=-1, metavar="[FOLDER…]")
@click.option("--settle", type=click.FloatRange(0.1), help="Seconds for which a file must not have changed.")
@click.option(
    "--adopt", is_flag=True, help="The folder is another one now, on purpose: watch it all the same."
)
@click.option("--metrics", type=int, metavar="PORT", help="Answer Prometheus on this port of 127.0.0.1.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per file.")
def watch(
    folders: tuple[str, ...], settle: float | None, adopt: bool, metrics: int | None, as_json: bool
) -> ExitStatus:
    """Read what scanners put into FOLDERs (by default those of the settings), at once and before any backlog.

    A file is taken when it has stood still; it goes into the archive, and out of the folder. What is refused lies in the
    folder "Không nhận", with the reason beside it. Ends with Ctrl-C.
    """
    from flows.queue.stopping import stopping
    from flows.watch import watch as run

    services = services_for_archiving()
    settings = services.settings
    chosen = [existing(folder) for folder in folders] or list(settings.watch.folders)
    if not chosen:
        raise UsageError("which folder? name it, or set watch.folders")

    def tell(job: Job, outcome: Outcome) -> None:  # noqa: ARG001
        from apps.cli.report import tell as tell_outcome
        from apps.cli.report import tell_refusal

        if as_json:
            print_json(outcome.as_json())
        elif outcome.error is not None:
            tell_refusal(notes(), outcome)
        else:
            tell_outcome(console(), outcome)

    def notice(folder: Path, state: str) -> None:
        notes().print(f"[bold]{escape(str(folder))}[/] {_STATES.get(state, state)}")

    from flows.queue.patience import Stop

    seconds = settle if settle is not None else settings.watch.settle
    if metrics is not None:
        from flows.queue.metrics import serve_metrics

        serve_metrics(services, metrics)
    with stopping(Stop()) as stop:
        run(services, chosen, stop, tell, notice, settle=seconds, adopt=adopt)
    return ExitStatus.OK
