"""The history of a dossier tells of every paper, also of one whose events cannot be read now."""

from __future__ import annotations

from flows.caller import local_caller
from flows.dossiers.history import CHECK, dossier_history
from flows.services import Services
from tests.flows.people.test_store_export import altered
from tests.papers import put

CODE = "H48.01-261201-0001"


def test_a_paper_whose_events_cannot_be_read_does_not_hide_the_others(services: Services) -> None:
    gone = put(services, 1, full_name="Nguyễn Thị Ánh", dossier=CODE)
    whole = put(services, 2, "residence_confirmation", full_name="Nguyễn Thị Ánh", dossier=CODE)
    altered(services, gone, "provenance")
    found = dossier_history(services, local_caller(actor="canbo1"), CODE)
    assert [(one.document, one.event.type, one.event.outcome) for one in found if one.document == gone] == [
        (gone, CHECK, "failure")
    ]
    assert "ingestion" in {one.event.type for one in found if one.document == whole}
