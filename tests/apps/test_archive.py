"""Handing over, and the audit log, as operators do it: through the command."""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.audit import close_audit_days, verify_audit
from flows.caller import this_account
from flows.services import Services
from flows.settings import load_settings
from pipeline.sign.demo import demo_certificate
from pipeline.verify import Verdict
from storage import corrections
from storage.audit_lines import Access
from storage.model import document_object
from storage.ocfl.layout import object_path
from tests.apps.conftest import Run
from tests.scans import write_scan
from tests.storage.samples import deposit

AGENCY = {"SOHOA_AGENCY": "UBND xã An Bình"}


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return write_scan(
        tmp_path / "giấy khai sinh.png", ["ỦY BAN NHÂN DÂN XÃ AN BÌNH", "GIẤY KHAI SINH", "Số: 12"]
    )


def audit_lines(home: Path) -> list[dict[str, Any]]:
    with sqlite3.connect(home / "index.sqlite") as connection:
        return [
            json.loads(line)
            for (line,) in connection.execute(
                "SELECT line FROM audit WHERE object IS NULL ORDER BY sequence"  # others note versions
            )
        ]


def test_a_dossier_is_handed_over(tmp_path: Path, scan: Path, sohoa: Run) -> None:
    from eark_validator.structure import StructureStatus, validate_package_structure  # type: ignore[import-untyped]

    dossier = "000.00.01.H48-250117-0012"
    done = sohoa("digitize", "--json", "--dossier", dossier, scan.name, **AGENCY)
    id = done.lines[0]["documents"][0]["id"]
    export = ("archive", "export", "--eark", "out", "--dossier", dossier)
    nobody = sohoa(*export)
    assert (nobody.status, "agency" in nobody.err) == (2, True)
    made = sohoa(*export, "--json", "--purpose", "nộp lưu năm 2026", **AGENCY)
    assert (made.status, made.lines) == (0, [{"package": f"out/{dossier}", "documents": [id]}])
    package = tmp_path / "out" / dossier
    assert validate_package_structure(str(package)).status is StructureStatus.WellFormed
    assert (package / "representations/scans/data" / id / "scan.png").read_bytes() == scan.read_bytes()
    assert "UBND xã An Bình" in (package / "METS.xml").read_text()
    last = audit_lines(tmp_path / "sohoa-home")[-1]
    assert (last["action"], last["object"], last["purpose"]) == ("export", id, "nộp lưu năm 2026")

    again = sohoa(*export, **AGENCY)
    assert (again.status, "already" in again.err or "there" in again.err) == (2, True)
    single = sohoa("archive", "export", "--eark", "out", id, **AGENCY)
    assert single.status == 0
    assert Path(tmp_path, single.out.split()[-1]).is_dir()
    assert sohoa("archive", "export", "--eark", "out", **AGENCY).status == 2
    assert sohoa("archive", "export", "--eark", "out", "--dossier", "none", **AGENCY).status == 3


def test_everything_that_was_looked_at_or_changed_is_in_the_log(
    tmp_path: Path, scan: Path, sohoa: Run
) -> None:
    id = sohoa(
        "digitize", "--json", "--type", "birth_certificate", "--force", "--dossier", "H48-1", scan.name
    ).lines[0]["documents"][0]["id"]
    sohoa("digitize", "--json", scan.name)
    sohoa("find", "khai sinh", "--purpose", "TTHC 1.001193")
    sohoa("find", "--subject", "034090001234")
    sohoa("show", id)
    sohoa("get", id, "--part", "text")
    sohoa("confirm", id, "--by", "canbo1", "--set", "full_name=Nguyễn Thị Ánh")
    sohoa("verify", id)
    lines = audit_lines(tmp_path / "sohoa-home")
    assert [(line["action"], line["object"]) for line in lines] == [
        ("digitize", id),
        ("view", id),
        ("find", id),
        ("find", ""),
        ("view", id),
        ("get", f"{id}/text"),
        ("confirm", id),
        ("verify", id),
    ]
    assert [line["purpose"] for line in lines[:3]] == ["H48-1", "", "TTHC 1.001193"]
    assert lines[6]["actor"] == "canbo1"
    assert all(line["origin"].startswith(f"{this_account()}@") for line in lines)
    assert all(line["at"][:10] == lines[0]["at"][:10] for line in lines)
    whole = json.dumps(lines, ensure_ascii=False)
    assert "034090001234" not in whole, "what was searched for is personal data"
    assert "Ánh" not in whole


def test_the_account_is_the_systems_not_the_environments(tmp_path: Path, sohoa: Run) -> None:
    sohoa("find", LOGNAME="mallory", USER="mallory", SSH_CONNECTION="10.1.2.3 5022 10.0.0.1 22")
    (line,) = audit_lines(tmp_path / "sohoa-home")
    assert line["actor"] == this_account()
    assert line["origin"].endswith(" 10.1.2.3")


def test_the_log_is_verified(tmp_path: Path, scan: Path, sohoa: Run) -> None:
    services = Services(load_settings())
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for number in range(3):
        services.audit.append(
            Access("canbo1", "view", f"document-{number}", "10.0.0.7", "test"), at=yesterday
        )
    fresh = sohoa("verify", "--audit", "--json")
    assert fresh.status == 3
    assert fresh.lines == [
        {"verdict": "unsigned", "lines": 3, "days": 0, "findings": [], "signers": {}, "losses": []}
    ]
    assert len(close_audit_days(services)) == 1
    closed = sohoa("verify", "--audit")
    assert (closed.status, "unproven" in closed.out) == (3, True), "the demo key proves nothing"
    trusting = Services(load_settings(trust={"roots": [demo_certificate(services.home)]}))
    assert verify_audit(trusting).verdict is Verdict.VALID
    with sqlite3.connect(tmp_path / "sohoa-home" / "index.sqlite") as connection:
        connection.execute("UPDATE audit SET line = replace(line, 'document-1', 'document-9')")
    tampered = sohoa("verify", "--audit", "--json")
    assert (tampered.status, tampered.lines[0]["verdict"]) == (1, "invalid")
    assert {"day", "sequence", "fault", "hint"} == set(tampered.lines[0]["findings"][0])
    assert "line 2" in sohoa("verify", "--audit").err
    assert sohoa("archive", "restore-audit").status == 0
    mended = sohoa("verify", "--audit", "--json")
    assert (mended.status, mended.lines[0]["findings"]) == (3, [])

    assert sohoa("verify").status == 2
    assert sohoa("verify", "--audit", "x.pdf").status == 2


def test_found_by_agency_and_day_page_by_page_and_linked_by_mistake(tmp_path: Path, sohoa: Run) -> None:
    services = Services(load_settings())
    receipts = [services.archive.put(deposit(number)) for number in range(1, 6)]
    services.index.add_many([(receipt.record, receipt.version) for receipt in receipts])
    ids = [receipt.id for receipt in reversed(receipts)]
    one, other = ids[:2]
    assert [row["id"] for row in sohoa("find", "--json", "--agency", "Bến Nghé").lines] == ids
    assert sohoa("find", "--json", "--agency", "Sài Gòn").lines == []
    assert len(sohoa("find", "--json", "--issued-from", "2025-03-05", "--issued-to", "2025-03-05").lines) == 5
    assert sohoa("find", "--json", "--issued-to", "2025-03-04").lines == []
    assert len(sohoa("find", "--json", "--issued-to", "5/3/2025").lines) == 5
    assert sohoa("find", "--issued-to", "3/25/2025").status == 2
    page = sohoa("find", "--json", "--limit", "3").lines
    rest = sohoa("find", "--json", "--after", page[-1]["page_token"]).lines
    assert [row["id"] for row in page + rest] == ids
    assert f"--after {page[-1]['page_token']}" in sohoa("find", "--limit", "3").err

    linked = corrections.link_duplicate(services.archive, one, other, by="sohoa")
    services.index.add(linked.record, linked.version)
    assert sohoa("unlink", one, other).status == 2, "a reason is due"
    done = sohoa("unlink", one, other, "--reason", "giấy của hai người", "--by", "canbo1", "--json")
    assert done.lines == [
        {"id": one, "version": 3, "near_duplicates": []},
        {"id": other, "version": 2, "near_duplicates": []},
    ]
    assert "duplicates" in sohoa("find", "--json").lines[0]
    assert all(row["duplicates"] == [] for row in sohoa("find", "--json").lines)
    changed = [line for line in audit_lines(tmp_path / "sohoa-home") if line["action"] == "unlink"]
    assert [(line["actor"], line["object"]) for line in changed] == [("canbo1", f"{one} {other}")]
    assert sohoa("unlink", one, "00000000-0000-0000-0000-000000000000", "--reason", "x").status == 3
    assert sohoa("archive", "tidy").status == 0


def test_a_paper_ends_replaced_or_withdrawn(tmp_path: Path, sohoa: Run) -> None:
    services = Services(load_settings())
    receipts = [services.archive.put(deposit(number)) for number in range(1, 4)]
    services.index.add_many([(receipt.record, receipt.version) for receipt in receipts])
    old, newer, other = (receipt.id for receipt in receipts)
    absent = "00000000-0000-0000-0000-000000000000"
    assert sohoa("revoke", old).status == 2, "a reason is due"
    assert sohoa("revoke", absent, "--reason", "x").status == 3
    assert sohoa("supersede", old, absent, "--reason", "x").status == 3

    reason = ("--reason", "QĐ 12/QĐ-UBND", "--by", "canbo1", "--json")
    refused = sohoa("supersede", old, newer, *reason)
    assert (refused.status, "another person" in refused.err) == (2, True), "the two are about two persons"
    for _ in range(2):  # a repeat adds nothing
        done = sohoa("supersede", old, newer, "--force", *reason).lines
        assert [(line["id"], line["version"]) for line in done] == [(old, 2), (newer, 2)]
        assert done[0]["state"] == "superseded"
        assert sohoa("revoke", other, *reason).lines == [{"id": other, "version": 2, "state": "revoked"}]
    assert [row["id"] for row in sohoa("find", "--json", "--state", "revoked").lines] == [other]
    assert [row["id"] for row in sohoa("find", "--json", "--state", "superseded").lines] == [old]

    for ended, word in ((old, "superseded"), (other, "revoked")):
        assert word in sohoa("show", ended).out.splitlines()[0], "first of all"
        assert word in sohoa("get", ended, "--part", "text").err
        told = sohoa("find", "--state", word)
        assert word in told.out.splitlines()[0], "found, but not as a good one"
    assert newer in sohoa("find", "--state", "superseded").out
    assert sohoa("find", "--state", "unconfirmed").out.splitlines()[0].startswith("Văn bản hành chính")
    history = sohoa("show", old).out.partition(" modification ")[2]
    assert f"state: unconfirmed → superseded by {newer}" in history, "from, to"
    assert "state: unconfirmed → revoked" in sohoa("show", other).out
    assert newer in sohoa("show", old).out
    assert old in sohoa("show", newer).out
    assert sohoa("revoke", other, "--reason", " ").status == 2
    assert "ended" not in sohoa("find", "--type", "khai_sinh").out
    wrong = sohoa("find", "--type", "khai_sinh")
    assert (wrong.status, "birth_certificate" in wrong.err) == (2, True)
    wrong = sohoa("find", "--state", "comfirmed")
    assert (wrong.status, "confirmed" in wrong.err) == (2, True)

    assert sohoa("supersede", other, newer, *reason).status == 2, "it was withdrawn"
    assert services.archive.current(newer)[1] == 2, "and the newer one was not touched"
    assert sohoa("revoke", old, *reason).status == 2
    looks = [line["action"] for line in audit_lines(tmp_path / "sohoa-home")]
    assert {"supersede", "revoke"} <= set(looks)


def test_a_loss_is_accepted(tmp_path: Path, sohoa: Run) -> None:
    """Told as a fault until somebody accepts it, and as accepted for ever."""
    services = Services(load_settings())
    id = services.archive.put(deposit(1)).id
    path = services.home / "archive" / object_path(document_object(id))
    kept = {name: (path / name).read_bytes() for name in ("inventory.json", "inventory.json.sha512")}
    lost = corrections.revoke(services.archive, id, by="officer", reason="thu hồi")
    services.index.add(lost.record, lost.version)
    shutil.rmtree(path / "v2")
    for name, data in kept.items():
        (path / name).write_bytes(data)
    found = sohoa("archive", "check")
    assert (found.status, "accept-loss" in found.err) == (1, True)
    refused = sohoa("revoke", id, "--reason", "thu hồi")
    assert (refused.status, "accept-loss" in refused.err) == (1, True)
    assert sohoa("archive", "accept-loss", id, "--reason", " ").status == 2
    accepted = sohoa("archive", "accept-loss", id, "--reason", "đĩa hỏng", "--json")
    assert accepted.lines == [
        {
            "object": document_object(id),
            "lost": {"from": 2, "to": 2},
            "damaged": [],
            "version": 2,
            "reason": "đĩa hỏng",
        }
    ]
    assert sohoa("archive", "accept-loss", id, "--reason", "đĩa hỏng").status == 3
    row = services.index.get(id)
    assert row is not None
    assert (row.version, row.state) == (2, "unconfirmed")
    checked = sohoa("archive", "check")
    assert (checked.status, "đĩa hỏng" in checked.out) == (0, True)
    for told in (sohoa("verify", id), sohoa("verify", "--audit")):
        assert "đĩa hỏng" in told.out
        assert told.status == 3, "nothing is signed here by somebody who is trusted, and no day closed"
    assert sohoa("revoke", id, "--reason", "thu hồi").status == 0
    assert [line["action"] for line in audit_lines(services.home)].count("accept loss") == 2
