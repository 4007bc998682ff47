"""What the one who hands in a scan says of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """What the clerk says of a scan: the codes of its dossier and procedure, the subject's identifier, the type.

    ``owner`` is whose dossier it is: a paper that tells a number of its own may be another person's, such as a father's card.

    ``due`` is the appointed day of the dossier (*ngày hẹn trả*), ISO 8601. None where the paper tells, or nobody knows.
    """

    dossier: str | None = None
    subject: str | None = None
    type: str | None = None
    procedure: str | None = None
    due: str | None = None
    owner: str | None = None

    @property
    def applicant(self) -> str | None:
        """Whose dossier it is."""
        return self.owner or self.subject


NOTHING_SAID = Request()
