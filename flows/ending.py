"""A paper's end: it was withdrawn (*thu hồi*), or a newer one took its place (*thay thế*). Both stay in the archive."""

from __future__ import annotations

from flows.house import House
from storage.corrections import revoke, supersede
from storage.model import Receipt


def revoke_paper(house: House, document_id: str, *, by: str, reason: str) -> Receipt:
    """Note that the paper was withdrawn. May be repeated. Raises NotFoundInArchive, UsageError where it has ended otherwise."""
    house.archive.record(document_id)
    house.look("revoke", document_id, actor=by)
    receipt = revoke(house.archive, document_id, by=by, reason=reason)
    house.index.add(receipt.record, receipt.version)
    return receipt


def supersede_paper(
    house: House, document_id: str, newer: str, *, by: str, reason: str
) -> tuple[Receipt, Receipt]:
    """Note that a newer paper took this one's place; the receipts of the old and of the newer one. May be repeated.

    Raises NotFoundInArchive, UsageError where the paper has ended otherwise.
    """
    for id in (document_id, newer):
        house.archive.record(id)
    house.look("supersede", f"{document_id} {newer}", actor=by)
    receipts = supersede(house.archive, document_id, newer=newer, by=by, reason=reason)
    house.index.add_many([(receipt.record, receipt.version) for receipt in receipts])
    return receipts
