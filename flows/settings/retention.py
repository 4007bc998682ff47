"""How long archived bytes must not be deleted, by the type of the paper (*thời hạn bảo quản*)."""

from __future__ import annotations

from datetime import datetime

from schemas.documents import document_types
from storage.stores.protocol import Lock

FOR_EVER = 100
"""Years for which a lock is set where the paper is kept for ever; servers refuse more. A legal hold stands beyond them."""


def retention(type: str, archived_at: datetime) -> Lock:
    """The lock for a document type, or for ``scan`` and ``dossier``.

    What is no declared type (unknown papers, scans of several papers, dossiers) may hold anything. It is locked as long as
    the shortest of them, and held beyond that: a lock can be lengthened when the type is known and never shortened, and a
    hold can be lifted by whoever may when the paper turns out to be one that need not be kept.
    """
    years = {name: model.form.retention_years for name, model in document_types().items()}
    if type in years:
        kept = years[type]
        return Lock(until=_after(archived_at, kept or FOR_EVER), legal_hold=kept is None)
    return Lock(until=_after(archived_at, min(filter(None, years.values()))), legal_hold=True)


def _after(moment: datetime, years: int) -> datetime:
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:  # the 29th of February
        return moment.replace(year=moment.year + years, month=3, day=1)
