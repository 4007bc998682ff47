"""The app over an embedded home, with an officer who is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from apps.api.app import create_app
from flows.desk.accounts import add_user
from flows.digitize import Request, digitize
from flows.services import Services
from flows.settings import load_settings
from tests.homes import once
from tests.scans import write_scan

PASSWORD = "một mật khẩu đủ dài"


@pytest.fixture
def services(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.chdir(tmp_path)
    made = Services(load_settings(workers=1))
    if "paper" in request.fixturenames:  # before anybody opens the home
        _archived(made, tmp_path)
    return made


@pytest.fixture
def anonymous(services: Services) -> Iterator[TestClient]:
    with TestClient(create_app(services, worker=False), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(services: Services, anonymous: TestClient) -> TestClient:
    """Signed in as a reviewer; sends the token that unsafe requests need."""
    add_user(services.accounts, "canbo1", PASSWORD, ["reviewer"], "Lê Thị Mẫu")
    answer = anonymous.post("/api/v1/session", json={"name": "canbo1", "password": PASSWORD})
    anonymous.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return anonymous


@pytest.fixture
def paper(tmp_path: Path, services: Services) -> str:
    """An archived birth certificate."""
    (id,) = services.archive.ids()
    return id


def _archived(services: Services, folder: Path) -> None:
    path = write_scan(folder / "a.png", ["GIẤY KHAI SINH"])
    once(
        "a birth certificate",
        services.home,
        lambda: digitize(path, services, Request(type="birth_certificate")).status,
    )
