"""``sohoa archive``: care of the archive."""

from __future__ import annotations

from pathlib import Path

import click

from apps.cli.output import console, escape, notes, print_json
from apps.cli.places import Place
from schemas.errors import ExitStatus, LogBroken, Unreachable

_MENDING = (
    "Mend it from every copy there is: sohoa archive check --repair-from COPY. Versions that are gone, and that no copy holds, an"
    " administrator accepts as lost: sohoa archive accept-loss ID --reason TEXT."
)


@click.group()
def archive() -> None:
    """Care of the archive."""


@archive.command()
def init() -> None:
    """Declare a new archive at the place that the settings name. Only needed where it is not the home's own folder."""
    from flows.services import Services
    from flows.settings import load_settings

    opened = Services(load_settings()).open_archive(create=True)
    console().print(f"[green]✓[/] {opened.root.store.name}")


@archive.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def reindex(as_json: bool) -> ExitStatus:
    """Rebuild the index from the archive alone. Searching goes on meanwhile.

    What was altered, put back to an older version, or is gone comes into it not, and is told (exit status 1).
    """
    from flows.services import Services
    from flows.settings import load_settings

    services = Services(load_settings())
    rebuilt = services.index.rebuild(
        services.archive,
        log=services.audit,
        workers=services.settings.workers,
        resume=services.home / "reindex.json",
    )
    if as_json:
        found = {"documents": rebuilt.documents, "removed": rebuilt.removed, "erased": rebuilt.erased}
        print_json({**found, "damaged": list(rebuilt.damaged)})
    else:
        console().print(f"[green]✓[/] {rebuilt.documents} documents, {rebuilt.removed} rows removed")
        for document_id in rebuilt.damaged:
            notes().print(
                f"[red]✗[/] {document_id} cannot be read, is not ours, or not as the audit log knows it"
            )
    return ExitStatus.FAULT if rebuilt.damaged else ExitStatus.OK


@archive.command()
@click.option(
    "--sample",
    type=click.IntRange(0),
    default=100,
    show_default=True,
    help="Validate one PDF in so many; 0: none.",
)
@click.option(
    "--repair-from",
    multiple=True,
    type=Place(exists=True),
    metavar="FOLDER",
    help="A second copy to mend from, by evidence; may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def check(sample: int, repair_from: tuple[Path, ...], as_json: bool) -> ExitStatus:
    """Hash every byte again, prove every seal, compare with the audit log, validate signatures of a sample.

    Goes on where it was stopped. Exit status 1 when something was altered, forged, put in, put back or gone, also where it
    could be mended: a check that finds nothing ends with 0.
    """
    from dataclasses import asdict

    from flows.care.fixity import check_archive
    from flows.services import Services
    from flows.settings import load_settings
    from storage.stores.opening import open_store

    copies = [open_store(folder) for folder in repair_from]
    report = check_archive(Services(load_settings()), sample=sample, repair_from=copies)
    if as_json:
        print_json({**asdict(report), "sound": report.sound})
    else:
        mark = "[red]✗[/]" if report.damages else "[green]✓[/]"
        size = f"{report.bytes / 1e6:.1f} MB"
        console().print(
            f"{mark} {report.objects} objects, {report.files} files, {size}, {report.sampled} PDFs validated"
        )
        if report.erased:
            console().print(f"  {report.erased} objects erased by order")
        if report.noted:
            console().print(
                f"  {report.noted} versions that the audit log did not know yet are noted there now"
            )
        if report.swept:
            console().print(f"  {report.swept} files swept that writers left which were killed")
        if report.adopted:
            console().print(
                f"  {report.adopted} objects from before there were seals are in the audit log now"
            )
        for loss in report.losses:
            console().print(f"  [yellow]{escape(loss)}[/]", soft_wrap=True)
        for damage in report.damages:
            how = "[green]mended[/]" if damage.repaired else "[red]damaged[/]"
            why = f" ({escape(damage.how)})" if damage.how else ""
            notes().print(f"{how} {escape(damage.object)} {escape(damage.fault)}{why}", soft_wrap=True)
        if report.damages and report.sound:
            notes().print("All of it is mended. Find out who wrote there; the next check ends with status 0.")
        if not report.sound:
            notes().print(f"[dim]→[/] {_MENDING}", soft_wrap=True)
    return ExitStatus.FAULT if report.damages else ExitStatus.OK


@archive.command()
def tidy() -> ExitStatus:
    """Merge what was indexed lately, so that searching stays quick. Work goes on meanwhile; once a night is enough."""
    from flows.services import Services
    from flows.settings import load_settings

    Services(load_settings()).index.tidy()
    return ExitStatus.OK


@archive.command()
@click.argument("target", type=Place(), metavar="FOLDER")
def copy(target: Path) -> ExitStatus:
    """Copy every object to a second archive in FOLDER, byte for byte. Goes on where it was stopped.

    Nothing in FOLDER is ever written over: what differs there is told (exit status 1) and left alone. What was erased here
    by order is erased there.
    """
    from flows.services import Services
    from flows.settings import load_settings
    from storage.copying import copy as copy_all
    from storage.stores.opening import open_copy

    services = Services(load_settings())
    store = services.archive.root.store
    done = copy_all(
        store,
        open_copy(store, target),
        key=services.archive.signing_key,
        workers=services.settings.workers,
        given_up=services.audit.versions.given_up,
    )
    console().print(f"[green]✓[/] {done.copied} copied, {done.present} there before")
    if done.erased:
        console().print(f"  {done.erased} erased by order")
    for path in done.damaged:
        notes().print(
            f"[red]✗[/] {escape(str(path))} is damaged or forged here and was not copied", soft_wrap=True
        )
    for conflict in done.conflicts:
        notes().print(f"[red]✗[/] {escape(conflict)}: left alone", soft_wrap=True)
    return ExitStatus.FAULT if done.damaged or done.conflicts else ExitStatus.OK


@archive.command("accept-loss")
@click.argument("object_id", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is lost, and where it was looked for.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def accept_loss(object_id: str, reason: str, as_json: bool) -> None:
    """Accept that versions of a document which the audit log knows are lost, or damaged, everywhere: what is left can be changed again.

    Look into every copy first (archive check --repair-from): it cannot be undone. ID is the document's, or what archive check names.
    The log keeps who accepted it and why, and archive check and verify tell of it from then on.
    """
    from flows import records
    from flows.caller import local_caller
    from flows.services import Services
    from flows.settings import load_settings

    services = Services(load_settings())
    loss, version = records.accept_loss(services, local_caller(reason), object_id, reason=reason)
    if as_json:
        lost = {"from": loss.kept + 1, "to": loss.lost} if loss.kept < loss.lost else None
        damaged = [path for _, path in loss.damaged]
        told = {"object": loss.object, "lost": lost, "damaged": damaged, "version": version}
        print_json({**told, "reason": loss.reason})
        return
    console().print(f"[green]✓[/] {escape(str(loss))}", soft_wrap=True)
    if version:
        console().print(f"[dim]What is left goes on as version {version}.[/]")


@archive.command("restore-audit")
def restore_audit() -> ExitStatus:
    """Bring lines of the audit log that the index has lost back from the archive; nothing that it holds is lost."""
    from flows.audit import restore_audit
    from flows.services import Services
    from flows.settings import load_settings

    console().print(f"[green]✓[/] {restore_audit(Services(load_settings()))} lines came back")
    return ExitStatus.OK


@archive.command()
@click.option(
    "--within",
    type=click.IntRange(0, 36_500),
    default=180,
    show_default=True,
    metavar="DAYS",
    help="Renew what ends within so many days.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object per document that is renewed, or cannot be."
)
def renew(within: int, as_json: bool) -> ExitStatus:
    """Renew archive time-stamps whose certificate ends soon, and close the days of the audit log.

    Can be stopped at any moment and started again. Exit status 3 when some documents cannot be renewed; 1 where the audit log
    is not as it was. Without a time-stamping authority (signer.tsa) only the days are closed.
    """
    from datetime import timedelta

    from apps.cli.renewal import conclude, teller
    from apps.cli.secrets import services_with_secrets
    from flows.audit import close_audit_days, open_audit_days
    from flows.caller import local_caller
    from flows.care.renewal import RENEWING, renew_archive
    from flows.services import Services
    from flows.settings import load_settings

    services = Services(load_settings())
    away: Unreachable | LogBroken | None = None
    try:
        if open_audit_days(services):  # nobody is asked for a PIN where nothing is to be signed
            services = services_with_secrets(services, [one.role for one in services.signatories[-1:]])
        days = close_audit_days(services)
        (notes() if as_json else console()).print(f"[green]✓[/] audit log: {len(days)} days closed")
    except (Unreachable, LogBroken) as error:  # to renew time-stamps neither key nor log is needed
        away = error
    status = ExitStatus.OK
    if services.settings.signer.tsa:
        done = renew_archive(
            services, local_caller(RENEWING), horizon=timedelta(days=within), listener=teller(as_json=as_json)
        )
        status = conclude(done, as_json=as_json)
    else:
        notes().print("Time-stamps are left as they are: no time-stamping authority is set (signer.tsa).")
    if away is not None:
        raise away
    return status


@archive.command()
@click.argument("documents", nargs=-1, metavar="[ID]...")
@click.option(
    "--eark",
    "folder",
    required=True,
    type=Place(file_okay=False),
    metavar="FOLDER",
    help="Write an E-ARK CSIP package into FOLDER.",
)
@click.option("--dossier", metavar="CODE", help="Everything in this dossier.")
@click.option("--purpose", default="", metavar="TEXT", help="Why, for the audit log.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def export(
    documents: tuple[str, ...], folder: Path, dossier: str | None, purpose: str, as_json: bool
) -> None:
    """Hand a dossier, or single documents, over to the historical archive: METS, EAD, PREMIS, scans and signed copies."""
    from flows.caller import local_caller
    from flows.record.transfer import transfer
    from flows.services import Services
    from flows.settings import load_settings

    services = Services(load_settings())
    package, exported = transfer(
        services, local_caller(purpose), folder, dossier=dossier, documents=documents
    )
    if as_json:
        print_json({"package": str(package), "documents": list(exported)})
    else:
        console().print(f"[green]✓[/] {len(exported)} documents", soft_wrap=True)
        console().print(str(package), markup=False, soft_wrap=True)
