"""The report tells what the archive holds: every sum is held against the records themselves."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.caller import local_caller
from flows.dossiers.uses import decide, uses_of
from flows.people.personal_store import store_of
from flows.reports.files import as_csv, as_xlsx
from flows.reports.outlook import outlook
from flows.reports.report import make_report
from flows.reuse import ask, question
from flows.services import Services
from schemas.errors import UsageError
from schemas.indicators import FIGURES, indicator_set
from schemas.procedures import procedures
from storage.corrections import link_duplicate
from storage.dossiers import note_use
from storage.model import Use, UseKind
from tests.stories.conftest import TODAY
from tests.stories.people import ANH, BINH, birth, card, household, marriage
from tests.stories.people import Counter as Desk

START, END = date(2026, 1, 1), date(2030, 12, 31)


PROCEDURES = ("1.001193", "1.000894", "2.001583", "9.999999", None)
"""With results that we have types for, without, unknown, and dossiers of which nobody said."""


def noted(services: Services, ids: list[str], chance: random.Random) -> None:
    """Forty uses of these papers, drawn by chance."""
    for number in range(40):
        use = Use(
            kind=chance.choice(list(UseKind)),
            dossier=f"D{chance.randrange(12)}",
            at=datetime(2026, chance.randint(1, 9), chance.randint(1, 28), chance.randrange(24), tzinfo=UTC),
            by="clerk",
            component=str(number),
            procedure=chance.choice(PROCEDURES),
            agency=chance.choice(["A", "B", None]),
        )
        receipt = note_use(services.archive, chance.choice(ids), use)
        services.index.add(receipt.record, receipt.version)


def counted_by_hand(services: Services, start: date, end: date) -> dict[str, dict[str, str]]:
    """Figure → dossier → agency/procedure/month, from the records of the archive alone, without the index and the report."""
    uses = [
        (use, record.type, record)
        for record in map(services.archive.record, services.archive.ids())
        for use in record.uses
    ]
    found: dict[str, dict[str, str]] = {name: {} for name in FIGURES}
    for code in {use.dossier for use, _, _ in uses}:
        own = sorted((one for one in uses if one[0].dossier == code), key=lambda one: one[0].at)
        first = own[0][0].at.date()
        if not start <= first <= end:
            continue
        procedure = next((use.procedure for use, _, _ in own if use.procedure), "")
        agency = next((use.agency for use, _, _ in own if use.agency), "")
        ends_with = (
            {one.type for one in procedures()[procedure].results} if procedure in procedures() else set()
        )
        served = [one for one in own if one[0].kind is not UseKind.REFUSED]
        ended = [record for _, type, record in served if type in ends_with]
        results = len(ended)
        components = len(served) - results
        before = any(
            earlier.dossier != code and earlier.at <= use.at and earlier.kind is not UseKind.REFUSED
            for use, _, kept in served
            for earlier, _, other in uses
            if other.id == kept.id
        )
        holds = {
            "received": True,
            "components_digitized": components > 0,
            "components_not_digitized": components == 0,
            "reused": before or any(use.kind is UseKind.REUSED for use, _, _ in served),
            "refused": len(served) < len(own),
            "resolved": results > 0,
            "results_digitized": results > 0,
            "results_not_digitized": False,
            "results_signed": any(record.signed for record in ended),
            "results_in_store": any(record.record.subject.id for record in ended),
            "both_digitized": results > 0 and components > 0,
        }
        for name, counts in holds.items():
            if counts:
                found[name][code] = f"{agency}/{procedure}/{first:%Y-%m}"
    return found


@pytest.mark.parametrize("seed", [7, 11, 13])
def test_every_sum_is_what_the_records_say(services: Services, counter: Desk, seed: int) -> None:
    chance = random.Random(seed)
    kept = (
        ("birth_certificate", birth()),
        ("marriage_certificate", marriage()),
        ("household_business_registration", household()),
        ("enterprise_registration", {"name": "CÔNG TY A", "enterprise_code": "0312345678"}),
    )
    ids = [counter.keeps(type, values, signed=number % 2 == 0) for number, (type, values) in enumerate(kept)]
    noted(services, ids, chance)
    for start, end in ((START, END), (date(2026, 3, 1), date(2026, 5, 15))):
        report = make_report(services, local_caller(), start, end)
        told: dict[str, dict[str, str]] = {name: {} for name in FIGURES}
        for row in report.rows:
            for name, codes in row.dossiers.items():
                told[name] |= dict.fromkeys(codes, f"{row.agency}/{row.procedure}/{row.month}")
        assert told == counted_by_hand(services, start, end)
        assert report.figures == {name: len(codes) for name, codes in told.items()}, "each figure opens"


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
