"""Labels that are broken at the end of a line (*… LÂM VĂN XÊ Giới / tính: Nam*): put together at the beginning of the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract.forms.labels import labels_of
from pipeline.extract.rows import Row
from schemas.documents import Document
from schemas.vietnamese import key

_MOST = 4
"""Words of a label that may stand before the break, and behind it."""

_COLUMNS = 3.0
"""How far to the right of the line above a line may begin that goes on with it, in heights of a line."""


def with_whole_labels(model: type[Document], rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, the first words of broken labels moved from the end of a row to the beginning of the next.

    A label is broken where its last words, with a colon behind them, begin a row, and its others end the row above.
    """
    labels = {label.key for label in labels_of(model) if label.fields}
    found = list(rows)
    for at in range(len(rows) - 1):
        above, below = found[at], rows[at + 1]
        count = _broken(above, below, labels) if above.page == below.page else 0
        if count:
            found[at] = Row(above.page, above.tokens[:-count])
            first = below.tokens[0]
            moved = tuple(
                replace(token, box=replace(first.box, right=first.box.left))
                for token in above.tokens[-count:]
            )
            found[at + 1] = Row(below.page, (*moved, *below.tokens))
    return tuple(found)


def _broken(above: Row, below: Row, labels: set[str]) -> int:
    """How many words at the end of a row begin a label that the next row ends; 0 where none does."""
    if below.box.left > above.box.left + _COLUMNS * above.height:
        return 0
    end = next((n for n, token in enumerate(below.tokens[:_MOST], 1) if token.text.endswith(":")), 0)
    rest = "".join(token.key for token in below.tokens[:end])
    if not end or rest in labels:
        return 0
    for count in range(1, min(_MOST, len(above.tokens) - 1) + 1):
        tail = above.tokens[-count:]
        capital = tail[0].text[:1].isupper()
        if capital and key(" ".join(token.text for token in tail)) + rest in labels:
            return count
    return 0
