"""What strangers wrote does nothing to a terminal, and wrong arguments end with a sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from apps.cli.main import cli, run
from apps.cli.output import console, notes, print_json, tell_error
from apps.cli.places import Place

EVIL = "\x1b]0;title\x07\x1b[31mred\x9b32m\u202egnp.\u2028next\r"


@pytest.mark.parametrize(
    "write", [lambda: console().print(EVIL), lambda: notes().print(EVIL), lambda: tell_error(EVIL, EVIL)]
)
def test_names_do_not_drive_the_terminal(write: object, capsys: pytest.CaptureFixture[str]) -> None:
    write()  # type: ignore[operator]
    told = "".join(capsys.readouterr())
    assert "red" in told
    assert not set("\x1b\x07\x9b\u202e\u2028\r") & set(told)


def test_tables_are_clean_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    from rich.table import Table

    table = Table(EVIL)
    table.add_row(EVIL)
    console().print(table)
    assert not set("\x1b\x07\x9b\u202e\u2028\r") & set(capsys.readouterr().out)


def test_json_keeps_what_it_means(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    print_json({"name": EVIL, "bytes": "a\udcff"})
    line = capfdbinary.readouterr().out
    assert json.loads(line) == {"name": EVIL, "bytes": "a\udcff"}
    assert not set("\x1b\x07\x9b\u202e\u2028\r") & set(line.decode())


FORGING = "k.jpg  damaged\n✓ giay-khai-sinh.pdf 0.4 s\r\n\tGiấy khai sinh\u2028✓\x85✓\v✓"


@pytest.mark.parametrize("arguments", [["read"], ["digitize"], ["show"], ["backlog"]])
def test_a_name_adds_no_line(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is said of a file, a name with line ends in it says no more."""
    monkeypatch.setenv("SOHOA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    told = []
    for name in ("plain.jpg", FORGING):
        (tmp_path / name).write_bytes(b"no scan")
        assert run([*arguments, name]) != 0
        told.append("".join(capsys.readouterr()))
    plain, forged = (len(each.splitlines()) for each in told)
    assert forged == plain > 0
    assert "k.jpg  damaged\ufffd✓ giay" in told[1]


def test_a_folder_with_such_a_file_neither(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOHOA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SOHOA_QUARANTINE", str(tmp_path / "q"))
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / FORGING).write_bytes(b"no scan")
    assert run(["backlog", str(folder)]) == 3
    told = "".join(capsys.readouterr())
    assert not [line for line in told.splitlines() if line.startswith(("✓", " Giấy"))]
    (reason,) = (tmp_path / "q").glob("*.ly-do.txt")
    assert len(reason.read_text().splitlines()) == 5
    ((table, page),) = [
        ((one / "report.csv").read_text("utf-8-sig"), (one / "report.html").read_text())
        for one in (tmp_path / "home" / "backlog").iterdir()
    ]
    assert len(table.splitlines()) == 2
    assert "k.jpg  damaged\ufffd✓ giay" in page


BAD = os.fsdecode(b"a\xff\xfeb")
HUGE = "9" * 30


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", BAD],
        ["get", BAD, "--part", "pdf"],
        ["find", "--subject", BAD],
        ["find", "--after", HUGE],
        ["revoke", "x", "--reason", BAD],
        ["supersede", BAD, "x", "--reason", "y"],
        ["unlink", "x", BAD, "--reason", "y"],
        ["confirm", "x", "--set", f"a={BAD}"],
        ["backlog", BAD],
        ["archive", "renew", "--within", HUGE],
        ["archive", "check", "--sample", HUGE],
        ["verify", "-"],
        ["read", "-"],
        [BAD],
        ["--config", BAD, "find", "x"],
        ["--config", "/nonexistent", "find", "x"],
    ],
    ids=str,
)
def test_wrong_arguments_end_with_a_sentence(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOHOA_CONFIG", "")
    assert run(arguments) == 2
    told = capsys.readouterr().err
    assert told.strip()
    assert "Traceback" not in told


def _commands(group: click.Group, *before: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*before, name), command
        if isinstance(command, click.Group):
            yield from _commands(command, *before, name)


def test_a_hyphen_is_standard_input_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is no file or folder of that name either, whatever command is given it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-").mkdir()
    for names, command in _commands(cli):
        for parameter in command.params:
            assert not isinstance(parameter.type, click.Path) or isinstance(parameter.type, Place), names
    for wrong in (["archive", "copy", "-"], ["archive", "check", "--repair-from", "-"], ["watch", "-"]):
        assert run(wrong) == 2
        assert "standard input" in capsys.readouterr().err
    assert not any((tmp_path / "-").iterdir())


def test_a_fault_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret 1234")

    monkeypatch.setattr("flows.settings.load_settings", broken)
    assert run(["find", "x"]) == 1
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told
    assert "1234" not in told, "a message may hold personal data"


def test_no_settings_from_a_folder_of_scans(tmp_path: Path) -> None:
    """The very attack: a folder whose settings name a module to load."""
    (tmp_path / "sohoa.toml").write_text("[signer]\nkind = 'pkcs11'\nmodule = '/tmp/evil.so'\n")
    environment = {k: v for k, v in os.environ.items() if k != "SOHOA_CONFIG"}
    environment["SOHOA_HOME"] = str(tmp_path / "home")
    done = subprocess.run(
        [sys.executable, "-m", "apps.cli", "doctor"],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "evil" not in done.stdout + done.stderr
