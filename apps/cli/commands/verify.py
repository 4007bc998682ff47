"""``sohoa verify``: signature, PDF/A marks, digests."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click

from apps.cli.inputs import existing
from apps.cli.output import console, print_json
from schemas.errors import ExitStatus, UsageError

COLOURS = {"valid": "green", "unproven": "yellow", "invalid": "red", "unsigned": "yellow"}


@click.command()
@click.argument("target", metavar="FILE|ID", required=False)
@click.option(
    "--audit", is_flag=True, help="Verify the audit log instead: every line, every day, their signatures."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def verify(target: str | None, audit: bool, as_json: bool) -> ExitStatus:
    """Verify the signatures of a PDF file, or of a document in the archive together with its digests.

    Exit status 0 only when every signature is valid and trusted; 3 otherwise, with the reason.
    """
    if (target is None) is not audit:
        raise UsageError("name a FILE or an ID, or --audit")
    if target is None:
        from apps.cli.commands.verify_audit import verify_log

        return verify_log(as_json=as_json)
    from flows.house import House
    from flows.settings import load_settings
    from pipeline.verify import verify_pdf

    house = House(load_settings())
    path = existing(target)
    if path.exists():
        result = verify_pdf(path, house.trust)
    else:
        house.look("verify", target)
        data = house.archive.get(target, "pdf")  # raises Corrupt when the digests do not agree
        with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
            copy = Path(folder) / "document.pdf"
            copy.write_bytes(data)
            result = verify_pdf(copy, house.trust)
    if as_json:
        print_json({"target": target, **json.loads(result.model_dump_json())})
    else:
        out = console()
        out.print(f"[bold {COLOURS[result.verdict]}]{result.verdict}[/] [dim]sha256 {result.sha256}[/]")
        out.print(result.operator, markup=False)
        out.print(result.clerk, style="dim", markup=False)
    return ExitStatus.OK if result.ok else ExitStatus.REJECTED
