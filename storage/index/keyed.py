"""Beside an encrypted archive: ids and numbers as keyed digests (HMAC-SHA-256), which only the archive's key can tell.

What is asked for whole is found as before; the beginning of a number, a name or a word is not. Plain digests would not do: all
personal identifiers there are can be tried in a day.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from dataclasses import replace

from storage.index.entry import Entry

Digest = Callable[[str], str]
"""What stands for a text; always the same."""

MARK = "~"
"""What a digest begins with; no id and no key of a number does."""

_LENGTH, _SHORT = 32, 10


def digest_with(key: Callable[[], bytes]) -> Digest:
    """Digests by a key that is asked for once, when it is needed first. Raises KeyUnavailable then."""
    known: list[bytes] = []

    def digest(text: str) -> str:
        if not known:
            known.append(key())
        return MARK + hmac.digest(known[0], text.encode(), "sha256").hex()[:_LENGTH]

    return digest


def hidden(entry: Entry, digest: Digest) -> Entry:
    """A row without anything that says who a paper is about, or which number it has."""
    return replace(
        entry,
        subject_id=digest(entry.subject_id) if entry.subject_id else None,
        other_subjects=" ".join(map(digest, entry.other_subjects.split())),
        number=None,
        number_key=digest(entry.number_key) if entry.number_key else None,
        born_on=None,
        number_marks=" ".join(digest(one)[1 : 1 + _SHORT] for one in entry.number_marks.split()),
        uses=_uses(entry.uses, digest),
    )


def shown(entry: Entry) -> Entry:
    """A row as it is told: a digest is told to nobody."""
    told = entry.subject_id or entry.number_key or entry.other_subjects
    if not told.startswith(MARK):
        return entry
    return replace(entry, subject_id=None, other_subjects="", number_key=None)


def forms(value: str, digest: Digest | None) -> list[str]:
    """What a value may stand as: plain, where rows were written before, and as a digest."""
    return [value] if digest is None else [value, digest(value)]


def _uses(told: str, digest: Digest) -> str:
    uses = json.loads(told) if told else []
    for use in uses:
        if use["subject"]:
            use["subject"] = digest(use["subject"])
    return json.dumps(uses, ensure_ascii=False) if uses else ""
