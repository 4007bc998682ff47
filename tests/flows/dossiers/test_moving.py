"""A paper that was dropped into the wrong dossier, or into none, is put where it belongs."""

from __future__ import annotations

import pytest

from flows.caller import local_caller
from flows.dossiers.codes import WrongDossier
from flows.dossiers.history import dossier_history
from flows.dossiers.moving import move_paper
from flows.dossiers.receipt import receipt_of
from flows.services import Services
from schemas.errors import Claimed, Conflict, UsageError
from storage.index.find import Query
from tests.papers import put

WRONG, RIGHT = "H48.01-261201-0001", "H48.01-261201-0002"
OFFICER = local_caller(actor="canbo1")


def _in(services: Services, code: str) -> set[str]:
    return {row.id for row in services.index.find(Query(dossier=code)).rows}


def test_a_paper_leaves_the_wrong_dossier_for_its_own(services: Services) -> None:
    stays = put(services, 1, full_name="Nguyễn Thị Ánh", dossier=WRONG)
    moved = put(services, 2, "residence_confirmation", full_name="Trần Văn Mẫu", dossier=WRONG)
    move_paper(services, OFFICER, moved, RIGHT)
    assert (_in(services, WRONG), _in(services, RIGHT)) == ({stays}, {moved})
    record = services.archive.record(moved)
    assert (record.dossier, record.dossiers) == (RIGHT, (RIGHT,))
    assert services.archive.dossier(RIGHT).documents == (moved,)
    for code, papers in ((WRONG, 1), (RIGHT, 1)):
        receipt = receipt_of(services, OFFICER, code)
        assert receipt is not None
        assert len(receipt.papers) == papers
    (first, *_) = dossier_history(services, OFFICER, RIGHT)
    assert [(one.field, one.before, one.after) for one in first.event.changes] == [("dossier", WRONG, RIGHT)]
    assert first.event.agent == "canbo1"


def test_it_comes_back_by_the_same_way_and_the_index_says_the_same_when_made_anew(services: Services) -> None:
    paper = put(services, 1, full_name="Nguyễn Thị Ánh", dossier=WRONG)
    move_paper(services, OFFICER, paper, RIGHT)
    move_paper(services, OFFICER, paper, WRONG)
    assert (_in(services, WRONG), _in(services, RIGHT)) == ({paper}, set())
    assert services.archive.dossier(RIGHT).documents == ()
    assert services.archive.dossier(WRONG).documents == (paper,)
    services.index.rebuild(services.archive)
    assert (_in(services, WRONG), _in(services, RIGHT)) == ({paper}, set())


def test_a_paper_of_no_dossier_is_noted_in_one(services: Services) -> None:
    paper = put(services, 1, full_name="Nguyễn Thị Ánh")
    move_paper(services, OFFICER, paper, RIGHT)
    assert _in(services, RIGHT) == {paper}


@pytest.mark.parametrize(
    ("code", "error"), [("1; drop", WrongDossier), ("", UsageError), (WRONG, UsageError)]
)
def test_no_code_or_its_own_is_refused(services: Services, code: str, error: type[Exception]) -> None:
    paper = put(services, 1, full_name="Nguyễn Thị Ánh", dossier=WRONG)
    with pytest.raises(error):
        move_paper(services, OFFICER, paper, code)
    assert _in(services, WRONG) == {paper}


def test_a_stale_version_or_a_colleagues_paper_is_left_alone(services: Services) -> None:
    paper = put(services, 1, full_name="Nguyễn Thị Ánh", dossier=WRONG)
    with pytest.raises(Conflict):
        move_paper(services, OFFICER, paper, RIGHT, expected=7)
    services.desk.claim(paper, "canbo2")
    with pytest.raises(Claimed):
        move_paper(services, OFFICER, paper, RIGHT)
    assert (_in(services, WRONG), _in(services, RIGHT)) == ({paper}, set())
