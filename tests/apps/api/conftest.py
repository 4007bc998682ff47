"""The app over an embedded home, with an officer who is signed in."""

from __future__ import annotations

import shutil
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


@pytest.fixture(scope="session")
def digitized(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home with an archived birth certificate, to be copied, and its id."""
    folder = tmp_path_factory.mktemp("digitized")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOHOA_HOME", str(folder / "home"))
        services = Services(load_settings(workers=1))
        path = write_scan(folder / "a.png", ["GIẤY KHAI SINH"])
        id = digitize(path, services, Request(type="birth_certificate")).documents[0].id
        services.index.close()
    return folder / "home", id


@pytest.fixture
def services(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.chdir(tmp_path)
    if "paper" in request.fixturenames:
        home, _ = request.getfixturevalue("digitized")
        shutil.copytree(home, tmp_path / "sohoa-home")
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
def paper(digitized: tuple[Path, str], services: Services) -> str:
    """The archived birth certificate."""
    return digitized[1]
