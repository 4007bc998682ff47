"""The receipt names every paper of a dossier, and says of one that cannot be read now that it is kept."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from flows.caller import local_caller
from flows.dossiers.receipt import receipt_of
from flows.services import Services
from tests.flows.people.test_store_export import altered
from tests.papers import put

CODE = "H48.01-261201-0001"


def test_a_paper_that_cannot_be_read_stands_on_the_receipt(services: Services) -> None:
    whole = put(services, 1, full_name="Nguyễn Thị Ánh", dossier=CODE)
    put(services, 2, "residence_confirmation", full_name="Nguyễn Thị Ánh", dossier=CODE)
    altered(services, whole)
    receipt = receipt_of(services, local_caller(actor="canbo1"), CODE)
    assert receipt is not None
    assert sorted(one.how for one in receipt.papers) == ["received", "unavailable"]
    assert all(one.name and one.pages for one in receipt.papers)
    assert receipt.code_text.split("|")[3] == "2"


def test_the_time_on_a_receipt_is_that_of_the_country_whatever_the_servers_own_zone(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Servers often run by UTC: a person who comes at nine must not be handed a paper that says two."""
    put(services, 1, full_name="Nguyễn Thị Ánh", dossier=CODE)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    try:
        receipt = receipt_of(services, local_caller(actor="canbo1"), CODE)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert receipt is not None
    assert receipt.at.utcoffset() == timedelta(hours=7)
    assert receipt.code_text.endswith("+07:00")
