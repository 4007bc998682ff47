"""What a backlog lists: folders, manifests; what it leaves alone."""

from __future__ import annotations

import os
import socket
import unicodedata
from pathlib import Path

import pytest

from flows.batches.batch import BadCode, NamedTwice, refusal
from flows.batches.sources import check, entries, fetched, root_of
from flows.request import Request
from flows.services import Services
from flows.settings import load_settings
from schemas.errors import NotAFile, NotFound, SourceAway, UsageError

NOTHING = Request()


def _names(folder: Path, services: Services) -> list[str]:
    return [os.path.relpath(entry.place, folder) for entry in entries(str(folder), NOTHING, services)]


def test_files_below_a_folder_in_a_fixed_order(tmp_path: Path, services: Services) -> None:
    decomposed = unicodedata.normalize("NFD", "giấy khai sinh.png")
    folder = tmp_path / "hộp thư"
    (folder / "Xã An Bình").mkdir(parents=True)
    odd = os.fsdecode(b"\xff\xfe.png")
    debris = (".hidden.png", "Thumbs.db", "DESKTOP.INI", ".DS_Store", "~$don.docx", "._a.png")
    for name in ("b.pdf", "a.png", odd, *debris):
        (folder / name).write_bytes(b"x")
    (folder / "Xã An Bình" / decomposed).write_bytes(b"x")
    assert _names(folder, services) == ["a.png", "b.pdf", odd, f"Xã An Bình/{decomposed}"]
    assert [e.below for e in entries(str(folder), NOTHING, services)] == ["", "", "", "Xã An Bình"]


def test_links_are_told_and_not_followed(tmp_path: Path, services: Services) -> None:
    folder, outside = tmp_path / "in", tmp_path / "outside"
    for place in (folder, outside):
        place.mkdir()
    (outside / "secret.png").write_bytes(b"x")
    (folder / "file.png").symlink_to(outside / "secret.png")
    (folder / "folder").symlink_to(outside)
    found = list(entries(str(folder), NOTHING, services))
    assert [(Path(e.place).name, e.refused) for e in found] == [
        ("file.png", "link_outside"),
        ("folder", "link_outside"),
    ]


def test_what_is_no_file_is_told_and_not_opened(tmp_path: Path, services: Services) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "a.png").write_bytes(b"x")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "s.jpg"))
        found = [(Path(one.place).name, one.refused) for one in entries(str(tmp_path), NOTHING, services)]
    assert found == [("a.png", None), ("pipe.pdf", "not_a_file"), ("s.jpg", "not_a_file")]
    assert isinstance(refusal("not_a_file"), NotAFile)


def test_our_own_home_and_quarantine_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_QUARANTINE", str(tmp_path / "q"))
    services = Services(load_settings())
    for place in (services.home, tmp_path / "q", tmp_path / "in"):
        place.mkdir(parents=True)
        (place / "a.png").write_bytes(b"x")
    assert _names(tmp_path, services) == ["in/a.png"]


def test_sources_that_are_none(tmp_path: Path, services: Services) -> None:
    with pytest.raises(NotFound):
        check(str(tmp_path / "nowhere"), services)
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="sohoa digitize"):
        check(str(tmp_path / "file"), services)
    with pytest.raises(UsageError, match="endpoint"):
        check("s3://bucket/x", services)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_manifest_says_what_each_file_is(tmp_path: Path, services: Services, delimiter: str) -> None:
    (tmp_path / "xã").mkdir()
    for name in ("a.png", "xã/b.png"):
        (tmp_path / name).write_bytes(b"x")
    rows = [
        ("File", "dossier", "subject", "type"),
        ("a.png", "000.00.01.H48-250117-0012", "", "birth_certificate"),
        ("", "", "", ""),
        ("xã/b.png", "", "012345678901", ""),
        ("c.png", "", "", "no_such_type"),
    ]
    manifest = tmp_path / "list.csv"
    manifest.write_text("\ufeff" + "\r\n".join(delimiter.join(row) for row in rows))
    check(str(manifest), services)
    found = list(entries(str(manifest), Request(procedure="1.000001"), services))
    assert [(Path(e.place).name, e.below, e.refused) for e in found] == [
        ("a.png", "", None),
        ("b.png", "xã", None),
        ("c.png", "", "manifest"),
    ]
    assert found[0].request == Request("000.00.01.H48-250117-0012", None, "birth_certificate", "1.000001")
    assert found[1].request.subject == "012345678901"


@pytest.mark.parametrize("row", ["H48-1,,,", ",123,,", ",,2.1583,"])
def test_a_row_with_a_code_that_is_none_is_refused_unless_forced(
    tmp_path: Path, services: Services, row: str
) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    manifest = tmp_path / "list.csv"
    manifest.write_text(f"file,dossier,subject,procedure,due\na.png,{row}\n")
    assert [one.refused for one in entries(str(manifest), Request(), services)] == ["manifest_code"]
    assert isinstance(refusal("manifest_code"), BadCode)
    forced = list(entries(str(manifest), Request(), services, force=True))
    assert [one.refused for one in forced] == [None]


def test_a_file_that_is_named_twice_is_taken_once_and_the_later_row_is_told(
    tmp_path: Path, services: Services
) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    manifest = tmp_path / "list.csv"
    manifest.write_text("file,type\na.png,birth_certificate\n./a.png,\na.png,other\n\0.png,\n")
    found = [one.refused for one in entries(str(manifest), Request(), services)]
    assert found == [None, "manifest_twice", "manifest", "manifest"]
    assert isinstance(refusal("manifest_twice"), NamedTwice)


@pytest.mark.parametrize("text", [b"a,b\n1,2\n", b"", b"file,dossier\n\xff\xfe,1\n", b"file,colour\na,b\n"])
def test_manifests_that_cannot_be_followed(tmp_path: Path, services: Services, text: bytes) -> None:
    manifest = tmp_path / "list.csv"
    manifest.write_bytes(text)
    with pytest.raises(UsageError, match=r"list\.csv"):
        check(str(manifest), services)


def test_a_share_that_is_gone_is_no_missing_file(tmp_path: Path, services: Services) -> None:
    """Another folder stands at the mount point now."""
    share = tmp_path / "share"
    share.mkdir()
    payload = {"place": str(share / "a.png"), "root": root_of(str(share))}
    with fetched(payload, services) as path:
        assert path == share / "a.png", "gone, but its share is there"
    share.rename(tmp_path / "unmounted")
    for _ in range(2):
        with pytest.raises(SourceAway), fetched(payload, services):
            pass
        share.mkdir(exist_ok=True)
