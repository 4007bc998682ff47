"""What scripts rely on: exit statuses, one line of JSON per input, nothing else on stdout."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from flows.desk.accounts import SHORTEST_PASSWORD, sign_in
from flows.services import Services
from flows.settings import load_settings
from schemas.errors import NotSignedIn
from tests.scans import write_scan

from .conftest import Run

KEYS = {"source", "sha256", "status", "documents", "signed", "error", "seconds"}


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return write_scan(
        tmp_path / "giấy khai sinh.png", ["ỦY BAN NHÂN DÂN XÃ AN BÌNH", "GIẤY KHAI SINH", "Số: 12"]
    )


def test_one_line_for_each_input_and_exit_3_when_some_are_refused(
    tmp_path: Path, scan: Path, sohoa: Run
) -> None:
    (tmp_path / "hỏng.pdf").write_bytes(b"%PDF-1.7 cut")
    (tmp_path / "rỗng.tif").touch()
    done = sohoa("read", "--json", "hỏng.pdf", scan.name, "rỗng.tif", "không có.jpg")
    assert done.status == 3
    assert all(set(line) == KEYS for line in done.lines)
    found = {line["source"]: line for line in done.lines}
    assert sorted(found) == sorted(["hỏng.pdf", scan.name, "rỗng.tif", "không có.jpg"])
    codes = {name: line["error"] and line["error"]["code"] for name, line in found.items()}
    assert codes == {"hỏng.pdf": "damaged", scan.name: None, "rỗng.tif": "empty", "không có.jpg": "not_found"}
    assert set(found["rỗng.tif"]["error"]) == {"code", "message", "message_vi", "hint", "hint_vi"}
    (document,) = found[scan.name]["documents"]
    assert document["pages"] == [1]
    assert "KHAI SINH" in document["text"]
    assert set(document["record"]) >= {"fields", "state", "quality"}
    assert found[scan.name]["seconds"]["ocr"] > 0


def test_fields_carry_their_evidence(scan: Path, sohoa: Run) -> None:
    done = sohoa("read", "--json", "--type", "birth_certificate", scan.name)
    field = done.lines[0]["documents"][0]["record"]["fields"]["number"]
    assert set(field) == {"value", "text", "confidence", "page", "box", "method", "valid", "sure"}
    assert field["value"] == "12"
    left, top, right, bottom = field["box"]
    assert 60 < left < right < 300
    assert 230 < top < bottom < 310  # the third line of the picture


def test_the_whole_life_of_a_document(tmp_path: Path, scan: Path, sohoa: Run) -> None:
    first = sohoa("digitize", "--json", "--type", "birth_certificate", scan.name)
    assert (first.status, first.lines[0]["status"]) == (0, "archived")
    id = first.lines[0]["documents"][0]["id"]
    assert sohoa("digitize", "--json", scan.name).lines[0]["status"] == "duplicate"

    assert [row["id"] for row in sohoa("find", "--json", "giay khai sinh").lines] == [id]
    assert sohoa("find", "--json", "không bao giờ có").lines == []
    assert id in sohoa("find").out
    assert "birth" in sohoa("show", id, "--json").out
    assert "Giấy khai sinh" in sohoa("show", id).out

    assert sohoa("get", id, "--part", "scan", "-o", "copy.png").status == 0
    assert (tmp_path / "copy.png").read_bytes() == scan.read_bytes()
    assert sohoa("get", id, "--part", "pdf", "-o", "copy.pdf").status == 0
    assert sohoa("get", id, "--part", "scan", "-o", "copy.png").status == 0, "the same once more"
    kept = sohoa("get", id, "--part", "text", "-o", "copy.png")
    assert (kept.status, "copy.png" in kept.err) == (2, True)
    assert (tmp_path / "copy.png").read_bytes() == scan.read_bytes()
    assert sohoa("get", id, "--part", "text", "-o", "text", "--force").status == 0
    assert sohoa("get", id, "--part", "alto", "-o", "text", "--force").status == 0
    assert (tmp_path / "text").read_bytes().startswith(b"<?xml")
    assert sohoa("get", id, "--part", "alto").out.startswith("<?xml")
    assert "KHAI SINH" in sohoa("get", id, "--part", "text").out

    verified = sohoa("verify", "copy.pdf", "--json")
    assert verified.status == 3, "a demo signature proves nothing"
    assert verified.lines[0]["verdict"] == "unproven"
    assert sohoa("verify", id, "--json").lines[0]["verdict"] == "unproven"
    data = bytearray((tmp_path / "copy.pdf").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "changed.pdf").write_bytes(data)
    assert sohoa("verify", "changed.pdf", "--json").lines[0]["verdict"] == "invalid"

    confirmed = sohoa("confirm", id, "--set", "full_name=Nguyễn Thị Ánh", "--by", "canbo1", "--json")
    [told] = confirmed.lines
    assert (told["id"], told["version"], told["state"]) == (id, 2, "confirmed")
    assert (told["awaits"], told["error"]) == ([], None)
    assert sohoa("find", "--json", "--state", "confirmed").lines[0]["subject_name"] == "Nguyễn Thị Ánh"

    before = sohoa("find", "--json").lines
    assert sohoa("archive", "reindex", "--json").lines[0]["documents"] == 1
    assert sohoa("find", "--json").lines == before
    assert sohoa("archive", "check", "--json").lines[0]["sound"] is True


def test_evidence_as_a_picture(tmp_path: Path, scan: Path, sohoa: Run) -> None:
    from PIL import Image

    done = sohoa("digitize", "--json", "--type", "birth_certificate", scan.name)
    document = done.lines[0]["documents"][0]
    assert sohoa("show", document["id"], "--picture", "evidence.png").status == 0
    left, top, _, _ = document["record"]["fields"]["number"]["box"]
    with Image.open(tmp_path / "evidence.png") as picture, Image.open(scan) as page:
        assert (picture.width > page.width, picture.height) == (True, page.height)
        red, green, blue = picture.getpixel(((left + 60), top - 2))  # type: ignore[misc]
        assert max(red, green, blue) - min(red, green, blue) > 60, "a coloured box around the number"
    refused = sohoa("show", document["id"], "--picture", "evidence.jpg")
    assert refused.status == 2


def test_a_changed_byte_in_the_archive_is_found(tmp_path: Path, scan: Path, sohoa: Run) -> None:
    id = sohoa("digitize", "--json", scan.name).lines[0]["documents"][0]["id"]
    (stored,) = (tmp_path / "sohoa-home" / "archive").rglob("document-*.pdf")
    data = bytearray(stored.read_bytes())
    data[-100] ^= 1
    stored.write_bytes(data)
    checked = sohoa("archive", "check", "--json")
    assert (checked.status, checked.lines[0]["sound"]) == (1, False)
    assert sohoa("verify", id).status == 1
    assert sohoa("get", id, "--part", "pdf", "-o", "x.pdf").status == 1
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["read"], 2, "Missing argument"),
        (["nonsense"], 2, "No such command"),
        (["read", "--type", "nonsense", "x.png"], 2, "No such document type"),
        (["get", "00000000-0000-0000-0000-000000000000", "--part", "pdf"], 3, "sohoa find"),
        (["show", "nonsense"], 3, "No document"),
        (["backlog", "nowhere"], 3, "No such file"),
        (["confirm", "x", "--set", "nonsense"], 2, "FIELD=VALUE"),
    ],
)
def test_what_is_wrong_is_said_on_stderr(sohoa: Run, arguments: list[str], status: int, said: str) -> None:
    done = sohoa(*arguments)
    assert (done.status, done.out) == (status, "")
    assert said in done.err
    assert "Traceback" not in done.err


def test_settings_that_are_wrong_end_with_2(tmp_path: Path, scan: Path, sohoa: Run) -> None:
    (tmp_path / "wrong.toml").write_text("wokers = 1")
    for command in (["digitize", scan.name], ["read", scan.name], ["find"]):
        done = sohoa("--config", "wrong.toml", *command)
        assert done.status == 2
        assert "wokers" in done.err


def test_an_archive_that_is_away_ends_with_4_and_loses_nothing(
    tmp_path: Path, scan: Path, sohoa: Run
) -> None:
    away = {"SOHOA_ARCHIVE__FOLDER": str(tmp_path / "not mounted")}
    done = sohoa("digitize", "--json", scan.name, **away)
    assert (done.status, done.lines[0]["status"]) == (4, "failed")
    assert scan.exists()
    assert not (tmp_path / "not mounted").exists()
    (tmp_path / "not mounted").mkdir()
    assert sohoa("digitize", "--json", scan.name, **away).status == 4, "an empty folder is no archive"
    assert sohoa("archive", "init", **away).status == 0
    assert sohoa("digitize", "--json", scan.name, **away).lines[0]["status"] == "archived"


def test_names_in_either_normal_form(tmp_path: Path, scan: Path, sohoa: Run) -> None:
    decomposed = scan.rename(tmp_path / unicodedata.normalize("NFD", scan.name))
    composed = unicodedata.normalize("NFC", scan.name)
    done = sohoa("read", "--json", composed)
    assert (done.status, done.lines[0]["source"]) == (0, composed)
    assert sohoa("read", "--json", decomposed.name).lines[0]["source"] == decomposed.name


def test_unwritable_output(scan: Path, sohoa: Run) -> None:
    id = sohoa("digitize", "--json", scan.name).lines[0]["documents"][0]["id"]
    done = sohoa("get", id, "--part", "pdf", "-o", "no/such/folder/x.pdf")
    assert done.status == 2
    assert "No such file" in done.err
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        command = [sys.executable, "-m", "apps.cli", "get", id, "--part", "text"]
        assert subprocess.run(command, check=False, stdout=full, stderr=subprocess.PIPE).returncode == 2


def test_a_pipe_is_written_to_and_stays_one(scan: Path, sohoa: Run) -> None:
    """As root, a device such as /dev/null would be replaced by a file, for everybody."""
    id = sohoa("digitize", "--json", scan.name).lines[0]["documents"][0]["id"]
    pipe = scan.with_name("pipe")
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        done = sohoa("get", id, "--part", "alto", "-o", pipe.name)
        assert reader.communicate(timeout=60)[0].startswith(b"<?xml")
    assert done.status == 0
    assert pipe.is_fifo()


def test_a_reader_that_goes_away(scan: Path) -> None:
    script = f'"{sys.executable}" -m apps.cli read --json "{scan}" | true; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(["/bin/bash", "-c", script], check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (141, b"")


def test_ctrl_c_ends_at_once_and_keeps_what_is_done(tmp_path: Path, scan: Path) -> None:
    scans = [write_scan(tmp_path / f"{n}.png", [f"Trang {n}"] * 8) for n in range(30)]
    command = [sys.executable, "-m", "apps.cli", "digitize", "--json", *map(str, scans)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # A suite that runs in the background of a shell inherits that Ctrl-C is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"{")
    os.killpg(process.pid, signal.SIGINT)
    rest, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert rest.count(b"\n") < len(scans) - 1  # what had not begun was not begun
    assert b"Traceback" not in err


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    code = "import sys; from apps.cli.main import run; run(['--help']); print(*sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    loaded = set(done.stderr.split())
    assert "digitize" in done.stdout
    assert not loaded & {"numpy", "cv2", "pydantic", "rich", "prefect", "sqlalchemy", "pikepdf", "PIL"}


def test_reading_a_page_imports_only_what_it_needs(scan: Path) -> None:
    code = (
        "import sys; from apps.cli.main import run; "
        f"run(['read', '--json', {str(scan)!r}]); print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    loaded = set(done.stderr.split())
    heavy = {
        "prefect",
        "sqlalchemy",
        "rich",
        "pydantic_settings",
        "pikepdf",
        "pyhanko",
        "pdf2image",
        "fastapi",
    }
    assert done.stdout.startswith("{")
    assert not loaded & heavy


def test_separator_sheets(tmp_path: Path, sohoa: Run) -> None:
    assert sohoa("separators", "sheets.pdf", "--count", 3).status == 0
    assert (tmp_path / "sheets.pdf").read_bytes().startswith(b"%PDF")
    assert sohoa("separators", "sheets.txt").status == 2


def test_doctor_says_how_to_mend(sohoa: Run) -> None:
    healthy = sohoa("doctor", "--json")
    states = {line["part"]: line["state"] for line in healthy.lines}
    assert healthy.status == 0
    assert states["tesseract"] == states["archive"] == states["index"] == "ok"
    assert states["signer"] == "warning", "a demo key"
    broken = sohoa("doctor", "--json", PATH="/nowhere", SOHOA_INDEX__URL="postgresql+psycopg://localhost:1/x")
    assert broken.status == 4
    found = {line["part"]: line for line in broken.lines}
    assert found["tesseract"]["state"] == found["poppler"]["state"] == found["index"]["state"] == "missing"
    assert "apt-get" in found["tesseract"]["mend"]


def test_doctor_tells_a_clock_that_differs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import time

    from apps.cli.commands import doctor_machines
    from flows.services import Services
    from flows.settings import load_settings

    services = Services(load_settings())
    assert doctor_machines.clock(services)[0]
    real = time.time
    monkeypatch.setattr("time.time", lambda: real() - 60)
    fine, detail, _ = doctor_machines.clock(services)
    assert not fine
    assert detail.startswith("60 s behind")


def test_a_password_that_is_made_stands_alone_on_stdout_and_signs_in(sohoa: Run) -> None:
    made = sohoa("users", "add", "canbo9", "--role", "clerk", "--generate").out.strip()
    again = sohoa("users", "password", "canbo9", "--generate").out.strip()
    assert made != again
    assert len(again) >= SHORTEST_PASSWORD
    services = Services(load_settings())
    with pytest.raises(NotSignedIn):
        sign_in(services.accounts, "canbo9", made, services.tries, "127.0.0.1")
    assert sign_in(services.accounts, "canbo9", again, services.tries, "127.0.0.1")


def test_what_a_check_mends_is_told_to_who_watches(tmp_path: Path, scan: Path, sohoa: Run) -> None:
    """An inventory was altered and is written again from its other copy: status 1 now, 0 the next time."""
    sohoa("digitize", "--json", scan.name)
    inventory = next(
        path
        for path in (tmp_path / "sohoa-home" / "archive").rglob("inventory.json")
        if path.parent.name != "v1"
    )
    inventory.write_bytes(inventory.read_bytes() + b" ")
    found = sohoa("archive", "check", "--json")
    assert (found.status, found.lines[0]["sound"]) == (1, True)
    assert [one["repaired"] for one in found.lines[0]["damages"]] == [True]
    again = sohoa("archive", "check", "--json")
    assert (again.status, again.lines[0]["damages"]) == (0, [])
