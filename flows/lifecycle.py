"""A paper's end: it was withdrawn (*thu hồi*), or a newer one took its place (*thay thế*). Both stay in the archive."""

from __future__ import annotations

from flows.services import Services
from storage.corrections import revoke, supersede
from storage.model import Receipt


def revoke_paper(services: Services, document_id: str, *, by: str, reason: str) -> Receipt:
    """Note that the paper was withdrawn. May be repeated. Raises NotFoundInArchive, UsageError where it has ended otherwise."""
    services.archive.record(document_id)
    services.log_access("revoke", document_id, actor=by)
    receipt = revoke(services.archive, document_id, by=by, reason=reason)
    services.index.add(receipt.record, receipt.version)
    return receipt


def supersede_paper(
    services: Services, document_id: str, newer: str, *, by: str, reason: str
) -> tuple[Receipt, Receipt]:
    """Note that a newer paper took this one's place; the receipts of the old and of the newer one. May be repeated.

    Raises NotFoundInArchive, UsageError where the paper has ended otherwise.
    """
    for id in (document_id, newer):
        services.archive.record(id)
    services.log_access("supersede", f"{document_id} {newer}", actor=by)
    receipts = supersede(services.archive, document_id, newer=newer, by=by, reason=reason)
    services.index.add_many([(receipt.record, receipt.version) for receipt in receipts])
    return receipts
