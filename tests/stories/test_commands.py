"""The promised commands, as a clerk types them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from apps.cli.main import cli
from flows.services import Services
from flows.settings import load_settings
from schemas.errors import UsageError
from tests.stories.people import ANH, Counter, household

KEYS = {"name", "mode", "answer", "record", "valid_until", "reason_vi", "reason_en"}


def sohoa(*arguments: str) -> list[dict[str, Any]]:
    """The lines of JSON that a command prints, in this process."""
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def test_reuse_store_report_and_procedures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    desk = Counter(Services(load_settings()))
    kept = desk.keeps("household_business_registration", household(), dossier="A")
    case = ("--case", "chuyen doi tu ho kinh doanh")
    (told,) = sohoa("reuse", "2.001583", "--subject", ANH, *case, "--dossier", "B", "--force", "--json")
    assert set(told) >= {"procedure", "case", "subject", "components", "form", "prefilled_share"}
    assert (told["procedure"], told["case"], told["subject"]) == ("2.001583", "from_household", ANH)
    assert all(set(one) >= KEYS for one in told["components"])
    assert [one["record"] for one in told["components"] if one["answer"] == "there"] == [kept]
    assert set(told["form"]["ho_ten"]) >= {"value", "source", "record", "sure", "conflicts"}
    assert told["form"]["dien_thoai"]["value"] == "0903123456"
    assert 0.2 <= told["prefilled_share"] <= 1
    (found,) = sohoa("find", "--dossier", "B", "--json")
    assert found["id"] == kept
    (owned,) = sohoa("store", ANH, "--json")
    assert (owned["record"], owned["dossiers"]) == (kept, ["A", "B"])
    (use,) = sohoa("store", ANH, "--uses", "--json")
    assert (use["kind"], use["dossier"]) == ("reused", "B")
    (report,) = sohoa(
        "report", "--from", "2026-01-01", "--to", "2030-12-31", "--format", "json", "--dossiers"
    )
    assert report["figures"]["received"] == 2
    assert [row["dossiers"]["reused"] for row in report["rows"] if row["reused"]] == [["B"]]
    sohoa("report", "--format", "xlsx", "-o", "r.xlsx")
    assert zipfile.is_zipfile(tmp_path / "r.xlsx")
    listed = sohoa("procedures", "list", "--json")
    assert len(listed) >= 24
    (shown,) = sohoa("procedures", "show", "1.004873", "--json")
    assert "surrender" in [one["mode"] for one in shown["components"]]
    (tmp_path / "c.json").write_text(json.dumps([{"code": "1.000894", "name": "x"}]), encoding="utf-8")
    (done,) = sohoa("procedures", "import", "c.json", "--json")
    assert done["new"] == 1
    for code, subject in (("9.999999", ANH), ("1.000894", "12")):
        with pytest.raises(UsageError):
            sohoa("reuse", code, "--subject", subject)
