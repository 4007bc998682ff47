"""Papers as a whole at the desk: divided, put together, another type, and every step taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from flows import records
from flows.caller import local_caller
from flows.desk.regroup import Group, regroup
from flows.digitize import Request, digitize
from flows.services import Services
from schemas.records import State
from storage.index.find import Query
from tests.scans import write_scan
from tests.station.papers import DOSSIER, chosen, open_paper, papers, through, until

pytestmark = pytest.mark.worker
OFFICER = local_caller(actor="canbo1")
PAGES = (["GIẤY KHAI SINH", "Số: 169/2017", "Họ, chữ đệm, tên: NGUYỄN THỊ ÁNH"], ["trang hai"], ["trang ba"])


@pytest.fixture
def paper(tmp_path: Path, services: Services) -> str:
    """A scan of three pages, taken for one paper."""
    digitize(write_scan(tmp_path / "a.tif", *PAGES), services, Request(dossier=DOSSIER))
    found = kept(services)
    if len(found) > 1:
        regroup(services, OFFICER, [id for id, _ in found], [Group((1, 2, 3))])
    return kept(services)[0][0]


def kept(services: Services) -> list[tuple[str, tuple[int, ...]]]:
    """Id and pages of the papers that serve in the dossier."""
    rows = services.index.find(Query(dossier=DOSSIER)).rows
    return sorted(((row.id, services.archive.record(row.id).pages) for row in rows), key=lambda one: one[1])


def test_a_paper_is_divided_by_a_key_put_together_again_and_every_step_taken_back(
    page: Page, services: Services, paper: str
) -> None:
    open_paper(page, paper)
    papers(page, 1)
    expect(page.locator("[data-act=split]")).to_be_disabled()
    page.keyboard.press("Alt+PageDown")
    expect(page.locator("#page-number")).to_have_text("Trang 2/3")
    page.keyboard.press("Alt+t")
    papers(page, 2)
    assert [pages for _, pages in kept(services)] == [(1,), (2, 3)]
    page.locator("#papers li button").nth(1).click()
    expect(page.locator("#page-number")).to_have_text("Trang 1/2")
    page.click("[data-act=merge]")
    papers(page, 1)
    assert kept(services) == [(paper, (1, 2, 3))]
    page.keyboard.press("Alt+u")
    papers(page, 2)
    page.click("#undo")
    papers(page, 1)
    assert kept(services) == [(paper, (1, 2, 3))]
    expect(page.locator("#undo")).to_be_disabled()


@pytest.mark.slow
def test_a_restricted_paper_says_so_and_why_it_is_not_divided(
    page: Page, services: Services, paper: str
) -> None:
    records.restrict(services, OFFICER, paper, reason="yêu cầu", order="1/YC")
    open_paper(page, paper)
    expect(page.locator("#paper-head")).to_contain_text("đang bị hạn chế")
    page.keyboard.press("Alt+PageDown")
    expect(page.locator("#page-number")).to_have_text("Trang 2/3")
    page.keyboard.press("Alt+t")
    expect(page.get_by_text("nên không tách, gộp hay đọc lại")).to_be_visible()
    assert kept(services) == [(paper, (1, 2, 3))]


def test_the_splitting_is_seen_and_put_right_in_one_picture(
    page: Page, services: Services, paper: str
) -> None:
    open_paper(page, paper)
    page.keyboard.press("Alt+x")
    expect(page.locator(".strip img")).to_have_count(3)
    page.evaluate("Promise.all([...document.querySelectorAll('.strip img')].map(one => one.decode()))")
    page.locator(".cut-here").nth(0).click()
    page.locator(".cut-here").nth(0).drag_to(page.locator(".cut-here").nth(1))
    expect(page.locator(".cut-here").nth(1)).to_have_attribute("aria-pressed", "true")
    page.click("#take-split")
    papers(page, 2)
    assert [pages for _, pages in kept(services)] == [(1, 2), (3,)]


@pytest.mark.slow
def test_another_type_is_chosen_by_keyboard_and_taken_back(
    page: Page, services: Services, paper: str
) -> None:
    before = services.archive.record(paper).type
    open_paper(page, paper)
    page.keyboard.press("Alt+l")
    expect(page.locator("#new-type")).to_be_focused()
    page.select_option("#new-type", "marriage_certificate")
    page.keyboard.press("Enter")
    expect(page.locator("#paper-head h1")).to_have_text("Giấy chứng nhận kết hôn")
    assert services.archive.record(paper).type == "marriage_certificate"
    page.keyboard.press("Alt+u")
    expect(page.locator("#paper-head h1")).not_to_have_text("Giấy chứng nhận kết hôn")
    assert services.archive.record(paper).type == before


@pytest.mark.slow
def test_a_confirmation_and_answers_are_taken_back(page: Page, services: Services, tmp_path: Path) -> None:
    scan = write_scan(tmp_path / "b.png", PAGES[0])
    id = digitize(scan, services, Request(type="birth_certificate", dossier=DOSSIER)).documents[0].id
    open_paper(page, id)
    first = chosen(page)
    page.keyboard.press("Alt+b")
    expect(page.locator("#saved")).to_have_text("Đã lưu nháp")
    page.keyboard.press("Alt+u")
    assert chosen(page) == first
    expect(page.locator(f"[data-field={first}] [data-answer=blank]")).to_have_attribute(
        "aria-pressed", "false"
    )
    through(page)
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text("Đã xác nhận")
    assert services.archive.record(id).state is State.CONFIRMED
    page.keyboard.press("Alt+u")
    expect(page.locator("#saved")).to_have_text("Đã hoàn tác")
    assert services.archive.record(id).state is State.UNCONFIRMED


@pytest.mark.slow
def test_what_stood_on_the_paper_before_is_taken_with_one_key(
    page: Page, services: Services, tmp_path: Path
) -> None:
    ids = []
    for name, number in (("c.png", "11"), ("d.png", "12")):
        scan = write_scan(tmp_path / name, [*PAGES[0][:1], f"Số: {number}/2017", f"tờ {name}"])
        ids.append(
            digitize(scan, services, Request(type="birth_certificate", dossier=DOSSIER)).documents[0].id
        )
    open_paper(page, ids[0])
    page.locator("paper-fields summary").click()
    page.fill("#field-ethnicity", "Cơ Ho")
    page.locator("#papers li button").nth(1).click()
    expect(page.locator("#papers li button").nth(1)).to_have_attribute("aria-current", "true")
    expect(page.locator("#field-ethnicity")).to_have_value("")  # the other paper's
    if not page.locator("#field-ethnicity").is_visible():
        page.locator("paper-fields summary").click()
    page.focus("#field-ethnicity")
    page.keyboard.press("Control+d")
    assert page.input_value("#field-ethnicity") == "Cơ Ho"


def test_one_field_of_many_papers_is_looked_through_and_nothing_is_confirmed(
    page: Page, services: Services, tmp_path: Path
) -> None:
    ids = []
    for name in ("e.png", "f.png", "g.png"):
        lines = [
            "GIẤY KHAI SINH",
            name,
            "Ngày, tháng, năm sinh: 05/03/2017",
            "Ghi bằng chữ: Ngày sáu tháng ba năm",
            "hai nghìn không trăm mười bảy",
        ]
        scan = write_scan(tmp_path / name, lines)
        ids.append(
            digitize(scan, services, Request(type="birth_certificate", dossier=DOSSIER)).documents[0].id
        )
    page.goto("/sheet")
    page.wait_for_selector("body[data-ready]")
    page.locator("#choices a").first.click()
    page.wait_for_selector("#cells li")
    count = page.locator("#cells li").count()
    assert count > 1
    page.locator("#cells button").first.click()
    expect(page.locator("#take")).to_be_enabled()
    page.click("#take")
    expect(page.locator("#note")).to_contain_text(f"{count - 1} ô")
    assert sum(services.desk.draft(id) is not None for id in ids) == count - 1
    assert {services.archive.record(id).state for id in ids} == {State.UNCONFIRMED}


@pytest.mark.slow
def test_refused_scans_done_today_history_and_receipt(
    page: Page, services: Services, paper: str, tmp_path: Path
) -> None:
    page.goto(f"/desk?dossier={DOSSIER}")
    page.wait_for_selector("body[data-ready]")
    (tmp_path / "hỏng.pdf").write_bytes(b"%PDF-1.7 broken")
    page.set_input_files("#files", str(tmp_path / "hỏng.pdf"))
    expect(page.locator("#papers .state.refused")).to_have_count(1)
    page.goto("/queue?kind=refused")
    expect(page.locator("#scan-rows tr")).to_have_count(1)
    expect(page.locator("#scan-rows")).to_contain_text("hỏng.pdf")
    records.confirm(services, OFFICER, paper)
    page.click("#tab-today")
    expect(page.locator("#rows tr")).to_have_count(1)
    page.goto(f"/desk?dossier={DOSSIER}")
    page.wait_for_selector("body[data-ready]")
    page.click("#history")
    expect(page.locator("dialog")).to_contain_text("Lê Thị Mẫu")
    page.keyboard.press("Escape")
    page.goto(f"/receipt?dossier={DOSSIER}")
    page.wait_for_selector("body[data-ready]")
    expect(page.locator(".receipt tbody tr")).to_have_count(1)
    assert page.evaluate("document.querySelector('.receipt img').naturalWidth") > 20


@pytest.mark.slow
def test_a_page_that_lies_on_its_side_is_read_again_the_way_it_was_turned(
    page: Page, services: Services, tmp_path: Path
) -> None:
    """Its words and fields follow; what was answered before stays."""
    with Image.open(write_scan(tmp_path / "a.png", PAGES[0])) as upright:
        upright.rotate(90, expand=True).save(tmp_path / "nằm.png", dpi=(200, 200))
    request = Request(type="birth_certificate", dossier=DOSSIER)
    id = digitize(tmp_path / "nằm.png", services, request).documents[0].id
    before = services.archive.record(id)
    assert "169/2017" not in before.text
    open_paper(page, id)
    page.locator("paper-fields summary").click()
    page.fill("#field-full_name", "NGUYỄN THỊ ÁNH TUYẾT")
    expect(page.locator("#saved")).to_have_text("Đã lưu nháp")
    expect(page.locator("#reread")).to_be_hidden()
    page.keyboard.press("Alt+r")
    page.keyboard.press("Alt+j")
    until(page, lambda: "169/2017" in services.archive.record(id).text)
    until(page, lambda: services.archive.record(id).signed_by == before.signed_by)  # a new copy, signed anew
    after = services.archive.record(id)
    assert after.record.fields["number"].value == "169/2017"
    assert after.scan == before.scan
    expect(page.locator("#field-full_name")).to_have_value("NGUYỄN THỊ ÁNH TUYẾT")
    expect(page.locator("#reread")).to_be_hidden()
    page.keyboard.press("Alt+u")
    until(page, lambda: "169/2017" not in services.archive.record(id).text)


@pytest.mark.slow
def test_a_paper_that_came_in_two_scans_is_put_together_and_taken_apart_again(
    page: Page, services: Services, tmp_path: Path
) -> None:
    for name, lines in (("một.png", PAGES[0]), ("hai.png", ["Người ký: TRẦN VĂN HẢI"])):
        request = Request(type="birth_certificate", dossier=DOSSIER)
        digitize(write_scan(tmp_path / name, lines), services, request)
    rows = sorted(services.index.find(Query(dossier=DOSSIER)).rows, key=lambda row: row.archived_at)
    open_paper(page, rows[1].id)
    page.keyboard.press("Alt+g")
    papers(page, 1)
    expect(page.locator("#page-number")).to_have_text("Trang 1/2")
    assert [pages for _, pages in kept(services)] == [(1, 2)]
    page.keyboard.press("Alt+u")
    papers(page, 2)
    assert [pages for _, pages in kept(services)] == [(1,), (2,)]


def test_a_paper_of_another_dossier_is_moved_there_and_taken_back(
    page: Page, services: Services, paper: str, tmp_path: Path
) -> None:
    other = "000.00.01.H48-250117-0099"
    digitize(
        write_scan(tmp_path / "b.png", ["QUYẾT ĐỊNH", "Về việc cấp giấy phép"]),
        services,
        Request(dossier=DOSSIER),
    )
    (stays,) = [id for id, _ in kept(services) if id != paper]
    open_paper(page, paper)
    papers(page, 2)
    page.keyboard.press("Alt+m")
    expect(page.locator("dialog")).to_contain_text(DOSSIER)
    page.fill("#other-dossier", "khong phai ma")
    page.keyboard.press("Enter")
    expect(page.locator("#other-dossier-problem")).to_be_visible()
    page.fill("#other-dossier", other)
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_have_text(f"Đã chuyển sang hồ sơ {other}")
    papers(page, 1)
    assert [id for id, _ in kept(services)] == [stays]
    assert services.archive.record(paper).dossier == other
    page.keyboard.press("Alt+u")
    papers(page, 2)
    assert services.archive.record(paper).dossier == DOSSIER
    page.click("#history")
    expect(page.locator("dialog")).to_contain_text(f"{other} → {DOSSIER}")


def test_what_a_colleague_has_open_is_looked_at_only(page: Page, services: Services, paper: str) -> None:
    services.desk.claim(paper, "canbo2")
    open_paper(page, paper)
    expect(page.locator("#act-problem")).to_contain_text("Cán bộ khác đang mở")
    for name in ("type", "merge", "preview", "move"):
        expect(page.locator(f"[data-act={name}]")).to_be_disabled()
    page.keyboard.type("NGUYỄN")
    assert page.locator("paper-fields").evaluate("one => one.inert && !one.contains(document.activeElement)")
    assert services.desk.draft(paper) is None
    services.desk.release(paper, "canbo2")
    page.reload()
    expect(page.locator("[data-act=type]")).to_be_enabled()
    assert not page.locator("paper-fields").evaluate("one => one.inert")
