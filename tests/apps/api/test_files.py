"""Links to a file: for some minutes, in the name of who asked, as things are when they are used."""

from __future__ import annotations

import hashlib
from time import time

import jwt
import pytest
from fastapi.testclient import TestClient

from flows import file_links
from flows.services import Services
from storage.agencies import Agency
from tests.papers import put

API = "/api/v1"
POLICY = "version: 1\nlooks: {looks}\npurposes: {{a: {{name: b, basis: c}}}}\ntypes: {{birth_certificate: '*'}}\nparts: [pdf]\n"


@pytest.fixture
def paper(services: Services) -> str:
    return put(services, full_name="Nguyễn Thị Ánh")


def agency(services: Services, client: TestClient, looks: int = 100) -> Agency:
    made = Agency("H48", "Công an tỉnh", (), POLICY.format(looks=looks), active=True)
    services.agencies.add(made)
    services.agencies.give_token(hashlib.sha256(b"token").hexdigest(), "H48", time() + 600)
    client.headers.update({"Authorization": "Bearer token", "Sohoa-Purpose": "a"})
    return made


def href(client: TestClient, paper: str, part: str = "pdf") -> str:
    return str(client.get(f"{API}/records/{paper}/parts/{part}/link").json()["href"])


def test_a_link_opens_one_file_without_a_token(anonymous: TestClient, services: Services, paper: str) -> None:
    agency(services, anonymous)
    link = href(anonymous, paper)
    anonymous.headers.clear()
    whole = anonymous.get(link)
    assert whole.content == anonymous.get(link, headers={"Range": "bytes=0-"}).content
    part = anonymous.get(link, headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, whole.content[2:6])
    lines = [one for one in services.audit.lines() if one["action"] != "digitize"]
    seen = [(one["actor"], one["action"], one["purpose"]) for one in lines]
    assert seen == [("agency:H48", "get", "a")] * 4, "each use is logged"


def test_each_use_is_judged_as_things_are(anonymous: TestClient, services: Services, paper: str) -> None:
    made = agency(services, anonymous)
    link = href(anonymous, paper)
    narrow = made.policy.replace("'*'", "[full_name]")
    services.agencies.replace(Agency(made.id, made.name, (), narrow, active=True))
    assert anonymous.get(link).status_code == 403
    services.agencies.replace(Agency(made.id, made.name, (), made.policy, active=False))
    assert anonymous.get(link).status_code == 401


def test_an_officer_who_may_not_come_in_any_more(client: TestClient, services: Services, paper: str) -> None:
    link = href(client, paper, "scan")
    assert client.get(link).status_code == 200
    services.accounts.set_active("canbo1", active=False)
    assert client.get(link).status_code == 401


def test_links_that_are_old_altered_or_none(
    client: TestClient, services: Services, paper: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = href(client, paper)
    other = put(services, 2, full_name="Trần Văn Bình")
    told = jwt.decode(link.rpartition("/")[2], options={"verify_signature": False})
    forged = [
        jwt.encode({**told, "document": other}, "0" * 32, "HS256"),
        jwt.encode({**told, "document": other}, None, "none"),
        link.rpartition("/")[2][:-4] + "AAAA",
        "a.b.c",
        "x" * 5000,
    ]
    assert {client.get(f"{API}/files/{one}").status_code for one in forged} == {401}
    monkeypatch.setattr(file_links, "HOLDS", -10)
    assert client.get(href(client, paper)).status_code == 401
