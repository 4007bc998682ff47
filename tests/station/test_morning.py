"""A whole morning at the counter: twenty papers in, corrected by keyboard, signed and found again, whatever happens meanwhile."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.station.clerk import Clerk, Truth, truths
from tests.station.counter import PASSWORD, SIZE, Counter
from tests.station.papers import DOSSIER, papers, until

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures" / "scans"
REAL = ROOT / "shared" / "real"
"""Real scans, in checkouts that have them."""

SCANS = (".jpg", ".png", ".tif", ".pdf")
PATIENCE = 900_000
SIGNS = {"SOHOA_SIGNER__WHEN": "confirmation"}


def one_page_scans(count: int) -> list[Path]:
    """Scans of one paper and page, of as many types as there are; real ones first."""
    real = [*sorted(REAL.glob("*.png")), *sorted(REAL.glob("*.jpg"))][:5]
    made = []
    for path in sorted(FIXTURES.iterdir()):
        if path.suffix not in SCANS:
            continue
        told = json.loads(path.with_suffix(".json").read_text("utf-8"))
        if len(told["pages"]) == len(told["documents"]) == 1 and "password" not in path.name:
            made.append(path)
    return (real + made)[:count]


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = Counter(tmp_path / "home", more=SIGNS)
    made.add_officer("canbo1", "Lê Thị Mẫu")
    made.add_officer("canbo2", "Trần Văn Thử")
    with made:
        yield made


def at_desk(browser: Browser, counter: Counter, name: str) -> Clerk:
    """An officer signed in, in a browser of their own."""
    context = browser.new_context(
        viewport={"width": SIZE[0], "height": SIZE[1]},
        base_url=counter.address,
        timezone_id="Asia/Ho_Chi_Minh",
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto("/")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("body[data-ready]")
    return Clerk(page)


def all_read(page: Page) -> None:
    """Wait until no scan is on its way."""
    expect(page.locator("#papers .state.busy")).to_have_count(0, timeout=PATIENCE)


def truth_of(clerk: Clerk, counter: Counter, known: dict[str, Truth]) -> Truth:
    told = clerk.page.evaluate(
        "async id => (await (await fetch(`/api/v1/records/${id}`)).json()).source", clerk.paper
    )
    return known.get(Path(str(told)).name, {})


@pytest.mark.slow
def test_a_morning(browser: Browser, counter: Counter, tmp_path: Path) -> None:
    scans = one_page_scans(20)
    known = {path.name: (truths(path) or [{}])[0] for path in scans}
    twice = tmp_path / "quét hai lần.png"
    twice.write_bytes(scans[-1].read_bytes())
    broken = tmp_path / "hỏng.pdf"
    broken.write_bytes(b"%PDF-1.7 broken")

    clerk = at_desk(browser, counter, "canbo1")
    page = clerk.page
    clerk.open_dossier(DOSSIER)
    page.set_input_files("#files", [str(path) for path in [*scans, twice, broken]])
    page.wait_for_selector(".field.chosen, #confirm:enabled")
    done: list[str] = []

    def work(papers: int) -> None:
        for _ in range(papers):
            until(page, lambda: clerk.paper not in done)  # the next one may still be read
            clerk.is_ready()
            clerk.check(truth_of(clerk, counter, known))
            done.append(clerk.confirm())

    work(3)
    all_read(page)
    papers(page, len(scans))
    expect(page.locator("#upload-problem")).to_contain_text("cùng một bản quét")
    expect(page.locator("#papers .state.refused")).to_have_count(1)

    # Reload in the middle of a field: the same paper, the same field, the same words.
    clerk.is_ready()
    page.locator("paper-fields summary").click()
    field = page.locator("paper-fields details .field textarea").first
    before = field.input_value()
    field.focus()
    page.keyboard.press("End")
    page.keyboard.insert_text("x")
    paper, name = clerk.paper, clerk.chosen
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert (clerk.paper, clerk.chosen) == (paper, name)
    field = page.locator(f"#field-{name}")
    assert field.input_value() == f"{before}x"

    # The power fails while it is put right; the server comes back, and so does what was typed meanwhile.
    counter.kill()
    page.keyboard.press("Backspace")
    expect(page.locator("#offline")).to_be_visible()
    counter.start()
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator("#saved")).to_have_text("Đã lưu nháp")
    assert field.input_value() == before
    page.keyboard.press("Enter")
    work(5)

    # A second officer takes the same dossier: told who has the paper, goes on with another one; both work.
    other = at_desk(browser, counter, "canbo2")
    clerk.is_ready()
    mine = clerk.paper
    other.page.goto(f"/desk?dossier={DOSSIER}&paper={mine}")
    expect(other.page.locator("#act-problem")).to_contain_text("đang mở giấy tờ này")
    other.page.locator("#papers li:has(.state.check):not(:has([aria-current])) button").last.click()
    expect(other.page).not_to_have_url(re.compile(mine), timeout=PATIENCE)
    other.is_ready()
    other.check(truth_of(other, counter, known))
    done.append(other.confirm())

    # The server is killed as a confirmation is on its way: it is done once.
    clerk.is_ready()
    clerk.check(truth_of(clerk, counter, known))
    expect(page.locator("#confirm")).to_be_enabled()
    done.append(clerk.paper)
    page.keyboard.press("Control+Enter")
    counter.kill()
    time.sleep(1)
    counter.start()
    expect(page).not_to_have_url(re.compile(done[-1]), timeout=PATIENCE)
    work(len(scans) - len(done))

    # Nothing is lost, nothing doubled.
    expect(page.locator("#papers .state.check")).to_have_count(0)
    expect(page.locator("#papers .state.done")).to_have_count(len(scans))
    assert len(set(done)) == len(scans)
    found = [
        json.loads(line)
        for line in counter.sohoa("find", "--dossier", DOSSIER, "--json", "--limit", "100").splitlines()
    ]
    assert sorted(one["id"] for one in found) == sorted(done)
    assert {one["state"] for one in found} == {"confirmed"}
    for id in done:
        kinds = page.evaluate(
            "async id => (await (await fetch(`/api/v1/records/${id}/history`)).json()).map(one => one.type)",
            id,
        )
        assert kinds.count("confirmation") == 1, kinds
        assert kinds.count("digital signature generation") == 1, kinds
    counter.sohoa("archive", "check")

    # And found again by what stands on it.
    page.goto("/queue?kind=today")
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#rows tr")).to_have_count(len(scans))
    for words, shown in (("khai sinh", "Giấy khai sinh"), ("giay khai sinh", "Giấy khai sinh")):
        page.fill("#words", words)
        page.press("#words", "Enter")
        expect(page.locator("#rows")).to_contain_text(shown)
