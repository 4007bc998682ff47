"""One paper takes the place of another: both say so in the end, whatever happens in between, and never in a circle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from schemas.errors import AlreadyEnded, Conflict, InCircle, UsageError
from schemas.records import State
from storage import corrections
from storage.archive import Archive
from storage.model import Links, Receipt
from storage.stores.folder import FolderStore
from tests.storage.samples import Clock, deposit, event


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(FolderStore(tmp_path / "archive", create=True), create=True, clock=Clock())


def test_superseding_links_both(archive: Archive) -> None:
    old, new = archive.put(deposit(1)).id, archive.put(deposit(2)).id
    corrections.supersede(archive, old, newer=new, by="a", reason="cấp lại")
    assert archive.record(old).state is State.SUPERSEDED
    assert archive.record(old).links.superseded_by == new
    assert archive.record(new).links.supersedes == (old,)


def _three(archive: Archive) -> list[str]:
    return [archive.put(deposit(n)).id for n in (1, 2, 3)]


def _supersede(archive: Archive, older: str, newer: str, reason: str = "cấp lại") -> None:
    corrections.supersede(archive, older, newer=newer, by="a", reason=reason)


def test_papers_never_take_each_others_place_in_a_circle(archive: Archive) -> None:
    one, two, three = _three(archive)
    _supersede(archive, one, two)
    _supersede(archive, two, three)
    before = [archive.current(id)[1] for id in (one, two, three)]
    for newer in (one, two, three):
        with pytest.raises(UsageError):
            _supersede(archive, three, newer)
    assert [archive.current(id)[1] for id in (one, two, three)] == before, "nothing was changed"
    assert archive.record(three).state is State.UNCONFIRMED


def test_a_circle_over_links_that_only_one_side_tells_is_refused(archive: Archive) -> None:
    """As an older release left them, which let the newer paper say so first."""
    one, two, three = _three(archive)
    _supersede(archive, two, three)
    told = event().model_copy(update={"type": "modification"})
    claims = Links(supersedes=(two,))
    archive.revise(one, lambda kept: kept.model_copy(update={"links": claims}), told)
    archive.revise(two, lambda kept: kept.model_copy(update={"links": Links(supersedes=(three,))}), told)
    with pytest.raises(InCircle):
        _supersede(archive, one, three)
    assert archive.record(one).links.superseded_by is None


class _Power(Exception):
    """It failed."""


def test_power_that_fails_while_a_paper_takes_anothers_place(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, other = _three(archive)
    revise = Archive.revise

    def failing(self: Archive, document_id: str, *arguments: Any, **named: Any) -> Receipt:
        if document_id == new:
            raise _Power
        return revise(self, document_id, *arguments, **named)

    monkeypatch.setattr(Archive, "revise", failing)
    with pytest.raises(_Power):
        _supersede(archive, old, new)
    monkeypatch.undo()
    assert archive.record(old).links.superseded_by == new, "the older one is ended first"
    for older, newer in ((new, old), (old, other), (other, old)):
        with pytest.raises(AlreadyEnded):
            _supersede(archive, older, newer)
    corrections.revoke(
        archive, new, by="a", reason="thu hồi"
    )  # what happens to the newer one since is no hindrance
    _supersede(archive, old, new, "làm nốt")
    assert archive.record(new).links.supersedes == (old,)
    versions = [archive.current(id)[1] for id in (old, new)]
    _supersede(archive, old, new)
    assert [archive.current(id)[1] for id in (old, new)] == versions, "done already"


def test_two_who_write_the_opposite_at_one_moment_do_not_end_both(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the lock of ``flows.records``: the other one ends its older paper right before we end ours, and is killed."""
    mine, theirs = _three(archive)[:2]
    revise, at_work = Archive.revise, [True]

    def meanwhile(self: Archive, document_id: str, *arguments: Any, **named: Any) -> Receipt:
        if at_work.pop() if at_work else False:
            other_way = [False, True]

            def killed(self: Archive, document_id: str, *arguments: Any, **named: Any) -> Receipt:
                if other_way.pop(0):
                    raise _Power
                return revise(self, document_id, *arguments, **named)

            monkeypatch.setattr(Archive, "revise", killed)
            with pytest.raises(_Power):
                _supersede(archive, theirs, mine)
            monkeypatch.setattr(Archive, "revise", revise)
        return revise(self, document_id, *arguments, **named)

    monkeypatch.setattr(Archive, "revise", meanwhile)
    with pytest.raises(Conflict):
        _supersede(archive, mine, theirs)
    assert archive.record(mine).state is State.UNCONFIRMED
    assert archive.record(mine).links.superseded_by is None
    _supersede(archive, theirs, mine)
    assert archive.record(theirs).links.superseded_by == mine
    assert archive.record(mine).links.supersedes == (theirs,)
