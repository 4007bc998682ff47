"""What was done today: the day is that of Vietnam."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from flows import records
from flows.caller import local_caller
from flows.desk.queues import done_today
from flows.services import Services
from flows.settings import load_settings
from schemas.days import VIETNAM
from tests.papers import put


@pytest.fixture
def server_by_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("server_by_utc")
def test_what_was_done_today_is_so_until_midnight_in_vietnam() -> None:
    services, officer = Services(load_settings()), local_caller(actor="canbo1")
    paper = put(services, 1, full_name="Nguyễn Thị Ánh")
    this_day = datetime.now(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    records.confirm(services, officer, paper)
    last = (this_day + timedelta(days=1, seconds=-1)).astimezone(UTC)
    assert [row.id for row in done_today(services, officer, last)] == [paper]
    assert done_today(services, officer, last + timedelta(seconds=2)) == []
