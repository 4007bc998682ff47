"""The real servers of these tests: Ceph RGW and PostgreSQL, started and ended by ``script/servers``."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import SplitResult, quote

from minio import Minio
from minio.commonconfig import ENABLED
from minio.credentials import Credentials
from minio.signer import sign_v4_s3
from minio.versioningconfig import VersioningConfig

from storage.stores.s3_options import Protection, S3Options

SCRIPTS = Path(__file__).parents[2] / "script" / "servers"
KEYS = {"AWS_ACCESS_KEY_ID": "testkey", "AWS_SECRET_ACCESS_KEY": "testsecret12"}


def run(script: str, *arguments: str) -> str:
    """What the script prints; a server that is not installed or does not start is a failure, never a skip."""
    done = subprocess.run(
        [str(SCRIPTS / script), *arguments], check=False, capture_output=True, text=True, timeout=200
    )
    if done.returncode:
        raise RuntimeError(
            f"{script} {arguments[0]}: {done.stderr.strip()} (script/test installs the servers)"
        )
    return done.stdout.strip()


def free_port(together: int = 3) -> int:
    """A port that is free, with its neighbours."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        try:
            for near in range(port, port + together):
                with socket.socket() as other:
                    other.bind(("127.0.0.1", near))
        except OSError:
            continue
        return port


@dataclass(frozen=True)
class Ceph:
    """A running gateway."""

    folder: Path
    endpoint: str

    def bucket(self, protection: Protection) -> S3Options:
        """A new bucket that does what the protection asks."""
        client = Minio(self.endpoint, "testkey", "testsecret12", secure=False, region="us-east-1")
        name = f"test-{uuid.uuid4().hex[:12]}"
        client.make_bucket(name, object_lock=protection is Protection.LOCKED)
        if protection is Protection.VERSIONED:
            client.set_bucket_versioning(name, VersioningConfig(ENABLED))
        return S3Options(
            endpoint=self.endpoint, bucket=name, tls=False, protection=protection, prefix="kho/lưu trữ"
        )

    def put_raw(self, bucket: str, name: str, data: bytes) -> None:
        """Put a value under a name that no client takes: with ``..`` in it."""
        path, digest, now = f"/{bucket}/{quote(name)}", hashlib.sha256(data).hexdigest(), datetime.now(UTC)
        headers = {
            "Host": self.endpoint,
            "x-amz-content-sha256": digest,
            "x-amz-date": f"{now:%Y%m%dT%H%M%SZ}",
        }
        signed = sign_v4_s3(
            method="PUT",
            url=SplitResult("http", self.endpoint, path, "", ""),
            region="us-east-1",
            headers=headers,
            credentials=Credentials("testkey", "testsecret12"),
            content_sha256=digest,
            date=now,
        )
        connection = HTTPConnection(self.endpoint)
        connection.request("PUT", path, body=data, headers=signed)
        assert connection.getresponse().status == 200
        connection.close()

    def kill_gateway(self) -> None:
        """kill -9."""
        os.kill(int((self.folder / "run" / "client.rgw.pid").read_text()), signal.SIGKILL)

    def start_gateway(self) -> None:
        """Start it again."""
        run("ceph", "gateway", str(self.folder))
