"""Records through the API: looked at, changed, and refused, as the one door allows."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from flows.services import Services
from tests.apps.api.conftest import PASSWORD
from tests.papers import put
from tests.scans import page

API = "/api/v1"


def test_nobody_looks_without_signing_in(anonymous: TestClient, paper: str) -> None:
    for address in ("/records", f"/records/{paper}", f"/records/{paper}/parts/pdf", "/types"):
        answer = anonymous.get(API + address)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        told = answer.json()
        assert (told["code"], told["status"]) == ("not_signed_in", 401)
        assert "đăng nhập" in told["message_vi"]


def test_a_wrong_password_and_too_many_of_them(client: TestClient) -> None:
    def signing_in(password: str) -> int:
        return client.post(f"{API}/session", json={"name": "canbo1", "password": password}).status_code

    assert signing_in("x") == 401
    assert client.post(f"{API}/session", json={"name": "nobody", "password": "x"}).status_code == 401
    for _ in range(10):
        signing_in("x")
    assert signing_in(PASSWORD) == 429


def test_signing_in_anew_ends_the_session_that_the_browser_had(client: TestClient) -> None:
    former = client.cookies["sohoa_session"]
    given = {"name": "canbo1", "password": PASSWORD}
    assert client.post(f"{API}/session", json={**given, "password": "sai"}).status_code == 401
    assert client.get(f"{API}/session").status_code == 200, "a wrong password ends nothing"
    assert client.post(f"{API}/session", json=given).status_code == 200
    assert client.get(f"{API}/session").status_code == 200
    client.cookies.clear()
    client.cookies.set("sohoa_session", former)
    assert client.get(f"{API}/session").status_code == 401


def test_a_session_ends(client: TestClient, services: Services) -> None:
    assert client.get(f"{API}/session").json()["full_name"] == "Lê Thị Mẫu"
    assert client.delete(f"{API}/session", headers={"X-CSRF-Token": "forged"}).status_code == 403
    services.accounts.set_active("canbo1", active=False)
    assert client.get(f"{API}/session").status_code == 401


def test_a_record_with_its_evidence(client: TestClient, services: Services, paper: str) -> None:
    (row,) = client.get(f"{API}/records", params={"words": "giay khai sinh"}).json()["records"]
    assert (row["id"], row["type"]) == (paper, "birth_certificate")
    answer = client.get(f"{API}/records/{paper}", headers={"Sohoa-Purpose": "1.001193"})
    assert answer.headers["etag"] == '"1"'
    record = answer.json()
    assert (record["state"], record["version"], record["quality"]["complete"]["met"]) == (
        "unconfirmed",
        1,
        False,
    )
    line = list(services.audit.lines())[-1]
    assert (line["actor"], line["action"], line["object"], line["purpose"]) == (
        "canbo1",
        "view",
        paper,
        "1.001193",
    )
    assert client.get(f"{API}/records/{paper}/verification").json()["signatures"]
    assert client.get(f"{API}/records/{paper}/history").json()[-1]["type"] == "ingestion"


def test_a_change_names_the_version_that_was_looked_at(client: TestClient, paper: str) -> None:
    values = {"values": {"full_name": "Nguyễn Thị Ánh"}}
    assert client.post(f"{API}/records/{paper}/confirm", json=values).status_code == 428
    torn = {"values": {"birth_date": "ngày mai"}}
    refused = client.post(f"{API}/records/{paper}/confirm", json=torn, headers={"If-Match": '"1"'}).json()
    assert (refused["code"], refused["fields"]) == ("invalid_value", ["birth_date"])
    assert "ngày/tháng/năm" in refused["hint_vi"]
    answer = client.post(f"{API}/records/{paper}/confirm", json=values, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    field = answer.json()["fields"]["full_name"]
    assert (field["value"], field["sure"], field["method"]) == ("Nguyễn Thị Ánh", True, "reviewer")
    stale = client.post(f"{API}/records/{paper}/confirm", json=values, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    empty = client.post(f"{API}/records/{paper}/revoke", json={"reason": " "}, headers={"If-Match": '"2"'})
    assert (empty.status_code, empty.json()["code"]) == (400, "reason_missing")
    ended = client.post(f"{API}/records/{paper}/revoke", json={"reason": "QĐ 1"}, headers={"If-Match": '"2"'})
    assert ended.json()["state"] == "revoked"
    again = client.post(f"{API}/records/{paper}/confirm", json=values, headers={"If-Match": '"3"'})
    assert (again.status_code, again.json()["code"]) == (409, "ended")
    changes = [line["changes"] for line in client.get(f"{API}/records/{paper}/history").json()]
    assert {"field": "full_name", "before": None, "after": "Nguyễn Thị Ánh"} in [
        one for line in changes for one in line
    ]


def test_a_draft_tells_what_each_answer_means(client: TestClient, paper: str) -> None:
    address = f"{API}/records/{paper}/draft"
    for revision, (field, text) in enumerate((("birth_date", "5/3/2020"), ("number", "12 34"))):
        client.put(
            f"{address}/{field}?version=1", json={"value": text}, headers={"If-Match": f'"{revision}"'}
        )
    told = client.get(address).json()["understood"]
    assert told["birth_date"]["value"] == "2020-03-05"
    assert told["number"]["value"] is None
    assert "không cách" in told["number"]["expected_vi"]


@pytest.mark.parametrize(
    ("asked", "status", "first", "length"),
    [
        (None, 200, 0, None),
        ("bytes=0-9", 206, 0, 10),
        ("bytes=5-", 206, 5, None),
        ("bytes=-4", 206, -4, 4),
        ("bytes=99999999-", 416, 0, 0),
        ("bytes=nonsense", 200, 0, None),
    ],
)
def test_ranges_of_the_copy(
    client: TestClient,
    services: Services,
    paper: str,
    asked: str | None,
    status: int,
    first: int,
    length: int | None,
) -> None:
    whole = services.archive.get(paper, "pdf")
    headers = {"Range": asked} if asked else {}
    answer = client.get(f"{API}/records/{paper}/parts/pdf", headers=headers)
    assert answer.status_code == status
    if status != 416:
        expected = whole[first:] if length is None else whole[first:][:length]
        assert answer.content == expected


def test_an_unknown_type_is_refused_with_the_nearest_and_not_answered_with_nothing(
    client: TestClient, paper: str
) -> None:
    refused = client.get("/api/v1/records", params={"type": "birth_certifcate"})
    assert refused.status_code == 400
    assert "birth_certificate" in refused.json()["title"]
    assert client.get("/api/v1/records", params={"type": "birth_certificate"}).status_code == 200


def test_a_page_as_a_picture_and_a_part_of_it(client: TestClient, paper: str) -> None:
    answer = client.get(f"{API}/records/{paper}/pages/1.webp", params={"dpi": 100})
    image = Image.open(io.BytesIO(answer.content))
    scale = float(answer.headers["sohoa-scale"])
    assert scale == pytest.approx(0.5, abs=0.01)
    assert (image.format, image.size) == ("WEBP", (round(827 * scale), round(1165 * scale)))
    cut = client.get(f"{API}/records/{paper}/pages/1.webp", params={"dpi": 200, "box": "10,20,110,70"})
    assert Image.open(io.BytesIO(cut.content)).size == (100, 50)
    for wrong in ({"box": "9000,9000,9001,9001"}, {"box": "a"}):
        assert client.get(f"{API}/records/{paper}/pages/1.webp", params=wrong).status_code == 400
    assert client.get(f"{API}/records/{paper}/pages/7.webp").status_code == 404


def test_one_look_at_a_page_is_one_line_of_the_log(
    client: TestClient, services: Services, paper: str
) -> None:
    before = len(list(services.audit.lines()))
    for _ in range(2):  # the second picture comes from memory, and is a look as well
        assert client.get(f"{API}/records/{paper}/pages/1.webp").status_code == 200
    lines = list(services.audit.lines())[before:]
    assert [(line["action"], line["object"]) for line in lines] == [("view", f"{paper}/page-1")] * 2


def test_a_stream_goes_on_whatever_the_last_event_was(client: TestClient) -> None:
    for last in ("1.5", "", ".", "²", "1e9", "9" * 40):
        headers = {"Last-Event-ID": last.encode("latin-1")}
        answer = client.get(f"{API}/stream?once=true", headers=headers)  # type: ignore[arg-type]
        assert answer.status_code == 200, last


def test_a_scan_is_kept_before_it_is_acknowledged(
    client: TestClient, services: Services, tmp_path: Path
) -> None:
    data = io.BytesIO()
    page("GIẤY KHAI SINH").save(data, "PNG")

    def send(name: str, **said: str) -> dict[str, str]:
        answer = client.post(f"{API}/scans", files={"file": (name, data.getvalue())}, data=said)
        assert answer.status_code == 202
        return dict(answer.json())

    job = send("../../etc/tờ khai.png")["job"]
    assert send("again.png")["job"] == job, "the same bytes are the same job"
    assert send("again.png", dossier="000.00.01.H48-250117-0012")["job"] != job
    state = client.get(f"{API}/jobs/{job}").json()
    assert (state["state"], state["documents"]) == ("waiting", [])
    kept = services.queue.get(job)
    assert kept is not None
    place = Path(kept.payload["place"])
    assert place.read_bytes() == data.getvalue()
    assert place.is_relative_to(services.home / "uploads")
    assert client.post(f"{API}/scans", files={"file": ("a.png", b"")}).json()["code"] == "empty"
    assert client.get(f"{API}/jobs/none").status_code == 404
    for said in ({"dossier": "H48-1"}, {"subject": "123"}, {"procedure": "2.1583"}):
        answer = client.post(f"{API}/scans", files={"file": ("a.png", data.getvalue())}, data=said)
        assert answer.status_code == 400, said
        assert answer.json()["code"] in {"wrong_dossier", "wrong_subject", "wrong_procedure"}


def test_every_answer_has_the_headers(anonymous: TestClient) -> None:
    for address in ("/api/v1/records", "/nothing", "/api/v1/openapi.json"):
        headers = anonymous.get(address).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_what_a_colleague_has_open_is_not_confirmed(
    client: TestClient, services: Services, paper: str
) -> None:
    """Her answers stand in the draft, and nobody else has looked at them."""

    def confirm() -> tuple[int, str]:
        answer = client.post(f"{API}/records/{paper}/confirm", json={}, headers={"If-Match": '"1"'})
        return answer.status_code, answer.json().get("code", "")

    services.desk.claim(paper, "canbo2")
    assert confirm() == (409, "claimed")
    assert services.archive.current(paper)[1] == 1
    services.desk.release(paper, "canbo2")
    assert confirm()[0] == 200


def test_values_at_the_edge_are_refused_or_answered_and_never_a_fault(client: TestClient, paper: str) -> None:
    assert client.get(f"{API}/records", params={"after": "z" * 14}).status_code == 400
    assert client.get(f"{API}/report/quality", params={"to": "0001-01-01"}).status_code == 200
    version = client.get(f"{API}/records/{paper}").headers["etag"]
    answer = client.post(
        f"{API}/records/{paper}/revoke", json={"reason": "a\0"}, headers={"If-Match": version}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"name": "nguyễn"},
        {"name": "thi"},
        {"number": "31"},
        {"words": "birth"},
        {"type": "birth_certificate"},
    ],
    ids=str,
)
def test_page_by_page_comes_what_one_page_holds(
    client: TestClient, services: Services, asked: dict[str, str]
) -> None:
    called = ("Nguyễn Thị Ánh", "Thị Nguyễn", "Nguyễn", "Trần Thị Nguyễn")
    for number, (name, own) in enumerate(zip(called, ("31", "31/QĐ", "31", "32"), strict=True), 1):
        put(services, number, full_name=name, serial=own)
    whole = client.get(f"{API}/records", params=asked).json()
    found, after = [], None
    while True:
        more = {"after": after} if after else {}
        page = client.get(f"{API}/records", params={**asked, **more, "limit": 1})
        assert page.status_code == 200, page.json()
        found += page.json()["records"]
        after = page.json()["next"]
        if after is None:
            break
    assert len(found) > 1
    assert [row["id"] for row in found] == [row["id"] for row in whole["records"]]


def test_the_token_of_another_order_is_no_fault(client: TestClient, services: Services) -> None:
    for number in (1, 2):
        put(services, number, full_name="Nguyễn Thị Ánh")
    ranked = client.get(f"{API}/records", params={"name": "thi", "limit": 1}).json()["next"]
    for asked in (
        {},
        {"number": "1"},
        {"words": "birth"},
        {"words": "birth", "number": "1"},
        {"subject": "056320001234"},
    ):
        assert client.get(f"{API}/records", params={**asked, "after": ranked}).status_code == 200
    for order in ("due", "doubts"):
        assert client.get(f"{API}/queue/check", params={"order": order, "after": ranked}).status_code == 200
