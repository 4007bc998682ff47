"""Attacks on who reads the archive: what lies beside the objects, and what files say beyond what was sealed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete

from schemas.errors import Corrupt
from storage import erasure
from storage.audit_days import LIST
from storage.authenticity import document_faults
from storage.dossiers import put_dossier
from storage.gravestones import NOTED, place
from storage.index.database import writing
from storage.index.tables import audit
from storage.model import Dossier, Event, document_object
from storage.ocfl import inventory as inv
from tests.storage.forger import forge
from tests.storage.office import Office, everywhere, now


def _archive(office: Office) -> Path:
    return office.folder / "archive"


def a_file_at_the_root(office: Office) -> None:
    (_archive(office) / "giay-khai-sinh.pdf").write_bytes(b"%PDF evil")


def a_file_between_the_objects(office: Office) -> None:
    (office.path(office.ids[0]).parent / "evil.pdf").write_bytes(b"%PDF evil")


def a_file_beside_the_marks(office: Office) -> None:
    (_archive(office) / "extensions" / "evil").write_bytes(b"x")


def an_object_without_an_inventory(office: Office) -> None:
    folder = office.path(office.ids[0]).parent / "evil" / "v1" / "content"
    folder.mkdir(parents=True)
    (folder / "document.pdf").write_bytes(b"%PDF evil")


def a_file_that_looks_like_debris(office: Office) -> None:
    (office.path(office.ids[0]) / "evil-0123456789abcdef.pdf").write_bytes(b"x")


def content_of_the_next_version_from_the_future(office: Office) -> None:
    folder = office.path(office.ids[0]) / "v2" / "content"
    folder.mkdir(parents=True)
    (folder / "document-0123456789abcdef.pdf").write_bytes(b"x")
    os.utime(folder / "document-0123456789abcdef.pdf", (4e9, 4e9))


def something_in_the_next_version(office: Office) -> None:
    (office.path(office.ids[0]) / "v2").mkdir()
    (office.path(office.ids[0]) / "v2" / "readme").write_bytes(b"x")


def another_layout(office: Office) -> None:
    (_archive(office) / "ocfl_layout.json").write_text('{"extension": "0002-flat-direct-storage-layout"}')


def other_settings_of_the_layout(office: Office) -> None:
    (config,) = (_archive(office) / "extensions").glob("0003*/config.json")
    config.write_text(config.read_text().replace("sha256", "md5"))


def a_word_more_in_the_layout(office: Office) -> None:
    layout = _archive(office) / "ocfl_layout.json"
    layout.write_text(
        json.dumps({**json.loads(layout.read_text()), "note": "moved to the share of the third floor"})
    )


def another_description_of_the_layout(office: Office) -> None:
    layout = _archive(office) / "ocfl_layout.json"
    layout.write_text(json.dumps({**json.loads(layout.read_text()), "description": "Keys at example.org"}))


def an_inventory_that_only_python_reads(office: Office) -> None:
    """All digests agree; OCFL, and JSON between systems, is UTF-8."""
    everywhere(office, (office.path(office.ids[0]) / "inventory.json").read_text().encode("utf-16"))


def an_inventory_with_a_mark_before_it(office: Office) -> None:
    everywhere(office, (office.path(office.ids[0]) / "inventory.json").read_text().encode("utf-8-sig"))


def a_layout_that_only_python_reads(office: Office) -> None:
    layout = _archive(office) / "ocfl_layout.json"
    layout.write_bytes(layout.read_text().encode("utf-16"))


def a_gravestone_that_only_python_reads(office: Office) -> None:
    erasure.erase(office.archive, office.ids[0], order="12/QĐ-TA", by="officer")
    stone = _archive(office) / place(document_object(office.ids[0]))
    stone.write_bytes(stone.read_text().encode("utf-16"))


def no_layout(office: Office) -> None:
    (_archive(office) / "ocfl_layout.json").unlink()


def no_settings_of_the_layout(office: Office) -> None:
    next((_archive(office) / "extensions").glob("0003*/config.json")).unlink()


def a_folder_for_the_declaration_of_the_archive(office: Office) -> None:
    (_archive(office) / "0=ocfl_1.1").unlink()
    (_archive(office) / "0=ocfl_1.1").mkdir()


def content_of_an_erased_paper(office: Office) -> None:
    """Named as a writer names what he begins."""
    path = next((office.path(office.ids[0]) / "v1" / "content").glob("scan-*"))
    data = path.read_bytes()
    erasure.erase(office.archive, office.ids[0], order="12/QĐ-TA", by="officer")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def another_declaration_of_the_archive(office: Office) -> None:
    (_archive(office) / "0=ocfl_1.1").write_text("ocfl_1.0\n")


def another_declaration_of_an_object(office: Office) -> None:
    (office.path(office.ids[0]) / "0=ocfl_object_1.1").write_text("evil\n")


def other_digests_for_other_software(office: Office) -> None:
    office.rewrite(
        office.ids[0],
        lambda content: content.update(
            fixity={"sha256": {"0" * 64: [path for paths in content["manifest"].values() for path in paths]}}
        ),
    )


def no_digests_for_other_software(office: Office) -> None:
    office.rewrite(office.ids[0], lambda content: content.update(fixity={}))


def a_note_in_the_inventory(office: Office) -> None:
    office.rewrite(office.ids[0], lambda content: content.update(note="this paper was revoked"))


def another_address_of_who_wrote_it(office: Office) -> None:
    office.rewrite(
        office.ids[0], lambda content: content["versions"]["v1"]["user"].update(address="mailto:x@example.vn")
    )


def another_folder_of_content(office: Office) -> None:
    office.rewrite(office.ids[0], lambda content: content.update(contentDirectory="data"))


def a_second_place_of_a_file(office: Office) -> None:
    office.rewrite(
        office.ids[0], lambda content: next(iter(content["manifest"].values())).append("v1/content/other.pdf")
    )


def an_older_inventory_with_other_digests(office: Office) -> None:
    path = office.path(office.ids[1]) / "v1"
    content = json.loads((path / "inventory.json").read_text())
    content["fixity"] = {}
    data = json.dumps(content).encode()
    (path / "inventory.json").write_bytes(data)
    (path / "inventory.json.sha512").write_bytes(inv.sidecar(data))


def no_seal_any_more(office: Office) -> None:
    """The document is as it was; nobody can prove it without the log."""

    def change(content: dict) -> None:  # type: ignore[type-arg]
        state = content["versions"]["v1"]["state"]
        seal = next(digest for digest, names in state.items() if "seal.json" in names)
        del state[seal]
        (office.path(office.ids[0]) / content["manifest"].pop(seal)[0]).unlink()

    office.rewrite(office.ids[0], change)


def a_gravestone_for_the_living(office: Office) -> None:
    path = _archive(office) / place(document_object(office.ids[0]))
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"object": document_object(office.ids[0]), "order": "1", "at": now().isoformat(), "by": "x"}
    path.write_text(json.dumps({**told, "removed": True, "key": "", "signature": ""}))


def an_erased_paper_comes_back(office: Office) -> None:
    path, kept = office.path(office.ids[2]), office.folder / "kept"
    shutil.copytree(path, kept)
    erasure.erase(office.archive, office.ids[2], by="officer", order="7/QĐ-TA")
    shutil.copytree(kept, path)


def an_erased_paper_comes_back_without_its_gravestone(office: Office) -> None:
    an_erased_paper_comes_back(office)
    (_archive(office) / place(document_object(office.ids[2]))).unlink()


def a_gravestone_is_taken_away(office: Office) -> None:
    """One that the log did not note yet: of an older release. The check notes it."""
    erasure.erase(office.archive, office.ids[2], by="officer", order="7/QĐ-TA")
    with writing(office.index.engine) as connection:
        connection.execute(delete(audit).where(audit.c.object.startswith(NOTED)))
    assert (office.check().damages, office.check().erased) == ([], 1)
    (_archive(office) / place(document_object(office.ids[2]))).unlink()


def a_note_on_a_gravestone(office: Office) -> None:
    erasure.erase(office.archive, office.ids[2], by="officer", order="7/QĐ-TA")
    path = _archive(office) / place(document_object(office.ids[2]))
    path.write_text(json.dumps({**json.loads(path.read_text()), "note": "lệnh khác"}))


def _seal(office: Office, change: Callable[[dict], None]) -> None:  # type: ignore[type-arg]
    told = json.loads(next((office.path(office.ids[1]) / "v3" / "content").glob("seal-*")).read_text())
    change(told)
    office.replace(office.ids[1], "seal.json", json.dumps(told, indent=1).encode())


def a_note_in_a_seal(office: Office) -> None:
    _seal(office, lambda told: told.update(note="đã nộp phí"))


def other_letters_of_the_same_signature(office: Office) -> None:
    """Four bits of the last letter before ``==`` say nothing."""

    def change(told: dict) -> None:  # type: ignore[type-arg]
        letter = told["signature"][-3]
        told["signature"] = told["signature"][:-3] + chr(ord(letter) + 1) + "=="

    _seal(office, change)


def another_seal_of_an_older_version(office: Office) -> None:
    path = office.path(office.ids[1])
    old = next((path / "v1" / "content").glob("seal-*"))
    new = json.dumps({"note": "x"}).encode()
    digests = [
        (f(old.read_bytes()).hexdigest(), f(new).hexdigest()) for f in (hashlib.sha512, hashlib.sha256)
    ]
    old.write_bytes(new)
    for folder in (path, *(path / f"v{n}" for n in (1, 2, 3))):
        text = (folder / "inventory.json").read_text()
        for was, becomes in digests:
            text = text.replace(was, becomes)
        (folder / "inventory.json").write_text(text)
        (folder / "inventory.json.sha512").write_bytes(inv.sidecar(text.encode()))


def another_provenance(office: Office) -> None:
    path = next((office.path(office.ids[1]) / "v3" / "content").glob("provenance-*"))
    path.write_bytes(path.read_bytes().replace(b"officer", b"nobody!"))


def another_mark_of_the_seals(office: Office) -> None:
    (_archive(office) / "extensions" / "sohoa-sealed").write_bytes(b"x")


def a_stranger_in_the_list_of_days(office: Office) -> None:
    (_archive(office) / LIST / "x-evil").write_text("x")


UNSEEN = [
    a_file_at_the_root, a_file_between_the_objects, a_file_beside_the_marks, an_object_without_an_inventory,
    a_file_that_looks_like_debris, content_of_the_next_version_from_the_future, something_in_the_next_version,
    a_word_more_in_the_layout, another_description_of_the_layout, content_of_an_erased_paper,
    an_inventory_that_only_python_reads, an_inventory_with_a_mark_before_it, a_layout_that_only_python_reads,
    a_gravestone_that_only_python_reads, no_layout, no_settings_of_the_layout,
    a_folder_for_the_declaration_of_the_archive,
    another_layout, other_settings_of_the_layout, another_declaration_of_the_archive, another_declaration_of_an_object,
    other_digests_for_other_software, no_digests_for_other_software, a_note_in_the_inventory,
    another_address_of_who_wrote_it, another_folder_of_content, a_second_place_of_a_file,
    an_older_inventory_with_other_digests, no_seal_any_more, a_gravestone_for_the_living, an_erased_paper_comes_back,
    another_mark_of_the_seals, a_stranger_in_the_list_of_days, an_erased_paper_comes_back_without_its_gravestone,
    a_gravestone_is_taken_away, a_note_on_a_gravestone, a_note_in_a_seal, other_letters_of_the_same_signature,
    another_seal_of_an_older_version, another_provenance,
]  # fmt: skip


@pytest.mark.parametrize("attack", UNSEEN)
def test_a_check_finds_it(office: Office, attack: Callable[[Office], None]) -> None:
    attack(office)
    assert office.check().damages


@pytest.mark.parametrize(
    "attack",
    [
        a_note_in_the_inventory, an_erased_paper_comes_back, another_declaration_of_an_object,
        an_erased_paper_comes_back_without_its_gravestone, a_note_in_a_seal, another_seal_of_an_older_version,
        another_provenance,
    ],
)  # fmt: skip
def test_the_verification_of_the_document_finds_it(office: Office, attack: Callable[[Office], None]) -> None:
    attack(office)
    assert any(document_faults(office.archive, office.log, id) for id in office.ids)


def test_what_a_killed_writer_left_is_no_attack(office: Office) -> None:
    folder = office.path(office.ids[0]) / "v2" / "content"
    folder.mkdir(parents=True)
    (folder / "record-0123456789abcdef.json").write_bytes(b"begun")
    assert office.check().damages == []
    os.utime(folder / "record-0123456789abcdef.json", (1e9, 1e9))
    report = office.check()
    assert (report.damages, report.swept) == ([], 1)


def test_what_is_told_and_the_file_itself_agree(office: Office) -> None:
    """The root's inventory is a pipe, or too large: a check tells, and so does the verification of the document."""
    path = office.path(office.ids[1]) / "inventory.json"
    kept = path.read_bytes()
    path.unlink()
    os.mkfifo(path)
    assert document_faults(office.archive, office.log, office.ids[1]) == ["inventory.json: altered"]
    path.unlink()
    path.write_bytes(b"")
    os.truncate(path, 1 << 40)
    assert document_faults(office.archive, office.log, office.ids[1]) == ["inventory.json: altered"]
    path.write_bytes(kept)
    assert document_faults(office.archive, office.log, office.ids[1]) == []


def test_the_object_of_another_is_not_handed_out(office: Office) -> None:
    """Genuine, sealed, and in the wrong place."""
    one, other = (office.path(id) for id in office.ids[0:3:2])
    shutil.rmtree(one)
    shutil.copytree(other, one)
    with pytest.raises(Corrupt):
        office.archive.record(office.ids[0])
    assert office.ids[0] in office.index.rebuild(office.archive).damaged
    assert office.check().damages


def test_a_rebuild_takes_no_day_from_a_forged_dossier(office: Office) -> None:
    event = Event(type="accession", at=now(), agent="officer")
    for code, due in (("H48-1", date(2026, 12, 1)), ("H48-2", date(2026, 12, 2))):
        put_dossier(office.archive, Dossier(code=code, documents=(office.ids[0],), due=due), event)
    forge(
        office.archive.root.store,
        office.archive.dossier_object("H48-1"),
        "dossier.json",
        lambda data: data.replace(b"2026-12-01", b"2020-01-01"),
    )
    found = map(office.archive.dossier_in, office.archive.objects_after())
    assert [one.code for one in found if one is not None] == ["H48-2"]
    assert office.check().damages
