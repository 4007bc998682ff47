"""The full text on PostgreSQL lies in segments by age: they are made, halved and merged while others write."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, event, text

from storage import corrections
from storage.archive import Archive
from storage.index import fulltext, merging, segments
from storage.index.database import reading
from storage.index.entry import entry_of
from storage.index.find import Query
from storage.index.index import Index
from tests.storage.filling import found
from tests.storage.samples import deposit, record

pytestmark = pytest.mark.server


def test_segments_by_age(archive: Archive, postgresql_index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    index = postgresql_index
    monkeypatch.setattr("storage.index.segments.SEGMENT", 4)
    ids = []
    for number in range(1, 31):
        receipt = archive.put(deposit(number))
        index.add(receipt.record, 1)
        ids.append(receipt.id)
        segments.make_room(index.engine)
    with reading(index.engine) as connection:
        assert sorted(_sizes(connection)) == [0, *[5] * 6]
    seen, after = [], None
    while True:
        page = index.find(Query(words="hộ kinh doanh", limit=7, after=after))
        seen += [row.id for row in page.rows]
        after = page.next
        if after is None:
            break
    assert seen == ids[::-1]
    assert found(index, words="4003") == [ids[2]]
    changed = corrections.correct(archive, ids[1], record(2, excerpt="Về thu hồi đất"), by="a", reason="sai")
    index.add(changed.record, changed.version)
    assert found(index, words="thu hồi đất") == [ids[1]]
    index.remove(ids[1])
    assert found(index, words="thu hồi đất") == []


def test_segments_that_grow_in_no_order_are_halved(
    archive: Archive, postgresql_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = postgresql_index
    monkeypatch.setattr("storage.index.segments.SEGMENT", 4)
    receipts = [archive.put(deposit(number)) for number in range(1, 31)]
    for receipt in receipts[20:]:
        index.add(receipt.record, 1)
    segments.make_room(index.engine)
    for receipt in receipts[:20]:
        index.add(receipt.record, 1)
    with reading(index.engine) as connection:
        for _ in range(4):
            fulltext.tidy(connection)
            segments.make_room(index.engine)
        sizes = _sizes(connection)
    assert len(sizes) >= 4
    assert max(sizes) <= 8
    assert sum(sizes) == 30
    assert found(index, words="hộ kinh doanh", limit=100) == [r.id for r in reversed(receipts)]


@pytest.mark.parametrize("act", [segments.make_room, merging.merge])
def test_who_reads_for_long_is_given_way(
    archive: Archive, postgresql_index: Index, monkeypatch: pytest.MonkeyPatch, act: Callable[[Engine], None]
) -> None:
    """A dump of the database holds its tables for minutes: room is made later, and whoever archives sees no failure."""
    index = postgresql_index
    monkeypatch.setattr("storage.index.segments.SEGMENT", 2)
    monkeypatch.setattr("storage.index.merging.SEGMENT", 2)
    monkeypatch.setattr("storage.index.merging.FAN", 2)
    monkeypatch.setattr("storage.index.merging.WAIT", "100ms")
    for number in range(1, 16):
        index.add(archive.put(deposit(number)).record, 1)
        if number < 13:
            segments.make_room(index.engine)
    with reading(index.engine) as connection:
        fulltext.tidy(connection)
        before = segments.segments(connection)
        connection.execute(text("BEGIN"))
        connection.execute(text("SELECT count(*) FROM words"))
        act(index.engine)
    with reading(index.engine) as connection:
        assert [one.low for one in segments.segments(connection)] == [one.low for one in before]
        act(index.engine)
        assert [one.low for one in segments.segments(connection)] != [one.low for one in before]


def test_old_segments_are_merged_while_others_write(
    archive: Archive, postgresql_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is corrected, removed and added after the copy was made is in the merged segment as it is now."""
    index = postgresql_index
    monkeypatch.setattr("storage.index.segments.SEGMENT", 4)
    monkeypatch.setattr("storage.index.merging.SEGMENT", 4)
    monkeypatch.setattr("storage.index.merging.FAN", 4)
    receipts = []
    for number in range(1, 31):
        receipts.append(archive.put(deposit(number)))
        index.add(receipts[-1].record, 1)
        segments.make_room(index.engine)
    with reading(index.engine) as connection:
        before = segments.lows(connection)
    one, other = receipts[1].id, receipts[6].id
    done: list[str] = []

    @event.listens_for(index.engine, "before_cursor_execute")
    def meanwhile(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("LOCK TABLE ONLY words") and not done:
            done.append(statement)
            changed = corrections.correct(
                archive, one, record(2, excerpt="Về thu hồi đất"), by="a", reason="sai"
            )
            index.add(changed.record, changed.version)
            index.remove(other)
            entry = entry_of(receipts[2].record, 1)[0]
            index.add_entries([(replace(entry, id="late", position=entry.position + 1), "muon")])

    for _ in range(20):  # the server's counts may come late: what is not merged tonight is tomorrow
        index.tidy()
        if done:
            break
        time.sleep(0.5)
    assert done
    with reading(index.engine) as connection:
        now = segments.segments(connection)
        assert [segment.merged for segment in now] == [True, False, False, False]
        assert sorted(_sizes(connection)) == [0, 5, 5, 20]
        assert [segment.low for segment in reversed(now[-2:])] == before[:2]
    assert found(index, words="thu hồi đất") == [one]
    assert found(index, words="muộn") == ["late"]
    left = [receipt.id for receipt in reversed(receipts) if receipt.id not in (one, other)]
    assert found(index, words="công nhận hộ kinh doanh", limit=100) == left
    for number in range(31, 40):  # it goes on as before
        receipts.append(archive.put(deposit(number)))
        index.add(receipts[-1].record, 1)
        segments.make_room(index.engine)
    assert found(index, words="công nhận hộ kinh doanh", limit=1) == [receipts[-1].id]


@given(st.lists(st.integers(1, 60_000), min_size=2, max_size=500))
def test_merging_leaves_few_segments(sizes: list[int]) -> None:
    """Fewer than eight of like size that are neighbours, and those that are full; no text is copied often."""
    found = [segments.Segment(low, texts, merged=False) for low, texts in enumerate(sizes)]
    rounds = 0
    while chosen := merging.groups(found):
        rounds += 1
        lows = [one.low for one in found]
        for group in chosen:
            start = lows.index(group[0])
            assert lows[start : start + len(group)] == group
            texts = sum(one.texts for one in found if one.low in group)
            assert texts <= merging.MOST
            merged = segments.Segment(group[0], texts, merged=True)
            found = sorted([one for one in found if one.low not in group] + [merged], key=lambda s: s.low)
            lows = [one.low for one in found]
    assert [one.texts for one in found[-2:]] == sizes[-2:]
    assert sum(one.texts for one in found) == sum(sizes)
    assert rounds <= 3
    if len(sizes) < 64:
        assert len(found) <= 2 + 8 + 7


def _sizes(connection: Connection) -> list[int]:
    names = connection.scalars(
        text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'words'::regclass")
    )
    return [connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in list(names)]
