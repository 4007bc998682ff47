"""How a scan stands is told to who handed it in, and to who decides on papers."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient

from flows.desk.accounts import add_user
from flows.services import Services
from tests.apps.api.conftest import PASSWORD
from tests.scans import write_scan

API = "/api/v1"


def sign_in(client: TestClient, services: Services, name: str, role: str) -> None:
    add_user(services.accounts, name, PASSWORD, [role])
    told = client.post(f"{API}/session", json={"name": name, "password": PASSWORD}).json()
    client.headers["X-CSRF-Token"] = told["csrf"]


def test_a_job_is_its_submitters_and_the_deciders(anonymous: TestClient, services: Services) -> None:
    sign_in(anonymous, services, "canbo1", "clerk")
    job = anonymous.post(f"{API}/scans", files={"file": ("a.png", b"a scan")}).json()["job"]
    addresses = [f"{API}/jobs/{job}", f"{API}/jobs/{job}/events"]
    assert anonymous.get(addresses[0]).json()["state"] == "waiting"
    sign_in(anonymous, services, "canbo2", "clerk")
    assert [anonymous.get(one).status_code for one in addresses] == [404, 404]
    lines = [one for one in services.audit.lines() if one["actor"] == "canbo2"]
    assert [(one["action"], one["object"]) for one in lines] == [("refused digitize", f"job:{job}")] * 2
    sign_in(anonymous, services, "truongphong", "reviewer")
    assert anonymous.get(addresses[0]).json()["job"] == job


def test_a_scan_that_two_clerks_handed_in_is_both_of_theirs(
    anonymous: TestClient, services: Services
) -> None:
    jobs = []
    for name in ("canbo1", "canbo2"):
        sign_in(anonymous, services, name, "clerk")
        jobs.append(anonymous.post(f"{API}/scans", files={"file": (f"{name}.png", b"a scan")}).json())
        assert anonymous.get(f"{API}/jobs/{jobs[-1]['job']}").status_code == 200, name
        assert jobs[0]["job"] in anonymous.get(f"{API}/stream?once=true").text
    assert jobs[0] == jobs[1]
    anonymous.post(f"{API}/session", json={"name": "canbo1", "password": PASSWORD})
    assert anonymous.get(jobs[0]["href"]).status_code == 200, "the first one's all the same"
    sign_in(anonymous, services, "canbo3", "clerk")
    assert anonymous.get(jobs[0]["href"]).status_code == 404


def test_the_first_page_is_seen_while_a_scan_is_read(
    anonymous: TestClient, services: Services, tmp_path: Path
) -> None:
    sign_in(anonymous, services, "canbo1", "clerk")
    scan = write_scan(tmp_path / "a.png", ["GIẤY KHAI SINH"])
    job = anonymous.post(f"{API}/scans", files={"file": ("a.png", scan.read_bytes())}).json()["job"]
    address = f"{API}/jobs/{job}/page.webp"
    told = anonymous.get(address)
    assert (told.status_code, told.headers["content-type"], told.content[8:12]) == (
        200,
        "image/webp",
        b"WEBP",
    )
    assert [one["object"] for one in services.audit.lines() if one["action"] == "view"] == [
        f"job:{job}/page-1"
    ]
    sign_in(anonymous, services, "canbo2", "clerk")
    assert anonymous.get(address).status_code == 404, "another's scan"
    sign_in(anonymous, services, "truongphong", "reviewer")
    assert anonymous.get(address).status_code == 200
    (services.home / "uploads").rename(tmp_path / "gone")
    assert anonymous.get(address).status_code == 404, "archived by now"


def test_what_is_no_scan_has_no_first_page(anonymous: TestClient, services: Services) -> None:
    sign_in(anonymous, services, "canbo1", "clerk")
    job = anonymous.post(f"{API}/scans", files={"file": ("a.png", b"no picture")}).json()["job"]
    assert anonymous.get(f"{API}/jobs/{job}/page.webp").json()["code"] == "unknown_format"
