"""Papers put into an archive and an index, and the ids that a question finds."""

from __future__ import annotations

from storage.archive import Archive
from storage.index.find import Query
from storage.index.index import Index
from tests.storage.samples import deposit


def fill(archive: Archive, index: Index, count: int) -> list[str]:
    ids = []
    for number in range(1, count + 1):
        receipt = archive.put(
            deposit(number, perceptual_hash=f"{number * 0x9E3779B97F4A7C15**4 % 2**256:064x}")
        )
        index.add(receipt.record, receipt.version)
        ids.append(receipt.id)
    return ids


def found(index: Index, **query: object) -> list[str]:
    return [row.id for row in index.find(Query(**query)).rows]  # type: ignore[arg-type]
