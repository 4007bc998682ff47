"""``HEAD`` at every address that answers ``GET``: the same headers, no body, the same look in the log."""

from __future__ import annotations

from fastapi.testclient import TestClient

from flows.services import Services

API = "/api/v1"


def test_head_is_get_without_a_body(client: TestClient, services: Services, paper: str) -> None:
    link = client.get(f"{API}/records/{paper}/parts/pdf/link").json()["href"]
    for address in (
        f"{API}/records/{paper}",
        f"{API}/records/{paper}/parts/pdf",
        f"{API}/records/{paper}/parts/scan",
        f"{API}/records/{paper}/parts/text",
        f"{API}/records/{paper}/pages/1.webp",
        f"{API}/keys",
        f"{API}/types",
        f"{API}/openapi.json",
        link,
        "/login",
    ):
        whole, head = client.get(address), client.head(address)
        assert (head.status_code, head.content) == (200, b""), address
        for name in ("content-type", "content-length", "etag", "cache-control"):
            assert head.headers.get(name) == whole.headers.get(name), (address, name)
    before = len(list(services.audit.lines()))
    assert client.head(f"{API}/records/{paper}/parts/pdf").status_code == 200
    made = list(services.audit.lines())[before:]
    assert [(one["action"], one["object"]) for one in made] == [("get", f"{paper}/pdf")]
    part = client.head(link, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.headers["content-length"]) == (206, "10")


def test_head_is_refused_as_get_is_and_a_stream_ends(
    client: TestClient, anonymous: TestClient, paper: str
) -> None:
    assert client.head(f"{API}/stream").status_code == 200
    assert client.head(f"{API}/records/{paper}", params={"vresion": "1"}).status_code == 422
    assert client.head(f"{API}/scans").status_code == 405
    anonymous.cookies.clear()
    assert anonymous.head(f"{API}/records/{paper}").status_code == 401
