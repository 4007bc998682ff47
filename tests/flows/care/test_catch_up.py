"""Who changes a paper and is killed before the index knows leaves no list wrong: it is told when a server starts, and each night."""

from __future__ import annotations

import pytest

from flows import records
from flows.caller import local_caller
from flows.care.catch_up import catch_up
from flows.services import Services
from schemas.records import State
from storage.index.find import Query
from tests.papers import put

OFFICER = local_caller(actor="canbo1")


class Killed(BaseException):
    """The power fails here."""


def test_what_was_changed_when_the_power_failed_is_indexed(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, other = (put(services, number, full_name="Nguyễn Thị Ánh") for number in (1, 2))
    records.confirm(services, OFFICER, other)

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as cut:
        cut.setattr(type(services.index), "add_many", killed)
        with pytest.raises(Killed):
            records.confirm(services, OFFICER, lost)
    assert services.archive.record(lost).state is State.CONFIRMED
    assert services.index.get(lost).state == State.UNCONFIRMED  # type: ignore[union-attr]
    assert catch_up(services, 100) == 1
    assert services.index.get(lost).state == State.CONFIRMED  # type: ignore[union-attr]
    assert {row.id for row in services.index.find(Query(state="confirmed")).rows} == {lost, other}
    assert catch_up(services, 100) == 0


def test_what_is_not_there_any_more_is_passed_over(services: Services) -> None:
    id = put(services, 1, full_name="Nguyễn Thị Ánh")
    records.confirm(services, OFFICER, id)
    services.index.remove(id)
    assert catch_up(services, 100) == 0
