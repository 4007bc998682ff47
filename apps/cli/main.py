"""The ``sohoa`` command: finds the command's module, and turns errors into messages and exit statuses."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from pathlib import Path

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # to look for plugins costs 30 ms in each command
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads for algebra that we do not do cost 50 ms

import click

from apps.cli.arguments import CheckedContext
from apps.cli.output import ReaderGone, tell_error, tell_usage
from apps.cli.places import Place
from schemas.errors import ExitStatus, SohoaError

COMMANDS = {
    "doctor": "What is installed, reachable, missing, and how to mend it.",
    "read": "Recognise only: text and record; nothing is stored.",
    "digitize": "Scans to signed copies and records in the archive.",
    "backlog": "Everything in a folder, with progress and a report.",
    "watch": "Hot folders of scanners, read as files come in.",
    "deploy": "Prefect for many machines: work pool, deployments, schedules, automations.",
    "find": "Search the archive.",
    "show": "One document: its record and its history.",
    "get": "One part of a document: pdf, scan, text, record.",
    "confirm": "Confirm a record, with corrections.",
    "sign": "Sign a copy in two steps, with a key that is elsewhere.",
    "supersede": "A newer paper took the place of this one.",
    "revoke": "The paper was withdrawn.",
    "erase": "A paper is erased because the law ordered it.",
    "unlink": "Two documents that were linked as one paper are two papers.",
    "verify": "Signature, PDF/A marks and digests of a file or a document.",
    "serve": "The API and the station in a browser.",
    "agencies": "Agencies that may ask through the API.",
    "users": "Officers who may sign in at the station.",
    "reuse": "What a person need not submit again, and the form filled in.",
    "store": "The valid papers of one person or organisation.",
    "person": "Which numbers are one person's; parents and spouses.",
    "restrict": "Nothing is done with a paper for now.",
    "procedures": "Procedures: import the catalogue, list, show.",
    "report": "The figures of digitization and reuse.",
    "separators": "Sheets to lay between the papers of a stack.",
    "archive": "Care of the archive: check, reindex, tidy, copy, renew.",
}
"""Name → help; a command ``name`` is the function ``name`` in ``apps.cli.commands.name``."""


class Lazy(click.Group):
    """Imports a command when it is called; help is answered from the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """In the order of a paper's life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"apps.cli.commands.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The table, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


click.Command.context_class = CheckedContext


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="sohoa", message="%(prog)s %(version)s")
@click.option("-v", "--verbose", is_flag=True, help="Tell on stderr what happens, with traces of faults.")
@click.option(
    "--config", type=Place(), metavar="FILE", help="The settings; by default sohoa.toml in the home."
)
def cli(verbose: bool, config: Path | None) -> None:
    """Sohoa: from paper dossiers to signed copies and records that no citizen submits twice."""
    if config is not None:
        os.environ["SOHOA_CONFIG"] = str(config)
    if verbose:
        import logging

        logging.basicConfig(format="%(message)s")
        logging.getLogger("sohoa").setLevel(logging.DEBUG)


def main() -> None:
    """Entry point of ``sohoa``."""
    os.umask(0o077)  # what we write is personal data: nobody else's, from the first byte
    # To look for garbage among what is being imported, where there is none, is dear.
    gc.set_threshold(100_000, 20, 20)
    for name in ("OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS"):  # pages run side by side instead
        os.environ.setdefault(name, "1")
    status = run(sys.argv[1:])
    # All that is left goes with the process: to search it for garbage first costs as much as to clean a page.
    gc.freeze()
    sys.exit(status)


def run(arguments: list[str]) -> int:
    """Run a command; gives its exit status. Errors are told on stderr in two sentences: what, and what to do."""
    try:
        status = cli.main(args=arguments, prog_name="sohoa", standalone_mode=False)
        sys.stdout.flush()
    except (click.ClickException, SohoaError) as error:
        return _tell(error)
    except (ReaderGone, BrokenPipeError, SystemExit) as end:
        if isinstance(end, SystemExit) and not isinstance(end.__context__, BrokenPipeError):
            raise
        _give_up_output()  # the reader went away (``| head``): end as other commands do
        return 128 + 13
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped. What was finished is kept; the same command goes on from there.", err=True)
        return 128 + 2
    except OSError as error:
        _give_up_output()
        tell_error(f"Output cannot be written: {error.strerror}.", "Check the disk and the permissions.")
        return int(ExitStatus.USAGE)
    except Exception as fault:
        return _tell_fault(fault)
    return status if isinstance(status, int) else int(ExitStatus.OK)


def _tell(error: click.ClickException | SohoaError) -> int:
    if isinstance(error, SohoaError):
        from apps.cli.language import advice, sentence

        tell_error(sentence(error), advice(error))
        return int(error.status)
    tell_usage(error)
    return int(ExitStatus.USAGE)


def _tell_fault(fault: Exception) -> int:
    """A sentence and where it happened; the trace only for who asks for it."""
    import logging
    import traceback

    if logging.getLogger("sohoa").isEnabledFor(logging.DEBUG):
        traceback.print_exception(fault)
    (*_, last) = traceback.extract_tb(fault.__traceback__)
    ours = [
        step for step in traceback.extract_tb(fault.__traceback__) if "site-packages" not in step.filename
    ]
    at = ours[-1] if ours else last
    place = f"{Path(at.filename).name}, line {at.lineno}"
    tell_error(
        f"A fault of Sohoa's: {type(fault).__name__} ({place}). What was finished is kept.",
        "Please report it with what sohoa -v says before the command's name.",
    )
    return int(ExitStatus.FAULT)


def _give_up_output() -> None:
    """Leave nothing that Python would flush, and stumble over, at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
