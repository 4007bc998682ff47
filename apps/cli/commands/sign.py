"""``sohoa sign``: two steps for a key that is elsewhere; the helper on a signer's own PC."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import TYPE_CHECKING

import click

from apps.cli.inputs import existing
from apps.cli.output import console, escape, print_json
from schemas.errors import ExitStatus, SohoaError, Unreachable, UsageError
from schemas.plain import one_line

if TYPE_CHECKING:
    from apps.cli.at_station import Station
    from pipeline.sign import Signer

_PAUSE = 1.0
"""Seconds between two looks at what is chosen."""


@click.group()
def sign() -> None:
    """Sign a copy in two steps, with a key that is elsewhere: on another PC, on a phone."""


@sign.command()
@click.argument("document_id", metavar="ID")
@click.option(
    "--certificate",
    required=True,
    metavar="FILE",
    help="The signer's certificate (PEM or DER), and those of its CAs.",
)
@click.option(
    "--role", type=click.Choice(["signer", "seal"]), default="signer", help="Whose signature it is."
)
@click.option("--purpose", default="", metavar="TEXT", help="Why, for the audit log.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def prepare(document_id: str, certificate: str, role: str, purpose: str, as_json: bool) -> ExitStatus:
    """Prepare the copy; gives what the key signs. It waits for a quarter of an hour."""
    from flows.caller import local_caller
    from flows.services import Services
    from flows.settings import load_settings
    from flows.signatures.two_steps import prepare_signature

    chain = _certificates(existing(certificate))
    made = prepare_signature(Services(load_settings()), local_caller(purpose), document_id, chain, role=role)
    if as_json:
        print_json(made.as_json())
    else:
        told = made.as_json()
        for name in ("name", "algorithm", "digest", "to_be_signed", "expires"):
            console().print(f"{name:12} {told[name]}", markup=False, soft_wrap=True)
    return ExitStatus.OK


@sign.command()
@click.argument("name", metavar="NAME")
@click.option("--signature", required=True, metavar="FILE|BASE64", help="The signature that came back.")
@click.option("--purpose", default="", metavar="TEXT", help="Why, for the audit log.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def finish(name: str, signature: str, purpose: str, as_json: bool) -> ExitStatus:
    """Put the signature on the copy that was prepared under NAME."""
    from flows.caller import local_caller
    from flows.services import Services
    from flows.settings import load_settings
    from flows.signatures.two_steps import finish_signature

    services = Services(load_settings())
    receipt = finish_signature(services, local_caller(purpose), name, _signature(signature))
    record = receipt.record
    if as_json:
        print_json(
            {
                "id": record.id,
                "version": receipt.version,
                "signed_by": list(record.signed_by),
                "awaits": list(record.pending_signatures),
            }
        )
    else:
        console().print(f"[green]✓[/] {record.id} [dim]signed, version {receipt.version}[/]")
    return ExitStatus.OK


@sign.command()
@click.argument("address", metavar="URL")
@click.option("--user", required=True, metavar="NAME", help="Your account at the station.")
@click.option("--password-stdin", is_flag=True, help="Take the password from the first line of stdin.")
@click.option("--once", is_flag=True, help="Sign what is chosen now, then end.")
def station(address: str, user: str, password_stdin: bool, once: bool) -> ExitStatus:
    """Sign what you choose on the page "Ký số" of the station at URL, with the key of this PC.

    Which key: section [signer] of this PC's settings. The PIN is asked for once. Leave it running while you sign; Ctrl+C ends it.
    """
    from apps.cli.at_station import Station
    from apps.cli.secrets import password_of, services_with_secrets
    from flows.services import Services
    from flows.settings import load_settings

    services = services_with_secrets(Services(load_settings()), ["signer"])
    signer = next((one.signer for one in services.signatories if one.role == "signer"), None)
    if signer is None:
        raise UsageError("the settings of this PC name no key: signer.kind")
    there = Station(address)
    there.sign_in(user, password_of(user, stdin=password_stdin))
    _work_at(there, signer, once=once)
    return ExitStatus.OK


def _work_at(there: Station, signer: Signer, *, once: bool) -> None:
    """Sign what is chosen, again and again; while the station does not answer, it is waited for."""
    import time

    import httpx

    from apps.cli.at_station import sign_chosen

    def tell(document: str, fault: SohoaError | None) -> None:
        told = "[green]✓[/] signed" if fault is None else f"[red]✗[/] {escape(one_line(fault.message_en))}"
        console().print(f"{document} {told}")

    while True:
        try:
            sign_chosen(there, signer, tell)
        except httpx.TransportError as error:
            if once:
                raise Unreachable("the station") from error
        if once:
            return
        time.sleep(_PAUSE)


def _certificates(path: Path) -> list[bytes]:
    from asn1crypto import pem

    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    try:
        return [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
    except ValueError as error:
        raise UsageError(f"{path}: no certificate") from error


def _signature(given: str) -> bytes:
    path = Path(given)
    try:
        if len(given) < 256 and path.is_file():
            return path.read_bytes()
        return base64.b64decode(given, validate=True)
    except (OSError, binascii.Error, ValueError) as error:
        raise UsageError("--signature: neither a file nor base64") from error
