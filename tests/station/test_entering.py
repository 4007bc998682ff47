"""What is typed at the desk: input methods, the blind second entry, special cases; what stays while other pages are looked at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from flows import records
from flows.caller import local_caller
from flows.digitize import Request, digitize
from flows.services import Services
from storage.index.find import Query
from tests.scans import write_scan
from tests.station.conftest import Server
from tests.station.papers import DOSSIER, chosen, open_paper, papers, through, until

LINES = [
    "GIẤY KHAI SINH",
    "Số: 169/2017",
    "Họ, chữ đệm, tên: NGUYỄN THỊ ÁNH",
    "Ngày, tháng, năm sinh: 05/03/2017",
]
OWNER, PROCEDURE = "056217001234", "1.001193"


@pytest.fixture
def paper(tmp_path: Path, services: Services) -> str:
    path = write_scan(tmp_path / "a.png", LINES)
    return digitize(path, services, Request(type="birth_certificate", dossier=DOSSIER)).documents[0].id


# What UniKey sends: for a mark it takes letters back with Backspace and sends them anew, without composition.
TELEX = {
    "NGUYỄN": ["N", "G", "U", "Y", "E", "\b", "Ê", "N", "\b", "\b", "Ễ", "N"],
    "Ánh": ["A", "n", "h", "\b", "\b", "\b", "Á", "n", "h"],
    "đường": ["d", "\b", "đ", "u", "o", "\b", "\b", "ư", "ơ", "n", "g", "\b", "\b", "\b", "ờ", "n", "g"],
}
VNI = {
    "NGUYỄN": ["N", "G", "U", "Y", "E", "N", "\b", "\b", "Ê", "N", "\b", "\b", "Ễ", "N"],
    "Phương": ["P", "h", "u", "o", "n", "g", "\b", "\b", "\b", "\b", "ư", "ơ", "n", "g"],
    "Đặng": ["D", "\b", "Đ", "a", "\b", "ă", "n", "g", "\b", "\b", "\b", "ặ", "n", "g"],
}


def test_what_input_methods_send_arrives_as_it_is(page: Page, services: Services, paper: str) -> None:
    open_paper(page, paper)
    page.locator("paper-fields summary").click()
    page.focus("#field-full_name")
    for word, keys in (*TELEX.items(), *VNI.items()):
        page.keyboard.press("Control+a")
        page.keyboard.press("Backspace")
        for key in keys:
            if key == "\b":
                page.keyboard.press("Backspace")
            else:
                page.keyboard.insert_text(key)
        assert page.input_value("#field-full_name") == word
    page.evaluate("document.querySelector('paper-fields').saved()")
    draft = services.desk.draft(paper)
    assert draft is not None
    assert draft.answers["full_name"] == {"value": "Đặng"}

    # Enter while something is composed belongs to the input method.
    before = chosen(page)
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    assert chosen(page) == before


@pytest.mark.slow
def test_a_second_entry_is_blind_and_a_difference_is_told_once(
    page: Page, services: Services, paper: str
) -> None:
    station = services.settings.station.model_copy(update={"second_entry": 1.0})
    services.settings = services.settings.model_copy(update={"station": station})
    open_paper(page, paper)
    field = page.locator("#field-birth_date")
    expect(page.locator("[data-field=birth_date] .why")).to_contain_text("Nhập lại theo giấy")
    assert field.input_value() == "", "what was read is not seen"
    page.evaluate("document.querySelector('paper-fields').choose('birth_date')")
    page.keyboard.press("Enter")
    assert chosen(page) == "birth_date", "nothing typed is no answer"
    page.keyboard.insert_text("06/03/2017")
    page.keyboard.press("Enter")
    expect(page.locator("[data-field=birth_date] .stale")).to_contain_text("05/03/2017")
    assert chosen(page) == "birth_date"
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("05/03/2017")
    page.keyboard.press("Enter")
    assert chosen(page) != "birth_date"


def test_what_is_typed_is_shown_as_it_is_understood_before_it_is_confirmed(
    page: Page, services: Services, paper: str
) -> None:
    open_paper(page, paper)
    page.locator("paper-fields summary").click()
    meaning = page.locator("[data-field=number] .meaning")
    page.fill("#field-number", "12 34/QĐ")
    expect(meaning).to_contain_text("Chưa hiểu. Chỉ ghi một số")
    page.fill("#field-number", "01 - 2020/KS")
    expect(meaning).to_have_text("Được hiểu là: 01-2020/KS")
    page.fill("#field-number", "01-2020/KS")
    expect(meaning).to_be_hidden()
    page.fill("#field-number", "12 34/QĐ")
    through(page)
    page.keyboard.press("Enter")
    expect(page.locator("#act-problem")).to_contain_text("không cách giữa các chữ số")
    expect(page.locator("[data-field=number]")).to_have_class(re.compile("chosen"))
    assert records.open_record(services, local_caller(), paper).version == 1
    page.fill("#field-number", "01 - 2020/KS")
    page.click("#confirm")
    expect(page.locator("#left")).to_have_text("đã lưu")
    expect(page.locator("#field-number")).to_have_value("01-2020/KS")


@pytest.mark.slow
def test_a_special_case_changes_what_is_to_be_handed_in(page: Page) -> None:
    page.goto("/desk")
    page.wait_for_selector("body[data-ready]")
    page.fill("#owner", " 056 217 001 234 ")
    page.fill("#procedure", "thủ tục đăng ký khai sinh")
    page.press("#procedure", "Enter")
    expect(page.locator("#procedure")).to_have_value(PROCEDURE)
    expect(page.locator("#owner")).to_have_value(OWNER)
    record = "Biên bản về việc trẻ bị bỏ rơi"
    expect(page.locator("#reuse")).to_contain_text(record)
    expect(page.locator("#reuse")).to_contain_text("Nếu thuộc trường hợp")
    page.click("#cases summary")
    page.check("#case-list input[value=by_proxy]")
    expect(page.locator("#reuse")).not_to_contain_text(record)
    expect(page.locator("#reuse")).to_contain_text("Văn bản ủy quyền")
    page.reload()
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#case-list input[value=by_proxy]")).to_be_checked()
    page.check("#case-list input[value='-']")
    expect(page.locator("#case-list input[value=by_proxy]")).not_to_be_checked()
    expect(page.locator("#reuse")).to_contain_text("Tờ khai đăng ký khai sinh")
    expect(page.locator("#reuse")).not_to_contain_text("Văn bản ủy quyền")
    expect(page.locator("#reuse")).not_to_contain_text("Nếu thuộc trường hợp")


def test_owner_and_procedure_stay_while_other_pages_are_looked_at(page: Page) -> None:
    page.goto(f"/desk?subject={OWNER}&procedure={PROCEDURE}&dossier={DOSSIER}")
    page.wait_for_selector("body[data-ready]")
    page.click("nav a[href='/queue']")
    page.wait_for_selector("body[data-ready]")
    page.click("nav a[href='/desk']")
    page.wait_for_selector("body[data-ready]")
    values = {id: page.input_value(f"#{id}") for id in ("owner", "procedure", "code")}
    assert values == {"owner": OWNER, "procedure": PROCEDURE, "code": DOSSIER}
    page.click("#new-dossier")
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#owner")).to_have_value("")
    page.fill("#owner", "123")
    page.press("#owner", "Enter")
    expect(page.locator("#owner-name")).to_contain_text("12 số")


@pytest.mark.slow
@pytest.mark.worker
def test_eight_tabs_share_one_stream_and_none_waits_for_another(
    page: Page, server: Server, tmp_path: Path
) -> None:
    tabs = [page, *(page.context.new_page() for _ in range(7))]
    for tab in tabs:
        tab.goto(f"{server.address}/desk?dossier={DOSSIER}")
        tab.wait_for_selector("body[data-ready]")
    for tab in tabs:  # each still gets an answer: the browser has six connections to a server
        assert tab.evaluate("fetch('/api/v1/types').then(answer => answer.status)") == 200
    for number, tab in enumerate((tabs[0], tabs[7])):
        scan = write_scan(tmp_path / f"{number}.png", [*LINES, f"tờ {number}"])
        tab.set_input_files("#files", str(scan))
        tab.wait_for_selector("#left:not(:empty)")
    tabs[3].reload()
    papers(tabs[3], 2)


def test_a_code_that_is_none_is_told_where_it_is_typed(page: Page) -> None:
    """Not when the first scan is refused; and a longer one than any is not typed at all."""
    page.fill("#code", "000.00.01.H48-250117")
    page.press("#code", "Enter")
    expect(page.locator("#code-problem")).to_have_text(
        "Mã hồ sơ chưa đúng dạng, ví dụ 000.00.01.H48-250117-0012."
    )
    page.fill("#code", "000.00.01.H48-250117-0012")
    page.press("#code", "Enter")
    expect(page.locator("#code-problem")).to_be_hidden()
    page.fill("#code", "")
    page.keyboard.type("0" * 80)
    assert len(page.input_value("#code")) == 60


@pytest.mark.worker
def test_scans_that_came_before_the_code_go_into_the_dossier_when_asked(
    page: Page, services: Services, tmp_path: Path
) -> None:
    """What was typed on the open paper stays, and it is confirmed as if nothing had been."""
    for name, lines in (("một.png", LINES), ("hai.png", [*LINES, "tờ hai"])):
        page.set_input_files("#files", str(write_scan(tmp_path / name, lines)))
    papers(page, 2)
    page.wait_for_selector(".field.chosen")
    page.locator("paper-fields summary").click()
    page.fill("#field-full_name", "NGUYỄN THỊ ÁNH DƯƠNG")
    expect(page.locator("#saved")).to_have_text("Đã lưu nháp")
    paper = str(page.evaluate("new URLSearchParams(location.search).get('paper')"))
    page.fill("#code", DOSSIER)
    page.press("#code", "Enter")
    expect(page.locator("dialog li")).to_have_text(["một.png", "hai.png"])
    page.click("#take-loose")
    until(page, lambda: len(services.index.find(Query(dossier=DOSSIER)).rows) == 2)
    papers(page, 2)
    until(
        page,
        lambda: page.evaluate("document.querySelector('paper-fields').answers.full_name?.value") is not None,
    )
    expect(page.locator("#field-full_name")).to_have_value("NGUYỄN THỊ ÁNH DƯƠNG")
    page.fill("#owner", OWNER)
    page.press("#owner", "Enter")
    expect(page.locator("dialog")).to_have_count(0)
    assert services.archive.record(paper).dossiers == (DOSSIER,)


@pytest.mark.worker
def test_scans_that_are_not_of_the_dossier_are_asked_about_once(
    page: Page, services: Services, tmp_path: Path
) -> None:
    page.set_input_files("#files", str(write_scan(tmp_path / "a.png", LINES)))
    page.wait_for_selector("#papers li button")
    page.fill("#code", DOSSIER[:-6])
    page.press("#code", "Enter")
    expect(page.locator("#code-problem")).to_be_visible()
    expect(page.locator("dialog")).to_have_count(0)  # not for a code that is none
    page.fill("#code", DOSSIER)
    page.press("#code", "Enter")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.fill("#owner", OWNER)
    page.press("#owner", "Enter")
    page.wait_for_timeout(500)
    expect(page.locator("dialog")).to_have_count(0)
    assert not services.index.find(Query(dossier=DOSSIER)).rows
