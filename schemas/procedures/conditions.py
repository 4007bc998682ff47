"""Conditions (*trường hợp*): when a component is asked for, in a language of ``and``, ``or``, ``not``, names and numbers.

``reissue and not by_proxy``, ``age < 14``. What is not known stays unknown (Kleene's three values): a condition is then
true, false, or ``None`` when only the person can tell.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

Known = Mapping[str, bool | int | None]
"""What is known: cases as True or False, facts as numbers; a name that is missing, or None, is unknown."""

_TOKEN = re.compile(r"\s*(?:(?P<word>[a-z_][a-z0-9_]*)|(?P<number>\d+)|(?P<sign><=|>=|=|<|>|\(|\)))")
_COMPARE: Mapping[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}
_WORDS = {"and", "or", "not"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was read: the names in it, and how it is decided."""

    text: str
    names: frozenset[str]
    decide: Callable[[Known], bool | None]


def _always(known: Known) -> bool | None:  # noqa: ARG001
    return True


@cache
def condition(text: str) -> Condition:
    """Read a condition; the empty one always holds. Raises ValueError with what is wrong and where.

    >>> condition("age < 14 and not foreign").decide({"age": 7, "foreign": False})
    True
    >>> condition("age < 14 or foreign").decide({"age": 40}) is None
    True
    """
    if not text.strip():
        return Condition(text, frozenset(), _always)
    parser = _Parser(text)
    decide = parser.either()
    if parser.at < len(parser.tokens):
        raise ValueError(f"{text!r}: nothing should follow before {parser.tokens[parser.at]!r}")
    return Condition(text, frozenset(parser.names), decide)


class _Parser:
    """By recursive descent, one function for each rank of operators."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.names = text, 0, set[str]()
        self.tokens: list[str] = []
        place = 0
        while text[place:].strip():
            found = _TOKEN.match(text, place)
            if found is None:
                raise ValueError(f"{text!r}: cannot read {text[place:].strip()[:10]!r}")
            self.tokens.append(found[0].strip())
            place = found.end()

    def next(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> str:
        token = self.next()
        if token is None:
            raise ValueError(f"{self.text!r}: ends too early")
        self.at += 1
        return token

    def either(self) -> Callable[[Known], bool | None]:
        parts = [self.both()]
        while self.next() == "or":
            self.take()
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else lambda known: _any(part(known) for part in parts)

    def both(self) -> Callable[[Known], bool | None]:
        parts = [self.single()]
        while self.next() == "and":
            self.take()
            parts.append(self.single())
        if len(parts) == 1:
            return parts[0]
        return lambda known: _not(_any(_not(part(known)) for part in parts))

    def single(self) -> Callable[[Known], bool | None]:
        word = self.take()
        if word == "not":
            inner = self.single()
            return lambda known: _not(inner(known))
        if word == "(":
            inner = self.either()
            if self.take() != ")":
                raise ValueError(f"{self.text!r}: a bracket is not closed")
            return inner
        if not word[0].isalpha() or word in _WORDS:
            raise ValueError(f"{self.text!r}: a name should stand where {word!r} stands")
        self.names.add(word)
        if self.next() not in _COMPARE:
            return lambda known: None if (value := known.get(word)) is None else bool(value)
        compare, number = _COMPARE[self.take()], self.take()
        if not number.isdigit():
            raise ValueError(f"{self.text!r}: a number should stand where {number!r} stands")
        limit = int(number)
        return lambda known: None if (value := known.get(word)) is None else compare(int(value), limit)


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _any(values: Iterable[bool | None]) -> bool | None:
    found = list(values)
    if True in found:
        return True
    return None if None in found else False
