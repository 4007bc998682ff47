"""Agencies: signed assertions for short tokens, and no more than the policy lets them see."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi.testclient import TestClient

from flows import records
from flows.agencies.clients import key_of, with_key
from flows.caller import local_caller
from flows.services import Services
from flows.settings.asking import ApiSettings
from schemas.errors import TooManyTries, UsageError
from schemas.policies import read_policy
from schemas.records import Validity
from storage.agencies import Agency
from tests.papers import put

API = "/api/v1"
POLICY = """
version: 3
purposes:
  H48-cu-tru: {name: Đăng ký cư trú, basis: "Luật Cư trú 2020, Điều 36"}
types:
  birth_certificate: [full_name, birth_date]
looks: 20
"""
WHOLE = POLICY.replace("[full_name, birth_date]", '"*"') + "parts: [pdf, picture]\n"
PURPOSE = {"Sohoa-Purpose": "H48-cu-tru"}


@pytest.fixture
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public(key: ec.EllipticCurvePrivateKey, folder: Path) -> dict[str, Any]:
    file = folder / f"{uuid.uuid4()}.pem"
    file.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return dict(key_of(file))


@pytest.fixture
def agency(services: Services, key: ec.EllipticCurvePrivateKey, tmp_path: Path, paper: str) -> Agency:
    made = Agency("H48", "Công an tỉnh", (public(key, tmp_path),), POLICY, active=True)
    services.agencies.add(made)
    values = {"full_name": "Nguyễn Thị Ánh", "birth_date": "05/03/2020", "personal_id": "056320001234"}
    records.confirm(services, local_caller(), paper, values)
    return made


def assertion(
    key: Any, *, algorithm: str = "ES256", headers: dict[str, str] | None = None, **claims: Any
) -> str:
    told = {
        "iss": "H48",
        "sub": "H48",
        "aud": "http://testserver/api/v1/token",
        "exp": time() + 60,
        "jti": str(uuid.uuid4()),
    }
    return jwt.encode({**told, **claims}, key, algorithm, headers)


def ask_token(client: TestClient, signed: str) -> Any:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": signed,
    }
    return client.post(f"{API}/token", data=form)


@pytest.fixture
def asking(anonymous: TestClient, agency: Agency, key: ec.EllipticCurvePrivateKey) -> TestClient:
    """With a token."""
    answer = ask_token(anonymous, assertion(key)).json()
    assert answer["expires_in"] <= 600
    anonymous.headers["Authorization"] = f"Bearer {answer['access_token']}"
    return anonymous


def test_three_fields_are_three_fields(asking: TestClient, services: Services, paper: str) -> None:
    answer = asking.get(f"{API}/records/{paper}", headers=PURPOSE)
    told = answer.json()
    assert set(told["fields"]) == {"full_name", "birth_date"}
    assert "056320001234" not in answer.text
    assert (told["source"], told["dossier"]) == ("", None)
    assert [one["name"] for one in told["subjects"]] == ["Nguyễn Thị Ánh"]
    for part in ("pdf", "scan", "text", "alto"):
        refused = asking.get(f"{API}/records/{paper}/parts/{part}", headers=PURPOSE)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert asking.get(f"{API}/records/{paper}/pages/1.webp", headers=PURPOSE).status_code == 403
    history = asking.get(f"{API}/records/{paper}/history", headers=PURPOSE)
    assert "056320001234" not in history.text
    assert {line["agent"] for line in history.json()} == {""}
    (row,) = asking.get(f"{API}/records", params={"subject": "056320001234"}, headers=PURPOSE).json()[
        "records"
    ]
    assert (row["id"], row["subject_name"], row["subject_id"]) == (paper, "Nguyễn Thị Ánh", None)
    words = asking.get(f"{API}/records", params={"words": "khai sinh"}, headers=PURPOSE)
    assert words.json()["records"] == [], "a question tells no more than an answer"
    assert asking.get(f"{API}/records", headers=PURPOSE).status_code == 400, "nobody lists everything"
    lines = list(services.audit.lines())
    assert {"refused get", "view", "find"} <= {
        line["action"] for line in lines if line["actor"] == "agency:H48"
    }


def test_a_purpose_is_a_registered_one(asking: TestClient, paper: str) -> None:
    for purpose in ({}, {"Sohoa-Purpose": "curiosity"}):
        assert asking.get(f"{API}/records/{paper}", headers=purpose).status_code == 403


def test_an_agency_acts_on_nothing(asking: TestClient, paper: str) -> None:
    bodies: dict[str, Any] = {
        "confirm": {"values": {}},
        "correct": {"values": {}, "reason": "x"},
        "revoke": {"reason": "x"},
        "supersede": {"reason": "x", "newer": paper},
        "sign": None,
        "claim": None,
    }
    for act, json in bodies.items():
        headers = {**PURPOSE, "If-Match": '"2"'}
        assert asking.post(f"{API}/records/{paper}/{act}", json=json, headers=headers).status_code == 403


def test_the_number_of_looks_is_limited(asking: TestClient, paper: str) -> None:
    answers = [asking.get(f"{API}/records/{paper}", headers=PURPOSE).status_code for _ in range(25)]
    assert answers[0] == 200
    assert answers[-1] == 403


def test_the_whole_paper_where_the_policy_says_so(
    anonymous: TestClient, services: Services, agency: Agency, key: Any, paper: str
) -> None:
    services.agencies.replace(Agency(agency.id, agency.name, agency.keys, WHOLE, active=True))
    token = ask_token(anonymous, assertion(key)).json()["access_token"]
    headers = {**PURPOSE, "Authorization": f"Bearer {token}"}
    assert anonymous.get(f"{API}/records/{paper}/parts/pdf", headers=headers).content.startswith(b"%PDF")
    assert anonymous.get(f"{API}/records/{paper}/parts/scan", headers=headers).status_code == 403
    assert anonymous.get(f"{API}/records/{paper}/pages/1.webp", headers=headers).status_code == 200
    row = anonymous.get(f"{API}/records?subject=056320001234", headers=headers).json()["records"][0]
    assert row["id"] == paper
    for told in (row, anonymous.get(f"{API}/records/{paper}", headers=headers).json()):
        assert told["source"] == "", "where the file lay here"


def test_forged_old_and_repeated_assertions(anonymous: TestClient, agency: Agency, key: Any) -> None:
    stranger = ec.generate_private_key(ec.SECP256R1())
    once = assertion(key)
    assert ask_token(anonymous, once).status_code == 200
    wrong = [
        once,
        assertion(stranger),
        assertion(key, exp=time() - 120),
        assertion(key, exp=time() + 4000),
        assertion(key, nbf=time() + 500),
        assertion(key, aud="http://elsewhere/token"),
        assertion(key, iss="G15"),
        assertion(key, sub="G15"),
    ]
    for one in wrong:
        answer = ask_token(anonymous, one)
        assert answer.status_code in {401, 429}
        assert answer.status_code == 429 or "aud" in answer.json()["detail"]
    assert anonymous.get(f"{API}/records", headers={"Authorization": "Bearer nonsense"}).status_code == 401


def test_who_asks_wrongly_is_told_how_to_ask(asking: TestClient, paper: str) -> None:
    without_purpose = asking.get(f"{API}/records/{paper}").json()
    assert "Sohoa-Purpose" in without_purpose["detail"]
    assert "Sohoa-Purpose" in without_purpose["hint_vi"]
    wrongly = asking.get(f"{API}/records", params={"type": "khai_sinh"}, headers=PURPOSE)
    assert (wrongly.status_code, wrongly.json()["code"]) == (400, "usage")
    assert f"{API}/openapi.json" in wrongly.json()["detail"], "not a command line that it does not have"


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_the_algorithm_is_the_keys_not_the_assertions(
    anonymous: TestClient, agency: Agency, key: ec.EllipticCurvePrivateKey, algorithm: str
) -> None:
    """The public key, known to everybody, must not serve as a shared secret."""
    secret = str(dict(agency.keys[0])["x"]) * 2 if algorithm == "HS256" else None
    assert ask_token(anonymous, assertion(secret, algorithm=algorithm)).status_code == 401


def test_two_keys_live_at_once_and_a_disabled_agency_is_out(
    anonymous: TestClient, services: Services, agency: Agency, key: Any, tmp_path: Path
) -> None:
    second, third = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    agency = with_key(agency, public(second, tmp_path))
    services.agencies.replace(agency)
    assert [ask_token(anonymous, assertion(one)).status_code for one in (key, second)] == [200, 200]
    agency = with_key(agency, public(third, tmp_path))
    services.agencies.replace(agency)
    assert [ask_token(anonymous, assertion(one)).status_code for one in (key, third)] == [401, 200]
    token = ask_token(anonymous, assertion(third)).json()["access_token"]
    services.agencies.replace(Agency(agency.id, agency.name, agency.keys, agency.policy, active=False))
    assert anonymous.get(f"{API}/types", headers={"Authorization": f"Bearer {token}"}).status_code == 401


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("version: 1\npurposes: {}\ntypes: {khai_sinh: '*'}", "khai_sinh"),
        ("version: 1\npurposes: {}\ntypes: {birth_certificate: [shoe_size]}", "shoe_size"),
        ("version: 1\npurposes: {a: {name: b}}\ntypes: {}", "basis"),
        ("version: 1\npurposes: {}\ntypes: {}\nfields: {}", "fields"),
        ("version: 1", "needed"),
        ("[", "YAML"),
    ],
)
def test_a_policy_that_says_something_unknown_is_refused(text: str, wrong: str) -> None:
    with pytest.raises(UsageError, match=wrong):
        read_policy(text, "H48")


CERTIFICATE, ANOTHER = ":YQ==:", ":Yg==:"
"""As a proxy tells them (RFC 9440): what stands in them is the proxy's affair."""


def test_a_token_serves_only_the_certificate_that_it_was_asked_for_with(
    anonymous: TestClient,
    services: Services,
    agency: Agency,
    key: ec.EllipticCurvePrivateKey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    early = ask_token(anonymous, assertion(key)).json()["access_token"]
    told = {"bound_tokens": True, "certificate_header": "Client-Cert"}
    api = services.settings.api.model_copy(update=told)
    monkeypatch.setattr(services, "settings", services.settings.model_copy(update={"api": api}))
    assert ask_token(anonymous, assertion(key)).status_code == 401
    anonymous.headers["Client-Cert"] = CERTIFICATE
    bound = ask_token(anonymous, assertion(key)).json()["access_token"]

    def asked(token: str, certificate: str) -> int:
        headers = {**PURPOSE, "Authorization": f"Bearer {token}", "Client-Cert": certificate}
        return anonymous.get(f"{API}/records?subject=056320001234", headers=headers).status_code

    given = [(bound, CERTIFICATE), (bound, ANOTHER), (bound, ""), (bound, "nonsense"), (early, CERTIFICATE)]
    assert [asked(*one) for one in given] == [200, 401, 401, 401, 401]


def test_wrong_passwords_count_for_all_processes_together(services: Services) -> None:
    other = Services(services.settings)  # as another process has them
    for one in (services, other) * 4:
        one.tries.note("user lan", "from 10.0.0.1")
    for one in (services, other):
        with pytest.raises(TooManyTries):
            one.tries.check("user lan", "from 10.0.0.2")
        one.tries.check("user mai", "from 10.0.0.2")


def test_the_territory_is_that_of_places_and_the_same_for_a_list_and_for_one_paper(
    anonymous: TestClient, services: Services, agency: Agency, key: Any
) -> None:
    """Neither a person's name nor a place that merely sounds like it counts; the residence does, which no list shows."""
    rules = WHOLE.replace("types:", "types:\n  citizen_card: '*'").replace("looks: 20", "looks: 1000")
    services.agencies.replace(
        Agency(agency.id, agency.name, agency.keys, f"{rules}territory: [Khánh Hòa]\n", active=True)
    )
    token = ask_token(anonymous, assertion(key)).json()["access_token"]
    headers = {**PURPOSE, "Authorization": f"Bearer {token}"}
    number = "056320009999"
    papers = [
        put(
            services,
            11,
            personal_id=number,
            full_name="LÊ KHÁNH HÒA",
            registration_place="UBND xã Phú Lai, tỉnh Hòa Bình",
        ),
        put(services, 12, personal_id=number, registration_place="UBND xã Khánh Hòa, tỉnh Cà Mau"),
        put(services, 13, personal_id=number, registration_place="UBND phường Lộc Thọ, tỉnh Khánh Hòa"),
        put(
            services, 14, "citizen_card", personal_id=number, residence="Phường Lộc Thọ, Nha Trang, Khánh Hòa"
        ),
    ]
    listed = anonymous.get(f"{API}/records", params={"subject": number}, headers=headers).json()["records"]
    opened = [id for id in papers if anonymous.get(f"{API}/records/{id}", headers=headers).status_code == 200]
    assert {row["id"] for row in listed} == set(opened) == set(papers[2:])


def test_an_assertion_is_for_the_address_that_the_operator_told_not_for_what_a_request_calls_its_host(
    anonymous: TestClient,
    services: Services,
    agency: Agency,
    key: ec.EllipticCurvePrivateKey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def asked(host: str, audience: str) -> int:
        anonymous.headers.update({"Host": host})
        return int(ask_token(anonymous, assertion(key, aud=f"{audience}/api/v1/token")).status_code)

    other = ("khac.gov.vn", "http://khac.gov.vn")
    assert asked(*other) == 401, "made for another system, which the client calls us"
    assert asked("127.0.0.1:8600", "http://127.0.0.1:8600") == 200
    assert asked("localhost:8600", "http://localhost:8600") == 200
    api = services.settings.api.model_copy(update={"address": "https://ho-so.example.vn/"})
    monkeypatch.setattr(services, "settings", services.settings.model_copy(update={"api": api}))
    ours = "https://ho-so.example.vn"
    assert [asked(host, ours) for host in ("10.0.0.7:8600", "khac.gov.vn", "testserver")] == [200, 200, 200]
    assert [
        asked(*other),
        asked("127.0.0.1", "http://127.0.0.1"),
        asked("testserver", "http://testserver"),
    ] == [401] * 3


@pytest.mark.parametrize(
    "wrong", ["ho-so.example.vn", "http://ho-so.example.vn", "https://a/b", "https://a?b", "ftp://a"]
)
def test_the_public_address_is_one(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"api\.address"):
        ApiSettings(address=wrong)
    assert ApiSettings(address="https://ho-so.example.vn").address


def _may(services: Services, agency: Agency, types: str) -> None:
    """From now on the agency's policy shows these types."""
    rules = POLICY.replace("birth_certificate: [full_name, birth_date]", types).replace(
        "looks: 20", "looks: 1000"
    )
    services.agencies.replace(replace(agency, policy=rules))


def test_nothing_that_is_computed_tells_a_field_that_is_hidden(
    anonymous: TestClient, services: Services, agency: Agency, key: Any
) -> None:
    number, issued, ends = "056320009999", "2024-04-02", "2019-05-06"
    holds = Validity(valid_from=date.fromisoformat(issued))
    birth = {"personal_id": number, "full_name": "NGUYỄN THỊ ÁNH", "registration_date": issued}
    paper = put(services, 21, validity=holds, **birth)
    over = Validity(valid_until=date.fromisoformat(ends))
    card = put(
        services, 22, "citizen_card", validity=over, personal_id=number, expiry_date=ends, full_name="B"
    )

    def asked(**more: str) -> dict[str, Any]:
        token = ask_token(anonymous, assertion(key)).json()["access_token"]
        anonymous.headers.update({**PURPOSE, "Authorization": f"Bearer {token}"})
        told = anonymous.get(f"{API}/records", params={"subject": number, **more}).json()["records"]
        return {row["id"]: row for row in told}

    _may(services, agency, "birth_certificate: [full_name]\n  citizen_card: [full_name]")
    rows = asked()
    opened = {id: anonymous.get(f"{API}/records/{id}").json() for id in (paper, card)}
    owned = anonymous.get(f"{API}/people/{number}/papers").json()
    for day in (issued, ends, number):
        assert day not in str((rows, opened, owned))
    quality = opened[paper]["quality"]
    assert quality["complete"] == {"met": True, "reasons": []}, "of what is hidden nothing is told"
    assert (rows[paper]["doubts"], rows[paper]["number"], rows[paper]["issued_on"]) == (0, None, None)
    assert opened[card]["quality"]["alive"] == {"met": False, "reasons": ["expired"]}
    for bound in ({"issued_from": "2024-04-02"}, {"issued_to": "2024-04-02"}, {"number": number}):
        assert asked(**bound) == {}, "a question tells no more than its answer would"

    _may(services, agency, "birth_certificate: [full_name, number, registration_date]")
    assert asked(number="0563") == {}, "the paper has no number but the person's, which is hidden"
    row = asked(issued_from=issued)[paper]
    assert (row["issued_on"], row["valid_from"], row["number"], row["subject_id"]) == (
        issued,
        issued,
        None,
        None,
    )
    told = anonymous.get(f"{API}/records/{paper}").json()
    assert told["quality"]["complete"]["reasons"] == ["number: missing"]
    assert told["fields"]["full_name"]["issued"] == issued
