"""The nightly care of the archive as a Prefect flow; each part is a task that may be repeated."""

from __future__ import annotations

from datetime import timedelta

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact

from flows.audit import close_audit_days
from flows.caller import local_caller
from flows.fixity import check_archive
from flows.renewal import RENEWING, renew_archive
from flows.services import Services
from flows.settings import load_settings
from schemas.errors import Corrupt, NotRenewable


@task(name="close the audit log")
def close_audit() -> int:
    """Days that were closed."""
    return len(close_audit_days(Services(load_settings())))


@task(name="renew time-stamps")
def renew(within: int) -> int:
    """Documents that were renewed; raises NotRenewable when some could not be."""
    done = renew_archive(Services(load_settings()), local_caller(RENEWING), horizon=timedelta(days=within))
    if done.failed:
        raise NotRenewable(f"{len(done.failed)} documents; sohoa archive renew names them")
    return len(done.renewed)


@task(name="check")
def check(sample: int) -> str:
    """A summary; raises Corrupt when something is damaged."""
    report = check_archive(Services(load_settings()), sample=sample)
    damages = "".join(f"\n- {damage.object}: {damage.fault}" for damage in report.damages)
    summary = (
        f"{report.objects} objects, {report.bytes / 1e6:.1f} MB, {report.sampled} PDFs validated.{damages}"
    )
    create_markdown_artifact(key="upkeep", markdown=summary)
    if not report.sound:
        raise Corrupt(f"{len(report.damages)} objects")
    return summary


@task(name="tidy the index")
def tidy() -> int:
    """Merge what was indexed lately, so that questions stay quick; how many documents there are."""
    index = Services(load_settings()).index
    index.tidy()
    return index.count()


@flow(name="upkeep")
def upkeep(sample: int = 100, within: int = 180) -> str:
    """Close the audit log's days, tidy the index, renew time-stamps where there is an authority, check every byte.

    Renewed is what ends ``within`` days. A part that cannot be done now keeps no other from being done; its error comes at the end.
    """
    states = [close_audit(return_state=True), tidy(return_state=True)]
    if load_settings().signer.tsa:
        states.append(renew(within, return_state=True))
    summary = check(sample)
    for state in states:
        state.result()
    return summary
