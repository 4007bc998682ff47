"""``sohoa serve --client-ca``: without a certificate of the authority nobody gets as far as a request, and a token serves only its holder."""

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

from storage.agencies import Agency
from tests.apps.api.live import SUBJECT, serving
from tests.apps.api.test_agencies import POLICY, PURPOSE, ask_token, assertion, public

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
    for name in ("server", "agency", "other"):
        issue(tmp_path, name, authority)
    issue(tmp_path, "stranger")

    def trusting(client: str | None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        if client is not None:
            context.load_cert_chain(tmp_path / f"{client}.pem", tmp_path / f"{client}.key")
        return context

    files = ("--certificate", tmp_path / "server.pem", "--key", tmp_path / "server.key")
    asked = [*map(str, files), "--client-ca", str(tmp_path / "ca.pem")]
    bound = {"SOHOA_API__BOUND_TOKENS": "true"}
    with serving(tmp_path, *asked, verify=trusting("agency"), **bound) as live:
        answer = httpx.get(f"{live.address}/api/v1/keys", verify=trusting("agency"), timeout=60)
        assert answer.headers["strict-transport-security"]
        for client in (None, "stranger"):
            with pytest.raises((httpx.ReadError, httpx.ConnectError, httpx.RemoteProtocolError)):
                httpx.get(f"{live.address}/api/v1/keys", verify=trusting(client), timeout=60)

        key = ec.generate_private_key(ec.SECP256R1())
        live.services.agencies.add(
            Agency("H48", "Công an tỉnh", (public(key, tmp_path),), POLICY, active=True)
        )
        signed = assertion(key, aud=f"{live.address}/api/v1/token")
        with httpx.Client(base_url=live.address, verify=trusting("agency"), timeout=60) as client:
            token = ask_token(client, signed).json()["access_token"]
        for name, status in (("agency", 200), ("other", 401), ("agency", 200)):
            with httpx.Client(base_url=live.address, verify=trusting(name), timeout=60) as client:
                headers = {**PURPOSE, "Authorization": f"Bearer {token}"}
                answer = client.get("/api/v1/records", params={"subject": SUBJECT}, headers=headers)
                assert answer.status_code == status, name
