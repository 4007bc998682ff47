"""The counter, played in a browser: doubtful fields by keyboard, nothing lost, nothing confirmed that was not seen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from flows import records
from flows.caller import local_caller
from flows.digitize import Request, digitize
from flows.queue.patience import Stop
from flows.queue.whole_batch import run_batch
from flows.request import NOTHING_SAID
from flows.services import Services
from schemas.records import State
from tests.scans import write_scan
from tests.station.conftest import Server, signed_in
from tests.station.counter import Counter
from tests.station.papers import DOSSIER, chosen, open_paper, through

OWNER = "056217001234"

LINES = [
    "GIẤY KHAI SINH",
    "Số: 169/2017",
    "Họ, chữ đệm, tên: NGUYỄN THỊ ÁNH",
    "Ngày, tháng, năm sinh: 05/03/2017",
]


@pytest.fixture
def paper(tmp_path: Path, services: Services) -> str:
    path = write_scan(tmp_path / "a.png", LINES)
    request = Request(type="birth_certificate", dossier=DOSSIER, owner=OWNER)
    return digitize(path, services, request).documents[0].id


def test_a_paper_is_checked_and_confirmed_by_keyboard_alone(
    page: Page, services: Services, paper: str
) -> None:
    open_paper(page, paper)
    assert page.is_disabled("#confirm"), "what was not seen is not confirmed"
    first = chosen(page)
    page.keyboard.press("Alt+b" if page.evaluate("document.activeElement.value === ''") else "Enter")
    assert chosen(page) != first
    page.keyboard.press("Shift+Enter")
    assert chosen(page) == first
    through(page)
    expect(page.locator("#confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#left")).to_have_class("left-to-do none")
    expect(page.locator(".state.check")).to_have_count(0)
    kept = records.open_record(services, local_caller(), paper)
    assert kept.record.state is State.CONFIRMED
    assert kept.history[-2 if kept.record.signed_by else -1].agent in {"canbo1", "sohoa"}
    assert any(
        field.method == "reviewer" and field.value is None for field in kept.record.record.fields.values()
    )
    assert services.desk.draft(paper) is None


def test_a_paper_of_no_known_type_is_not_shown_as_one_without_doubt(
    page: Page, services: Services, tmp_path: Path
) -> None:
    scan = write_scan(tmp_path / "b.png", ["DANH MỤC TRANG THIẾT BỊ", "1. Bàn", "2. Ghế"])
    made = digitize(scan, services, Request(dossier=DOSSIER, owner=OWNER)).documents[0]
    open_paper(page, made.id)
    expect(page.locator("#left")).to_contain_text("Máy chưa nhận ra đây là giấy gì")
    expect(page.locator("#left")).to_have_class("left-to-do")
    expect(page.locator("paper-fields summary")).to_be_hidden()
    page.goto(f"/citizen?subject={OWNER}")
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#papers tr")).to_contain_text(["chưa rõ"])
    expect(page.locator("#uses tr")).to_contain_text(["Chưa nhận ra loại giấy tờ"])


def test_a_colleague_who_opens_the_dossier_sees_whose_it_is(other_page: Page, paper: str) -> None:
    other_page.goto(f"/desk?dossier={DOSSIER}&paper={paper}")
    expect(other_page.locator("#owner")).to_have_value(OWNER)


def test_the_name_on_the_owners_card_goes_with_the_question_what_is_there(page: Page) -> None:
    page.goto("/desk?procedure=1.004884")
    page.wait_for_selector("body[data-ready]")
    page.fill("#owner", f"{OWNER}||NGUYỄN THỊ ÁNH|05032017|Nữ|Xã Tân Hòa|01042022")
    for again in (lambda: page.press("#owner", "Enter"), page.reload):
        with page.expect_request("**/procedures/1.004884/reuse") as asked:
            again()
        assert asked.value.post_data_json == {"subject": OWNER, "cases": None, "name": "NGUYỄN THỊ ÁNH"}
        expect(page.locator("#owner")).to_have_value(OWNER)
        expect(page.locator("#owner-name")).to_have_text("NGUYỄN THỊ ÁNH")
    page.fill("#owner", OWNER.replace("1234", "1235"))
    with page.expect_request("**/procedures/1.004884/reuse") as asked:
        page.press("#owner", "Enter")
    assert asked.value.post_data_json["name"] is None
    expect(page.locator("#owner-name")).to_be_empty()


def test_an_idle_page_tells_that_the_server_went_away(browser: Browser, tmp_path: Path) -> None:
    counter = Counter(tmp_path / "home")
    counter.add_officer("canbo1", "Lê Thị Mẫu")
    with counter:
        for page in signed_in(browser, counter, "canbo1"):
            expect(page.locator("#offline")).to_be_hidden()
            counter.kill()
            expect(page.locator("#offline")).to_be_visible()
            counter.start()
            expect(page.locator("#offline")).to_be_hidden()


def test_a_wrong_password_is_told_as_such(page: Page) -> None:
    page.click("#sign-out")
    page.fill("#name", "canbo1")
    page.fill("#password", "sai")
    page.click("button[type=submit]")
    expect(page.locator("#problem")).to_have_text("Tài khoản hoặc mật khẩu chưa đúng.")


def test_a_confirmation_that_is_in_work_already_is_waited_for(page: Page, paper: str) -> None:
    """As after a power cut: the key of the request is held until the server knows that its process has died."""
    open_paper(page, paper)
    told = []

    def busy(route: Route) -> None:
        told.append(route.request.headers["idempotency-key"])
        if len(told) > 2:
            route.continue_()
        else:
            route.fulfill(status=409, json={"code": "key_in_use", "title": "in work"})

    page.route("**/confirm", busy)
    through(page)
    page.keyboard.press("Enter")
    expect(page.locator("#left")).to_have_text("đã lưu")
    assert len(told) == 3
    assert len(set(told)) == 1


def test_a_confirmation_whose_answer_was_lost_for_good_is_no_colleagues(
    page: Page, services: Services, paper: str, tmp_path: Path
) -> None:
    """The server was killed after the archive had it and before the key of the request was kept: the next paper comes, all the same."""
    scan = write_scan(tmp_path / "b.png", [*LINES[:2], "Họ, chữ đệm, tên: TRẦN VĂN BÌNH"])
    request = Request(type="birth_certificate", dossier=DOSSIER, owner=OWNER)
    following = digitize(scan, services, request).documents[0].id
    open_paper(page, paper)
    asked = []

    def lost(route: Route) -> None:
        asked.append(route.request)
        if len(asked) > 1:
            route.continue_()
        else:
            headers = {key: value for key, value in route.request.headers.items() if key != "idempotency-key"}
            assert route.fetch(headers=headers).ok
            route.abort()

    page.route("**/confirm", lost)
    through(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(following))
    expect(page.locator("#act-problem")).to_be_hidden()
    assert len(asked) == 2
    assert services.archive.record(paper).state is State.CONFIRMED


def test_what_is_typed_survives_a_reload_and_a_server_that_goes_away(
    page: Page, server: Server, services: Services, paper: str
) -> None:
    open_paper(page, paper)
    page.locator("paper-fields summary").click()
    page.focus("#field-full_name")
    page.fill("#field-full_name", "NGUYỄN THỊ ÁNH DƯƠNG")
    expect(page.locator("#saved")).to_have_text("Đã lưu nháp")
    page.reload()
    page.wait_for_selector(".field.chosen")
    assert chosen(page) == "full_name", "back at the same field"
    assert page.input_value("#field-full_name") == "NGUYỄN THỊ ÁNH DƯƠNG"
    server.stop()
    page.fill("#field-full_name", "NGUYỄN THỊ ÁNH TUYẾT")
    expect(page.locator("#offline")).to_be_visible()
    server.start()
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator("#saved")).to_have_text("Đã lưu nháp")
    draft = services.desk.draft(paper)
    assert draft is not None
    assert draft.answers["full_name"] == {"value": "NGUYỄN THỊ ÁNH TUYẾT"}


def test_keys_that_never_reached_the_server_come_back(page: Page, services: Services, paper: str) -> None:
    open_paper(page, paper)
    page.route("**/draft/*", lambda route: route.abort())
    page.locator("paper-fields summary").click()
    page.fill("#field-full_name", "NGUYỄN THỊ ÁNH DƯƠNG")
    expect(page.locator("#offline")).to_be_visible()
    assert services.desk.draft(paper) is None
    page.unroute("**/draft/*")
    page.reload()
    page.wait_for_selector(".field.chosen")
    assert page.input_value("#field-full_name") == "NGUYỄN THỊ ÁNH DƯƠNG"
    expect(page.locator("#saved")).to_have_text("Đã lưu nháp")
    draft = services.desk.draft(paper)
    assert draft is not None
    assert draft.answers["full_name"] == {"value": "NGUYỄN THỊ ÁNH DƯƠNG"}
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft '))") == []


def test_two_fields_that_are_typed_at_once_are_both_kept(page: Page, services: Services, paper: str) -> None:
    open_paper(page, paper)
    page.locator("paper-fields summary").click()
    page.evaluate(
        """for (const [name, value] of [["full_name", "NGUYỄN THỊ ÁNH DƯƠNG"], ["ethnicity", "Cơ Ho"]]) {
            const input = document.getElementById(`field-${name}`);
            input.focus();
            input.value = value;
            input.dispatchEvent(new Event("input"));
        }"""
    )
    page.evaluate("document.querySelector('paper-fields').saved()")
    draft = services.desk.draft(paper)
    assert draft is not None
    assert draft.answers["full_name"] == {"value": "NGUYỄN THỊ ÁNH DƯƠNG"}
    assert draft.answers["ethnicity"] == {"value": "Cơ Ho"}


def test_without_a_paper_its_tools_cannot_be_pressed(page: Page, paper: str) -> None:
    tools = page.locator("[data-tool], [data-act]")
    assert [tools.nth(at).is_disabled() for at in range(tools.count())] == [True] * tools.count()
    open_paper(page, paper)
    page.wait_for_selector("page-viewer:not([aria-busy])")
    for name in ("out", "in", "turn", "fit"):
        expect(page.locator(f"[data-tool={name}]")).to_be_enabled()
    expect(page.locator("[data-tool=next]")).to_be_disabled()  # there is one page


def test_two_clerks_on_one_paper(page: Page, other_page: Page, services: Services, paper: str) -> None:
    open_paper(page, paper)
    open_paper(other_page, paper)
    expect(other_page.locator("#act-problem")).to_contain_text("đang mở giấy tờ này")
    through(page)
    open_paper(other_page, paper)  # the answers of the colleague stand there, and nobody here looked at them
    expect(other_page.locator("#act-problem")).to_contain_text("đang mở giấy tờ này")
    other_page.wait_for_selector("page-viewer:not([aria-busy]) .stage")
    assert other_page.is_disabled("#confirm")
    page.locator("paper-fields summary").click()
    page.fill("#field-full_name", "NGUYỄN THỊ ÁNH DƯƠNG")
    expect(page.locator("#saved")).to_have_text("Đã lưu nháp")
    services.desk.release(paper, "canbo1")  # as after a quarter of an hour
    records.confirm(services, local_caller(actor="canbo2"), paper, {"full_name": "NGUYỄN THỊ ANH"})
    through(page)
    page.click("#confirm")
    expect(page.locator("#act-problem")).to_contain_text("Bản nháp của bạn vẫn còn")
    assert services.archive.current(paper)[0].record.fields["full_name"].value == "NGUYỄN THỊ ANH"
    for _ in range(2):  # the draft outlives a reload
        both = page.locator(".field.chosen[data-field=full_name]")
        expect(both.locator(".stale")).to_have_text(
            "Giá trị hiện có: NGUYỄN THỊ ANH · Bạn đã nhập: NGUYỄN THỊ ÁNH DƯƠNG"
        )
        page.wait_for_selector("page-viewer:not([aria-busy])")
        assert page.is_disabled("#confirm")
        page.reload()
        page.wait_for_selector("body[data-ready]")
    expect(page.locator("#papers .state.check")).to_have_count(0)
    page.wait_for_selector("page-viewer:not([aria-busy]) .stage")
    page.get_by_text("Lấy giá trị tôi đã nhập").click()
    while page.locator(".field.chosen .stale").count() and page.is_disabled("#confirm"):
        page.get_by_text("Giữ giá trị hiện có").locator("visible=true").first.click()
    page.click("#confirm")
    expect(page.locator("#saved")).to_contain_text("Đã xác nhận")
    assert services.archive.current(paper)[0].record.fields["full_name"].value == "NGUYỄN THỊ ÁNH DƯƠNG"
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft '))") == []


@pytest.mark.worker
def test_a_scan_dropped_on_the_page_becomes_a_paper_of_the_dossier(page: Page, tmp_path: Path) -> None:
    page.goto(f"/desk?dossier={DOSSIER}")
    page.wait_for_selector("body[data-ready]")
    page.set_input_files("#files", str(write_scan(tmp_path / "khai sinh.png", LINES)))
    page.wait_for_selector(".field.chosen")
    expect(page.locator("#papers .state")).to_contain_text("cần xem")


@pytest.mark.worker
def test_what_is_read_after_the_last_paper_was_confirmed_opens_by_itself(
    page: Page, paper: str, tmp_path: Path
) -> None:
    open_paper(page, paper)
    through(page)
    page.keyboard.press("Enter")
    expect(page.locator("#left")).to_have_text("đã lưu")
    other = [*LINES[:2], "Họ, chữ đệm, tên: TRẦN VĂN BÌNH", LINES[3]]
    page.set_input_files("#files", str(write_scan(tmp_path / "khai sinh.png", other)))
    expect(page.locator("#paper-head .about")).to_contain_text("TRẦN VĂN BÌNH")
    assert chosen(page), "its first doubtful field has the focus"


def test_a_scan_is_seen_while_it_waits_to_be_read(page: Page, tmp_path: Path) -> None:
    page.goto(f"/desk?dossier={DOSSIER}")
    page.wait_for_selector("body[data-ready]")
    page.set_input_files("#files", str(write_scan(tmp_path / "khai sinh.png", LINES)))
    expect(page.locator("page-viewer .note")).to_have_text("Máy đang đọc giấy này…")
    expect(page.locator("page-viewer .stage")).to_be_visible()
    assert page.is_disabled("#confirm")
    page.keyboard.press("Alt+t")
    assert page.locator("dialog[open]").count() == 0, "nothing is done with a paper that is none yet"


@pytest.mark.slow
@pytest.mark.worker
def test_a_scan_is_followed_on_when_the_owner_is_typed_meanwhile(page: Page, tmp_path: Path) -> None:
    page.goto("/desk")
    page.wait_for_selector("body[data-ready]")
    page.set_input_files("#files", str(write_scan(tmp_path / "khai sinh.png", LINES)))
    expect(page.locator("#papers .state.busy")).to_contain_text("đang đọc")
    page.fill("#owner", "056217001234")
    page.press("#owner", "Enter")
    expect(page.locator("#papers .state.check")).to_have_count(1)
    expect(page.locator("#papers li.job")).to_have_count(0)


def test_the_first_page_is_light(page: Page) -> None:
    size = page.evaluate(
        "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
        ".reduce((sum, one) => sum + (one.decodedBodySize || 0), 0)"
    )
    assert size < 212_000


def test_the_other_pages_show_what_is_held_and_where_the_work_stands(
    page: Page, services: Services, paper: str
) -> None:
    records.confirm(
        services, local_caller(), paper, {"personal_id": "056217001234", "full_name": "NGUYỄN THỊ ÁNH"}
    )
    page.goto("/citizen?subject=056217001234")
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#papers")).to_contain_text("Giấy khai sinh")
    expect(page.locator("#papers")).to_contain_text(
        "NGUYỄN THỊ ÁNH"
    )  # papers of others lie in her dossiers too
    expect(page.locator("#uses")).to_contain_text(DOSSIER)
    expect(page.locator("#looks")).to_contain_text("xác nhận")
    expect(page.locator("#looks")).to_contain_text("Cơ quan lưu giữ")
    expect(page.locator("#looks")).not_to_contain_text(
        "canbo1"
    )  # a person is told the agency, not the account
    page.goto("/manager")
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#now")).to_contain_text("Đã xác nhận")
    expect(page.locator("#scores")).to_contain_text("Tỷ lệ hồ sơ được số hóa")
    page.goto("/queue?words=khai+sinh")
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#rows tr")).to_have_count(1)


def test_a_period_that_is_none_is_told_and_points_are_written_as_people_do(
    page: Page, services: Services, paper: str
) -> None:
    records.confirm(services, local_caller(), paper, {"full_name": "NGUYỄN THỊ ÁNH"})

    def thirds(route: Route) -> None:
        told = route.fetch().json()
        told["scores"][0] |= {"counted": True, "points": 1.3333, "of": 4}
        route.fulfill(json=told)

    page.route("**/api/v1/report?*", thirds)
    page.goto("/manager")
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#scores tr").first).to_contain_text("1,33 / 4")
    for first, last, wrong in (
        ("31/02/2026", "", True),
        ("01/12/2026", "01/01/2026", True),
        ("1/1/2026", "31/12/2026", False),
    ):
        page.fill("#from", first)
        page.fill("#to", last)
        page.press("#to", "Enter")
        expect(page.locator("#period-problem")).to_be_visible(visible=wrong)
        if wrong:
            assert page.input_value("#from") == first, "what is to be put right stays"
    expect(page.locator("#from")).to_have_value("01/01/2026")


def test_the_manager_sees_what_the_night_did(page: Page, services: Services, tmp_path: Path) -> None:
    folder = tmp_path / "đêm"
    folder.mkdir()
    write_scan(folder / "a.png", LINES)
    (folder / "b.pdf").write_bytes(b"no pdf")
    page.goto("/manager")
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#no-batch")).to_be_visible()
    run_batch(services, str(folder), NOTHING_SAID, resume=True, stop=Stop(), tell=lambda *_: None)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    told = page.locator("#batches")
    expect(told.locator(".source")).to_have_text(str(folder))
    expect(told.locator(".state.done")).to_have_text("đã xong")
    assert dict(
        zip(told.locator("dt").all_inner_texts(), told.locator("dd").all_inner_texts(), strict=True)
    ) == {
        "Tệp trong lô": "2",
        "Lần này lưu được": "1",
        "Đã có từ trước": "0",
        "Bị từ chối, chưa làm được": "1",
        "Còn chờ": "0",
        "Trang": "1",
        "Trang mỗi phút": "1",
        "Đã lưu, còn chờ chữ ký": "0",
    }
    expect(told.locator(".reasons tbody tr")).to_have_count(1)
    with page.context.expect_page() as opened:
        told.get_by_text("Báo cáo của lô").click()
    expect(opened.value.locator("h1")).to_contain_text("Báo cáo số hóa")
    page.bring_to_front()
    told.get_by_text("Xem các tệp bị từ chối").click()
    expect(page.locator("#scan-rows tr")).to_have_count(1)
    expect(page.locator("#scan-rows")).to_contain_text("b.pdf")


def test_the_history_names_fields_and_persons_as_people_do(
    page: Page, services: Services, paper: str
) -> None:
    records.confirm(services, local_caller(actor="canbo2"), paper, {"full_name": "NGUYỄN THỊ ANH"})
    records.correct(
        services, local_caller(actor="root"), paper, {"birth_date": "2017-03-06"}, reason="giấy ghi vậy"
    )
    page.goto(f"/desk?dossier={DOSSIER}")
    page.wait_for_selector("body[data-ready]")
    page.click("#history")
    told = page.locator("dialog table")
    expect(told).to_contain_text("Họ, chữ đệm, tên: NGUYỄN THỊ ÁNH → NGUYỄN THỊ ANH")
    expect(told).to_contain_text("05/03/2017 → 06/03/2017")
    rows = told.locator("tbody tr")
    assert "Trần Văn Thử" in rows.filter(has_text="ANH").inner_text()
    assert "root" in rows.filter(has_text="06/03/2017").inner_text(), "a person at the server is no machine"
    assert "máy" in rows.last.inner_text()


def test_one_page_is_not_split(page: Page, paper: str) -> None:
    open_paper(page, paper)
    page.wait_for_selector("page-viewer:not([aria-busy])")
    page.click("[data-act=preview]")
    expect(page.locator("dialog[open]")).to_contain_text("chỉ có một trang")
    expect(page.locator("dialog[open] button")).to_have_count(1)


def test_with_nothing_to_look_at_enter_leads_to_the_button(
    page: Page, services: Services, paper: str
) -> None:
    records.confirm(services, local_caller(), paper, {"full_name": "NGUYỄN THỊ ANH"})
    page.goto(f"/desk?dossier={DOSSIER}&paper={paper}")
    page.wait_for_selector("body[data-ready]")
    page.fill("#field-full_name", "NGUYỄN THỊ ÁNH")
    page.keyboard.press("Enter")
    expect(page.locator("#confirm")).to_be_focused()
    expect(page.locator("#confirm")).to_be_enabled()
