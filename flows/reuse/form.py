"""The electronic form filled in from a person's records; what contradicts stands side by side and is not chosen silently."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from flows.reuse.cases import holds
from flows.reuse.judge import NOT_MATCHED, about_another, is_unproven, issued_on
from flows.reuse.model import Filled, Holdings, Offer, Question, Value
from flows.reuse.people import age_on, identity_on, prefixes
from pipeline.typed import read_typed
from schemas.documents import document_types, field_specs
from schemas.procedures import FormField
from schemas.procedures.model import OTHER, OWN
from schemas.quality import is_sure
from schemas.records import State
from schemas.vietnamese import fold, spelling_key
from storage.model import ArchivedRecord

PERSONS = ("name",)
"""Endings of fields whose tones count when values are compared."""


ASKED = "asked"
"""The source of the number that the clerk asked by, where no paper carries it."""


def fill(
    asked: Question,
    people: Mapping[str | None, Holdings],
    seen: Callable[[Offer], bool] = lambda _: True,
) -> dict[str, Filled]:
    """Every field of the form that applies, with the best offer and those that contradict it.

    ``people``: role → what the archive has of them, None for the applicant. ``seen``: which offers may be told of at all.
    """
    filled = {}
    strangers = frozenset(
        one.record.id
        for holdings in people.values()
        for one in holdings.found
        if any(each.code == NOT_MATCHED for each in about_another(one, holdings))
    )
    for key, field in asked.procedure.form.items():
        if holds(field.when, asked, people[None]) is False:
            continue
        offers = list(filter(seen, _offers(field, asked, people, strangers)))
        if offers:
            others = _contradicting(offers)
            filled[key] = Filled(field, offers[0], others)
        elif not field.typed and field.of is None:
            filled[key] = Filled(field, Offer(asked.subject, ASKED, "", sure=True, on=None))
        else:
            filled[key] = Filled(field)
    return filled


def _offers(
    field: FormField, asked: Question, people: Mapping[str | None, Holdings], strangers: frozenset[str]
) -> Iterator[Offer]:
    """Without what is a stranger's. By the order of sources; of one source the confirmed first, then the newest."""
    under = None
    holdings = people.get(field.of)
    if holdings is None:  # nobody said who that is: a child's papers may lie under the applicant's number
        person = asked.procedure.persons[field.of or ""]
        if person.under is None:
            return
        holdings, under = people[None], person.under
    for source in field.sources:
        type, _, name = source.partition(".")
        found = []
        for one in holdings.found:
            record = one.record
            if record.type != type or record.state in (State.REVOKED, State.SUPERSEDED):
                continue
            if record.restricted:  # neither said to anyone nor noted as used
                continue
            if under is None and record.id in strangers:
                continue
            if under is not None and not _younger(record, holdings, under, asked.today):
                continue
            offer = _offer(record, holdings, name, source)
            if offer is not None:
                found.append((record.state is State.CONFIRMED, record.archived_at, offer))
        yield from (offer for _, _, offer in sorted(found, key=lambda one: one[:2], reverse=True))


def _offer(record: ArchivedRecord, holdings: Holdings, name: str, source: str) -> Offer | None:
    whose, _, rest = name.partition("_")
    if whose in (OWN, OTHER):
        own, other = prefixes(record.record, holdings.ids)
        name = f"{own if whose == OWN else other}{rest}"
    found = record.record.fields.get(name)
    if found is None or found.value in (None, "", []):
        return None
    sure = is_sure(found) or (found.valid and record.state is State.CONFIRMED)
    sure = sure and not is_unproven(record.record, holdings)
    return Offer(found.value, source, record.id, sure, issued_on(record.record), name)


def says_the_same(offer: Offer, text: str) -> bool:
    """Whether what a person declares is what the record says, however it is written: a date, a number with its points, a tone's place."""
    model = document_types().get(offer.source.partition(".")[0])
    kinds = {spec.name: spec.kind for spec in field_specs(model)} if model else {}
    typed = read_typed(kinds[offer.field], text) if offer.field in kinds else None
    values = [text] if typed is None else [text, _text(typed.value)]
    return spelling_key(_text(offer.value)) in map(spelling_key, values)


def _contradicting(offers: list[Offer]) -> tuple[Offer, ...]:
    """All that say otherwise than the first, each value once."""
    seen = {_key(offers[0])}
    others = []
    for offer in offers[1:]:
        if _key(offer) not in seen:
            seen.add(_key(offer))
            others.append(offer)
    return tuple(others)


def _key(offer: Offer) -> str:
    """What two offers of the same value have in common: capitals, marks and where a tone stands do not count."""
    text = _text(offer.value)
    if offer.source.endswith(PERSONS):
        return spelling_key(text)
    return " ".join(re.findall(r"\w+", fold(text)))


def _text(value: Value) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _younger(record: ArchivedRecord, holdings: Holdings, years: int, today: date) -> bool:
    born = identity_on(record.record, holdings.ids).born
    return born is not None and age_on(born, today) < years
