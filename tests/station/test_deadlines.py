"""Appointed days at the counter: told with a dossier, seen in the queues, the nearest first; and pictures that are not there yet."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from flows.caller import local_caller
from flows.digitize import Request, digitize
from flows.dossiers.deadlines import set_due
from flows.services import Services
from schemas.days import today
from tests.scans import write_scan
from tests.station.papers import DOSSIER, open_paper

OTHER = "000.00.01.H48-250117-0013"
TODAY = today()


@pytest.fixture
def two(tmp_path: Path, services: Services) -> tuple[str, str]:
    """A paper of a dossier without a day, and one of another dossier that was due two days ago."""
    ids = []
    for name, code in (("b.png", OTHER), ("a.png", DOSSIER)):
        scan = write_scan(tmp_path / name, ["GIẤY KHAI SINH", f"Số: {len(ids) + 1}/2017"])
        request = Request(type="birth_certificate", dossier=code)
        ids.append(digitize(scan, services, request).documents[0].id)
    set_due(services, local_caller(), OTHER, TODAY - timedelta(days=2))
    return ids[1], ids[0]


@pytest.mark.slow
def test_a_day_is_told_at_the_desk_and_orders_the_queue(
    page: Page, services: Services, two: tuple[str, str]
) -> None:
    mine = two[0]
    page.goto("/queue")
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#rows tr").first).to_contain_text("quá hạn 2 ngày")
    open_paper(page, mine)
    page.fill("#due", "31/2/2026")
    page.press("#due", "Enter")
    expect(page.locator("#due-words")).to_contain_text("Ngày hẹn trả gồm")
    with page.expect_response(f"**/dossiers/{DOSSIER}"):
        page.press("#code", "Enter")  # the dossier is asked for again
    expect(page.locator("#papers li button")).to_have_count(1)
    expect(page.locator("#due")).to_have_value("31/2/2026")
    expect(page.locator("#due-words")).to_contain_text("Ngày hẹn trả gồm")
    page.fill("#due", f"{TODAY + timedelta(days=1):%d/%m}")
    page.press("#due", "Enter")
    expect(page.locator("#due")).to_have_value(f"{TODAY + timedelta(days=1):%d/%m/%Y}")
    page.fill("#due", f"{TODAY:%d/%m/%y}")
    with page.expect_response(lambda answer: (answer.request.post_data or "").endswith(f'"{TODAY}"}}')):
        page.press("#due", "Enter")
    expect(page.locator("#due-words")).to_have_text("hẹn trả hôm nay")
    expect(page.locator("#saved")).to_have_text("Đã ghi ngày hẹn trả")
    assert services.index.get(mine).due == TODAY.isoformat()  # type: ignore[union-attr]
    page.goto(f"/desk?dossier={DOSSIER}")
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#due")).to_have_value(f"{TODAY:%d/%m/%Y}")
    page.goto("/queue")
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#rows .due")).to_have_text(["quá hạn 2 ngày", "hẹn trả hôm nay"])
    page.check("#due")
    expect(page.locator("#rows tr")).to_have_count(2)
    set_due(services, local_caller(), DOSSIER, TODAY + timedelta(days=9))
    page.reload()
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#rows tr")).to_have_count(1)
    page.goto("/manager")
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#now div", has_text="Quá hạn trả")).to_contain_text("1")


def test_nothing_is_answered_while_its_picture_is_not_there(page: Page, two: tuple[str, str]) -> None:
    page.route("**/pages/*.webp*", lambda _: None)
    page.goto(f"/desk?dossier={DOSSIER}&paper={two[0]}", wait_until="commit")
    page.wait_for_selector(".field.chosen")
    left = page.evaluate("document.querySelector('paper-fields').left.length")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+b")
    assert page.evaluate("document.querySelector('paper-fields').left.length") == left
    page.unroute("**/pages/*.webp*")  # lets go what was held
    expect(page.locator("page-viewer:not([aria-busy])")).to_be_visible()
    page.keyboard.press("Alt+b")
    assert page.evaluate("document.querySelector('paper-fields').left.length") == left - 1
