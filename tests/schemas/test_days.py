"""A day is that of Vietnam, whatever zone the machine has."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from time_machine import travel

from schemas.days import today
from schemas.quality import quality_of
from schemas.records import Record, Validity


@pytest.mark.parametrize(
    ("moment", "day"),
    [(datetime(2026, 11, 27, 16, 59, tzinfo=UTC), 27), (datetime(2026, 11, 27, 17, 0, tzinfo=UTC), 28)],
)
def test_the_day_begins_at_midnight_in_vietnam(moment, day):
    with travel(moment, tick=False):
        assert today() == date(2026, 11, day)


def test_a_paper_does_not_live_on_until_the_clock_of_the_machine_is_at_midnight_too():
    record = Record(type="citizen_card", fields={}, validity=Validity(valid_until=date(2026, 11, 27)))
    with travel(datetime(2026, 11, 27, 23, 0, tzinfo=UTC), tick=False):  # six in the morning of the 28th
        assert not quality_of(record).alive.met
