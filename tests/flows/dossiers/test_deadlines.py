"""An appointed day is told with a scan, in a manifest or through the API, and stands on the dossier's papers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.batches.batch import BadCode, refusal
from flows.batches.sources import entries
from flows.caller import Act, Caller, Role, local_caller
from flows.digitize import Request, digitize
from flows.dossiers.codes import WrongDue, checked, checked_due
from flows.dossiers.deadlines import set_due
from flows.dossiers.receipt import receipt_of
from flows.dossiers.status import dossier_status
from flows.services import Services
from schemas.errors import NotAllowed
from tests.scans import write_scan

CODE = "000.00.01.H48-250117-0012"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("1/12/2026", date(2026, 12, 1)),
        (" 01.12.2026 ", date(2026, 12, 1)),
        ("", None),
        (None, None),
    ],
)
def test_a_day_as_people_write_it(typed: str | None, day: date | None) -> None:
    assert checked_due(typed) == day


@pytest.mark.parametrize("typed", ["31/02/2026", "12/01", "mai", "2026-13-01", "20261201"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(WrongDue):
        checked_due(typed)


def test_a_day_without_a_dossier_is_refused() -> None:
    with pytest.raises(WrongDue):
        checked(Request(due="2026-12-01"))


def test_a_manifest_tells_it(tmp_path: Path, services: Services) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    manifest = tmp_path / "list.csv"
    rows = (f"{CODE},1/12/2026", f"{CODE},32/12/2026", ",2026-12-01")
    manifest.write_text("file,dossier,due\n" + "".join(f"a.png,{row}\n" for row in rows))
    found = list(entries(str(manifest), Request(), services))
    assert [(one.request.due, one.refused) for one in found] == [
        ("2026-12-01", None),
        (None, "manifest_code"),
        (None, "manifest_code"),
    ]
    assert "ngày hẹn trả" in (refusal("manifest_code").message_vi)
    assert isinstance(refusal("manifest_code"), BadCode)


def test_the_day_that_comes_with_a_scan_and_one_that_is_told_later(
    tmp_path: Path, services: Services
) -> None:
    officer = local_caller(actor="canbo1")
    scan = write_scan(tmp_path / "a.png", ["GIẤY KHAI SINH"])
    request = Request(type="birth_certificate", dossier=CODE, due="2026-12-01")
    id = digitize(scan, services, request).documents[0].id
    assert dossier_status(services, officer, CODE).as_json()["due"] == "2026-12-01"
    set_due(services, officer, CODE, date(2026, 12, 15))
    assert services.index.get(id).due == "2026-12-15"  # type: ignore[union-attr]
    digitize(scan, services, request)
    assert services.index.get(id).due == "2026-12-15", "a scan that comes again changes nothing"  # type: ignore[union-attr]
    receipt = receipt_of(services, officer, CODE)
    assert receipt is not None
    assert receipt.due_printed == "15/12/2026"
    lines = [line for line in services.audit.lines() if line["action"] == Act.DIGITIZE]
    assert lines[-1]["actor"] == "canbo1"
    assert id in str(lines[-1]["object"])
    with pytest.raises(NotAllowed):
        set_due(services, Caller("kiemtra", "here", roles=frozenset({Role.AUDITOR})), CODE, None)
