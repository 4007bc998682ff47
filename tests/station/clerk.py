"""A clerk at the desk who works by keyboard alone, knows what the papers say, and counts the keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from playwright.sync_api import Page, expect

from schemas.vietnamese import nfc

Truth = Mapping[str, str]
"""Field → what the paper says, as it is typed."""

_REAL_NAMES = {
    "agency": "issuing_agency",
    "parent_agency": "parent_agency",
    "number": "number",
    "date": "issue_date",
    "place": "issue_place",
    "subject": "excerpt",
    "signer_name": "signer_name",
    "signer_authority": "signer_authority",
}
"""Names in the ground truth of real scans → those of our fields."""


def written(value: object) -> str:
    """A value as the page shows it: days as people write them, lists with semicolons."""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    text = nfc(str(value))
    parts = text.split("-")
    if len(text) == 10 and [len(part) for part in parts] == [4, 2, 2]:
        return "/".join(reversed(parts))
    return text


def truths(scan: Path) -> list[Truth]:
    """What each paper of a scan says, from the ground truth beside it; nothing where there is none."""
    beside = scan.with_suffix(".json")
    if not beside.exists():
        return []
    told = json.loads(beside.read_text("utf-8"))
    if "documents" in told:
        papers = [one["fields"] for one in told["documents"]]
    else:
        papers = [{ours: told.get(theirs) for theirs, ours in _REAL_NAMES.items()}]
    return [
        {name: written(value) for name, value in paper.items() if value not in (None, "", [])}
        for paper in papers
    ]


@dataclass
class Clerk:
    """At a page that is signed in. ``keys`` are those pressed since the last paper was confirmed."""

    page: Page
    keys: int = 0
    wrong: list[str] = field(default_factory=list)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)
        self.keys += len(text)

    def open_dossier(self, code: str) -> None:
        self.page.goto(f"/desk?dossier={code}")
        self.page.wait_for_selector("body[data-ready]")

    @property
    def left(self) -> int:
        """Doubtful fields that were not looked at yet."""
        return int(self.page.evaluate("document.querySelector('paper-fields').left.length"))

    @property
    def paper(self) -> str:
        """The id of the paper that is open."""
        return str(self.page.evaluate("new URLSearchParams(location.search).get('paper') ?? ''"))

    @property
    def chosen(self) -> str:
        return self.page.get_attribute(".field.chosen", "data-field") or ""

    def is_ready(self) -> None:
        """Wait until the open paper is there with its picture."""
        expect(self.page.locator("#left")).not_to_be_empty()
        expect(self.page.locator("page-viewer:not([aria-busy]) .stage")).to_be_visible()

    def check(self, truth: Truth) -> None:
        """Look at each doubtful field: right, typed anew, or not on the paper."""
        for _ in range(80):
            if not self.left:
                return
            self.answer(truth)
        raise AssertionError("there is no end of doubtful fields")

    def answer(self, truth: Truth) -> None:
        """The chosen field, when its page is there to be seen."""
        expect(self.page.locator("page-viewer:not([aria-busy])")).to_be_visible()
        name, shown = self.chosen, str(self.page.evaluate("document.activeElement.value"))
        right = truth.get(name, shown)
        if not right:
            self.press("Alt+b")
            return
        if nfc(right) != nfc(shown):
            self.wrong.append(name)
            self.press("Control+a")
            self.type(right)
        self.press("Enter")

    def confirm(self) -> str:
        """The last key of a paper; gives its id. Where the officer is asked why, says so."""
        done = self.paper
        expect(self.page.locator("#confirm")).to_be_enabled()
        expect(self.page.locator("#confirm")).to_be_focused()
        self.press("Enter")
        self._until(lambda: self.page.locator("#reason-box").is_visible() or self._through(done))
        if self.page.locator("#reason-box").is_visible():
            self.type("Giấy ghi như vậy")
            self.press("Control+Enter")
            self._until(lambda: self._through(done))
        return done

    def _through(self, paper: str) -> bool:
        """Whether a paper was confirmed: the next one is open, or it is the last and says so."""
        left = self.page.locator("#left").all_inner_texts()
        return self.paper != paper or left in (["đã lưu"], ["chờ ký"])

    def _until(self, done: Callable[[], bool]) -> None:
        """Wait for it; not by the browser's own waiting, which needs eval."""
        end = monotonic() + 600
        while not done():
            if monotonic() > end:
                problem = self.page.locator("#act-problem").all_inner_texts()
                raise TimeoutError(f"the desk stays at {self.paper}: {problem}")
            self.page.wait_for_timeout(50)
