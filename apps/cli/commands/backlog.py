"""``sohoa backlog``: everything in a folder, with progress and a report."""

from __future__ import annotations

import sys
from threading import Lock
from typing import TYPE_CHECKING

import click

from apps.cli.inputs import existing
from apps.cli.output import console, notes, print_json
from apps.cli.secrets import settings_for_archiving
from schemas.errors import ExitStatus

if TYPE_CHECKING:
    from flows.batch import Batch
    from flows.outcome import Outcome


@click.command()
@click.argument("folder", metavar="FOLDER")
@click.option("--resume", is_flag=True, help="Go on where it stopped, without looking again at what is done.")
@click.option("--dossier", metavar="CODE", help="The dossier that everything in the folder belongs to.")
@click.option("--procedure", metavar="CODE", help="The procedure that the dossier belongs to.")
@click.option("--details", is_flag=True, help="Show what was found in each paper.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per file, in the order of completion.")
def backlog(
    folder: str,
    resume: bool,
    dossier: str | None,
    procedure: str | None,
    details: bool,
    as_json: bool,
) -> ExitStatus:
    """Digitize every file below FOLDER. Can be stopped at any moment and started again: nothing is lost or doubled."""
    from flows.prefect_local import local_prefect

    settings = settings_for_archiving()
    if not as_json:
        notes().print("[dim]Starting Prefect …[/]")
    watcher = _Watcher(details=details, as_json=as_json)
    with local_prefect(settings.home):
        from flows.backlog import backlog as flow
        from flows.backlog import listen

        listen(watcher.see)
        with watcher:
            flow(str(existing(folder)), resume=resume, dossier=dossier, procedure=procedure)
    watcher.conclude()
    return watcher.worst


class _Watcher:
    """Prints outcomes as they come, under a bar that stays at the bottom of the terminal."""

    def __init__(self, *, details: bool, as_json: bool) -> None:
        self.worst = ExitStatus.OK
        self._details, self._as_json = details, as_json
        self._lock = Lock()
        self._batch: Batch | None = None
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("digitizing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=notes(), transient=True, disable=not sys.stderr.isatty())
        self._bar = self._progress.add_task("", total=None)

    def __enter__(self) -> _Watcher:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def see(self, outcome: Outcome | None, batch: Batch) -> None:
        """The batch begins, or one file is through."""
        from flows.outcome import exit_status

        with self._lock:
            self._batch = batch
            if outcome is None:
                self._progress.update(self._bar, total=batch.figures.total, completed=batch.figures.done)
                return
            self.worst = exit_status(self.worst, outcome)
            self._progress.update(self._bar, total=batch.figures.total, completed=batch.figures.done)
            if self._as_json:
                print_json(outcome.as_json())
            else:
                self._tell(outcome)

    def _tell(self, outcome: Outcome) -> None:
        from rich.markup import escape

        from apps.cli.report import MARKS, tell, tell_refusal
        from apps.presentation import type_name

        if outcome.error is not None:
            tell_refusal(self._progress.console, outcome)
        elif self._details:
            tell(console(), outcome)
        else:
            types = ", ".join(type_name(document.type) for document in outcome.documents)
            console().print(f"{MARKS[outcome.status]} {escape(outcome.source)} [dim]{escape(types)}[/]")

    def conclude(self) -> None:
        """The figures."""
        if self._batch is None or self._as_json:
            return
        figures = self._batch.figures
        parts = [f"{count} {status}" for status, count in sorted(figures.counts.items())]
        if figures.skipped:
            parts.append(f"{figures.skipped} done before")
        notes().print(
            f"[bold]{figures.total} files[/]: {', '.join(parts)}; {figures.documents} documents archived."
        )
        notes().print(f"[dim]Journal: {self._batch.journal.path}[/]")
