"""What a clerk types is checked, and what a clerk reads is Vietnamese where the setting, or the terminal, says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.services import Services
from flows.settings import load_settings
from schemas.identifiers.dossier import is_dossier_code
from tests.apps.conftest import Run
from tests.papers import put
from tests.scans import write_scan

DOSSIER = "000.00.01.H48-250117-0012"


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return write_scan(tmp_path / "giay.png", ["GIẤY KHAI SINH", "Họ, chữ đệm, tên: NGUYỄN THỊ ÁNH"])


def test_a_slip_in_a_code_is_told_before_anything_is_archived(sohoa: Run, scan: Path) -> None:
    for option, wrong in (("--dossier", "abc"), ("--subject", "123"), ("--procedure", "khai-sinh")):
        done = sohoa("digitize", option, wrong, scan.name)
        assert (done.status, done.out) == (2, "")
        assert wrong in done.err
        assert "--force" in done.err
    assert sohoa("find", "--json").lines == []
    forced = sohoa("digitize", "--force", "--json", "--dossier", "abc", "--subject", "123", scan.name)
    assert forced.status == 0
    assert [row["dossier"] for row in sohoa("find", "--dossier", "abc", "--json").lines] == ["abc"]


def test_sentences_in_the_language_of_the_setting(sohoa: Run, scan: Path, tmp_path: Path) -> None:
    (told,) = sohoa("digitize", "--json", "--dossier", DOSSIER, scan.name).lines
    id = told["documents"][0]["id"]
    confirmed = sohoa("confirm", id, SOHOA_LANGUAGE="vi")
    assert "đã xác nhận, phiên bản 2" in confirmed.out
    assert "đã thu hồi, phiên bản 3" in sohoa("revoke", id, "--reason", "cấp sai", SOHOA_LANGUAGE="vi").out
    again = sohoa("revoke", id, "--reason", "lý do khác", SOHOA_LANGUAGE="vi")
    english = sohoa("revoke", id, "--reason", "lý do khác", SOHOA_LANGUAGE="en")
    assert again.status == english.status != 0
    assert again.err.splitlines()[0] != english.err.splitlines()[0]
    assert not again.err.splitlines()[0].isascii()
    assert "Xem vì sao hết hiệu lực" in again.err, "the advice below it is Vietnamese too"
    assert "See how it ended" in english.err

    (tmp_path / "hong.pdf").write_bytes(b"no PDF")
    (refused,) = sohoa("digitize", "--json", "hong.pdf").lines
    assert refused["error"]["message"].isascii()
    assert not refused["error"]["message_vi"].isascii()
    assert refused["error"]["message_vi"] in sohoa("digitize", "hong.pdf", SOHOA_LANGUAGE="vi").err
    assert refused["error"]["hint_vi"] in sohoa("digitize", "hong.pdf", SOHOA_LANGUAGE="vi").err
    assert refused["error"]["message"] in sohoa("digitize", "hong.pdf").err


def test_scans_of_one_paper_are_one_row_and_say_which(sohoa: Run, tmp_path: Path) -> None:
    lines = ["QUYẾT ĐỊNH", "Số: 4567/QĐ-UBND", "ngày 05 tháng 11 năm 2026", "Số tài khoản 0912345678"]
    lines += [
        "Diện tích 1.234 m2, thửa 5678, tờ bản đồ 90",
        "Nguyễn Thị Ngọc Ánh, 079301000123",
        "Nơi nhận: 1122",
    ]
    first = write_scan(tmp_path / "lan-1.png", lines)
    second = write_scan(tmp_path / "lan-2.tiff", lines)
    sohoa("digitize", first.name)
    (told,) = sohoa("digitize", "--json", second.name).lines
    assert told["documents"][0]["near_duplicates"], "the same words and numbers"
    assert "lan-1.png" in sohoa("digitize", second.name).out
    shown = sohoa("find", "quyet dinh").out
    assert "2 scans of one paper" in shown
    assert shown.count("4567/QĐ-UBND") <= 1


def test_show_tells_every_dossier(sohoa: Run, scan: Path) -> None:
    dossiers = [f"000.00.01.H48-250117-00{number}" for number in (12, 13, 14)]
    for dossier in dossiers[:2]:
        (told,) = sohoa("digitize", "--json", "--dossier", dossier, scan.name).lines
    answer = sohoa("digitize", "--dossier", dossiers[2], scan.name).out
    assert all(dossier in answer for dossier in dossiers), "the answer at the counter tells them"
    shown = sohoa("show", told["documents"][0]["id"]).out
    assert all(dossier in shown for dossier in dossiers)


def test_people_by_name(sohoa: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the real command: the one who is called so, not one who is only mentioned."""
    done = sohoa("find", "--name", "Nguyễn Thị Ánh", "--json")
    assert (done.status, done.lines) == (0, [])
    monkeypatch.chdir(tmp_path)
    services = Services(load_settings())
    called = put(services, 1, full_name="Nguyễn Thị Ánh")
    put(services, 2, full_name="Trần Văn Bình", text="Trần Văn Bình, mẹ: Nguyễn Thị Ánh")
    found = sohoa("find", "--name", "Nguyễn Thị Ánh", "--json").lines
    assert [row["id"] for row in found] == [called]


@pytest.mark.parametrize("code", [DOSSIER, "000.00.16.H29-251128-000123", "G15.001.02-260125-AB0012"])
def test_codes_of_dossiers(code: str) -> None:
    assert is_dossier_code(code)
