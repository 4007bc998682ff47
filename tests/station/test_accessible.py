"""No page has a serious fault of accessibility (axe-core, WCAG 2.2 A and AA)."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from flows.digitize import Request, digitize
from flows.services import Services
from tests.scans import write_scan
from tests.station.papers import DOSSIER

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.mark.slow
@pytest.mark.parametrize("place", ["desk", "queue", "sheet", "receipt", "citizen", "manager"])
def test_no_page_has_a_serious_fault(page: Page, services: Services, tmp_path: Path, place: str) -> None:
    scan = write_scan(
        tmp_path / "a.png", ["GIẤY KHAI SINH", "Số: 169/2017", "Họ, chữ đệm, tên: NGUYỄN THỊ ÁNH"]
    )
    digitize(scan, services, Request(type="birth_certificate", dossier=DOSSIER))
    page.goto(f"/{place}?dossier={DOSSIER}")
    page.wait_for_selector("body[data-ready]")
    if place == "desk":
        page.locator("#papers li button").first.click()
        page.wait_for_selector(".field.chosen")
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    told = [
        (one["id"], [node["html"][:120] for node in one["nodes"]])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]
    assert told == []
