"""``sohoa serve``: the API, and the station in a browser."""

from __future__ import annotations

import ssl
from pathlib import Path

import click

from apps.cli.output import notes
from apps.cli.places import Place
from apps.cli.secrets import services_for_archiving
from schemas.errors import UsageError


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8600, show_default=True, help="Port to listen on."
)
@click.option(
    "--certificate",
    type=Place(dir_okay=False),
    metavar="FILE",
    help="TLS certificate (PEM).",
)
@click.option("--key", type=Place(dir_okay=False), metavar="FILE", help="Its private key (PEM).")
@click.option(
    "--client-ca",
    type=Place(dir_okay=False),
    metavar="FILE",
    help="Only who has a certificate of these authorities (PEM) may connect: for agencies, beside the station's own server.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that answer, best one per core; what is handed in is then digitized in one of its own.",
)
@click.option("--metrics", type=int, metavar="PORT", help="Answer Prometheus on this port of 127.0.0.1.")
def serve(
    host: str,
    port: int,
    certificate: Path | None,
    key: Path | None,
    client_ca: Path | None,
    processes: int,
    metrics: int | None,
) -> None:
    """Serve the API and the station until Ctrl-C. Without TLS only this machine can reach it, unless --host says more."""
    from apps.api.certificates import WithCertificate
    from apps.cli.serving import serve_with
    from flows.care.catch_up import AT_START, catch_up

    if (certificate is None) != (key is None):
        raise UsageError("--certificate and --key go together")
    if client_ca is not None and certificate is None:
        raise UsageError("--client-ca needs --certificate and --key")
    for file in (certificate, key, client_ca):
        if file is not None and not file.is_file():
            raise UsageError(f"no file {file}")
    services = services_for_archiving()
    services.archive, services.signatories  # noqa: B018 - what cannot be reached is told now
    services.once.begin_anew()
    catch_up(services, AT_START)
    if not services.accounts.list():
        notes().print("[yellow]There is no user yet: sohoa users add NAME --role clerk[/]")
    if metrics is not None:
        from flows.queue.metrics import serve_metrics

        serve_metrics(services, metrics)
    scheme = "https" if certificate else "http"
    notes().print(f"[bold]{scheme}://{host}:{port}/[/] [dim]· Ctrl-C ends it[/]")
    serve_with(
        services,
        processes,
        https=certificate is not None,
        host=host,
        port=port,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        ssl_ca_certs=None if client_ca is None else str(client_ca),
        http="auto" if client_ca is None else WithCertificate,
        ssl_cert_reqs=ssl.CERT_NONE if client_ca is None else ssl.CERT_REQUIRED,
    )
