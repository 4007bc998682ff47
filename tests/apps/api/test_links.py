"""Links: how a dossier stands, the citizen's question with their own consent, signing with a key that is elsewhere."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from time import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi.testclient import TestClient

from apps.api.app import create_app
from flows import records
from flows.caller import Caller, Role
from flows.services import Services
from flows.settings import load_settings
from flows.settings.asking import ApiSettings
from schemas.records import State
from storage.agencies import Agency
from tests.flows.people.test_store_export import altered
from tests.papers import put

API = "/api/v1"
ID = "056320001234"
ISSUER = "https://dinhdanh.example.vn"
POLICY = """
version: 1
purposes: {callbot: {name: Tổng đài, basis: "Nghị định 118/2025"}}
types: {birth_certificate: "*", criminal_record_certificate: [full_name]}
"""
KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.chdir(tmp_path)
    public = jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [{**public, "kid": "1"}]}))
    keys.chmod(0o600)
    return Services(load_settings(workers=1, api=ApiSettings(consent_issuer=ISSUER, consent_keys=keys)))


@pytest.fixture
def channel(services: Services) -> Iterator[TestClient]:
    """A call centre."""
    services.agencies.add(Agency("tongdai", "Tổng đài 1022", (), POLICY, active=True))
    services.agencies.give_token(hashlib.sha256(b"token").hexdigest(), "tongdai", time() + 600)
    with TestClient(create_app(services, worker=False)) as client:
        client.headers.update({"Authorization": "Bearer token", "Sohoa-Purpose": "callbot"})
        yield client


def consent(key: Any = KEY, **claims: Any) -> str:
    told = {"iss": ISSUER, "sub": ID, "aud": "sohoa", "exp": time() + 120, "jti": str(uuid.uuid4())}
    return jwt.encode({**told, **claims}, key, "ES256", {"kid": "1"})


def ask(channel: TestClient, token: str | None, type: str = "birth_certificate") -> Any:
    headers = {"Sohoa-Consent": token} if token is not None else {}
    return channel.get(f"{API}/citizen/paper", params={"type": type}, headers=headers)


def test_is_my_paper_there(channel: TestClient, services: Services) -> None:
    told = ask(channel, consent()).json()
    assert told == {
        "sentence_vi": "Chưa có giấy khai sinh nào của bạn còn giá trị trong kho.",
        "there": False,
        "valid_until": None,
    }
    put(services, 1, personal_id=ID, full_name="Nguyễn Thị Ánh")
    assert ask(channel, consent()).json()["sentence_vi"] == (
        "Giấy khai sinh của bạn đã được số hóa và đang chờ cán bộ xác nhận."
    )
    paper = put(services, 2, personal_id=ID, full_name="Nguyễn Thị Ánh", state=State.CONFIRMED)
    assert ask(channel, consent()).json()["sentence_vi"] == (
        "Giấy khai sinh của bạn đã có trong kho, không có thời hạn."
    )
    line = list(services.audit.lines())[-1]
    assert (line["actor"], line["action"], paper in line["object"]) == (
        "agency:tongdai",
        "citizen asks",
        True,
    )


def test_a_paper_that_cannot_be_read_is_not_told_as_none(channel: TestClient, services: Services) -> None:
    altered(services, put(services, 1, personal_id=ID, full_name="Nguyễn Thị Ánh", state=State.CONFIRMED))
    told = ask(channel, consent()).json()
    assert (told["there"], told["unavailable"]) == (False, True)
    assert "hiện chưa đọc được" in told["sentence_vi"]


def test_only_with_the_persons_own_fresh_consent(channel: TestClient, services: Services) -> None:
    once = consent()
    assert ask(channel, once).status_code == 200
    stranger = ec.generate_private_key(ec.SECP256R1())
    wrong = [
        None,
        once,
        "",
        "a.b.c",
        consent(stranger),
        consent(exp=time() - 60),
        consent(exp=time() + 3600),
        consent(nbf=time() + 500),
        consent(aud="elsewhere"),
        consent(iss="https://someone.example"),
        consent(sub="Nguyễn Thị Ánh"),
        jwt.encode({"iss": ISSUER, "sub": ID, "aud": "sohoa", "exp": time() + 60, "jti": "1"}, None, "none"),
        "x" * 9000,
    ]
    assert [ask(channel, one).json()["code"] for one in wrong] == ["consent_refused"] * len(wrong)
    assert ask(channel, consent(), "marriage_certificate").status_code == 403, "not in the policy"


def test_how_a_dossier_stands(channel: TestClient, services: Services) -> None:
    for number, code in enumerate(("000.00.01.H48-250117-0012", "H48.012.03-260214-AB0123"), 1):
        assert channel.get(f"{API}/dossiers/{code}").status_code == 404
        paper = put(services, number, full_name="Nguyễn Thị Ánh", dossier=code)
        told = channel.get(f"{API}/dossiers/{code}").json()
        assert (told["code"], told["standing"], told["owner"]) == (code, "in_check", None)
        assert told["papers"] == [
            {
                "record": paper,
                "type": "birth_certificate",
                "state": "unconfirmed",
                "version": 1,
                "signed": True,
            }
        ]
    put(
        services,
        3,
        "criminal_record_certificate",
        full_name="Nguyễn Thị Ánh",
        dossier="H48.012.03-260214-AB0199",
    )
    assert channel.get(f"{API}/dossiers/H48.012.03-260214-AB0199").status_code == 404, "seen in part only"


def test_the_person_sees_who_looked(channel: TestClient, services: Services) -> None:
    paper = put(services, 1, personal_id=ID, full_name="Nguyễn Thị Ánh", state=State.CONFIRMED)
    caller = Caller("canbo1", "quầy 3", "1.001193", frozenset({Role.CLERK}))
    records.open_record(services, caller, paper)
    channel.get(f"{API}/records/{paper}")
    answer = channel.get(f"{API}/citizen/looks", headers={"Sohoa-Consent": consent()})
    told = [(one["who"], one["action"], one["type"], one["purpose"]) for one in answer.json()]
    mine = ("Tổng đài 1022", "citizen asks", "birth_certificate", "callbot")
    other = ("Tổng đài 1022", "view", "birth_certificate", "callbot")
    office = ("Cơ quan lưu giữ", "view", "birth_certificate", "1.001193")
    assert told == [mine, other, office]
    assert "canbo1" not in answer.text, "an officer is told as the office"


def test_a_refused_consent_is_in_the_log(channel: TestClient, services: Services) -> None:
    for address in ("/citizen/paper?type=birth_certificate", "/citizen/looks"):
        assert channel.get(f"{API}{address}", headers={"Sohoa-Consent": "x"}).status_code == 403
    lines = [(one["actor"], one["action"]) for one in services.audit.lines()]
    assert lines == [("agency:tongdai", "refused citizen asks")] * 2
