"""The personal store as a signed package that others can read and check; a restricted paper goes nowhere."""

from __future__ import annotations

import hashlib
import json
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates

from apps.cli.main import run
from flows import records
from flows.caller import Caller, Role, local_caller
from flows.desk import queues
from flows.dossiers.uses import uses_of
from flows.people.export import exported
from flows.people.personal_store import store_of
from flows.reuse.numbers import resolve
from flows.services import Services
from flows.signatures.signing import sign_waiting
from schemas.errors import Corrupt, NotAllowed, NotFoundInArchive, UsageError
from schemas.policies import read_policy
from schemas.records import State
from storage.index.find import Query
from storage.model import Part
from tests.papers import put

ID, NAME = "056320001234", "Nguyễn Thị Ánh"
OFFICER = local_caller(actor="canbo1")
POLICY = """
version: 1
purposes: {a: {name: Cư trú, basis: "Luật Cư trú"}}
types: {birth_certificate: "*"}
parts: [pdf]
"""
AGENCY = Caller("agency:H48", "there", "a", frozenset({Role.AGENCY}), read_policy(POLICY, "H48"))


@pytest.fixture
def papers(services: Services) -> tuple[str, str]:
    one = put(services, 1, personal_id=ID, full_name=NAME, state=State.CONFIRMED)
    two = put(services, 2, "residence_confirmation", personal_id=ID, full_name=NAME)
    return one, two


def test_others_can_read_and_check_it(services: Services, papers: tuple[str, str], tmp_path: Path) -> None:
    records.revoke(services, OFFICER, papers[1], reason="QĐ 1")
    with exported(services, OFFICER, ID) as package, zipfile.ZipFile(package.path) as kept:
        assert set(package.papers) == set(papers)
        kept.extractall(tmp_path)
    assert not package.path.exists()
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    told = {one["record"]: one for one in manifest["papers"]}
    assert {id: one["standing"] for id, one in told.items()} == {papers[0]: "confirmed", papers[1]: "ended"}
    assert told[papers[0]]["fields"]["full_name"]["value"] == NAME
    for one in told.values():
        data = (tmp_path / one["file"]).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (one["sha256"], one["size"])
        assert data == services.archive.get(one["record"], "pdf")
    sums = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], check=False, cwd=tmp_path, capture_output=True
    )
    assert sums.returncode == 0, sums.stdout
    lines = [line for line in services.audit.lines() if line["action"] == "hand over"]
    assert set(str(lines[-1]["object"]).split()) == {f"{id}/pdf" for id in papers}
    assert check(tmp_path) == 0
    altered = (tmp_path / "manifest.json").read_bytes().replace(b"ended", b"valid")
    (tmp_path / "manifest.json").write_bytes(altered)
    assert check(tmp_path) != 0


def check(folder: Path) -> int:
    """As the package itself says, with the certificates in the signature as roots: the demo key has its own."""
    certificates = load_der_pkcs7_certificates((folder / "manifest.json.p7s").read_bytes())
    roots = b"".join(one.public_bytes(Encoding.PEM) for one in certificates)
    (folder / "roots.pem").write_bytes(roots)
    command = "openssl cms -verify -binary -inform DER -in manifest.json.p7s -content manifest.json"
    asked = [
        *command.split(),
        "-CAfile",
        "roots.pem",
        "-partial_chain",
        "-purpose",
        "any",
        "-out",
        "/dev/null",
    ]
    return subprocess.run(asked, cwd=folder, capture_output=True, check=False).returncode


def test_a_copy_that_was_altered_in_the_store_is_neither_signed_nor_sent_on(
    services: Services, papers: tuple[str, str]
) -> None:
    root = services.settings.home / "archive"
    (changed,), (other,) = ([*root.glob(f"**/*{id}/v1/content/document-*.pdf")] for id in papers)
    changed.write_bytes(other.read_bytes() + b"\n")
    with exported(services, OFFICER, ID) as package, zipfile.ZipFile(package.path) as kept:
        assert (package.papers, package.unavailable) == ((papers[1],), (papers[0],))
        named = json.loads(kept.read("manifest.json"))["unavailable"]
        assert [name for name in kept.namelist() if name.endswith(".pdf")] == [
            "giay-to/001-xac-nhan-thong-tin-ve-cu-tru-(ct07).pdf"
        ]
    assert [one["record"] for one in named] == [papers[0]]
    with pytest.raises(Corrupt):
        records.stream(services, OFFICER, papers[0], Part.PDF)
    with records.stream(services, OFFICER, papers[1], Part.PDF) as whole:
        assert whole.read() == other.read_bytes()


def altered(services: Services, id: str, part: str = "record") -> None:
    """Somebody wrote into what the archive keeps of a paper: from then on it is not read."""
    (file,) = (services.home / "archive").glob(f"**/*{id}*/v1/content/{part}*.json")
    file.chmod(0o600)
    file.write_bytes(file.read_bytes() + b" ")


def test_a_paper_that_cannot_be_read_is_told_as_such_and_never_as_none(
    services: Services, papers: tuple[str, str]
) -> None:
    altered(services, papers[0])
    told = {
        str(row["record"]): row["state"] for row in (one.as_json() for one in store_of(services, OFFICER, ID))
    }
    assert told == {papers[0]: "unavailable", papers[1]: "unconfirmed"}
    assert [one.as_json()["record"] for one in store_of(services, AGENCY, ID)] == [papers[0]]
    elsewhere = replace(AGENCY, policy=read_policy(POLICY.replace("birth_cert", "marriage_cert"), "H48"))
    assert store_of(services, elsewhere, ID) == (), "outside of its policy"
    assert [one.as_json()["kind"] for one in uses_of(services, OFFICER, ID)] == ["unavailable"]
    assert resolve(services, OFFICER, ID).as_json()["unavailable"] == [papers[0]]
    with exported(services, OFFICER, ID) as package, zipfile.ZipFile(package.path) as kept:
        assert (package.papers, package.unavailable) == ((papers[1],), (papers[0],))
        named = json.loads(kept.read("manifest.json"))["unavailable"]
    assert [one["record"] for one in named] == [papers[0]]
    altered(services, papers[1])
    with pytest.raises(Corrupt), exported(services, OFFICER, ID):
        pass


def test_one_paper_that_cannot_be_read_stops_nobody_else(services: Services) -> None:
    """Sheets, and copies that wait for a signature, are for all papers at once."""
    doubtful = [put(services, number, full_name="NGUYỄN THỊ ÁNH", confidence=0.5) for number in (1, 2, 3)]
    counted = queues.sheets(services, OFFICER)
    assert counted == [("birth_certificate", "full_name", 3)]
    altered(services, doubtful[0])
    assert queues.sheets(services, OFFICER) == [("birth_certificate", "full_name", 2)]
    assert sign_waiting(services, OFFICER, doubtful) == ()


def test_the_command_tells_it_too(
    services: Services, papers: tuple[str, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["store", ID]) == 0
    altered(services, papers[0])
    capsys.readouterr()
    assert run(["store", ID]) == 1
    out, err = capsys.readouterr()
    assert "chưa đọc được" in out
    assert papers[0] in out
    assert "1 giấy tờ còn giá trị; 1 giấy tờ chưa đọc được" in " ".join(err.split())
    assert run(["store", ID, "--uses"]) == 1
    assert run(["store", ID, "--export", str(tmp_path / "kho.zip"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["unavailable"] == [papers[0]]


def test_who_may_not_take_it(services: Services, papers: tuple[str, str]) -> None:
    auditor = Caller("kiemtoan", "here", "", frozenset({Role.AUDITOR}))
    for caller in (auditor, AGENCY):
        with pytest.raises(NotAllowed), exported(services, caller, ID):
            pass
    with pytest.raises(NotFoundInArchive), exported(services, OFFICER, "045206001284"):
        pass


def test_a_restricted_paper_goes_nowhere_until_that_is_lifted(
    services: Services, papers: tuple[str, str]
) -> None:
    def seen_by_agency() -> int:
        return len(records.find(services, AGENCY, Query(subject=ID)).rows)

    assert seen_by_agency() == 1
    with pytest.raises(UsageError):
        records.restrict(services, OFFICER, papers[0], reason="yêu cầu", order=" ")
    records.restrict(services, OFFICER, papers[0], reason="yêu cầu của chủ thể", order="12/YC")
    assert seen_by_agency() == 0
    for look in (records.open_record, records.verify):
        with pytest.raises(NotAllowed):
            look(services, AGENCY, papers[0])
    assert papers[0] not in {one.record.id for one in store_of(services, OFFICER, ID)}
    with exported(services, OFFICER, ID) as package:
        assert package.papers == (papers[1],)
    assert records.open_record(services, OFFICER, papers[0]).history[-1].reason == (
        "restriction: yêu cầu của chủ thể (12/YC)"
    )
    records.restrict(services, OFFICER, papers[0], reason="xong", order="12/YC", lift=True)
    assert seen_by_agency() == 1


@pytest.mark.parametrize(
    "asked", ["độc lập", "doc lap tu do hanh phuc", '"cộng hòa xã hội chủ nghĩa việt nam"', " "]
)
def test_words_that_stand_on_every_paper_list_nothing(services: Services, asked: str) -> None:
    with pytest.raises(UsageError):
        records.find(services, AGENCY, Query(words=asked))
    assert records.find(services, AGENCY, Query(words="khai sinh độc lập")).rows == ()
