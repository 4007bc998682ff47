"""Settings come from one file and the environment, and nothing unknown passes."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from flows.defaults import anything_set
from flows.settings import load_settings, with_secret
from flows.settings.reference import reference
from schemas.errors import UsageError


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _in_home(folder: Path) -> Path:
    (folder / "sohoa-home").mkdir(exist_ok=True)
    return folder / "sohoa-home" / "sohoa.toml"


def test_home_and_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().home == tmp_path / "sohoa-home"
    assert load_settings().signer.kind == "demo"
    assert not anything_set()
    monkeypatch.delenv("SOHOA_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert load_settings().home == tmp_path / "data" / "sohoa"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _in_home(tmp_path).write_text('agency = "Xã An Bình"\nworkers = 3\n[limits]\npages = 7\n')
    monkeypatch.setenv("SOHOA_WORKERS", "5")
    monkeypatch.setenv("SOHOA_LIMITS__SIZE", "1000")
    settings = load_settings()
    assert (settings.agency, settings.workers) == ("Xã An Bình", 5)
    assert (settings.limits.pages, settings.limits.size) == (7, 1000)
    assert anything_set()


def test_where_the_file_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _in_home(tmp_path).write_text("workers = 1\n")
    assert load_settings().workers == 1
    (tmp_path / "sohoa.toml").write_text("workers = 2\n")
    assert load_settings().workers == 1, "the current folder may be a folder of scans from anywhere"
    (tmp_path / "other.toml").write_text("workers = 3\n")
    monkeypatch.setenv("SOHOA_CONFIG", str(tmp_path / "other.toml"))
    assert load_settings().workers == 3
    monkeypatch.setenv("SOHOA_CONFIG", str(tmp_path / "missing.toml"))
    with pytest.raises(UsageError, match="missing"):
        load_settings()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("wokers = 3", "wokers"),
        ("[signer]\nkind = 'magic'", "signer.kind"),
        ("[archive]\nbucket = 'x'", "archive.bucket"),
        ("workers = 0", "workers"),
        ("workers = ", "sohoa.toml"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, named: str) -> None:
    _in_home(tmp_path).write_text(text)
    with pytest.raises(UsageError, match=re.escape(named)):
        load_settings()


def test_unknown_names_in_the_environment_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_SINGER__KIND", "demo")
    with pytest.raises(UsageError, match="SOHOA_SINGER__KIND"):
        load_settings()


def test_secrets_are_in_no_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_SIGNER__PIN", "271828")
    monkeypatch.setenv("SOHOA_WORKERS", "many271828")
    with pytest.raises(UsageError) as wrong:
        load_settings()
    assert "271828" not in str(wrong.value)
    monkeypatch.delenv("SOHOA_WORKERS")
    assert "271828" not in repr(load_settings())


def test_the_reference_is_up_to_date() -> None:
    """Run: python -m flows.settings.reference > docs/settings.md"""
    kept = Path(__file__).parents[2] / "docs" / "settings.md"
    assert kept.read_text(encoding="utf-8") == reference()


@pytest.mark.parametrize("setting", ["config", "home", "module", "root"])
def test_files_that_others_may_write_are_refused(
    setting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may write them could make this account run, or believe, what they like."""
    file = _in_home(tmp_path) if setting == "home" else tmp_path / "given"
    file.write_text("")
    name = {"config": "CONFIG", "module": "SIGNER__MODULE", "root": "TRUST__ROOTS"}.get(setting)
    if name is not None:
        monkeypatch.setenv(f"SOHOA_{name}", f'["{file}"]' if setting == "root" else str(file))
    file.chmod(0o644)
    load_settings()
    file.chmod(0o666)
    with pytest.raises(UsageError, match="may be written by everybody"):
        load_settings()
    file.chmod(0o644)
    tmp_path.chmod(0o777)
    with pytest.raises(UsageError, match=r"the folder .* may be written by everybody"):
        load_settings()
    tmp_path.chmod(0o1777)  # as /tmp: nobody can replace another's file there
    load_settings()


@pytest.mark.parametrize("data", [b"agency = '\xff'", b"\xff\xfea\x00"])
def test_a_file_in_another_encoding(data: bytes, tmp_path: Path) -> None:
    _in_home(tmp_path).write_bytes(data)
    with pytest.raises(UsageError, match="not in UTF-8"):
        load_settings()


@pytest.mark.parametrize("url", ["foo", "mysql://x/y", "sqlite:////x", "postgresql://h:99999999/x"])
def test_a_wrong_address_of_the_index(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_INDEX__URL", url)
    with pytest.raises(UsageError, match=r"index\.url"):
        load_settings()


def test_secrets_that_were_typed_belong_to_one_call() -> None:
    """Two callers in one process, each with a PIN of her own; the settings of others know neither."""
    one, two = (with_secret(load_settings(), "signer", "pin", pin) for pin in ("314159", "271828"))
    assert [s.signer.pin and s.signer.pin.get_secret_value() for s in (one, two, load_settings())] == [
        "314159",
        "271828",
        None,
    ]


def test_settings_travel_to_other_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_HOME", str(tmp_path / "sohoa-home"))
    file = _in_home(tmp_path)
    file.write_text('[station.scanners]\n"Máy quét 1" = "http://192.0.2.1/eSCL"\n', encoding="utf-8")
    settings = load_settings()
    assert settings.station.scanners
    assert pickle.loads(pickle.dumps(settings)) == settings
    assert hash(pickle.loads(pickle.dumps(settings))) == hash(settings)
