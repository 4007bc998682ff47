"""A throw-away PKI from ``pki.yml``, with its TSA, OCSP and CRL served over real HTTP on the loopback.

The time of its servers is that of the process: who travels in time takes them along.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from time import sleep
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import yaml
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, PKIArchitecture
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

PASSWORD = "mật khẩu"
CONFIG = Path(__file__).with_name("pki.yml")


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Pki:
    """The running PKI. ``down`` holds path prefixes (``/sohoa/tsa`` …) that answer with an error, ``silent`` those that do not answer."""

    folder: Path
    url: str
    architecture: PKIArchitecture
    stranger: PKIArchitecture
    server: WSGIServer
    down: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    @property
    def root(self) -> Path:
        """The trust anchor (PEM)."""
        return self._pem(self.architecture, "root")

    @property
    def stranger_root(self) -> Path:
        return self._pem(self.stranger, "stranger-root")

    def tsa(self, generation: int | str = 1) -> str:
        """Address of a time-stamping authority."""
        return f"{self.url}/sohoa/tsa/tsa-{generation}"

    def pkcs12(self, who: str) -> Path:
        """Key, certificate and chain of somebody, under ``PASSWORD``."""
        path = self.folder / f"{who}.p12"
        if not path.exists():
            architecture = self.stranger if who == "stranger" else self.architecture
            path.write_bytes(architecture.package_pkcs12(CertLabel(who), password=PASSWORD.encode()))
        return path

    def key_and_certificate(self, who: str) -> tuple[Any, Any, list[Any]]:
        """For loading into tokens: key, certificate, chain (pyca objects)."""
        from cryptography.hazmat.primitives.serialization import pkcs12

        return pkcs12.load_key_and_certificates(self.pkcs12(who).read_bytes(), PASSWORD.encode())

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def _pem(self, architecture: PKIArchitecture, label: str) -> Path:
        from asn1crypto import pem

        path = self.folder / f"{label}.pem"
        if not path.exists():
            der = architecture.get_cert(CertLabel(label)).dump()
            path.write_bytes(pem.armor("CERTIFICATE", der))
        return path


def start(folder: Path) -> Pki:
    """Make the keys in ``folder`` and serve the PKI until ``close``."""
    logging.getLogger("certomancer").setLevel(logging.CRITICAL)
    config = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    keys = folder / "keys"
    keys.mkdir(parents=True)
    for name in config["keysets"]["sohoa"]["keys"]:
        (keys / f"{name}.pem").write_bytes(_new_key(rsa_key=name.endswith("-rsa")))
    pki: Pki | None = None

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        assert pki is not None
        path = environ["PATH_INFO"]
        pki.asked.append(path)
        while any(path.startswith(prefix) for prefix in pki.silent):
            sleep(0.1)
        if any(path.startswith(prefix) for prefix in pki.down):
            start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"down"]
        return animator(environ, start_response)

    server = make_server("127.0.0.1", 0, application, _Server, _Quiet)
    config["external-url-prefix"] = f"http://127.0.0.1:{server.server_port}"
    (folder / "pki.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    loaded = CertomancerConfig.from_file(str(folder / "pki.yml"))
    names = [ArchLabel("sohoa"), ArchLabel("stranger")]
    animator = Animator(
        AnimatorArchStore({name: loaded.get_pki_arch(name) for name in names}), with_web_ui=False
    )
    pki = Pki(folder, config["external-url-prefix"], *map(loaded.get_pki_arch, names), server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return pki


def _new_key(*, rsa_key: bool) -> bytes:
    key = rsa.generate_private_key(65537, 2048) if rsa_key else ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
