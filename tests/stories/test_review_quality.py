"""Reviewer quality: what was corrected, what was doubtful, what escaped, how long a paper took; against a count by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flows import records
from flows.caller import Caller, Role
from flows.reports.review_quality import FieldQuality, review_quality
from flows.services import Services
from storage.audit_lines import Access
from tests.papers import put

CLERK = Caller("canbo1", "quầy 1", "", frozenset({Role.CLERK}))


def lately() -> tuple[date, date]:
    """From yesterday to tomorrow, so that a run over midnight finds what it has just done."""
    today = datetime.now(UTC).date()
    return today - timedelta(days=1), today + timedelta(days=1)


def test_figures_are_those_of_the_papers(services: Services) -> None:
    sure = put(services, 1, full_name="Nguyễn Thị Anh", birth_date="2020-03-05")
    doubtful = put(services, 2, confidence=0.3, full_name="Trần Văn Bình", birth_date="2020-03-06")
    right = put(services, 3, full_name="Lê Văn Cường", birth_date="2020-03-07")
    put(services, 4, full_name="Chưa xác nhận")
    for paper in (sure, doubtful, right):
        records.open_record(services, CLERK, paper)
    records.confirm(services, CLERK, sure, {"birth_date": "08/03/2020"}, typed_blind=("birth_date",))
    records.confirm(services, CLERK, doubtful, {"full_name": "Trần Văn Bính"})
    records.confirm(services, CLERK, right, {}, typed_blind=("birth_date",))
    found = review_quality(services, CLERK, *lately())
    birth = "birth_certificate"
    assert {one.field: one for one in found.fields} == {
        "birth_date": FieldQuality(birth, "birth_date", 3, 1, 1, 1, blind=2, escaped=1),
        "full_name": FieldQuality(birth, "full_name", 3, 1, 1, 0, blind=0, escaped=0),
    }
    told = found.as_json()
    assert (told["papers"], told["timed"]) == (3, 3)
    assert (told["doubtful_share"], told["corrected_share"], told["escaped_share"]) == (0.3333, 0.3333, 0.5)


def test_a_paper_that_lay_on_the_desk_is_not_timed_and_no_officer_is_named(services: Services) -> None:
    paper = put(services, 1, full_name="Nguyễn Thị Ánh")
    now = datetime.now(UTC)
    for spent in (timedelta(hours=2), timedelta(seconds=40)):
        services.audit.append(Access("canbo1", "view", paper, "", ""), at=now - spent)
        services.audit.append(Access("canbo1", "confirm", paper, "", ""), at=now)
    found = review_quality(services, CLERK, *lately())
    assert found.seconds == (40.0,)
    assert "canbo1" not in str(found.as_json())


def test_nothing_counted_is_no_share(services: Services) -> None:
    told = review_quality(services, CLERK, *lately()).as_json()
    assert told["papers"] == 0
    assert told["doubtful_share"] is told["escaped_share"] is told["seconds_median"] is None
