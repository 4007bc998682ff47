"""Who asks by HTTP is told what to do by HTTP; dossier codes are those that stand on receipts."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from apps.api.app import create_app  # noqa: F401 - loads what may be raised
from apps.api.hints import hints_of
from schemas.errors import ExitStatus, SohoaError

API = "/api/v1"


def _kinds(kind: type[SohoaError] = SohoaError) -> Iterator[type[SohoaError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _kinds(one)


def test_no_hint_of_what_was_asked_wrongly_names_a_command() -> None:
    kinds = [one for one in dict.fromkeys(_kinds()) if one.status in {ExitStatus.USAGE, ExitStatus.REJECTED}]
    assert len(kinds) > 40
    for kind in kinds:
        error = kind.__new__(kind)
        for hint in hints_of(error, f"{API}/openapi.json"):
            assert hint, kind
            assert "sohoa " not in hint, kind
            assert "--" not in hint, kind


def test_hints_of_the_api(client: TestClient) -> None:
    scan = client.post(f"{API}/scans", files={"file": ("a.png", b"1")}, data={"dossier": "abc"}).json()
    assert (scan["code"], scan["hint_vi"]) == ("wrong_dossier", "Gõ đúng như trên giấy tiếp nhận.")
    person = client.post(f"{API}/scans", files={"file": ("a.png", b"1")}, data={"subject": "abc"}).json()
    assert person["code"] == "wrong_subject"
    assert "--" not in person["hint_vi"] + person["detail"]
    absent = client.get(f"{API}/records/abc").json()
    assert (absent["code"], absent["hint_vi"]) == ("unknown_id", "Tìm lại: GET /api/v1/records")


@pytest.mark.parametrize(
    "code", [" ", "٠٠٠.00.01.H48-250117-0012", "H48.012.03-260214-AB0123 ", " H48-1", "abc"]
)
def test_an_appointed_day_is_that_of_a_code_as_it_is_asked_for(client: TestClient, code: str) -> None:
    address = f"{API}/dossiers/{quote(code)}"
    answer = client.put(f"{address}/due", json={"due": "2026-12-30"})
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_dossier")
    assert client.get(address).status_code == 404
    assert (
        client.put(f"{API}/dossiers/H48.012.03-260214-AB0123/due", json={"due": "2026-12-30"}).status_code
        == 200
    )
