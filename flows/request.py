"""What the one who hands in a scan says of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """What the clerk says of a scan: the codes of its dossier and procedure, the subject's identifier, the type.

    ``due`` is the appointed day of the dossier (*ngày hẹn trả*), ISO 8601. None where the paper tells, or nobody knows.
    """

    dossier: str | None = None
    subject: str | None = None
    type: str | None = None
    procedure: str | None = None
    due: str | None = None


NOTHING_SAID = Request()
