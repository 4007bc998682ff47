"""The demo key: made at first use, so that Sohoa signs out of the box; marked as a demo wherever it shows."""

from __future__ import annotations

import contextlib
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.pki.levels import DEMO_ORGANIZATION
from pipeline.sign.signers import Pkcs12Signer

DEMO_NAME = "DEMO - không có giá trị pháp lý"

_FILE = "demo-signer.p12"


def demo_signer(home: Path) -> Pkcs12Signer:
    """The demo signer that lives in ``home`` (made there when missing); safe for processes that start together."""
    path = home / _FILE
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        _publish(path, _make())
    return Pkcs12Signer(path, name="demo", demo=True)


def demo_certificate(home: Path) -> Path:
    """The demo signer's certificate (PEM) beside the key, for who wants to trust it in a trial."""
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

    demo_signer(home)
    path = home / "demo-signer.pem"
    if not path.exists():
        _, certificate, _ = pkcs12.load_key_and_certificates((home / _FILE).read_bytes(), None)
        assert certificate is not None
        _publish(path, certificate.public_bytes(Encoding.PEM))
    return path


def _publish(path: Path, data: bytes) -> None:
    """Write whole or not at all; the first of several processes wins."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        Path(temporary).unlink()


def _make() -> bytes:
    """A self-signed P-256 certificate for ten years and its key, as PKCS#12 without password."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, DEMO_ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, DEMO_NAME),
        ]
    )
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3653))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(b"sohoa-demo", key, certificate, None, NoEncryption())
