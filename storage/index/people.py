"""Papers by what a person is called, the best first: the name exactly, then without tones, then longer names that hold it.

A word that is typed with its marks finds only words with the same marks, and names that were printed without any; a word
that is typed plainly finds all spellings.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import IntEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, or_, select

from schemas.errors import UsageError
from schemas.vietnamese import nfc, spelling_key
from storage.index import find, fulltext, segments
from storage.index.entry import Entry, name_terms
from storage.index.find import COLUMNS, Page, Query, conditions, joined, search_phrases
from storage.index.find import MOST as LARGEST
from storage.index.keyed import Digest
from storage.index.quick import Quick
from storage.index.tables import documents, names
from storage.index.words import words

MOST = 2000
"""How many papers, the newest first, are ranked of those with the whole name, and as many of those whose names hold it."""

NAMESAKES = 20
"""Of papers without a number so many of the newest are told of, for each type."""

_PLACES = 1 << 63
"""More than there are positions: a place in the ranked order is the rank times this, and the position."""

Spelled = tuple[str, str]
"""A word folded, and with its marks."""


class Rank(IntEnum):
    """How near a name is to what was typed."""

    EXACT = 0
    WITHOUT_TONES = 1
    IN_ORDER = 2
    ALL_WORDS = 3


END = len(Rank) * _PLACES
"""Beyond every place in any order."""


def rank_of(typed: str, name: str) -> Rank | None:
    """How near a name is to what was typed; None where it is another one.

    >>> rank_of("nguyễn thị ánh", "NGUYỄN THỊ ÁNH").name, rank_of("nguyen thi anh", "Nguyễn Thị Ánh").name
    ('EXACT', 'WITHOUT_TONES')
    >>> rank_of("nguyễn ánh", "Nguyễn Thị Ánh").name, rank_of("ánh nguyễn", "Nguyễn Thị Ánh").name
    ('IN_ORDER', 'ALL_WORDS')
    >>> rank_of("nguyễn thị ánh", "Nguyễn Thị Anh")
    """
    if spelling_key(typed) == spelling_key(name):
        return Rank.EXACT
    wanted, there = _spelled(typed), _spelled(name)
    if all(key == spelling for key, spelling in there):  # printed without marks: they say nothing against it
        wanted = [(key, key) for key, _ in wanted]
    if not wanted or not _all_in(wanted, there):
        return None
    if len(wanted) == len(there) and all(map(_fits, wanted, there)):
        return Rank.WITHOUT_TONES
    remaining = iter(there)
    if all(any(_fits(one, other) for other in remaining) for one in wanted):
        return Rank.IN_ORDER
    return Rank.ALL_WORDS


@cache
def _namesakes(types: int) -> Quick:
    column = documents.c
    return Quick(
        select(*COLUMNS)
        .where(
            column.position.in_(select(names.c.position).where(names.c.key == bindparam("called"))),
            column.born_on == bindparam("born"),
            or_(*(column.type == bindparam(f"type{number}") for number in range(types))),
            column.subject_id.is_(None),
        )
        .order_by(column.position.desc())
        .limit(bindparam("most"))
    )


def of_subject(connection: Connection, ids: Sequence[str]) -> list[Entry]:
    """All papers of a person or organisation (``ids``: what the number may stand as), the newest first."""
    return [Entry(*row) for row in find.of_subject(connection, ids, LARGEST)]


def without_number(connection: Connection, name: str, born: date, types: Sequence[str]) -> list[Entry]:
    """The newest papers of these types that carry no number, of whoever has this name (without tones) and birthday."""
    asked = {
        "called": " ".join(words(name)),
        "born": born.isoformat(),
        "most": NAMESAKES * len(types),
        **{f"type{number}": type for number, type in enumerate(types)},
    }
    return [Entry(*row) for row in _namesakes(len(types)).rows(connection, asked)]


def by_name(connection: Connection, query: Query, name: str, digest: Digest | None = None) -> Page:
    """One page of the papers whose people are called so, the best first, of equals the newest; raises ``UsageError``.

    Of the papers with the whole name, and of those with all its words in a name, the newest ``MOST`` are ranked.
    """
    if not 1 <= query.limit <= LARGEST:
        raise UsageError(f"limit must be 1 to {LARGEST}")
    key = " ".join(words(name))
    if not key:
        return Page((), None)
    narrow, more = conditions(query, digest), search_phrases(query)
    rows = [] if more else _whole(connection, key, narrow)
    dialect = connection.dialect.name
    lows = segments.lows(connection) if dialect == "postgresql" else (0,)
    wanted = fulltext.all_of(dialect, [*([term] for term in name_terms(name)), *more])
    hits = fulltext.hits(dialect, wanted, fulltext.LAST, lows)
    rows += connection.execute(joined(dialect, hits, narrow, MOST))
    entries = {row.position: Entry(*row) for row in rows}.values()
    placed = [(place, entry) for entry in entries if (place := _place(name, entry)) is not None]
    after = -1 if query.after is None else _order(query.after)
    following = sorted((one for one in placed if _order(one[0]) > after), key=lambda one: _order(one[0]))
    shown = following[: query.limit]
    return Page(tuple(entry for _, entry in shown), shown[-1][0] if len(following) > len(shown) else None)


def _whole(connection: Connection, key: str, narrow: Sequence[ColumnElement[bool]]) -> list[Row[Any]]:
    called = select(names.c.position).where(names.c.key == key)
    exact = select(*COLUMNS).where(documents.c.position.in_(called), *narrow)
    return list(connection.execute(exact.order_by(documents.c.position.desc()).limit(MOST)))


def _place(typed: str, entry: Entry) -> int | None:
    """Rank and position in one number, which is the ``next`` of a page; None where nobody on the paper is called so."""
    ranks = [rank for name in entry.names.splitlines() if (rank := rank_of(typed, name)) is not None]
    return min(ranks) * _PLACES + entry.position if ranks else None


def _order(place: int) -> int:
    """By rank; in a rank the newest first."""
    rank, position = divmod(place, _PLACES)
    return rank * _PLACES + (_PLACES - 1 - position)


def _spelled(name: str) -> list[Spelled]:
    """The words of a name, each folded and with its marks in one order."""
    return [("".join(words(word)), spelling_key(word)) for word in nfc(name).split()]


def _fits(one: Spelled, other: Spelled) -> bool:
    """Typed plainly, a word fits all spellings; typed with marks, only its own."""
    return one == other or (one[0] == one[1] == other[0])


def _all_in(wanted: Sequence[Spelled], there: Sequence[Spelled]) -> bool:
    """Whether each wanted word has one of its own among the others."""
    left = list(there)
    for one in sorted(wanted, key=lambda word: word[0] == word[1]):  # those that fit less choose first
        fitting = next((other for other in left if _fits(one, other)), None)
        if fitting is None:
            return False
        left.remove(fitting)
    return True
