"""What the fields of a head and a foot are called in a type: places on the page are the same in all."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.documents import Document, Position, field_at


@dataclass(frozen=True, slots=True)
class Head:
    """Names of the fields at these places; "" where the type has none there."""

    parent: str
    agency: str
    number: str
    place: str
    kind: str
    authority: str
    title: str
    signer: str

    @classmethod
    def of(cls, model: type[Document]) -> Head:
        """The names of these fields in a document type."""
        spots = (
            Position.PARENT_AGENCY,
            Position.AGENCY,
            Position.NUMBER,
            Position.PLACE,
            Position.KIND,
            Position.SIGNER_AUTHORITY,
            Position.SIGNER_TITLE,
            Position.SIGNER_NAME,
        )
        return cls(*(field_at(model, spot) or "" for spot in spots))
