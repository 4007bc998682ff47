"""``sohoa verify --audit``: the log of who looked at or changed what, line by line and day by day."""

from __future__ import annotations

from dataclasses import asdict

from apps.cli.output import VERDICT_COLOURS, console, escape, notes, print_json
from schemas.errors import ExitStatus

_MEANING = {
    "valid": "every line stands, every day that was closed is signed by somebody who is trusted",
    "unproven": "every line stands, but the signatures are by nobody who is trusted (settings: trust.roots)",
    "unsigned": "every line stands, but no day was closed yet (sohoa archive renew)",
    "invalid": "the log was tampered with or damaged",
}


def verify_log(*, as_json: bool) -> ExitStatus:
    """Exit status 0 for a valid log, 1 for one with faults, 3 where its signatures prove nothing."""
    from flows import records
    from flows.caller import local_caller
    from flows.services import Services
    from flows.settings import load_settings

    services = Services(load_settings())
    result = records.verify_log(services, local_caller())
    if as_json:
        print_json(asdict(result))
    else:
        out = console()
        out.print(
            f"[bold {VERDICT_COLOURS[result.verdict]}]{result.verdict}[/] [dim]{result.lines} lines, {result.days} days signed[/]"
        )
        out.print(_MEANING[result.verdict])
        for signer, days in result.signers.items():
            out.print(f"[dim]{days} days signed by[/] {escape(signer)}", soft_wrap=True)
        for loss in result.losses:
            out.print(f"[yellow]{escape(loss)}[/]", soft_wrap=True)
        for finding in result.findings:
            line = f"line {finding.sequence}" if finding.sequence else ""
            where = f"{finding.day} {line}".strip()
            told = f"{where}: {finding.fault}" if where else finding.fault
            notes().print(f"[red]✗[/] {escape(told)}", soft_wrap=True)
        for hint in dict.fromkeys(finding.hint for finding in result.findings if finding.hint):
            notes().print(f"→ {hint}", soft_wrap=True)
    if result.findings:
        return ExitStatus.FAULT
    return ExitStatus.OK if result.verdict == "valid" else ExitStatus.REJECTED
