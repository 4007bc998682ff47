"""``sohoa backlog``: everything in a folder, a bucket or a manifest, with progress and a report."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from threading import Event, Thread
from typing import TYPE_CHECKING

import click

from apps.cli.inputs import existing
from apps.cli.output import console, escape, notes, print_json
from apps.cli.secrets import services_for_archiving
from schemas.errors import ExitStatus, SohoaError
from schemas.plain import on_one_line

if TYPE_CHECKING:
    from flows.batches.figures import Figures
    from flows.batches.report import Report
    from flows.outcome import Outcome
    from flows.queue.whole_batch import Begun
    from flows.services import Services
    from storage.queue import Job

_INTERRUPTED = 130


@click.command()
@click.argument("source", metavar="FOLDER|s3://BUCKET/PREFIX|MANIFEST.csv")
@click.option("--resume", is_flag=True, help="Go on where it stopped, without looking again at what is done.")
@click.option("--until", metavar="HH:MM", help="Begin nothing more from this time on (Vietnam time).")
@click.option("--workers", type=click.IntRange(1), help="Pages in work at the same time, for this run.")
@click.option("--dossier", metavar="CODE", help="The dossier that everything in it belongs to.")
@click.option("--procedure", metavar="CODE", help="The procedure that the dossier belongs to.")
@click.option("--force", is_flag=True, help="Take codes and identifiers as they are, whatever their form.")
@click.option("--details", is_flag=True, help="Show what was found in each paper.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per file, in the order of completion.")
def backlog(
    source: str,
    resume: bool,
    until: str | None,
    workers: int | None,
    dossier: str | None,
    procedure: str | None,
    force: bool,
    details: bool,
    as_json: bool,
) -> int:
    """Digitize every file below a folder or a bucket's prefix, or those that a manifest names.

    Can be stopped at any moment and started again: nothing is lost or doubled. Ctrl-C once ends after the files in
    hand, twice at once. A manifest is a CSV file; its first line names its columns: file, dossier, procedure, subject, due,
    type.
    """
    from flows.dossiers.codes import checked
    from flows.queue.patience import Stop
    from flows.queue.stopping import stopping
    from flows.queue.whole_batch import run_batch
    from flows.queue.whole_batch import until as moment
    from flows.request import Request

    request = checked(Request(dossier=dossier, procedure=procedure), force=force)
    services = services_for_archiving()
    where = source if source.startswith("s3://") else str(existing(source))
    watcher = _Watcher(services, details=details, as_json=as_json)
    with watcher, stopping(Stop(at=moment(until))) as stop:

        def run(seen: Callable[[str], None]) -> Report:
            def begun(batch: Begun) -> None:
                watcher.begin(batch)
                seen(batch.batch)

            return run_batch(
                services,
                where,
                request,
                resume=resume,
                force=force,
                stop=stop,
                tell=watcher.see,
                begun=begun,
                workers=workers,
            )

        report = _seen(where, services, run)
    watcher.conclude(report)
    if report.figures.left:
        _tell_how_to_go_on(source, report, None if stop.interrupted else until)
    return _INTERRUPTED if stop.interrupted and report.figures.left else int(watcher.worst)


def _seen(source: str, services: Services, run: Callable[[Callable[[str], None]], Report]) -> Report:
    """Run it; where there is a Prefect server, as a run that its page shows."""
    if not os.environ.get("PREFECT_API_URL"):
        return run(lambda _: None)
    from apps.cli.language import advice, sentence
    from flows.backlog import as_flow_run
    from flows.deploy import PrefectUnreachable

    away = PrefectUnreachable()

    def unseen() -> None:
        notes().print(f"[yellow]{sentence(away)}[/] [dim]{advice(away)}[/]")

    return as_flow_run(source, services, run, unseen)


def _tell_how_to_go_on(source: str, report: Report, until: str | None) -> None:
    import shlex

    why = f"It is {until}. " if until else "Stopped. "
    notes().print(
        f"{why}{report.figures.left} files are left; go on with: sohoa backlog {on_one_line(shlex.quote(source))} --resume",
        markup=False,
    )


def _unsigned(figures: Figures) -> str:
    """That copies wait for a signature, why, and what to do."""
    import shlex

    from apps.cli.language import vietnamese

    command = f"sohoa backlog {on_one_line(shlex.quote(figures.source))} --resume"
    if vietnamese():
        reasons = [f"  {why.files}: {why.message_vi} {why.hint_vi}" for why in figures.waiting.values()]
        first = f"{figures.unsigned} tệp đã lưu nhưng còn chờ chữ ký. Để ký sau: {command}"
    else:
        reasons = [f"  {why.files}: {why.message} {why.hint}" for why in figures.waiting.values()]
        first = (
            f"{figures.unsigned} files are archived and wait for a signature. To sign them later: {command}"
        )
    return "\n".join([first, *reasons])


class _Watcher:
    """Prints outcomes as they come, under a bar that stays at the bottom of the terminal."""

    def __init__(self, services: Services, *, details: bool, as_json: bool) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self.worst = ExitStatus.OK
        self._services, self._details, self._as_json = services, details, as_json
        self._batch = ""
        self._before = self._pages = self._refused = 0
        self._told: set[str] = set()
        self._end = Event()
        columns = (
            TextColumn("digitizing"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[pages]} pages, {task.fields[rate]:.0f}/min"),
            TextColumn("[red]{task.fields[refused]}[/]"),
            TimeRemainingColumn(),
        )
        shown = sys.stderr.isatty() and not as_json
        self._progress = Progress(*columns, console=notes(), transient=True, disable=not shown)
        self._bar = self._progress.add_task("", total=None, pages=0, rate=0.0, refused="")
        self._thread = Thread(target=self._follow, daemon=True) if shown else None

    def __enter__(self) -> _Watcher:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._progress.stop()

    def begin(self, begun: Begun) -> None:
        """The batch is in the ledger."""
        self._batch, self._before = begun.batch, begun.before
        if self._thread is not None:
            self._thread.start()

    def see(self, job: Job, outcome: Outcome) -> None:
        """One file is through; called from one thread at a time."""
        from flows.outcome import Status, exit_status

        bad = outcome.status in {Status.REJECTED, Status.FAILED}
        if bad:
            self.worst = exit_status(self.worst, outcome)
        self._pages += sum(len(document.pages) for document in outcome.documents)
        if bad:
            self._told.add(job.key)
            self._refused += 1
        if self._as_json:
            print_json(outcome.as_json())
        else:
            self._tell(outcome)

    def _follow(self) -> None:
        """Every few seconds, how the whole batch stands, whoever works on it."""
        from time import monotonic

        from flows.batches.batch import DIGITIZE
        from storage.queue import ENDED

        began = monotonic()
        while not self._end.wait(2):
            try:
                counts = self._services.queue.counts(batch=self._batch, kind=DIGITIZE)
            except SohoaError:
                continue
            self._progress.update(
                self._bar,
                total=sum(counts.values()) or None,
                completed=sum(counts.get(state, 0) for state in ENDED),
                pages=self._pages,
                rate=60 * self._pages / (monotonic() - began),
                refused=f"{self._refused} refused" if self._refused else "",
            )

    def _tell(self, outcome: Outcome) -> None:
        from apps.cli.report import MARKS, tell, tell_refusal
        from apps.presentation import type_name

        if outcome.status in {"rejected", "failed"}:
            tell_refusal(self._progress.console, outcome)
        elif self._details:
            tell(console(), outcome)
        else:
            waits = f" [yellow]{outcome.error.code}[/]" if outcome.error else ""
            types = ", ".join(type_name(document.type) for document in outcome.documents)
            console().print(
                f"{MARKS[outcome.status]} {escape(outcome.source)} [dim]{escape(types)}[/]{waits}"
            )

    def conclude(self, report: Report) -> None:
        """What was refused by other runs, then the figures of the whole batch."""
        from flows.batches.batch import ended_badly, exit_status_of, outcome_json

        gravity = (
            ExitStatus.OK,
            ExitStatus.REJECTED,
            ExitStatus.USAGE,
            ExitStatus.UNREACHABLE,
            ExitStatus.FAULT,
        )
        for job in ended_badly(self._services.queue, report.batch):
            self.worst = max(self.worst, exit_status_of(job), key=gravity.index)
            if job.key in self._told:
                continue
            line = outcome_json(job)
            if self._as_json:
                print_json(line)
            else:
                error = line["error"]
                notes().print(
                    f"[red]✗[/] [bold]{escape(line['source'])}[/] [red]{error['code']}[/] [dim]before[/]"
                )
                notes().print(f"  {escape(str(error['message']))}")
        figures = report.figures
        if figures.unsigned:
            self.worst = max(self.worst, ExitStatus.UNREACHABLE, key=gravity.index)
            notes().print(_unsigned(figures), soft_wrap=True, markup=False)
        if self._as_json:
            return
        parts = [f"{count} {status}" for status, count in sorted(figures.statuses.items())]
        parts += [f"{self._before} of them done before"] if self._before else []
        parts += [f"{figures.left} left"] if figures.left else []
        told = f": {', '.join(parts)}; {figures.documents} documents archived" if parts else ""
        notes().print(
            f"[bold]{figures.files} files[/]{told}." if figures.files else "Nothing to digitize there."
        )
        notes().print(f"[dim]Report: {escape(str(report.folder / 'report.html'))}[/]", soft_wrap=True)
