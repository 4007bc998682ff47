"""``sohoa serve --client-ca``: without a certificate of the authority nobody gets as far as a request."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.apps.api.live import serving

Issued = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def issue(folder: Path, name: str, by: Issued | None = None) -> Issued:
    """A certificate and its key, written to ``name.pem`` and ``name.key``."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by[0].subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(by[1] if by else key, hashes.SHA256())
    )
    (folder / f"{name}.pem").write_bytes(made.public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{name}.key").write_bytes(secret)
    return made, key


@pytest.mark.slow
def test_only_with_a_certificate_of_the_authority(tmp_path: Path) -> None:
    authority = issue(tmp_path, "ca")
    for name in ("server", "agency"):
        issue(tmp_path, name, authority)
    issue(tmp_path, "stranger")

    def trusting(client: str | None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        if client is not None:
            context.load_cert_chain(tmp_path / f"{client}.pem", tmp_path / f"{client}.key")
        return context

    files = ("--certificate", tmp_path / "server.pem", "--key", tmp_path / "server.key")
    asked = [*map(str, files), "--client-ca", str(tmp_path / "ca.pem")]
    with serving(tmp_path, *asked, verify=trusting("agency")) as live:
        answer = httpx.get(f"{live.address}/api/v1/keys", verify=trusting("agency"), timeout=60)
        assert answer.headers["strict-transport-security"]
        for client in (None, "stranger"):
            with pytest.raises((httpx.ReadError, httpx.ConnectError, httpx.RemoteProtocolError)):
                httpx.get(f"{live.address}/api/v1/keys", verify=trusting(client), timeout=60)
