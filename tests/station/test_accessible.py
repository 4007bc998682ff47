"""No page has a serious fault of accessibility (axe-core, WCAG 2.2 A and AA)."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from flows.digitize import Request, digitize
from flows.queue.patience import Stop
from flows.queue.whole_batch import run_batch
from flows.services import Services
from tests.scans import write_scan
from tests.station.papers import DOSSIER

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def serious(page: Page) -> list[tuple[str, list[str]]]:
    """What axe-core finds on the page as it stands, with the elements at fault."""
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    return [
        (one["id"], [node["html"][:120] for node in one["nodes"]])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.fixture
def paper(services: Services, tmp_path: Path) -> str:
    scan = write_scan(
        tmp_path / "a.png", ["GIẤY KHAI SINH", "Số: 169/2017", "Họ, chữ đệm, tên: NGUYỄN THỊ ÁNH"]
    )
    night = tmp_path / "night"
    night.mkdir()
    (night / "broken.pdf").write_bytes(b"no pdf")
    run_batch(services, str(night), Request(), resume=True, stop=Stop(), tell=lambda *_: None)
    return digitize(scan, services, Request(type="birth_certificate", dossier=DOSSIER)).documents[0].id


@pytest.mark.slow
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_has_a_serious_fault(page: Page, paper: str, language: str) -> None:
    if language == "en":
        page.click("#language")
        page.wait_for_selector("html[lang=en] body[data-ready]")
    for place in ("desk", "queue", "sheet", "sign", "receipt", "citizen", "manager"):
        page.goto(f"/{place}?dossier={DOSSIER}")
        page.wait_for_selector("body[data-ready]")
        if place == "desk":
            assert serious(page) == [], "the empty desk"
            page.locator("#papers li button").first.click()
            page.wait_for_selector(".field.chosen")
            page.locator(".keys summary").click()
        assert serious(page) == [], place


@pytest.mark.slow
def test_neither_signing_in_nor_a_dialog_has_a_serious_fault(page: Page, paper: str) -> None:
    page.goto(f"/desk?dossier={DOSSIER}&paper={paper}")
    page.wait_for_selector("body[data-ready]")
    for key in ("Alt+l", "Alt+x"):
        page.keyboard.press(key)
        page.wait_for_selector("dialog[open]")
        assert serious(page) == [], key
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog", state="detached")
    page.click("#history")
    page.wait_for_selector("dialog[open]")
    assert serious(page) == [], "history"
    page.keyboard.press("Escape")
    page.click("#sign-out")
    page.wait_for_selector("#login")
    assert serious(page) == [], "signing in"
