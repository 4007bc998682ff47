"""What browser tests share: papers, opening them, going through their doubtful fields."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

DOSSIER = "000.00.01.H48-250117-0012"


def open_paper(page: Page, id: str) -> None:
    """Open a paper at the desk."""
    page.goto(f"/desk?dossier={DOSSIER}&paper={id}")
    page.wait_for_selector("body[data-ready]")


def chosen(page: Page) -> str:
    """The name of the chosen field."""
    return page.get_attribute(".field.chosen", "data-field") or ""


def through(page: Page) -> int:
    """Look at every doubtful field, by keyboard; those that are not on the paper are said to be so. Gives the keys pressed."""
    for count in range(60):
        if not page.evaluate("document.querySelector('paper-fields').left.length"):
            return count
        expect(page.locator("page-viewer:not([aria-busy])")).to_be_visible()
        empty = page.evaluate("document.activeElement.value === ''")
        page.keyboard.press("Alt+b" if empty else "Enter")
    pytest.fail("there is no end of doubtful fields")


def until(page: Page, done: Callable[[], bool]) -> None:
    """Wait for what the page shows no sign of; not by the browser's own waiting, which needs eval."""
    for _ in range(600):
        if done():
            return
        page.wait_for_timeout(100)
    pytest.fail("it does not come")


def papers(page: Page, count: int) -> None:
    """Wait until the dossier shows so many papers."""
    expect(page.locator("#papers li button")).to_have_count(count)
