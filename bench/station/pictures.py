"""``python -m bench.station.pictures``: the pictures of the clerks' guide and of the README, taken from a running station.

Fictitious persons only. They are taken anew when the page looks otherwise; each stays below 150 KB.
"""

from __future__ import annotations

import io
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from tests.station.clerk import Clerk
from tests.station.counter import PASSWORD, SIZE, Counter, chromium

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "docs" / "images"
SCANS = ("khai-sinh-heavy.jpg", "ket-hon-200dpi.jpg", "dossier-khai-sinh.pdf")
DOSSIER, OWNER, PROCEDURE = "000.00.01.H48-250117-0012", "056217001234", "1.001193"
_SLOW = 600_000


def main() -> int:
    """Take them all; exit status 0."""
    with tempfile.TemporaryDirectory(prefix="sohoa-station-") as place, sync_playwright() as playwright:
        counter = Counter(Path(place) / "home")
        counter.add_officer("canbo1", "Lê Thị Mẫu")
        with counter:
            browser = chromium(playwright)
            page = browser.new_page(
                base_url=counter.address, viewport={"width": SIZE[0], "height": SIZE[1]}, locale="vi-VN"
            )
            page.set_default_timeout(_SLOW)
            expect.set_options(timeout=_SLOW)
            _take_all(page)
            browser.close()
    return 0


def _take_all(page: Page) -> None:
    page.goto("/")
    page.fill("#name", "canbo1")
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("body[data-ready]")
    page.fill("#owner", OWNER)
    page.fill("#procedure", PROCEDURE)
    page.fill("#code", DOSSIER)
    page.press("#code", "Enter")
    page.fill("#due", f"{date.today() + timedelta(days=3):%d/%m/%Y}")  # noqa: DTZ011 - as people say it
    page.press("#due", "Enter")
    page.wait_for_selector("#reuse li")
    _take(page, "quay-bat-dau")
    page.set_input_files("#files", [str(ROOT / "fixtures" / "scans" / name) for name in SCANS])
    page.wait_for_selector("#left:not(:empty)")
    expect(page.locator("#papers .state.busy")).to_have_count(0)
    clerk = Clerk(page)
    for number in range(page.locator("#papers li button").count()):
        page.locator("#papers li button").nth(number).click()
        expect(page.locator("#papers li button").nth(number)).to_have_attribute("aria-current", "true")
        clerk.is_ready()
        if clerk.left:
            break
    _take(page, "quay-xem-o")
    page.locator("#papers li button").last.click()
    expect(page.locator("#papers li button").last).to_have_attribute("aria-current", "true")
    clerk.is_ready()
    page.wait_for_timeout(400)
    page.keyboard.press("Alt+x")
    page.wait_for_selector(".strip img")
    page.evaluate("Promise.all([...document.querySelectorAll('.strip img')].map(one => one.decode()))")
    _take(page, "quay-tach")
    page.keyboard.press("Escape")
    page.goto("/queue")
    page.wait_for_selector("#rows tr")
    _take(page, "quay-hang-cho")


def _take(page: Page, name: str) -> None:
    page.wait_for_timeout(400)  # what moves has come to rest
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    target = TARGET / f"{name}.webp"
    picture.save(target, "WEBP", quality=82, method=6)
    sys.stdout.write(f"{target.name}: {target.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    raise SystemExit(main())
