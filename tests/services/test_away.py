"""What a backlog needs goes away in the middle and comes back: the S3 server, the token, the time-stamping authority."""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path

import pytest
from minio import Minio

from storage.stores.s3_options import Protection
from tests.pki import softhsm
from tests.pki.fixtures import _running, pki
from tests.pki.harness import PASSWORD, Pki
from tests.services.cluster import wait_until
from tests.services.command import demand_each_once, done, here, sohoa, wait_for_done
from tests.services.test_killed import fill
from tests.storage.conftest import _credentials, ceph
from tests.storage.servers import Ceph

__all__ = ["_credentials", "_running", "ceph", "pki"]
pytestmark = [pytest.mark.server, pytest.mark.slow]
DOCUMENTS = 24


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOHOA_LANGUAGE", "en")
    return fill(tmp_path / "in", DOCUMENTS, random.Random(str(tmp_path)))


def test_s3_is_away_for_two_minutes(
    inbox: Path, tmp_path: Path, ceph: Ceph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both the archive and the scans are there; the scans below a prefix."""
    bucket, scans = ceph.bucket(Protection.VERSIONED), ceph.bucket(Protection.PLAIN)
    chosen = {"endpoint": bucket.endpoint, "bucket": bucket.bucket, "tls": False, "at_once": 2}
    monkeypatch.setenv("SOHOA_ARCHIVE__S3", json.dumps(chosen))
    client = Minio(scans.endpoint, "testkey", "testsecret12", secure=False, region="us-east-1")
    for path in inbox.iterdir():
        client.fput_object(scans.bucket, f"năm 2025/xã An Bình/{path.name}", str(path))
    client.fput_object(scans.bucket, "elsewhere/not-meant.png", str(path))
    source = f"s3://{scans.bucket}/năm 2025"
    with sohoa(tmp_path, "archive", "init") as made:
        assert made.end() == 0, made.told.read_text()
    with sohoa(tmp_path, "backlog", source, "--json") as command:
        wait_for_done(source, 4)
        ceph.kill_gateway()
        try:
            wait_until(lambda: command.says("Waiting: The archive's store does not answer."), 300)
            time.sleep(120)
        finally:
            ceph.start_gateway()
        assert command.end() == 0, command.told.read_text()
        assert command.says("Going on after")
    demand_each_once(source, DOCUMENTS)
    assert all(here().archive.record(id).source.startswith(source) for id in here().archive.ids())


def _signed() -> list[bool]:
    services = here()
    return [services.archive.record(id).signed for id in services.archive.ids()]


@pytest.fixture
def token(tmp_path: Path, pki: Pki, monkeypatch: pytest.MonkeyPatch) -> softhsm.SoftHsm:
    hsm = softhsm.SoftHsm.start(tmp_path / "hsm")
    hsm.add_token("con-dau")
    hsm.add_key("con-dau", pki, "seal", b"\x01")
    signer = {"kind": "pkcs11", "module": str(softhsm.MODULE), "token": "con-dau", "pin": softhsm.PIN}
    monkeypatch.setenv("SOHOA_SIGNER", json.dumps(signer))
    monkeypatch.setenv("SOFTHSM2_CONF", str(hsm.folder / "softhsm2.conf"))
    return hsm


def test_the_token_is_pulled_out_and_put_back(inbox: Path, tmp_path: Path, token: softhsm.SoftHsm) -> None:
    """What comes meanwhile is archived unsigned, and signed at the end."""
    with sohoa(tmp_path, "backlog", str(inbox), "--json") as command:
        wait_for_done(inbox, 3)
        token.pull()
        wait_for_done(inbox, min(done(inbox) + 8, DOCUMENTS - 4))
        assert not all(_signed())
        token.put_back()
        assert command.end() == 0, command.told.read_text()
    demand_each_once(inbox, DOCUMENTS)
    assert all(_signed())


def test_the_token_is_gone_for_the_whole_night(inbox: Path, tmp_path: Path, token: softhsm.SoftHsm) -> None:
    """All is archived; the operator is told what waits, and what to do; the same command signs it later."""
    with sohoa(tmp_path, "backlog", str(inbox), "--json") as command:
        wait_for_done(inbox, 3)
        token.pull()
        assert command.end() == 4, command.told.read_text()
        assert command.says("files are archived and wait for a signature")
    demand_each_once(inbox, DOCUMENTS)
    token.put_back()
    with sohoa(tmp_path, "backlog", str(inbox), "--json", "--resume") as command:
        assert command.end() == 0, command.told.read_text()
    demand_each_once(inbox, DOCUMENTS)
    assert all(_signed())


@pytest.mark.parametrize("how", ["down", "silent"])
def test_the_time_stamping_authority_is_away(
    inbox: Path, tmp_path: Path, pki: Pki, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """It answers with an error, or takes the question and never answers: that costs ten seconds a try, not the night."""
    away: set[str] = getattr(pki, how)
    signer = {"kind": "pkcs12", "file": str(pki.pkcs12("officer")), "password": PASSWORD, "level": "B-T"}
    monkeypatch.setenv("SOHOA_SIGNER", json.dumps({**signer, "tsa": pki.tsa()}))
    with sohoa(tmp_path, "backlog", str(inbox), "--json") as command:
        wait_for_done(inbox, 3)
        away.add("/sohoa/tsa")
        wait_for_done(inbox, min(done(inbox) + 8, DOCUMENTS - 4))
        assert not all(_signed())
        away.clear()
        assert command.end() == 0, command.told.read_text()
    demand_each_once(inbox, DOCUMENTS)
    assert all(_signed())


def test_a_wrong_pin(
    inbox: Path, tmp_path: Path, token: softhsm.SoftHsm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tried once by all processes of the night together, since tokens lock themselves; all is archived, and signed later."""
    right = os.environ["SOHOA_SIGNER"]
    monkeypatch.setenv("SOHOA_SIGNER", json.dumps({**json.loads(right), "pin": "271828"}))
    with sohoa(tmp_path, "backlog", str(inbox)) as command:
        assert command.end() == 4, command.told.read_text()
        assert command.says("files are archived and wait for a signature")
        assert command.says(f"{DOCUMENTS}: The PIN or password of the signing key is wrong")
    demand_each_once(inbox, DOCUMENTS)
    assert not any(_signed())
    monkeypatch.setenv("SOHOA_SIGNER", right)
    with sohoa(tmp_path, "backlog", str(inbox), "--resume") as command:
        assert command.end() == 0, command.told.read_text()
    demand_each_once(inbox, DOCUMENTS)
    assert all(_signed())
