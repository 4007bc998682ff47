"""Each role is offered the pages on which it may do something, and comes to one of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from apps.api.app import create_app
from flows.desk.accounts import add_user
from flows.services import Services
from flows.settings import load_settings
from tests.apps.api.conftest import PASSWORD


@pytest.mark.parametrize(
    ("role", "first", "offered"),
    [
        ("clerk", "/desk", {"/desk", "/queue", "/citizen", "/manager"}),
        ("signer", "/sign", {"/desk", "/queue", "/sign", "/citizen", "/manager"}),
        ("auditor", "/citizen", {"/citizen"}),
    ],
)
def test_pages_are_offered_to_who_may_work_on_them(
    role: str, first: str, offered: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    services = Services(load_settings())
    add_user(services.accounts, "canbo1", PASSWORD, [role])
    with TestClient(create_app(services, worker=False), follow_redirects=False) as client:
        client.post("/api/v1/session", json={"name": "canbo1", "password": PASSWORD})
        assert client.get("/").headers["location"] == first
        page = client.get(first)
        assert page.status_code == 200
        assert {
            one
            for one in ("/desk", "/queue", "/sign", "/citizen", "/manager")
            if f'href="{one}"' in page.text
        } == offered
        for other in {"/desk", "/queue", "/manager"} - offered:
            assert client.get(other).headers["location"] == first
