"""Mutations of files: what disks, networks, careless programs and fuzzers do to them."""

from __future__ import annotations

import random
import re

_NUMBERS = (b"0", b"-1", b"1", b"65537", b"2147483648", b"99999999999", b"0.00001", b"1e9")
_TOKENS = re.compile(rb"/[A-Za-z]+|\b\d+\b")


def mutated(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """One to six changes; ``other`` is a file to take parts from."""
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        data = chance.choice((_flip, _cut, _double, _splice, _numbers, _tokens, _tokens))(data, chance, other)
    return data


def _flip(data: bytes, chance: random.Random, _: bytes) -> bytes:
    changed = bytearray(data)
    for _place in range(chance.choice((1, 4, 30))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.choice((0, 0xFF, 0x7F, chance.randrange(256)))
    return bytes(changed)


def _span(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.choice((1, 8, 200, 5000)))


def _cut(data: bytes, chance: random.Random, _: bytes) -> bytes:
    start, end = _span(data, chance)
    return data[:start] if chance.random() < 0.3 else data[:start] + data[end:]


def _double(data: bytes, chance: random.Random, _: bytes) -> bytes:
    start, end = _span(data, chance)
    return data[:end] + data[start:]


def _splice(data: bytes, chance: random.Random, other: bytes) -> bytes:
    start, end = _span(data, chance)
    from_start, from_end = _span(other, chance)
    return data[:start] + other[from_start:from_end] + data[end:]


def _numbers(data: bytes, chance: random.Random, _: bytes) -> bytes:
    """A binary number of two or four bytes becomes an extreme one."""
    if len(data) < 8:
        return data
    place = chance.randrange(min(len(data), 4096) - 4)
    width = chance.choice((2, 4))
    value = chance.choice((0, 1, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)) % (1 << 8 * width)
    return data[:place] + value.to_bytes(width, chance.choice(("big", "little"))) + data[place + width :]


def _tokens(data: bytes, chance: random.Random, _: bytes) -> bytes:
    """A name or a number of a PDF becomes another one."""
    found = list(_TOKENS.finditer(data[:200_000]))
    if not found:
        return data
    one, two = chance.choice(found), chance.choice(found)
    new = two.group() if chance.random() < 0.6 else chance.choice(_NUMBERS)
    return data[: one.start()] + new + data[one.end() :]
