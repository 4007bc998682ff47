"""``sohoa digitize``: scans to signed copies and records in the archive."""

from __future__ import annotations

import click

from apps.cli.commands.read import checked_type
from apps.cli.inputs import outcomes
from apps.cli.report import report
from apps.cli.secrets import services_for_archiving
from schemas.errors import ExitStatus


@click.command()
@click.argument("scans", nargs=-1, required=True, metavar="SCAN...")
@click.option("--dossier", metavar="CODE", help="The dossier that the scans belong to.")
@click.option("--procedure", metavar="CODE", help="The procedure that the dossier belongs to.")
@click.option("--subject", metavar="ID", help="Identifier of the person or organisation that they are about.")
@click.option("--type", "type_", metavar="TYPE", help="The type of the papers, where it is known.")
@click.option("--due", metavar="DATE", help="The appointed day of the dossier (ngày hẹn trả).")
@click.option("--force", is_flag=True, help="Take codes and identifiers as they are, whatever their form.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per scan, in the order of completion.")
def digitize(
    scans: tuple[str, ...],
    dossier: str | None,
    procedure: str | None,
    subject: str | None,
    type_: str | None,
    due: str | None,
    force: bool,
    as_json: bool,
) -> ExitStatus:
    """Digitize scans (PDF, TIFF, JPEG, PNG, HEIC, WebP): read, make a signed PDF/A, archive, index. Repeating it does no harm."""
    from flows.digitize import DigitizeJob, Request
    from flows.dossiers.codes import checked

    asked = checked(Request(dossier, subject, checked_type(type_), procedure, due), force=force)
    services = services_for_archiving()
    services.signatories  # noqa: B018 - a wrong setting is told before anything is done
    return report(
        outcomes(scans, DigitizeJob(services, asked), services.settings.workers),
        as_json=as_json,
        many=len(scans) > 1,
    )
