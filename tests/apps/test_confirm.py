"""``sohoa confirm`` where an officer's signature is asked for: at once, or later by the same command."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.services import Services
from flows.settings import load_settings
from tests.apps.conftest import Run
from tests.flows.signed_services import Filler
from tests.pki.fixtures import _running, copy_pdf, pki
from tests.pki.harness import PASSWORD, Pki

__all__ = ["_running", "copy_pdf", "pki"]


@pytest.fixture
def ids(tmp_path: Path, pki: Pki, copy_pdf: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Sealed copies, and the settings of an officer whose key is not there."""
    monkeypatch.chdir(tmp_path)
    seal = {"kind": "pkcs12", "file": str(pki.pkcs12("seal")), "password": PASSWORD}
    ids = Filler(copy_pdf, tmp_path).put(load_settings(signer={"kind": "none"}, seal=seal), 3)
    away = {
        "KIND": "pkcs12",
        "FILE": str(tmp_path / "can-bo.p12"),
        "PASSWORD": PASSWORD,
        "WHEN": "confirmation",
    }
    for name, value in away.items():
        monkeypatch.setenv(f"SOHOA_SIGNER__{name}", value)
    monkeypatch.setenv("SOHOA_TRUST__ROOTS", f'["{pki.root}"]')
    monkeypatch.setenv("SOHOA_TRUST__FETCH", "true")
    monkeypatch.setenv("SOHOA_TRUST__PRIVATE", "true")
    return ids


def test_confirmed_now_signed_later(sohoa: Run, ids: list[str], pki: Pki, tmp_path: Path) -> None:
    for id in ids[:2]:
        away = sohoa("confirm", id, "--json")
        assert away.status == 4, away.err
        (line,) = away.lines
        assert (line["state"], line["signed_by"], line["awaits"]) == ("confirmed", ["seal"], ["signer"])
        assert line["error"]["code"] == "signer_unavailable"
    assert "waits for its signature by signer" in sohoa("confirm", ids[0]).out
    assert {line["id"] for line in sohoa("find", "--unsigned", "--json").lines} == set(ids[:2])
    assert "waits for signer" in sohoa("show", ids[0]).out
    told = sohoa("verify", ids[0])
    assert told.status == 0
    for words in ("still waits for its signature by: signer", "Bản sao còn chờ chữ ký của cán bộ"):
        assert words in told.out

    (tmp_path / "can-bo.p12").write_bytes(pki.pkcs12("officer").read_bytes())
    again = sohoa("confirm", ids[0], "--json")
    assert (again.status, again.lines[0]["signed_by"], again.lines[0]["error"]) == (
        0,
        ["seal", "signer"],
        None,
    )
    rest = sohoa("confirm", "--waiting", "--json")
    assert [(rest.status, line["id"], line["version"]) for line in rest.lines] == [(0, ids[1], 3)]
    assert "Nothing that you confirmed waits" in sohoa("confirm", "--waiting").err
    services = Services(load_settings())
    assert [len(services.archive.versions(id)) for id in ids] == [3, 3, 1]
    for id in ids[:2]:
        (found,) = sohoa("verify", id, "--json").lines
        assert [one["signer"] for one in found["signatures"]] == ["UBND xã Thử Nghiệm", "Lê Thị Mẫu"]
        assert (found["verdict"], found["archived"]["awaits"]) == ("valid", [])
    assert sohoa("find", "--unsigned", "--json").lines == []


@pytest.mark.usefixtures("ids")
def test_wrong_usage(sohoa: Run) -> None:
    for wrong in ([], ["x", "--waiting"]):
        assert sohoa("confirm", *wrong).status == 2
