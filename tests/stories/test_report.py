"""The report tells what the archive holds: every sum is held against the records themselves."""

from __future__ import annotations

import io
import random
import zipfile
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.caller import local_caller
from flows.personal_store import store_of
from flows.report import make_report
from flows.report_files import as_csv, as_xlsx
from flows.report_outlook import outlook
from flows.reuse import ask, question
from flows.services import Services
from flows.uses import decide, uses_of
from schemas.errors import UsageError
from schemas.indicators import FIGURES, indicator_set
from storage.corrections import link_duplicate
from storage.dossiers import note_use
from storage.model import Use, UseKind
from tests.stories.conftest import TODAY
from tests.stories.people import ANH, BINH, birth, card, household, marriage
from tests.stories.people import Counter as Desk

START, END = date(2026, 1, 1), date(2030, 12, 31)


def test_every_sum_is_what_the_records_say(services: Services, counter: Desk) -> None:
    chance = random.Random(7)
    ids = [
        counter.keeps(type, values)
        for type, values in (
            ("birth_certificate", birth()),
            ("marriage_certificate", marriage()),
            ("household_business_registration", household()),
            ("citizen_card", card()),
        )
    ]
    for number in range(40):
        use = Use(
            kind=chance.choice(list(UseKind)),
            dossier=f"D{chance.randrange(12)}",
            at=datetime(2026, chance.randint(1, 9), chance.randint(1, 28), tzinfo=UTC),
            by="clerk",
            component=str(number),
            procedure=chance.choice(["1.001193", "1.000894"]),
            agency=chance.choice(["A", "B"]),
        )
        receipt = note_use(services.archive, chance.choice(ids), use)
        services.index.add(receipt.record, receipt.version)
    report = make_report(services, local_caller(), START, END)
    expected: Counter[str] = Counter()
    by: dict[str, list[tuple[datetime, str, UseKind]]] = {}
    first: dict[str, tuple[datetime, str]] = {}
    for record in map(services.archive.record, services.archive.ids()):
        for use in record.uses:
            by.setdefault(use.dossier, []).append((use.at, record.id, use.kind))
            if use.kind is not UseKind.REFUSED:
                first[record.id] = min(first.get(record.id, (use.at, use.dossier)), (use.at, use.dossier))
    for code, uses in by.items():
        served = [(id, kind) for _, id, kind in uses if kind is not UseKind.REFUSED]
        expected["received"] += 1
        expected["components_digitized"] += bool(served) and report_components(report, code)
        expected["reused"] += any(kind is UseKind.REUSED or first[id][1] != code for id, kind in served)
        expected["refused"] += any(kind is UseKind.REFUSED for _, _, kind in uses)
    for name in ("received", "reused", "refused"):
        assert report.figures[name] == expected[name], name
    assert report.figures["components_digitized"] + report.figures["components_not_digitized"] == len(by)
    for row in report.rows:  # each figure opens down to its dossiers, and each dossier stands in one row
        assert all(len(codes) == row.figures[name] for name, codes in row.dossiers.items())
    opened = [code for row in report.rows for code in row.dossiers["received"]]
    assert sorted(opened) == sorted(by)


def report_components(report: object, code: str) -> bool:
    return any(code in row.dossiers.get("components_digitized", ()) for row in report.rows)  # type: ignore[attr-defined]


def test_event_audit_view_and_report_tell_the_same(services: Services, counter: Desk, tmp_path: Path) -> None:
    id = counter.keeps("household_business_registration", household(), dossier="A")
    asked = question(services, "2.001583", ANH, cases=["from_household"], today=TODAY)
    decide(services, local_caller("company"), ask(services, local_caller("company"), asked), "B")
    report = make_report(services, local_caller(), START, END)
    assert report.figures["reused"] == 1
    (row,) = [row for row in report.rows if "reused" in row.dossiers]
    assert (row.dossiers["reused"], row.procedure, row.agency) == (("B",), "2.001583", "UBND phường Bến Nghé")
    (seen,) = uses_of(services, local_caller(), ANH)
    (event,) = [one for one in services.archive.provenance(id) if one.reason == "reused in dossier B"]
    assert seen.use.at == event.at
    assert [line["object"] for line in services.audit.lines() if line["action"] == "reuse"][-1] == id
    (tmp_path / "one-stop.csv").write_text(
        "Mã hồ sơ;Mã thủ tục;Ngày trả kết quả\nB;2.001478;2026-11-01\nC;1.000894;\n", encoding="utf-8-sig"
    )
    compared = make_report(services, local_caller(), START, END, against=tmp_path / "one-stop.csv")
    assert {(one.dossier, one.kind) for one in compared.differences} == {
        ("A", "not_in_one_stop"),
        ("B", "procedure"),
        ("C", "not_in_archive"),
    }
    assert compared.figures["resolved"] == compared.figures["results_not_digitized"] == 1
    lines = as_csv(report).decode("utf-8-sig").splitlines()
    assert lines[0].split(",")[3:] == list(FIGURES.values())
    assert zipfile.ZipFile(io.BytesIO(as_xlsx(compared))).testzip() is None
    assert outlook(report)[0].askings > 0


def test_points_are_full_at_eighty_percent() -> None:
    (reuse,) = [one for one in indicator_set(None, TODAY).indicators if one.id == "reuse"]
    figures = dict.fromkeys(FIGURES, 0) | {"received": 10, "reused": 8}
    assert reuse.scored(figures) == reuse.points == 2
    assert reuse.scored(figures | {"reused": 4}) == 1
    with pytest.raises(UsageError):
        indicator_set("nothing", TODAY)


def test_who_has_what(services: Services, counter: Desk) -> None:
    kept = counter.keeps("marriage_certificate", marriage(), dossier="A")
    twin = counter.keeps("marriage_certificate", marriage(), confirmed=False)
    receipt = link_duplicate(services.archive, twin, kept, by="clerk")
    services.index.add(receipt.record, receipt.version)
    counter.keeps("citizen_card", card(expiry_date="2026-01-01"))
    for subject in (ANH, BINH):
        (one,) = store_of(services, local_caller(), subject, TODAY)
        assert (one.record.id, one.number, one.scans) == (kept, "27/2024", (twin,))
        assert one.as_json()["dossiers"] == ["A"]
