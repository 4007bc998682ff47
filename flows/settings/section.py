"""Sections of the settings, and how they are walked through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of the settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __hash__(self) -> int:
        """As settings are compared: by what they say, also where that is a table."""
        return hash(self.model_dump_json())


def described(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Name (``signer.level``) and meaning of every setting, also of those inside sections."""
    for name, field in model.model_fields.items():
        yield prefix + name, field.description or ""
        for section in sections_of(field.annotation):
            yield from described(section, f"{prefix}{name}.")


def sections_of(annotation: Any) -> list[type[BaseModel]]:
    """The section that a setting holds, if it is one."""
    candidates = [annotation, *getattr(annotation, "__args__", ())]
    return [c for c in candidates if isinstance(c, type) and issubclass(c, Section)]
