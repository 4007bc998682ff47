"""One paper of the pages of two scans: both scans stay whole, the new paper can be divided again, and it may be repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import records
from flows.caller import local_caller
from flows.desk.join import ask_join, join
from flows.desk.regroup import Group, regroup
from flows.digitize import Request, digitize
from flows.services import Services
from flows.settings import load_settings
from schemas.errors import Claimed, Erased, WrongGroups
from schemas.records import State
from storage.index.find import Query
from tests.scans import write_scan

OFFICER = local_caller(actor="canbo1")
DOSSIER = "000.00.01.H48-250117-0012"


@pytest.mark.slow
def test_two_scans_become_one_paper_and_both_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    services = Services(load_settings(workers=1))
    scans = [
        write_scan(tmp_path / "một.png", ["GIẤY KHAI SINH", "Số: 169/2017"]),
        write_scan(tmp_path / "hai.jpg", ["Người ký: TRẦN VĂN HẢI"]),
    ]
    request = Request(type="birth_certificate", dossier=DOSSIER)
    ids = [digitize(scan, services, request).documents[0].id for scan in scans]
    services.desk.claim(ids[1], "canbo2")
    with pytest.raises(Claimed):
        ask_join(services, OFFICER, dict.fromkeys(ids, 1))
    services.desk.release(ids[1], "canbo2")
    made = join(services, OFFICER, ids)
    assert (made.type, len(made.pages), made.state) == ("birth_certificate", 2, State.UNCONFIRMED)
    assert made.record.fields["number"].value == "169/2017"
    assert "TRẦN VĂN HẢI" in made.text
    for id, scan in zip(ids, scans, strict=True):
        before = services.archive.record(id)
        assert (before.state, before.links.regrouped) == (State.SUPERSEDED, (made.id,))
        assert services.archive.get(id, "scan") == scan.read_bytes()
    digests = [services.archive.record(id).scan.sha256 for id in ids]
    told = [list(event.settings.values()) for event in services.archive.provenance(made.id)]
    assert digests in told
    assert [row.id for row in services.index.find(Query(dossier=DOSSIER)).rows] == [made.id]
    lines = [line["object"].split() for line in services.audit.lines() if line["action"] == "regroup"]
    assert [made.id, *ids] in lines
    assert join(services, OFFICER, ids).id == made.id, "repeated"
    first, second = regroup(services, OFFICER, [made.id], [Group((1,)), Group((2,))])
    assert ("169/2017" in first.text, "TRẦN VĂN HẢI" in second.text) == (True, True)
    with pytest.raises(WrongGroups):
        join(services, OFFICER, [first.id, second.id])
    regroup(services, OFFICER, [first.id, second.id], [Group((1, 2))])
    records.erase(services, local_caller(), made.id, reason="theo lệnh", order="12/QĐ")
    for id in (made.id, *ids):
        with pytest.raises(Erased):
            services.archive.get(id, "scan")
