"""The one door: every public function leaves a line in the audit log, refuses who may not, and keeps who, what and why."""

from __future__ import annotations

import inspect
import pickle
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from flows import records
from flows.caller import ALLOWED, Act, Caller, Role, local_caller
from flows.digitize import Request, digitize
from flows.services import Services
from schemas.errors import (
    AlreadyEnded,
    Claimed,
    Conflict,
    ContradictoryValues,
    Corrupt,
    Erased,
    NotAllowed,
    NotFoundInArchive,
    NotUndoable,
    OtherPerson,
    UsageError,
)
from schemas.policies import Policy, Purpose
from schemas.records import State
from storage import corrections
from storage.index.find import Query
from storage.model import Change, Part, document_object
from storage.ocfl.layout import object_path
from tests.homes import once
from tests.scans import write_scan

OFFICER = local_caller("TTHC 1.001193", actor="canbo1")


@pytest.fixture
def ids(tmp_path: Path, services: Services) -> tuple[str, str]:
    """Two archived birth certificates."""

    def digitized(name: str) -> str:
        path = write_scan(tmp_path / name, ["GIẤY KHAI SINH", f"tờ {name}"])
        return digitize(path, services, Request(type="birth_certificate")).documents[0].id

    return once("two certificates", services.home, lambda: (digitized("a.png"), digitized("b.png")))


Call = Callable[[Services, Caller, str, str, Path], Any]


def _lose(services: Services, id: str) -> None:
    """A version that is archived, indexed, and gone again."""
    path = services.home / "archive" / object_path(document_object(id))
    kept = {name: (path / name).read_bytes() for name in ("inventory.json", "inventory.json.sha512")}
    with suppress(Corrupt):  # lost already
        made = corrections.confirm(services.archive, id, services.archive.record(id).record, by="canbo1")
        services.index.add(made.record, made.version)
        shutil.rmtree(path / f"v{made.version}")
        for name, data in kept.items():
            (path / name).write_bytes(data)


CALLS: dict[str, Call] = {
    "find": lambda s, c, one, other, pdf: records.find(s, c, Query(words="khai sinh")),
    "open_record": lambda s, c, one, other, pdf: records.open_record(s, c, one),
    "page": lambda s, c, one, other, pdf: records.page(s, c, one, 1),
    "part": lambda s, c, one, other, pdf: records.part(s, c, one, "text"),
    "stream": lambda s, c, one, other, pdf: records.stream(s, c, one, Part.PDF).close(),
    "verify": lambda s, c, one, other, pdf: records.verify(s, c, one),
    "verify_a_file": lambda s, c, one, other, pdf: records.verify_a_file(s, c, pdf),
    "verify_log": lambda s, c, one, other, pdf: records.verify_log(s, c),
    "confirm": lambda s, c, one, other, pdf: records.confirm(s, c, one),
    "correct": lambda s, c, one, other, pdf: records.correct(
        s, c, one, {"full_name": "Trần Văn B"}, reason="nhầm"
    ),
    "reopen": lambda s, c, one, other, pdf: (
        corrections.confirm(s.archive, one, s.archive.record(one).record, by="canbo1"),
        records.reopen(s, c, one),
    ),
    "supersede": lambda s, c, one, other, pdf: records.supersede(s, c, one, other, reason="cấp lại"),
    "revoke": lambda s, c, one, other, pdf: records.revoke(s, c, one, reason="thu hồi"),
    "erase": lambda s, c, one, other, pdf: records.erase(s, c, one, reason="theo lệnh", order="12/QĐ-TA"),
    "accept_loss": lambda s, c, one, other, pdf: (
        _lose(s, one),
        records.accept_loss(s, c, one, reason="đĩa hỏng"),
    ),
    "restrict": lambda s, c, one, other, pdf: records.restrict(s, c, one, reason="yêu cầu", order="1/YC"),
    "unlink": lambda s, c, one, other, pdf: records.unlink(s, c, one, other, reason="hai người"),
}
"""Each public function of the door, called; a function without an entry fails the first test."""

WHILE_OPEN = {"confirm", "correct", "reopen", "supersede", "revoke", "unlink"}
"""What changes a paper under the hands of who has it open. Looks do not, and what the law orders does not wait."""


@pytest.mark.parametrize("name", CALLS)
def test_what_a_colleague_has_open_is_not_changed(
    name: str, services: Services, ids: tuple[str, str], tmp_path: Path
) -> None:
    pdf = tmp_path / "copy.pdf"
    pdf.write_bytes(services.archive.get(ids[0], "pdf"))
    call = partial(CALLS[name], services, OFFICER, *ids, pdf)
    services.desk.claim(ids[0], "canbo2")
    if name in WHILE_OPEN:
        with pytest.raises(Claimed):
            call()
        services.desk.release(ids[0], "canbo2")
    call()


NO_LINE_OF_ITS_OWN = {
    "sign"
}  # it writes one only where something waits for a signature (test_signing_on_confirmation)


def test_every_function_of_the_door_is_called_here() -> None:
    public = {
        name
        for name, function in inspect.getmembers(records, inspect.isfunction)
        if function.__module__ == records.__name__ and not name.startswith("_")
    }
    assert public == CALLS.keys() | NO_LINE_OF_ITS_OWN


@pytest.mark.parametrize("name", CALLS)
def test_every_call_leaves_a_line_and_is_refused_without_a_role(
    name: str, services: Services, ids: tuple[str, str], tmp_path: Path
) -> None:
    pdf = tmp_path / "copy.pdf"
    pdf.write_bytes(services.archive.get(ids[0], "pdf"))
    before = len(list(services.audit.lines()))
    with pytest.raises(NotAllowed):
        CALLS[name](services, replace(OFFICER, roles=frozenset()), *ids, pdf)
    (refusal,) = list(services.audit.lines())[before:]
    assert refusal["action"].startswith("refused ")
    versions = [services.archive.current(id)[1] for id in ids]

    CALLS[name](services, OFFICER, *ids, pdf)
    line, *more = list(services.audit.lines())[before + 1 :]
    assert not more
    assert (line["actor"], line["purpose"]) == ("canbo1", "TTHC 1.001193")
    assert line["origin"] == OFFICER.origin
    assert line["action"] in set(map(str, Act))
    for id, version in zip(ids, versions, strict=True):  # what changed is in the index already
        entry = services.index.get(id)
        if name == "erase" and id == ids[0]:
            assert entry is None
            continue
        now = services.archive.current(id)[1]
        assert entry is not None
        assert entry.version == now
        assert now in {version, version + 1}


def test_nothing_but_the_door_writes_to_the_log() -> None:
    """Whoever adds a flow or a command goes through ``flows.door``."""
    root = Path(__file__).parents[2]
    writers = {
        str(path.relative_to(root))
        for floor in ("apps", "flows")
        for path in (root / floor).rglob("*.py")
        if ".audit.append(" in path.read_text(encoding="utf-8")
    }
    assert writers == {"flows/door.py"}


def test_an_act_without_an_entry_is_allowed_to_nobody() -> None:
    assert set(ALLOWED) == set(Act)
    assert not Caller("nobody", "here").may(Act.FIND)
    agencies = ALLOWED[Act.CITIZEN]  # a person consents towards a channel, not towards an officer
    assert agencies == {Role.AGENCY}
    assert all(Role.ADMINISTRATOR in ALLOWED[act] for act in Act if act is not Act.CITIZEN)


def test_a_correction_keeps_who_what_from_to_and_why(services: Services, ids: tuple[str, str]) -> None:
    records.confirm(services, OFFICER, ids[0], {"full_name": "Nguyễn Thị Anh"})
    records.correct(services, OFFICER, ids[0], {"full_name": "Nguyễn Thị Ánh"}, reason="nhầm dấu")
    event = records.open_record(services, OFFICER, ids[0]).history[-1]
    assert (event.agent, event.reason) == ("canbo1", "nhầm dấu")
    assert event.changes == (Change(field="full_name", before="Nguyễn Thị Anh", after="Nguyễn Thị Ánh"),)


def test_a_contradiction_needs_a_reason_and_stays_one(services: Services, ids: tuple[str, str]) -> None:
    values = {
        "birth_date": "05/03/2020",
        "birth_date_words": "Ngày mùng sáu tháng ba năm hai nghìn không trăm hai mươi",
    }
    with pytest.raises(ContradictoryValues) as refused:
        records.confirm(services, OFFICER, ids[0], values)
    assert pickle.loads(pickle.dumps(refused.value)).fields == ("birth_date", "birth_date_words")
    receipt = records.confirm(services, OFFICER, ids[0], values, reason="giấy ghi như vậy")
    assert receipt.record.record.fields["birth_date"].value == "2020-03-05", "as it was given"
    correct = receipt.record.quality().correct
    assert not correct.met
    assert any("birth_date" in reason for reason in correct.reasons)
    mended = records.correct(services, OFFICER, ids[0], {"birth_date": "06/03/2020"}, reason="đọc lại")
    assert mended.record.quality().correct.met, "the other side of the contradiction is checked anew"


def test_an_ended_paper_takes_no_second_ending(services: Services, ids: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match="reason"):
        records.revoke(services, OFFICER, ids[0], reason="  ")
    first = records.revoke(services, OFFICER, ids[0], reason="QĐ 12/QĐ-UBND")
    again = records.revoke(services, OFFICER, ids[0], reason="QĐ 12/QĐ-UBND")
    assert (first.created, again.created) == (True, False)
    for act in (
        lambda: records.revoke(services, OFFICER, ids[0], reason="another"),
        lambda: records.supersede(services, OFFICER, ids[0], ids[1], reason="cấp lại"),
        lambda: records.supersede(services, OFFICER, ids[1], ids[0], reason="cấp lại"),
        lambda: records.confirm(services, OFFICER, ids[0]),
    ):
        with pytest.raises(AlreadyEnded):
            act()
    kept = records.open_record(services, OFFICER, ids[0]).record
    assert (kept.state, kept.reason) == (State.REVOKED, "QĐ 12/QĐ-UBND")
    assert services.archive.record(ids[1]).links.supersedes == (), "a refused act changes neither paper"


def test_another_persons_paper_takes_no_place_unless_it_is_meant(
    services: Services, ids: tuple[str, str]
) -> None:
    for id, number, name in (
        (ids[0], "056217001234", "NGUYỄN THỊ ÁNH"),
        (ids[1], "001099001234", "LÊ VĂN MẪU"),
    ):
        records.confirm(services, OFFICER, id, {"personal_id": number, "full_name": name})
    with pytest.raises(OtherPerson):
        records.supersede(services, OFFICER, ids[0], ids[1], reason="cấp lại")
    assert services.archive.record(ids[0]).state is State.CONFIRMED
    records.supersede(services, OFFICER, ids[0], ids[1], reason="cấp lại, đổi số", force=True)
    opened = records.open_record(services, OFFICER, ids[0])
    assert opened.ended_confirmed, "what an officer had confirmed is told as such"
    told = opened.record.quality(confirmed=opened.ended_confirmed).correct.reasons
    assert not any(reason.endswith("doubtful") for reason in told)


def test_a_stale_version_is_a_conflict(services: Services, ids: tuple[str, str]) -> None:
    records.confirm(services, OFFICER, ids[0])
    for act in (
        lambda: records.correct(services, OFFICER, ids[0], {"full_name": "B"}, reason="x", expected=1),
        lambda: records.revoke(services, OFFICER, ids[0], reason="x", expected=1),
        lambda: records.supersede(services, OFFICER, ids[0], ids[1], reason="x", expected=1),
    ):
        with pytest.raises(Conflict):
            act()


def test_an_erased_paper_is_gone_and_nothing_points_to_it(services: Services, ids: tuple[str, str]) -> None:
    records.supersede(services, OFFICER, ids[1], ids[0], reason="cấp lại")
    for wrong in ({"reason": " ", "order": "1"}, {"reason": "x", "order": " "}):
        with pytest.raises(UsageError):
            records.erase(services, OFFICER, ids[0], **wrong)
    for _ in range(2):  # a repeat completes what was stopped
        records.erase(services, OFFICER, ids[0], reason="theo lệnh", order="12/QĐ-TA")
    with pytest.raises((Erased, NotFoundInArchive)):
        records.open_record(services, OFFICER, ids[0])
    assert [row.id for row in records.find(services, OFFICER, Query(words="khai sinh")).rows] == [ids[1]]
    services.index.rebuild(services.archive)
    assert services.index.get(ids[0]) is None
    lines = [line for line in services.audit.lines() if line["action"] == "erase"]
    assert lines[0]["object"] == f"{ids[0]} order:12/QĐ-TA"


def test_nothing_of_an_erased_paper_stays_in_the_files_of_the_index(
    services: Services, ids: tuple[str, str]
) -> None:
    changes = {"full_name": "Nguyễn Thị Ngọc Ánh Dương", "number": "4719/2023"}
    records.confirm(services, OFFICER, ids[0], changes)

    def said() -> set[str]:
        index = b"".join(path.read_bytes() for path in services.home.glob("index.sqlite*"))
        return {one for one in (*changes.values(), "anh_duong") if one.encode() in index}

    assert said()
    records.erase(services, OFFICER, ids[0], reason="theo lệnh", order="12/QĐ-TA")
    assert said() == set()
    assert services.index.purge(), "nothing more to do"


def test_a_confirmation_is_taken_back_until_something_is_built_on_it(
    services: Services, ids: tuple[str, str]
) -> None:
    before = services.archive.record(ids[0])
    done = records.confirm(services, OFFICER, ids[0], {"full_name": "Nguyễn Thị Ánh"})
    with pytest.raises(Conflict):
        records.reopen(services, OFFICER, ids[0], expected=done.version - 1)
    records.reopen(services, OFFICER, ids[0], expected=done.version)
    kept = services.archive.record(ids[0])
    assert (kept.state, kept.record.fields) == (State.UNCONFIRMED, before.record.fields)
    with pytest.raises(NotUndoable):
        records.reopen(services, OFFICER, ids[0])
    records.confirm(services, OFFICER, ids[0], {"full_name": "Nguyễn Thị Ánh"})
    records.correct(services, OFFICER, ids[0], {"full_name": "Nguyễn Thị Anh"}, reason="nhầm dấu")
    with pytest.raises(NotUndoable):
        records.reopen(services, OFFICER, ids[0])


def test_another_agency_learns_of_a_loss_and_not_who_accepted_it(
    services: Services, ids: tuple[str, str]
) -> None:
    _lose(services, ids[0])
    records.accept_loss(services, OFFICER, ids[0], reason="đĩa hỏng")
    agency = _agency({"birth_certificate": frozenset({"*"})})
    for caller, words in ((OFFICER, True), (agency, False)):
        found = records.verify(services, caller, ids[0])
        assert found.kept is not None
        (told,) = found.kept.losses
        assert "is lost" in told
        assert ("đĩa hỏng" in told, "canbo1" in told) == (words, words)


def _agency(types: dict[str, frozenset[str]], *parts: str, territory: tuple[str, ...] = ()) -> Caller:
    """Another agency, as the API hands it in."""
    purposes = {"TTHC 1.001193": Purpose("Giải quyết hồ sơ", "Luật")}
    rules = Policy("H48", 1, purposes, types, frozenset(parts), territory)
    return Caller("agency:H48", "10.0.0.9", "TTHC 1.001193", frozenset({Role.AGENCY}), rules)


def test_an_old_version_shows_an_agency_no_more_than_the_newest(
    services: Services, ids: tuple[str, str]
) -> None:
    whole = _agency({"birth_certificate": frozenset({"*"})}, "pdf", "text")
    looks: list[Callable[[int], Any]] = [
        lambda version: records.open_record(services, whole, ids[0], version),
        lambda version: records.part(services, whole, ids[0], "pdf", version),
        lambda version: records.part(services, whole, ids[0], "text", version),
        lambda version: records.part(services, whole, ids[0], "alto", version),
    ]
    for look in looks:
        look(1)
    records.restrict(services, OFFICER, ids[0], reason="công dân yêu cầu", order="1/YC")
    for look in looks:
        for version in (1, 2):
            with pytest.raises(NotAllowed):
                look(version)
    records.restrict(services, OFFICER, ids[0], reason="đã xong", order="1/YC", lift=True)
    for look in looks:
        look(1)
        with pytest.raises(NotAllowed):  # it was restricted then
            look(2)


def test_an_old_version_shows_an_agency_only_fields_of_the_type_that_the_paper_is_now(
    services: Services, ids: tuple[str, str]
) -> None:
    records.correct(
        services, OFFICER, ids[0], {"full_name": "Trần Văn B", "number": "7/2020"}, reason="đọc lại"
    )
    kept, version = services.archive.current(ids[0])
    corrections.revive(services.archive, ids[0], replace(kept.record, type="citizen_card"), by="canbo1")
    birth = frozenset({"*"})
    sees_a_card_in_part = _agency({"birth_certificate": birth, "citizen_card": frozenset({"full_name"})})
    for one in (version, version + 1):
        opened = records.open_record(services, sees_a_card_in_part, ids[0], one)
        assert set(opened.record.record.fields) == {"full_name"}
        assert opened.record.text == ""
    assert records.open_record(services, OFFICER, ids[0], version).record.record.fields["number"].value
    for type in ("birth_certificate", "citizen_card"):  # what it was, or what it is, alone is not enough
        with pytest.raises(NotAllowed):
            records.open_record(services, _agency({type: birth}), ids[0], version)


def test_two_officers_who_say_the_opposite_at_once(services: Services, ids: tuple[str, str]) -> None:
    def say(older: str, newer: str) -> str:
        try:
            records.supersede(services, OFFICER, older, newer, reason="cấp lại")
        except (AlreadyEnded, Conflict) as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(say, ids, reversed(ids)))
    assert sorted(told) == ["done", "ended"]
    done = told.index("done")
    older, newer = (services.archive.current(id) for id in (ids[done], ids[1 - done]))
    assert (older[0].links.superseded_by, newer[0].links.supersedes) == (ids[1 - done], (ids[done],))
    assert (older[0].links.supersedes, newer[0].links.superseded_by) == ((), None)
    assert (newer[0].state, older[1], newer[1]) == (State.UNCONFIRMED, 2, 2), (
        "who was refused changed nothing"
    )
