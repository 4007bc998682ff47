"""Scans that are handed in through the server: kept whole, whatever they are called."""

from __future__ import annotations

import io

from flows import uploads
from flows.caller import local_caller
from flows.request import NOTHING_SAID
from flows.services import Services


def test_a_long_name_in_vietnamese_is_cut_where_file_systems_count_bytes(services: Services) -> None:
    key = uploads.submit(services, local_caller(), io.BytesIO(b"scan"), "ễ" * 120 + ".pdf", NOTHING_SAID)
    (kept,) = [path for path in (services.home / "uploads").rglob("*") if path.is_file()]
    job = services.queue.get(key)
    assert job is not None
    assert job.payload["place"] == str(kept)
    assert job.payload["given"] == kept.name, "where it lies until it is archived is nobody's business"
    assert kept.read_bytes() == b"scan"
    assert kept.suffix == ".pdf"
    assert kept.stat().st_mode & 0o777 == 0o600
