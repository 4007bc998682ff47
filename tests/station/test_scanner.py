"""Scans that are pulled from a network scanner: every page once, or nothing and the reason; the faults of real scanners."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from flows.caller import local_caller
from flows.incoming.escl import ScanWish, scan_pages
from flows.incoming.hand_in import scan_in
from flows.request import Request
from flows.services import Services
from flows.settings import load_settings
from schemas.errors import (
    ScannerAway,
    ScannerBusy,
    ScannerFault,
    ScannerHasNoPaper,
    UsageError,
)
from tests.scans import page
from tests.station.conftest import Server
from tests.station.escl_scanner import EsclScanner
from tests.station.papers import DOSSIER, papers

OFFICER = local_caller(actor="canbo1")
LIMITS = {"most_pages": 20, "most_bytes": 10_000_000}


def sheets(count: int) -> list[bytes]:
    """Pages as a scanner sends them."""
    found = []
    for number in range(count):
        out = io.BytesIO()
        page("GIẤY KHAI SINH", f"trang {number + 1}").save(out, "JPEG", dpi=(200, 200))
        found.append(out.getvalue())
    return found


def pull(scanner: EsclScanner, patience: float = 30.0, **wish: object) -> tuple[list[bytes], bool]:
    told: list[int] = []
    found = scan_pages(
        scanner.address,
        ScanWish(**wish),
        patience=patience,
        tell=told.append,
        **LIMITS,  # type: ignore[arg-type]
    )
    assert told == list(range(1, len(found.pages) + 1)), "progress is told page by page"
    return list(found.pages), found.repeated


@pytest.mark.parametrize("fault", ["", "busy", "empty"])
def test_every_page_comes_once_whatever_the_scanner_does_on_the_way(fault: str) -> None:
    with EsclScanner(sheets(3), fault) as scanner:
        assert pull(scanner, duplex=True) == (scanner.pages, False)
        assert "<scan:Duplex>true" in scanner.asked[0]
        assert "<scan:XResolution>300<" in scanner.asked[0]
        assert scanner.ended == 1, "the scanner is free again"


def test_pages_that_come_again_and_again_are_taken_once() -> None:
    with EsclScanner(sheets(2), "endless") as scanner:
        assert pull(scanner) == (scanner.pages, True)
        assert scanner.ended == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("never", ScannerBusy),
        ("completed", ScannerHasNoPaper),
        ("hollow", ScannerFault),
        ("text", ScannerFault),
        ("stops", ScannerFault),
    ],
)
def test_what_is_not_whole_is_not_taken(fault: str, error: type[Exception]) -> None:
    with EsclScanner(sheets(2), fault) as scanner, pytest.raises(error):
        pull(scanner, patience=2.5 if fault == "never" else 30)
    with pytest.raises(ScannerAway):
        pull(scanner)


def test_several_pages_are_one_file_in_which_each_lies_as_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with EsclScanner(sheets(2)) as scanner:
        services = Services(load_settings(workers=1, station={"scanners": {"Quầy 1": scanner.address}}))
        with pytest.raises(UsageError):
            scan_in(services, OFFICER, "Quầy 2", ScanWish(), Request())
        told = scan_in(services, OFFICER, "Quầy 1", ScanWish(dpi=200), Request(dossier=DOSSIER))
        assert (told.pages, told.repeated) == (2, False)
        job = services.queue.get(told.job)
        assert job is not None
        with pikepdf.open(str(job.payload["place"])) as pdf:
            kept = [next(iter(one.images.values())).read_raw_bytes() for one in pdf.pages]
            assert kept == scanner.pages
            assert [round(float(one.mediabox[2])) for one in pdf.pages] == [298, 298], "A6 at 200 dpi"


@pytest.mark.slow
@pytest.mark.worker
def test_a_clerk_scans_from_the_desk(page: Page, server: Server, services: Services) -> None:
    with EsclScanner(sheets(1), "busy") as scanner:
        station = services.settings.station.model_copy(update={"scanners": {"Quầy 1": scanner.address}})
        services.settings = services.settings.model_copy(update={"station": station})
        page.goto(f"/desk?dossier={DOSSIER}")
        page.wait_for_selector("body[data-ready]")
        page.click("#scanners button")
        expect(page.locator("#scanners [role=status]")).to_contain_text("1 trang đã nhận")
        papers(page, 1)
        scanner.fault = "completed"
        page.click("#scanners button")
        expect(page.locator("#scanners [role=status]")).to_contain_text("không gửi trang nào")
        expect(page.locator("#offline")).to_be_hidden()
