"""What forgers add to a signed file, by the classes of the literature. The documents are those of ``papers.form``."""

from __future__ import annotations

from tests.pipeline.verify.forgeries import (
    appearance,
    around,
    beyond,
    covers,
    incremental,
    shadow,
    signature,
    tables,
)
from tests.pipeline.verify.forgeries.writing import Change, Forgery, updated

__all__ = ["BYTES", "FURTHER", "UPDATES", "updated"]

UPDATES: dict[str, Change] = {}
"""Changes by an incremental update: name → what is done with the writer."""

BYTES: dict[str, Forgery] = {}
"""Changes of the bytes themselves: name → how they are made from a signed file."""

for _part in (shadow, incremental, covers, around, appearance, beyond):
    assert not UPDATES.keys() & _part.UPDATES.keys()
    UPDATES |= _part.UPDATES
for _part in (shadow, incremental, signature, tables, beyond):
    assert not BYTES.keys() & _part.BYTES.keys()
    BYTES |= _part.BYTES

FURTHER = (
    frozenset(appearance.UPDATES)
    | frozenset(tables.BYTES)
    | frozenset(beyond.UPDATES)
    | frozenset(beyond.BYTES)
)
"""Tried anew by a reader of docs/threat-model.md, over what the literature has."""
