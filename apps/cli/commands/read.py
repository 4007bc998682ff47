"""``sohoa read``: text and record, nothing stored."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from apps.cli.inputs import outcomes
from apps.cli.report import report
from pipeline.intake import Limits
from schemas.errors import ExitStatus

if TYPE_CHECKING:
    from pipeline.sign import Trust


@click.command()
@click.argument("scans", nargs=-1, required=True, metavar="SCAN...")
@click.option("--type", "type_", metavar="TYPE", help="The type of the papers, where it is known.")
@click.option("--text", "text_only", is_flag=True, help="Print the text only.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per scan, in the order of completion.")
def read(scans: tuple[str, ...], type_: str | None, text_only: bool, as_json: bool) -> ExitStatus:
    """Read scans (PDF, TIFF, JPEG, PNG, HEIC, WebP) and show what was found. Nothing is stored."""
    from flows.work import ReadJob

    limits, trust = reading_settings()
    job = ReadJob(limits, checked_type(type_), trust)
    return report(
        outcomes(scans, job, os.cpu_count() or 1), as_json=as_json, text_only=text_only, many=len(scans) > 1
    )


def checked_type(name: str | None) -> str | None:
    """The type's name; raises UnknownType."""
    if name is not None:
        from schemas.documents import document_type

        document_type(name)
    return name


def reading_settings() -> tuple[Limits, Trust | None]:
    """Limits and trust of the settings; the settings are only loaded where somebody set something."""
    from flows.defaults import anything_set

    if not anything_set():
        return Limits(), None
    from flows.services import Services
    from flows.settings import load_settings

    settings = load_settings()
    return settings.limits.as_limits(), Services(settings).trust
