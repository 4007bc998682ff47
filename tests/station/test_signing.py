"""The signer's work: papers that wait are looked at, chosen and signed, by the server's key or by that of her own PC."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from flows import records
from flows.caller import local_caller
from flows.desk.accounts import add_user
from flows.digitize import Request, digitize
from flows.services import Services
from flows.settings import load_settings
from tests.pki import csc
from tests.pki.fixtures import _running, pki
from tests.pki.harness import Pki
from tests.pki.softhsm import MODULE, PIN, SoftHsm
from tests.scans import write_scan
from tests.station.conftest import Server, signed_in
from tests.station.counter import PASSWORD
from tests.station.papers import DOSSIER
from tests.station.test_accessible import serious

__all__ = ["_running", "pki"]

OFFICER = local_caller(actor="canbo1")
SIGNER = "lanhdao"
COMMAND = [sys.executable, "-m", "apps.cli", "sign", "station"]


def house(**signer: object) -> Services:
    made = Services(load_settings(workers=1, signer={"when": "confirmation", **signer}))
    add_user(made.accounts, SIGNER, PASSWORD, ["signer"], "Phạm Văn Ký")
    return made


def waiting(services: Services, folder: Path) -> list[str]:
    """A paper of one page and one of two, confirmed; nobody has signed them."""
    ids = []
    for name, pages in (("a.tif", (["GIẤY KHAI SINH", "Số: 1/2017"],)), ("b.tif", (["QUYẾT ĐỊNH"], ["hai"]))):
        scan = write_scan(folder / name, *pages)
        documents = digitize(scan, services, Request(dossier=DOSSIER)).documents
        ids += [one.id for one in documents]
    for id in ids:
        records.confirm(services, OFFICER, id)
    return ids


@contextmanager
def signing(browser: Browser, services: Services) -> Iterator[Page]:
    """At the page of who only signs."""
    running = Server(services)
    try:
        yield from signed_in(browser, running, SIGNER)
    finally:
        running.stop()


def look_through(page: Page, count: int) -> None:
    """Look at all pages and choose all papers, by one key."""
    for _ in range(40):
        if page.locator("#rows input:checked").count() == count:
            return
        expect(page.locator("page-viewer:not([aria-busy])")).to_be_visible()
        page.keyboard.press("Space")
        page.wait_for_timeout(200)
    pytest.fail("there is no end of pages")


def test_what_was_looked_at_is_signed_and_what_changed_since_is_not(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    services = house(kind="demo")
    ids = waiting(services, tmp_path)
    with signing(browser, services) as page:
        assert page.url.endswith("/sign")
        first = page.locator("#rows li").first.get_attribute("data-id") or ""
        seen = int(len(services.archive.record(first).pages) == 1)
        expect(page.locator("#rows input:enabled")).to_have_count(seen)
        look_through(page, len(ids))
        expect(page.locator("#sign")).to_contain_text(f"({len(ids)})")
        records.correct(services, OFFICER, ids[0], {"number": "2/2017"}, reason="xem lại")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#told")).to_contain_text(f"Đã ký: {len(ids) - 1} · chưa ký được: 1")
        expect(page.locator("#rows")).to_contain_text("vừa được người khác thay đổi")
    assert [services.archive.record(id).signed_by for id in ids] == [(), *[("signer",)] * (len(ids) - 1)]


def helper(address: str, home: Path, **key: str) -> subprocess.CompletedProcess[str]:
    """``sohoa sign station``, as it runs on the signer's own PC with that PC's settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SOHOA_")}
    settings = {f"SOHOA_SIGNER__{name.upper()}": value for name, value in key.items()}
    return subprocess.run(
        [*COMMAND, address, "--user", SIGNER, "--password-stdin", "--once"],
        env=clean | {"SOHOA_HOME": str(home)} | settings,
        cwd=home,
        input=PASSWORD + "\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.slow
def test_the_token_on_her_own_pc_signs_what_she_chose_and_nothing_else(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pki: Pki
) -> None:
    monkeypatch.chdir(tmp_path)
    hsm = SoftHsm.start(tmp_path / "token")
    hsm.add_token("ky")
    hsm.add_key("ky", pki, "officer-rsa", b"\x01")
    pc = tmp_path / "pc"
    pc.mkdir()
    key = {"kind": "pkcs11", "module": str(MODULE), "token": "ky"}
    services = house(kind="elsewhere")
    ids = waiting(services, tmp_path)
    with signing(browser, services) as page:
        address = page.url.removesuffix("/sign")
        assert helper(address, pc, **key, pin=PIN).returncode == 0
        assert [services.archive.record(id).signed_by for id in ids] == [()] * len(ids), "nothing was chosen"
        look_through(page, len(ids))
        page.click(f"#rows [data-id='{ids[0]}'] input")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#command")).to_contain_text(f"sohoa sign station {address}")
        assert serious(page) == []
        page.reload()
        expect(page.locator("#wait")).to_be_visible()
        refused = helper(address, pc, **key, pin="0000")
        assert refused.returncode == 2, refused.stderr
        expect(page.locator("#told")).to_contain_text(f"chưa ký được: {len(ids) - 1}")
        look_through(page, len(ids))
        page.click(f"#rows [data-id='{ids[0]}'] input")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#wait")).to_be_visible()
        signed = helper(address, pc, **key, pin=PIN)
        assert signed.returncode == 0, signed.stderr
        expect(page.locator("#told")).to_contain_text(f"Đã ký: {len(ids) - 1}")
    assert [services.archive.record(id).signed_by for id in ids] == [(), *[("signer",)] * (len(ids) - 1)]


@pytest.mark.slow
def test_a_remote_service_asks_on_the_phone_and_the_page_says_so(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pki: Pki
) -> None:
    monkeypatch.chdir(tmp_path)
    remote = csc.start(pki)
    remote.phone = threading.Event()
    services = house(kind="csc", url=remote.url, credential="sohoa/officer", pin=csc.PIN)
    ids = waiting(services, tmp_path)
    with signing(browser, services) as page:
        look_through(page, len(ids))
        page.keyboard.press("Control+Enter")
        expect(page.locator("#told")).to_contain_text("điện thoại")
        expect(page.locator("#rows .state.busy").first).to_have_text("đang ký…")
        assert services.archive.record(ids[0]).signed_by == ()
        remote.phone.set()
        expect(page.locator("#told")).to_have_text(f"Đã ký: {len(ids)}")
    assert [services.archive.record(id).signed_by for id in ids] == [("signer",)] * len(ids)
    remote.close()
