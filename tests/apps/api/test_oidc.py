"""Officers sign in through the office's provider: a real one on a port, the browser's way from page to page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi.testclient import TestClient

from apps.api.app import create_app
from flows.desk.accounts import add_user
from flows.services import Services
from flows.settings import load_settings
from flows.settings.asking import ApiSettings
from schemas.errors import UsageError
from tests.apps.api.conftest import PASSWORD
from tests.apps.api.provider import CLIENT, Provider, running

LE = {"preferred_username": "canbo1", "name": "Lê Thị Mẫu", "roles": ["reviewer", "offline_access"]}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running() as started:
        yield started


@pytest.fixture
def browser(provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.chdir(tmp_path)
    provider.claims, provider.key = dict(LE), provider.real
    services = Services(load_settings(api=ApiSettings(oidc_issuer=provider.issuer, oidc_client=CLIENT)))
    with TestClient(create_app(services, worker=False), follow_redirects=False) as client:
        yield client


def sign_in(browser: TestClient, **changed: str) -> httpx.Response:
    """From our page to the provider's, and back; ``changed`` of the address that leads back."""
    begun = browser.get("/api/v1/session/oidc")
    assert begun.status_code == 302
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    back = urlsplit(httpx.get(begun.headers["location"], timeout=60).headers["location"])
    told = {name: value[0] for name, value in parse_qs(back.query).items()}
    return browser.get(back.path, params={**told, **changed})


def refused(answer: httpx.Response) -> bool:
    return answer.headers["location"] == "/login?refused=1" and "sohoa_session" not in answer.headers.get(
        "set-cookie", ""
    )


def test_an_officer_comes_in_with_name_and_roles_of_the_provider(browser: TestClient) -> None:
    assert 'href="/api/v1/session/oidc"' in browser.get("/login").text
    answer = sign_in(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    told = browser.get("/api/v1/session").json()
    assert (told["name"], told["full_name"], told["roles"]) == ("canbo1", "Lê Thị Mẫu", ["reviewer"])
    assert browser.get("/api/v1/queue/check").status_code == 200


def test_the_provider_is_told_our_public_address_not_the_host_of_a_request(browser: TestClient) -> None:
    services: Services = browser.app.state.services  # type: ignore[attr-defined]
    services.settings = services.settings.model_copy(
        update={"api": services.settings.api.model_copy(update={"address": "https://ho-so.example.vn/"})}
    )
    begun = browser.get("/api/v1/session/oidc", headers={"host": "elsewhere.example"})
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    assert asked["redirect_uri"] == ["https://ho-so.example.vn/api/v1/session/oidc/done"]


def test_roles_follow_the_provider_and_their_words_may_differ(
    browser: TestClient, provider: Provider
) -> None:
    provider.claims |= {"roles": ["clerk"]}
    sign_in(browser)
    assert browser.get("/api/v1/session").json()["roles"] == ["clerk"]
    services: Services = browser.app.state.services  # type: ignore[attr-defined]
    words = {"oidc_role_claim": "realm_access.roles", "oidc_roles": {"can-bo-ky": "signer"}}
    services.settings = services.settings.model_copy(
        update={"api": services.settings.api.model_copy(update=words)}
    )
    provider.claims |= {"realm_access": {"roles": ["can-bo-ky", "default"]}}
    sign_in(browser)
    assert browser.get("/api/v1/session").json()["roles"] == ["signer"]


WRONG: list[dict[str, Any]] = [
    {"roles": ["visitor"]},
    {"roles": ["agency"]},
    {"roles": None},
    {"preferred_username": "../canbo1"},
    {"aud": "another"},
    {"iss": "https://elsewhere.example"},
    {"exp": int(time.time()) - 3600},
    {"nonce": "another"},
    {"sub": ""},
]


def test_whom_the_provider_does_not_tell_rightly_is_refused(browser: TestClient, provider: Provider) -> None:
    for claims in WRONG:
        provider.claims = {**LE, **claims}
        assert refused(sign_in(browser)), claims


def test_only_the_providers_own_key_and_the_browser_that_began(
    browser: TestClient, provider: Provider
) -> None:
    assert refused(sign_in(browser, state="another"))
    assert refused(sign_in(browser, code="another"))
    begun = browser.get("/api/v1/session/oidc").headers["location"]
    back = urlsplit(httpx.get(begun, timeout=60).headers["location"])
    browser.cookies.clear()
    assert refused(browser.get(f"{back.path}?{back.query}")), "somebody else's link"
    provider.key = rsa.generate_private_key(65537, 2048)
    assert refused(sign_in(browser))


def test_nobody_takes_the_name_of_another(browser: TestClient, provider: Provider) -> None:
    services: Services = browser.app.state.services  # type: ignore[attr-defined]
    add_user(services.accounts, "quantri", PASSWORD, ["administrator"])
    provider.claims |= {"preferred_username": "quantri"}
    assert refused(sign_in(browser)), "a local user's"
    provider.claims |= {"preferred_username": "canbo1"}
    sign_in(browser)
    provider.claims |= {"sub": "8"}
    assert refused(sign_in(browser)), "another person's of the provider"
    provider.claims |= {"sub": "7"}
    services.accounts.set_active("canbo1", active=False)
    assert refused(sign_in(browser)), "disabled here"
    answer = browser.post("/api/v1/session", json={"name": "canbo1", "password": PASSWORD})
    assert answer.status_code == 401, "has no password here"


def test_a_provider_that_is_away_is_told(browser: TestClient, provider: Provider) -> None:
    services: Services = browser.app.state.services  # type: ignore[attr-defined]
    away = services.settings.api.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"})
    services.settings = services.settings.model_copy(update={"api": away})
    answer = browser.get("/api/v1/session/oidc")
    assert (answer.status_code, answer.json()["code"]) == (503, "provider_unreachable")


def test_settings_that_are_half_or_unsafe_are_refused() -> None:
    for wrong in (
        {"oidc_issuer": "https://a.example"},
        {"oidc_issuer": "http://a.example", "oidc_client": "x"},
    ):
        with pytest.raises((UsageError, ValueError)):
            ApiSettings(**wrong)  # type: ignore[arg-type]
