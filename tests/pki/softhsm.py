"""A real SoftHSM2 with its own token folder."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.pki.harness import Pki

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "246810"

_TOKEN_FLAGS = bytes.fromhex("000000008000534b0000000000000002")
"""In a token's store: the attribute CKA_OS_TOKENFLAGS, an unsigned number of eight bytes."""


@dataclass
class SoftHsm:
    """``folder`` holds ``tokens`` and the configuration that ``SOFTHSM2_CONF`` names."""

    folder: Path

    @classmethod
    def start(cls, folder: Path) -> SoftHsm:
        (folder / "tokens").mkdir(parents=True)
        conf = folder / "softhsm2.conf"
        conf.write_text(
            f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
        )
        os.environ["SOFTHSM2_CONF"] = str(conf)
        return cls(folder)

    def add_token(self, label: str, pin: str = PIN) -> None:
        _util("--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", "12345678")

    def add_key(self, token: str, pki: Pki, who: str, key_id: bytes, pin: str = PIN) -> None:
        """Put somebody's key, certificate and chain on a token; the key's label is ``who``."""
        import pkcs11
        from cryptography.hazmat.primitives.serialization import Encoding

        _util(
            *("--import", str(pki.folder / "keys" / f"{who}.pem")),
            *("--token", token, "--label", who, "--id", key_id.hex(), "--pin", pin),
        )
        _, own, chain = pki.key_and_certificate(who)
        library = pkcs11.lib(str(MODULE))
        library.reinitialize()
        with library.get_token(token_label=token).open(rw=True, user_pin=pin) as session:
            for number, certificate in enumerate([own, *chain]):
                session.create_object(
                    {
                        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                        pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                        pkcs11.Attribute.TOKEN: True,
                        pkcs11.Attribute.LABEL: who if number == 0 else f"ca-{number}",
                        pkcs11.Attribute.ID: key_id if number == 0 else b"\xca" + bytes([number]),
                        pkcs11.Attribute.SUBJECT: certificate.subject.public_bytes(),
                        pkcs11.Attribute.VALUE: certificate.public_bytes(Encoding.DER),
                    }
                )

    def set_flags(self, label: str, flags: int) -> None:
        """What the token says of its PIN from now on; kept in its store, since SoftHSM never comes to its last try."""
        import pkcs11

        for store in (self.folder / "tokens").glob("*/token.object"):
            data = bytearray(store.read_bytes())
            if label.encode().ljust(32) in data:
                at = data.index(_TOKEN_FLAGS) + len(_TOKEN_FLAGS)
                kept = int.from_bytes(data[at : at + 8], "big") & 0xFFFF
                data[at : at + 8] = (kept | flags).to_bytes(8, "big")
                store.write_bytes(data)
        pkcs11.lib(str(MODULE)).reinitialize()

    def pull(self) -> None:
        """Pull all tokens out, with every session on them."""
        import pkcs11

        (self.folder / "tokens").rename(self.folder / "pulled")
        (self.folder / "tokens").mkdir()
        pkcs11.lib(str(MODULE)).reinitialize()

    def put_back(self) -> None:
        (self.folder / "tokens").rmdir()
        (self.folder / "pulled").rename(self.folder / "tokens")


def _util(*arguments: str) -> None:
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)
