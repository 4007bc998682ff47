"""What an agency's policy leaves of an answer: papers and values beyond it are as if they were not there.

A paper stands in only where the policy shows all of it: the sentence about it tells its number, its agency and its day. Of a paper
that is seen in part, the form takes the values of the fields that may be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from flows.agencies import scope
from flows.caller import Caller
from flows.reuse.model import Holdings, Offer

People = Mapping[str | None, Holdings]


def standing_in(caller: Caller, people: People) -> People:
    """Of everybody only the papers of which all may be seen; who somebody is stays known."""
    if caller.policy is None:
        return people
    return {role: _whole(caller, holdings) for role, holdings in people.items()}


def whole_types(caller: Caller, types: Sequence[str]) -> tuple[str, ...]:
    """Of these types those of which all may be seen."""
    policy = caller.policy
    return tuple(types) if policy is None else tuple(type for type in types if policy.whole(type))


def seen_by(caller: Caller, people: People) -> Callable[[Offer], bool]:
    """Whether the value that a record offers to the form may be seen."""
    if caller.policy is None:
        return lambda _: True
    covered = {
        one.record.id: one.record.type
        for holdings in people.values()
        for one in holdings.found
        if scope.covers(caller, one.record)
    }

    def seen(offer: Offer) -> bool:
        if offer.record not in covered:
            return False
        allowed = scope.fields(caller, covered[offer.record])
        return allowed is None or offer.field in allowed

    return seen


def _whole(caller: Caller, holdings: Holdings) -> Holdings:
    policy = caller.policy
    assert policy is not None
    return replace(
        holdings,
        found=tuple(
            one
            for one in holdings.found
            if policy.whole(one.record.type) and scope.covers(caller, one.record)
        ),
        unreadable=tuple(one for one in holdings.unreadable if policy.whole(one.type)),
    )
