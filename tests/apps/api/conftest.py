"""The app over an embedded home, with an officer who is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from apps.api.app import create_app
from flows.accounts import add_user
from flows.digitize import Request, digitize
from flows.services import Services
from flows.settings import load_settings
from tests.scans import write_scan

PASSWORD = "một mật khẩu đủ dài"


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.chdir(tmp_path)
    return Services(load_settings(workers=1))


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
    path = write_scan(tmp_path / "a.png", ["GIẤY KHAI SINH"])
    return digitize(path, services, Request(type="birth_certificate")).documents[0].id
