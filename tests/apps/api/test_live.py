"""A live server: the examples of docs/api.md, the log after a whole scenario, slow clients, bombs, ranges, paths."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import uuid
import zlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from flows.agencies.clients import key_of
from storage.agencies import Agency
from tests.apps.api.conftest import PASSWORD
from tests.apps.api.live import NAME, ROOT, SUBJECT, Live, serving

pytestmark = pytest.mark.slow

KEY = ed25519.Ed25519PrivateKey.generate()
POLICY = """
version: 1
purposes: {cu-tru: {name: Đăng ký cư trú, basis: "Luật Cư trú 2020, Điều 36"}}
types: {birth_certificate: "*"}
parts: [pdf]
"""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("live")
    with serving(folder) as started:
        file = folder / "key.pem"
        file.write_bytes(KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        started.services.agencies.add(
            Agency("H48", "Công an tỉnh", (dict(key_of(file)),), POLICY, active=True)
        )
        yield started


def assertion(live: Live) -> str:
    told = {"iss": "H48", "sub": "H48", "aud": f"{live.address}/api/v1/token"}
    return jwt.encode({**told, "exp": time.time() + 100, "jti": str(uuid.uuid4())}, KEY, "EdDSA")


def examples() -> str:
    """The blocks of docs/api.md that ask a server, as a script; commands may take several lines."""
    blocks = re.findall(
        r"^```console\n(.*?)^```", (ROOT / "docs" / "api.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    asking = "".join(block for block in blocks if "$HOST" in block)
    return "\n".join(["set -euo pipefail", *re.findall(r"^\$ ((?:.*\\\n)*.*)", asking, re.MULTILINE)])


def test_the_examples_of_the_documentation_work(live: Live, tmp_path: Path) -> None:
    script = examples()
    assert script.count("curl ") >= 15
    shutil.copy(live.log.parent / "a.png", tmp_path / "scan.png")
    told = {"HOST": live.address, "NAME": "quantri", "PASSWORD": PASSWORD}
    own = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "agency.pem").write_bytes(own)
    fake = tmp_path / "bin"
    fake.mkdir()
    (fake / "jq").write_text(JQ)
    (fake / "jq").chmod(0o755)
    environment = {**os.environ, **told, "PATH": f"{fake}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-xc", script], check=False, cwd=tmp_path, env=environment, capture_output=True, timeout=600
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    assert (tmp_path / "part.pdf").stat().st_size == 1024
    assert (tmp_path / "page.webp").read_bytes()[8:12] == b"WEBP"
    assert (tmp_path / "kho.zip").read_bytes().startswith(b"PK")


JQ = """#!/usr/bin/env python3
import json, re, sys
found = json.load(sys.stdin)
for name, index in re.findall(r"\\.?(\\w+)|\\[(\\d+)\\]", sys.argv[2]):
    found = found[int(index)] if index else found[name]
print(found)
"""
"""What the examples need of jq, which may not be installed here."""


def test_nothing_of_a_person_and_no_secret_in_the_log(live: Live) -> None:
    secrets = [NAME, SUBJECT, PASSWORD, "mật khẩu sai đó", "Ánh"]
    with live.officer() as officer:
        secrets += [officer.headers["X-CSRF-Token"], officer.cookies["sohoa_session"]]
        for address in (
            f"/api/v1/records?subject={SUBJECT}",
            f"/api/v1/records?words={NAME}",
            f"/api/v1/people/{SUBJECT}/papers",
            f"/api/v1/people/{NAME}/papers",
            f"/api/v1/people/{SUBJECT}/export",
            f"/api/v1/records/{live.paper}",
            f"/api/v1/records/{NAME}",
            f"/api/v1/types/{NAME}/schema",
            f"/{NAME}",
        ):
            officer.get(address)
        wrong = {"values": {"birth_date": f"{NAME} {SUBJECT}"}, "reason": NAME}
        url = f"/api/v1/records/{live.paper}/correct"
        assert officer.post(url, json=wrong, headers={"If-Match": '"2"'}).status_code >= 400
        officer.post("/api/v1/scans", files={"file": (f"{NAME}.png", b"no picture", "image/png")})
        officer.post("/api/v1/session", json={"name": NAME, "password": "mật khẩu sai đó"})
        officer.post("/api/v1/session", content=b'{"name": "' + SUBJECT.encode())
    token = httpx.post(
        f"{live.address}/api/v1/token",
        data={
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": (signed := assertion(live)),
        },
    ).json()["access_token"]
    secrets += [token, signed]
    headers = {"Authorization": f"Bearer {token}", "Sohoa-Purpose": SUBJECT}
    assert httpx.get(f"{live.address}/api/v1/records?subject={SUBJECT}", headers=headers).status_code == 403
    time.sleep(1)
    told = live.log.read_text("utf-8", errors="replace")
    lines = "\n".join(json.dumps(line, ensure_ascii=False) for line in live.services.audit.lines())
    assert not [secret for secret in secrets if secret in told]
    assert not [secret for secret in secrets if secret in lines.replace(f'"purpose": "{SUBJECT}"', "")]


def test_slow_clients_do_not_keep_others_waiting(live: Live) -> None:
    host, port = live.address.removeprefix("http://").split(":")
    slow = [socket.create_connection((host, int(port))) for _ in range(100)]
    try:
        for one in slow:
            one.sendall(b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{")
        assert httpx.get(f"{live.address}/api/v1/openapi.json", timeout=60).status_code == 200
    finally:
        for one in slow:
            one.close()


def test_paths_ranges_and_compressed_bodies(live: Live) -> None:
    with live.officer() as officer:
        for path in ("../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%00", "a%0d%0ab", "é" * 300):
            for address in (
                f"/api/v1/records/{path}",
                f"/api/v1/records/{path}/parts/pdf",
                f"/static/{path}",
            ):
                answer = officer.get(address)
                assert answer.status_code in {400, 404, 409, 422}, (address, answer.status_code)
                assert "root:" not in answer.text
        pdf = f"/api/v1/records/{live.paper}/parts/pdf"
        size = len(officer.get(pdf).content)
        many = "bytes=" + ",".join(f"{n}-" for n in range(1000))
        assert len(officer.get(pdf, headers={"Range": many}).content) == size, (
            "many ranges are one whole file"
        )
        for odd in ("bytes=9-1", "bytes=-0", "bytes=99999999999999999-", "bytes=18446744073709551616-"):
            assert officer.get(pdf, headers={"Range": odd}).status_code in {200, 416}
        bomb = zlib.compress(b"\0" * 50_000_000)
        headers = {"Content-Encoding": "deflate", "Content-Type": "application/json"}
        assert officer.post("/api/v1/session", content=bomb, headers=headers).status_code in {
            400,
            401,
            413,
            422,
        }
        large = b'{"name": "' + b"a" * 5_000_000 + b'"}'
        assert officer.post("/api/v1/session", content=large).status_code in {413, 422}


def test_a_client_made_from_the_contract_is_typed_and_works(live: Live, tmp_path: Path) -> None:
    made = subprocess.run(
        [ROOT / "script" / "client", tmp_path / "kho"],
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert made.returncode == 0, made.stderr[-2000:] + made.stdout[-2000:]
    code = f"""
from httpx import Timeout
from kho import AuthenticatedClient
from kho.api.records import find, open_record
from kho.models import Problem, Record, RowPage
client = AuthenticatedClient({live.address!r}, {"token"!r}, headers={{"Sohoa-Purpose": "cu-tru"}}, timeout=Timeout(60))
page = find.sync(client=client, subject={SUBJECT!r})
assert isinstance(page, RowPage) and [row.id for row in page.records] == [{live.paper!r}], page
record = open_record.sync(page.records[0].id, client=client)
assert isinstance(record, Record)
assert record.fields["full_name"].value == {NAME!r}
assert record.fields["full_name"].source.value == "scan"
assert isinstance(open_record.sync("none", client=client), Problem)
"""
    live.services.agencies.give_token(hashlib.sha256(b"token").hexdigest(), "H48", time.time() + 600)
    (tmp_path / "ask.py").write_text(code)
    types = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "ask.py"]
    for command in ([sys.executable, "ask.py"], types):
        done = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
