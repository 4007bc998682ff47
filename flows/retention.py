"""How long archived bytes must not be deleted, by the type of the paper (*thời hạn bảo quản*)."""

from __future__ import annotations

from datetime import datetime

from schemas.documents import document_types
from storage.stores.protocol import Lock

FOR_EVER = 100
"""Years for which a lock is set where the paper is kept for ever; servers refuse more. A legal hold stands beyond them."""


def retention(type: str, archived_at: datetime) -> Lock:
    """The lock for a document type, or for ``scan`` and ``dossier``.

    What is no declared type (unknown papers, scans of several papers, dossiers) may hold anything, so it is kept as
    long as the longest of them.
    """
    years = {name: model.form.retention_years for name, model in document_types().items()}
    longest = None if None in years.values() else max(filter(None, years.values()))
    kept = years.get(type, longest)
    return Lock(until=_after(archived_at, kept or FOR_EVER), legal_hold=kept is None)


def _after(moment: datetime, years: int) -> datetime:
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:  # the 29th of February
        return moment.replace(year=moment.year + years, month=3, day=1)
