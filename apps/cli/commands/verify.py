"""``sohoa verify``: signature, PDF/A marks, digests."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import click

from apps.cli.inputs import existing
from apps.cli.output import VERDICT_COLOURS, console, escape, print_json
from schemas.errors import ExitStatus, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from flows.record.verifying import Kept

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_AWAITED = {"signer": "chữ ký của cán bộ", "seal": "chữ ký số của cơ quan"}
_FAULTS = {
    "other_document": "The copy names another document than the record that it is kept with.",
    "other_scan": "The copy names another scan than the record.",
    "revoked": "The paper was revoked: it is no longer in force. (Giấy tờ đã bị thu hồi.)",
    "superseded": "A newer paper took its place. (Giấy tờ đã được thay thế.)",
    "not_authentic": "Not as the archive wrote it: forged, or put back. (Không còn như khi lưu: bị sửa hoặc bị thay.)",
    "unsigned": "The record names more signatures than the copy carries.",
}


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
    from flows import records
    from flows.caller import local_caller
    from flows.services import Services
    from flows.settings import load_settings

    services = Services(load_settings())
    path = existing(target)
    if path.exists() or not _ID.fullmatch(target):
        found = records.verify_a_file(services, local_caller(), path)
    else:
        found = records.verify(services, local_caller(), target)
    result = found.result
    if as_json:
        kept = found.kept.as_json() if found.kept else None
        print_json({"target": target, **json.loads(result.model_dump_json()), "archived": kept})
    else:
        out = console()
        if found.kept:
            _tell_faults(out, found.kept)
        out.print(
            f"[bold {VERDICT_COLOURS[result.verdict]}]{result.verdict}[/] [dim]sha256 {result.sha256}[/]"
        )
        out.print(result.message_en, markup=False)
        out.print(result.message_vi, style="dim", markup=False)
        if found.kept and found.kept.version not in {None, found.kept.newest}:
            out.print(
                f"[yellow]Version {found.kept.version} of {found.kept.newest}: the archive has a newer one.[/]"
            )
        if not services.trust.roots and any(
            signature.reason == "untrusted" for signature in result.signatures
        ):
            out.print(
                "[yellow]No trust roots are set, so nobody is trusted: see trust.roots in the settings.[/]"
            )
        if found.kept and found.kept.pending_signatures:
            out.print(
                f"[yellow]The copy still waits for its signature by: {', '.join(found.kept.pending_signatures)}.[/]"
            )
            whose = " và ".join(_AWAITED.get(role, role) for role in found.kept.pending_signatures)
            out.print(f"Bản sao còn chờ {whose}.", style="dim", markup=False)
    return ExitStatus.OK if found.ok else ExitStatus.REJECTED


def _tell_faults(out: Console, kept: Kept) -> None:
    """Where file, record and archive disagree, first of all."""
    for fault in kept.faults:
        out.print(f"[bold red]{_FAULTS[fault]}[/]")
    for reason in kept.reasons:
        out.print(f"  {reason}", markup=False)
    for loss in kept.losses:
        out.print(f"[yellow]{escape(loss)}[/]", soft_wrap=True)
    if kept.superseded_by:
        out.print(f"[dim]The newer one:[/] {kept.superseded_by}")
