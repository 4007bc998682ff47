"""Asking the index: a query as data, and the SQL that it becomes."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)

from schemas.errors import UsageError
from storage.index import fulltext, segments
from storage.index.entry import Entry
from storage.index.keyed import Digest, forms
from storage.index.quick import Quick
from storage.index.tables import documents, other_subjects, uses
from storage.index.words import agency_key, number_key, search_terms

_LAST = "\x7f"
"""Sorts after every letter and digit of a key."""

RECENT = 150
"""How many of the newest texts PostgreSQL looks through one by one."""

_GROUPED = re.compile(r"(?<![\w.])[0-9]{3}(?:[ .][0-9]{3}){3}(?![\w])")
"""A personal number in groups of three digits."""

MOST = 1000
"""Largest page."""

_EXACT = 1 << 63
"""More than there are positions."""

COLUMNS = [documents.c[field.name] for field in dataclasses.fields(Entry)]


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked; all that is given must hold.

    ``words`` are found with and without tones, ``"in quotes"`` side by side; ``number`` as people type it, also its
    beginning; ``name``: what one of its people is called (ranked, ``storage.index.people``); ``agency`` by its whole name or
    words of it; ``due_to``: appointed days until then; ``after`` is the ``next`` of the page before. ``order``: ``newest`` archived
    first; ``due``: the nearest appointed day first; ``doubts``: the most fields to look at first. It does not matter where
    words, a name or a number are asked for.
    """

    words: str = ""
    name: str | None = None
    subject: str | None = None
    type: str | None = None
    number: str | None = None
    state: str | None = None
    agency: str | None = None
    dossier: str | None = None
    scan_sha256: str | None = None
    issued_from: date | None = None
    issued_to: date | None = None
    archived_from: date | None = None
    archived_to: date | None = None
    valid_on: date | None = None
    signed: bool | None = None
    due_to: date | None = None
    order: Literal["newest", "due", "doubts"] = "newest"
    limit: int = 20
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, the newest archived first, or ranked by ``name``; ``next`` continues, ``None`` at the end."""

    rows: tuple[Entry, ...]
    next: int | None


def find(connection: Connection, query: Query, digest: Digest | None = None) -> Page:
    """One page of what the query asks for; raises ``UsageError`` when nothing can match by its form.

    ``digest`` is what ids and numbers stand as where the index is keyed.
    """
    if not 1 <= query.limit <= MOST:
        raise UsageError(f"limit must be 1 to {MOST}")
    if query.after is not None and query.number is None:  # that of another order is no position
        query = replace(query, after=min(query.after, fulltext.LAST))
    query = _spelled(connection, query, digest)
    if query.subject is not None and replace(query, subject=None, limit=20, after=None) == Query():
        before = fulltext.LAST if query.after is None else query.after
        return _page(
            of_subject(connection, forms(_kept(query.subject), digest), query.limit + 1, before), query
        )
    phrases = search_phrases(query)
    if query.words.strip() and not phrases:
        return Page((), None)
    narrow = conditions(query, digest)
    rows: Sequence[Sequence[Any]]
    if phrases:
        rows = _search(connection, phrases, narrow, query)
    elif query.number is not None:
        return _exact_first(connection, narrow, query, _exactly(query.number, digest))
    elif query.order != "newest":
        rows = _ordered(connection, narrow, query)
    else:
        if query.after is not None:
            narrow.append(documents.c.position < query.after)
        plain = select(*COLUMNS).where(*narrow).order_by(documents.c.position.desc())
        rows = connection.execute(plain.limit(query.limit + 1)).all()
    return _page(rows, query)


def _spelled(connection: Connection, query: Query, digest: Digest | None) -> Query:
    """A personal number among the words put together (``056 317 025 794``), where that finds papers."""
    together = _GROUPED.sub(lambda found: re.sub(r"\D", "", found[0]), query.words)
    if together == query.words:
        return query
    joined = replace(query, words=together)
    return joined if find(connection, replace(joined, after=None, limit=1), digest).rows else query


def _kept(subject: str) -> str:
    """An identifier without the spaces and dots that people type in it; one that holds letters stays as it is."""
    number = re.sub(r"[\s.]", "", subject)
    return number if re.fullmatch(r"[0-9-]+", number) else subject


def _page(rows: Sequence[Sequence[Any]], query: Query) -> Page:
    """Of one row more than the page holds."""
    entries = tuple(Entry(*row) for row in rows[: query.limit])
    return Page(entries, entries[-1].position if len(rows) > query.limit else None)


def of_subject(
    connection: Connection, ids: Sequence[str], most: int, before: int = fulltext.LAST
) -> Sequence[Sequence[Any]]:
    """The newest papers about a person or organisation; ``ids`` are what the number may stand as."""
    asked = {f"id{n}": id for n, id in enumerate(ids)}
    return _of_subject(len(ids)).rows(connection, {**asked, "newest": before, "most": most})


@cache
def _of_subject(ids: int) -> Quick:
    """The question that is asked most, made once: to put a statement together costs more than to answer it."""
    column = documents.c
    named: list[BindParameter[str]] = [bindparam(f"id{n}") for n in range(ids)]
    own = select(column.position).where(or_(*(column.subject_id == id for id in named)))
    others = select(other_subjects.c.position).where(
        or_(*(other_subjects.c.subject_id == id for id in named))
    )
    chosen = own.union_all(others).cte("chosen").prefix_with("MATERIALIZED")
    return Quick(
        select(*COLUMNS)
        .where(column.position.in_(select(chosen.c.position)), column.position < bindparam("newest"))
        .order_by(column.position.desc())
        .limit(bindparam("most"))
    )


def _ordered(
    connection: Connection, narrow: Sequence[ColumnElement[bool]], query: Query
) -> Sequence[Row[Any]]:
    """One row more than the page holds, if there are so many, in the order asked for; those without a value of it come last."""
    position, key = documents.c.position, documents.c[query.order]
    rising = query.order == "due"
    plain, need = select(*COLUMNS).where(*narrow), query.limit + 1
    first, rest = plain.where(key.is_not(None)), plain.where(key.is_(None))
    if query.after is not None:  # the row that the page before ended with tells where this one begins
        last = connection.execute(select(key, position).where(position == query.after)).one_or_none()
        if last is None:
            return []
        if last[0] is None:
            first, rest = first.where(false()), rest.where(position < last.position)
        else:
            row, before = tuple_(key, position), tuple_(literal(last[0], key.type), literal(last.position))
            first = first.where(row > before if rising else row < before)
    order = (key, position) if rising else (key.desc(), position.desc())
    rows = [*connection.execute(first.order_by(*order).limit(need))]
    if len(rows) < need:
        rows += connection.execute(rest.order_by(position.desc()).limit(need - len(rows)))
    return rows


def _exact_first(
    connection: Connection, narrow: Sequence[ColumnElement[bool]], query: Query, exact: ColumnElement[bool]
) -> Page:
    """Papers that have the number exactly, before those whose number begins with it; each the newest first.

    The place of an exact one is its position and ``_EXACT``, so that a page may end among them.
    """
    position, after = documents.c.position, query.after
    among_exact = after is None or after >= _EXACT
    before = fulltext.LAST if after is None else min(after % _EXACT, fulltext.LAST)
    plain, need = select(*COLUMNS).where(*narrow).order_by(position.desc()), query.limit + 1
    first = connection.execute(plain.where(exact, position < before).limit(need)).all() if among_exact else []
    others = plain.where(or_(documents.c.number_key.is_(None), ~exact))
    older = others if among_exact else others.where(position < before)
    rest = connection.execute(older.limit(need - len(first))).all()
    entries = tuple(Entry(*row) for row in (*first, *rest)[: query.limit])
    if len(first) + len(rest) <= query.limit:
        return Page(entries, None)
    return Page(entries, entries[-1].position + (_EXACT if len(entries) <= len(first) else 0))


def search_phrases(query: Query) -> list[list[str]]:
    """What the text of a paper must hold: the words, and those of the agency."""
    phrases = search_terms(query.words)
    if query.agency:
        phrases += [[word] for word in agency_key(query.agency).split()]
    return phrases


def _search(
    connection: Connection,
    phrases: Sequence[Sequence[str]],
    narrow: Sequence[ColumnElement[bool]],
    query: Query,
) -> Sequence[Row[Any]]:
    """One row more than the page holds, if there are so many, the newest first.

    SQLite walks its lists from the newest and stops when the page is full. PostgreSQL finds all hits of a segment and
    sorts them, the newest segment first, until the page is full. Words that every paper holds would take long
    even so: where words may be common, the newest texts are looked through first.
    """
    dialect, need = connection.dialect.name, query.limit + 1
    wanted = fulltext.all_of(dialect, phrases)
    before = fulltext.LAST if query.after is None else min(query.after, fulltext.LAST)
    if dialect == "sqlite":
        hits = fulltext.hits(dialect, wanted, before)
        return connection.execute(joined(dialect, hits, narrow, need)).all()
    lows = segments.lows(connection)
    # several pairs of words stand in few texts: the index is quicker
    if all(len(phrase) == 1 for phrase in phrases) or wanted.count("'") == 2:
        hits = fulltext.recent_hits(wanted, before, segments.recent(lows), RECENT)
        rows = connection.execute(joined(dialect, hits, narrow, need)).all()
        if len(rows) == need:
            return rows
    hits = fulltext.hits(dialect, wanted, before, lows)
    return connection.execute(joined(dialect, hits, narrow, need)).all()


def joined(
    dialect: str, hits: FromClause, narrow: Sequence[ColumnElement[bool]], need: int
) -> Select[tuple[Any, ...]]:
    """The rows of the newest hits for which all of ``narrow`` holds."""
    one = select(*COLUMNS).where(documents.c.position == hits.c.position, *narrow)
    if dialect == "sqlite":
        return one.order_by(hits.c.position.desc()).limit(need)
    # Each hit is looked up by itself, in the order of the hits, and no segment is asked once the page is full: sorting
    # here would ask them all, a merge or a hash would walk through all documents for a page of twenty.
    found = one.limit(1).lateral("found")
    return select(found).join_from(hits, found, true()).limit(need)


def conditions(query: Query, digest: Digest | None = None) -> list[ColumnElement[bool]]:
    """What must hold of a row of ``documents``; words and agency are left to ``search_phrases``."""
    column = documents.c
    found: list[ColumnElement[bool]] = []
    few: list[ColumnElement[bool]] = []
    if query.scan_sha256 is not None:
        few.append(column.scan_sha256 == query.scan_sha256)
    if query.dossier is not None:
        served = and_(uses.c.dossier == query.dossier, uses.c.kind != "refused")
        few.append(column.position.in_(select(uses.c.position).where(served)))
    if query.subject is not None:
        ids = forms(_kept(query.subject), digest)
        first = select(column.position).where(column.subject_id.in_(ids))
        other = select(other_subjects.c.position).where(other_subjects.c.subject_id.in_(ids))
        few.append(column.position.in_(first.union_all(other)))
    if query.number is not None:
        few.append(or_(_number(query.number), _exactly(query.number, digest)))
    if few:  # looked up first: a planner that takes the index of types instead reads half of the table
        chosen = select(column.position).where(*few).cte("chosen").prefix_with("MATERIALIZED")
        found.append(column.position.in_(select(chosen.c.position)))
    if query.agency:
        found.append(column.agency_key.contains(agency_key(query.agency), autoescape=True))
    exact = ("type", "state", "signed")
    found += [column[name] == value for name in exact if (value := getattr(query, name)) is not None]
    found += _days(query)
    return found


def _days(query: Query) -> list[ColumnElement[bool]]:
    column = documents.c
    found: list[ColumnElement[bool]] = []
    for name, low, high in (
        ("issued_on", query.issued_from, query.issued_to),
        ("archived_at", query.archived_from, query.archived_to),
    ):
        if low is not None:
            found.append(column[name] >= low.isoformat())
        if high is not None:
            found.append(column[name] <= high.isoformat() + _LAST)
    if query.due_to is not None:
        found.append(column.due <= query.due_to.isoformat())
    if query.valid_on is not None:
        day = query.valid_on.isoformat()
        found.append(func.coalesce(column.valid_from, "") <= day)
        found.append(func.coalesce(column.valid_until, "9999") >= day)
    return found


def _number(number: str) -> ColumnElement[bool]:
    """The whole number or its beginning, as it was typed or with its pieces put together (``056 317 025 794``)."""
    keys = {number_key(number), number_key(re.sub(r"\s+", "", number))}
    return or_(false(), *(_begins(key) for key in sorted(keys) if key))


def _begins(key: str) -> ColumnElement[bool]:
    """Numbers that are the key or begin with it; ``4567`` does not begin ``45678``."""
    column = documents.c.number_key
    low = key + ":" if key[-1].isdigit() else key  # ":" comes right after the digits
    return or_(column == key, and_(column >= low, column < key + _LAST))


def _exactly(number: str, digest: Digest | None) -> ColumnElement[bool]:
    keys = {number_key(number), number_key(re.sub(r"\s+", "", number))} - {""}
    return documents.c.number_key.in_([form for key in sorted(keys) for form in forms(key, digest)])
