"""A bucket in the host name, as AWS and many others want it, on a gateway that knows its own name."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import Any

import pytest

from schemas.errors import StoreUnreachable
from storage.archive import Archive
from storage.stores.opening import open_store
from storage.stores.s3_options import Protection
from tests.storage.samples import Clock, deposit
from tests.storage.servers import Ceph

pytestmark = pytest.mark.server


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hosts that were asked for; all of them below ``localhost`` are this machine, as a wildcard in DNS would say."""
    asked: list[str] = []
    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **more: Any) -> Any:
        asked.append(host)
        return resolve("127.0.0.1" if host.endswith(".localhost") else host, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("protection", list(Protection))
def test_the_bucket_stands_in_the_host_name(ceph: Ceph, names: list[str], protection: Protection) -> None:
    path_style = ceph.bucket(protection)
    names.clear()
    endpoint = f"localhost:{path_style.endpoint.rpartition(':')[2]}"
    options = replace(path_style, endpoint=endpoint, virtual_style=True)
    store = open_store(options)
    store.probe()
    archive = Archive(store, create=True, clock=Clock())
    large = b"%PDF-1.7 " + bytes(range(256)) * 30_000
    receipt = archive.put(deposit(1, scan=large))
    assert set(names) == {f"{options.bucket}.localhost"}
    again = Archive(open_store(path_style))
    assert again.get(receipt.id, "scan") == large, "the same bucket by its path"
    assert list(archive.ids()) == [receipt.id]


def test_a_name_that_nobody_knows(ceph: Ceph) -> None:
    options = replace(
        ceph.bucket(Protection.PLAIN), endpoint="s3.example.invalid", virtual_style=True, retries=1
    )
    with pytest.raises(StoreUnreachable):
        open_store(options).probe()
