"""One component and what the archive has: which of the answers, by which record, in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flows.reuse import sentences
from flows.reuse.cases import holds, in_words
from flows.reuse.judge import NOT_MATCHED, NOT_YET, UNPROVEN, problems_of, usable_until
from flows.reuse.model import Answer, ComponentAnswer, Holding, Holdings, Problem, Question
from schemas.procedures import Component, Mode, databases, types_of

GRAVITY = (
    "unsigned",
    "not_in_force_yet",
    "poor_picture",
    "unconfirmed",
    UNPROVEN,
    "declared_otherwise",
    "contradicted",
    "undated",
    "end_unknown",
    "too_old",
    "expired",
    "other_name",
    "other_person",
    "restricted",
    "superseded",
    "revoked",
    NOT_MATCHED,
)
"""From what is mended soonest to what is no use at all: of several records the one nearest to being usable is told of."""

_BRING = {Mode.SUBMIT: Answer.TO_SUBMIT, Mode.SHOW: Answer.TO_SHOW, Mode.SURRENDER: Answer.TO_SURRENDER}

_DAMAGED = Problem(
    "unreadable", "bản số hóa đang được kiểm tra, chưa đọc được", "the archive cannot read it at the moment"
)
_NAMESAKE = Problem(
    NOT_MATCHED,
    "giấy mang cùng họ tên, ngày sinh nhưng không ghi số định danh",
    "it carries the same name and birthday, and no number",
)


def answer(
    component: Component,
    asked: Question,
    people: Mapping[str | None, Holdings],
    share: float,
    strangers: Sequence[Holding] = (),
) -> ComponentAnswer | None:
    """What to tell of a component; None where it is not asked for in this case.

    ``share`` is how much of the form is filled in; ``strangers`` are papers of the same name and birthday without a number.
    """
    applies = holds(component.when, asked, people[None])
    if applies is False:
        return None
    found = _answer(component, asked, people, share, strangers)
    if applies is None:
        when = in_words(component.when, asked.procedure)
        vi, en = sentences.conditional(when, (found.reason_vi, found.reason_en))
        found = replace(found, when=when, reason_vi=vi, reason_en=en)
    scanned = found.answer in (Answer.TO_SUBMIT, Answer.TO_SURRENDER, Answer.THERE_BUT, NOT_MATCHED)
    scanned = scanned and component.mode is not Mode.SHOW and not asked.online
    return replace(found, scan=scanned)


def _answer(
    component: Component,
    asked: Question,
    people: Mapping[str | None, Holdings],
    share: float,
    strangers: Sequence[Holding],
) -> ComponentAnswer:
    if component.form:
        return _told(component, _BRING[component.mode], sentences.to_bring(component, share))
    holdings, known = people.get(component.of), component.of in people
    if holdings is None and asked.procedure.persons[component.of or ""].under and types_of(component):
        holdings = people[None]  # a child's papers may lie under the number of the one who asks
    best = _best(component, asked, holdings) if holdings else None
    if component.mode is Mode.SURRENDER:
        record = best[0].record if best else None
        words = sentences.to_surrender(component, record)
        return replace(_told(component, Answer.TO_SURRENDER, words), record=record)
    can_look_up = component.look_up is not None and _operating(component, asked)
    if can_look_up and (component.mode is Mode.SHOW or best is None or best[1]):
        return _told(component, Answer.LOOK_UP, sentences.look_up(component))
    if best is not None:
        return _by_record(component, *best)
    hint = _hint(component, holdings, strangers)
    if hint is not None:
        return hint
    findable = bool(types_of(component))  # a paper that we know no type of is found by no number
    words = (
        sentences.of_unknown_person(component, asked)
        if findable and not known
        else sentences.to_bring(component)
    )
    return _told(component, _BRING[component.mode], words)


def _hint(
    component: Component, holdings: Holdings | None, strangers: Sequence[Holding]
) -> ComponentAnswer | None:
    """What is there although no record of theirs serves: one that cannot be read, or one that may be a namesake's."""
    types = types_of(component)
    if holdings is not None and any(each.type in types for each in holdings.unreadable):
        words = sentences.unavailable(component, None, _DAMAGED)
        return _told(component, Answer.UNAVAILABLE, words, _DAMAGED)
    like = next((one for one in strangers if one.record.type in types), None)
    if like is None:
        return None
    words = sentences.not_matched(component, like.record, _NAMESAKE)
    return replace(_told(component, Answer.IDENTITY_NOT_MATCHED, words, _NAMESAKE), record=like.record)


def _best(
    component: Component, asked: Question, holdings: Holdings
) -> tuple[Holding, tuple[Problem, ...]] | None:
    """The record nearest to standing in, and what is against it; of equals the newest."""
    types = types_of(component)
    judged = [
        (one, problems_of(one, component, holdings, asked))
        for one in holdings.found
        if one.record.type in types
    ]
    if not judged:
        return None
    newest = sorted(judged, key=lambda each: each[0].record.archived_at, reverse=True)
    return min(newest, key=lambda each: max((GRAVITY.index(p.code) for p in each[1]), default=-1))


def _by_record(component: Component, one: Holding, problems: tuple[Problem, ...]) -> ComponentAnswer:
    record, until = one.record, usable_until(one.record, component)
    if not problems:
        told = _told(component, Answer.THERE, sentences.there(component, record, until))
        return replace(told, record=record, valid_until=until)
    worst = max(problems, key=lambda problem: GRAVITY.index(problem.code))
    if worst.code == NOT_MATCHED:
        told = _told(component, Answer.IDENTITY_NOT_MATCHED, sentences.not_matched(component, record, worst))
    elif worst.code in NOT_YET:
        told = _told(component, Answer.UNAVAILABLE, sentences.unavailable(component, record, worst))
    else:
        told = _told(component, Answer.THERE_BUT, sentences.there_but(component, record, worst))
    return replace(told, record=record, valid_until=until, problems=problems)


def _operating(component: Component, asked: Question) -> bool:
    assert component.look_up is not None
    named = component.look_up.databases
    if asked.operating is not None:
        return any(name in asked.operating for name in named)
    return any(databases()[name].operating for name in named)


def _told(
    component: Component, kind: Answer, words: sentences.Sentences, *problems: Problem
) -> ComponentAnswer:
    return ComponentAnswer(component, kind, *words, problems=problems)
