"""Who writes a row first is told so, and who comes second too: the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import time

import pytest
from time_machine import travel

from schemas.errors import Claimed, Conflict
from storage.agencies import Agencies
from storage.desk import Desk
from storage.index.index import Index
from storage.once import Known, Once

pytestmark = pytest.mark.server


def test_an_assertion_is_used_once(index: Index) -> None:
    agencies = Agencies(index.engine)
    assert agencies.use_assertion("one", time() + 60)
    assert not agencies.use_assertion("one", time() + 60)
    assert agencies.use_assertion("another", time() + 60)


def test_a_key_is_taken_once(index: Index) -> None:
    once = Once(index.engine)
    assert once.begin("key", "request") is None
    assert once.begin("key", "another request") == Known("request", None)
    once.drop("key")
    assert once.begin("key", "request") is None


def test_the_first_draft_is_kept_and_a_second_first_one_is_a_conflict(index: Index) -> None:
    desk = Desk(index.engine)
    assert desk.write("paper", "canbo1", 1, "full_name", {"value": "Ánh"}, 0).revision == 1
    with pytest.raises(Conflict):
        desk.write("paper", "canbo2", 1, "full_name", {"value": "Anh"}, 0)
    assert desk.write("paper", "canbo1", 1, "full_name", {"value": "Ánh Nguyệt"}, 1).revision == 2


def test_a_claim_is_measured_by_the_clock_of_the_database(index: Index) -> None:
    """Two servers of a station may differ by minutes: a paper that one holds is not given away by the other."""
    desk = Desk(index.engine)
    desk.claim("paper", "canbo1")
    with travel(datetime.now(UTC) + timedelta(hours=1)):
        with pytest.raises(Claimed):
            desk.claim("paper", "canbo2")
        assert set(desk.claims(["paper"])) == {"paper"}
