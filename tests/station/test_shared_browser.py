"""A browser at a counter serves one citizen after another, several officers, several tabs, for months; at any zoom."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Dialog, Page, expect

from flows.digitize import Request, digitize
from flows.services import Services
from tests.scans import write_scan
from tests.station.counter import PASSWORD
from tests.station.papers import DOSSIER, open_paper, papers, until

LINES = ["GIẤY KHAI SINH", "Số: 169/2017", "Họ, chữ đệm, tên: NGUYỄN THỊ ÁNH"]
FILL = """() => {
    for (const length of [100000, 1000, 1]) {
        try {
            for (let number = 0; ; number += 1) localStorage.setItem(`jobs ${length} ${number}`, "x".repeat(length));
        } catch {}
    }
}"""


@pytest.fixture
def paper(tmp_path: Path, services: Services) -> str:
    scan = write_scan(tmp_path / "a.png", LINES)
    return digitize(scan, services, Request(type="birth_certificate", dossier=DOSSIER)).documents[0].id


def sign_in(page: Page, name: str) -> None:
    page.goto("/login")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("body[data-ready]")


def type_name(page: Page, name: str) -> None:
    if not page.locator("#field-full_name").is_visible():
        page.locator("paper-fields summary").click()
    page.fill("#field-full_name", name)


def kept_name(services: Services, paper: str) -> str | None:
    draft = services.desk.draft(paper)
    return draft.answers.get("full_name", {}).get("value") if draft else None


@pytest.mark.worker
def test_a_new_dossier_shows_nothing_of_the_citizen_before(page: Page, tmp_path: Path) -> None:
    page.set_input_files("#files", str(write_scan(tmp_path / "a.png", LINES)))
    page.wait_for_selector("#papers li button")
    page.reload()
    papers(page, 1)
    page.keyboard.press("Alt+n")
    page.wait_for_url("**/desk")
    page.wait_for_selector("body[data-ready]")
    papers(page, 0)


@pytest.mark.worker
def test_a_refused_scan_says_what_to_do(page: Page, tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "khóa.pdf", encryption=pikepdf.Encryption(owner="chủ", user="khách"))
    page.set_input_files("#files", str(tmp_path / "khóa.pdf"))
    row = page.locator("#papers li.job")
    expect(row.locator(".state.refused")).to_contain_text("có mật khẩu")
    expect(row).to_contain_text("Bỏ mật khẩu rồi nộp lại tệp.")


def test_leaving_before_a_scan_is_sent_asks_first(page: Page, tmp_path: Path) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.route("**/api/v1/scans", lambda _: None)
    page.on("dialog", stay)
    page.set_input_files("#files", str(write_scan(tmp_path / "a.png", LINES)))
    expect(page.locator("#papers .state.busy")).to_have_text("đang gửi")
    page.click("#owner")
    page.close(run_before_unload=True)
    until(page, lambda: bool(asked))
    assert asked == ["beforeunload"]


def test_what_is_typed_in_a_full_browser_reaches_the_server(
    page: Page, services: Services, paper: str
) -> None:
    """The notes of scans of months fill what a page may keep; they give way."""
    open_paper(page, paper)
    page.evaluate(FILL)
    type_name(page, "NGUYỄN THỊ ÁNH DƯƠNG")
    expect(page.locator("#saved")).to_have_text("Đã lưu nháp")
    assert kept_name(services, paper) == "NGUYỄN THỊ ÁNH DƯƠNG"


def test_a_colleague_at_the_same_browser_answers_with_nothing_of_mine(
    page: Page, services: Services, paper: str
) -> None:
    """What was typed as the line broke waits for who typed it, and is nobody else's answer."""
    open_paper(page, paper)
    page.route("**/draft/*", lambda route: route.abort())
    type_name(page, "NGUYỄN THỊ ÁNH DƯƠNG")
    expect(page.locator("#offline")).to_be_visible()
    page.goto("/login")
    page.unroute("**/draft/*")
    services.desk.release(paper, "canbo1")
    sign_in(page, "canbo2")
    open_paper(page, paper)
    expect(page.locator("#field-full_name")).to_have_value("NGUYỄN THỊ ÁNH")
    assert kept_name(services, paper) is None
    services.desk.release(paper, "canbo2")
    sign_in(page, "canbo1")
    open_paper(page, paper)
    expect(page.locator("#field-full_name")).to_have_value("NGUYỄN THỊ ÁNH DƯƠNG")


def test_a_tab_goes_on_when_its_officer_signed_in_anew_in_another(
    page: Page, services: Services, paper: str
) -> None:
    open_paper(page, paper)
    other = page.context.new_page()
    sign_in(other, "canbo1")
    type_name(page, "NGUYỄN THỊ ÁNH DƯƠNG")
    expect(page.locator("#saved")).to_have_text("Đã lưu nháp")
    assert kept_name(services, paper) == "NGUYỄN THỊ ÁNH DƯƠNG"


def test_a_tab_of_an_officer_does_nothing_in_the_name_of_who_signed_in_after_her(
    page: Page, services: Services, paper: str
) -> None:
    open_paper(page, paper)
    other = page.context.new_page()
    sign_in(other, "canbo2")
    type_name(page, "NGUYỄN THỊ ÁNH DƯƠNG")
    expect(page.locator(".who")).to_contain_text("Trần Văn Thử")
    assert kept_name(services, paper) is None


def test_what_could_not_be_saved_is_not_said_to_be_being_saved(
    page: Page, services: Services, paper: str
) -> None:
    """A colleague took the paper after a quarter of an hour in which nobody typed."""
    open_paper(page, paper)
    services.desk.release(paper, "canbo1")
    services.desk.claim(paper, "canbo2")
    type_name(page, "NGUYỄN THỊ ÁNH DƯƠNG")
    expect(page.locator("#act-problem")).to_contain_text("đang mở giấy tờ này")
    expect(page.locator("#saved")).to_have_text("Chưa lưu được")


@pytest.mark.parametrize("size", [(683, 384), (911, 512)], ids=["200 %", "150 %"])
def test_page_and_field_are_seen_together_at_a_large_zoom(
    page: Page, paper: str, size: tuple[int, int]
) -> None:
    """What 1366 x 768 are at this zoom. The page was a strip of 48 pixels, and a paper could be confirmed beside it."""
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    open_paper(page, paper)
    for part, least in (("page-viewer", width / 2), (".field.chosen", 200)):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert box["width"] >= least
        assert box["y"] >= 0
        assert box["y"] + min(box["height"], 200) <= height
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
