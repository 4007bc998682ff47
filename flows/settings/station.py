"""Settings of the counter station."""

from __future__ import annotations

from pydantic import Field, field_validator

from flows.settings.section import Section


class StationSettings(Section):
    """The counter station."""

    second_entry: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="Share of identity numbers and dates, drawn by chance, that a clerk types without seeing what was read; both are compared. 0: none.",
    )
    scanners: dict[str, str] = Field(
        default={},
        description="Network scanners by the name that clerks see, each with the address of its eSCL service: `http://192.168.1.20/eSCL`.",
    )

    @field_validator("scanners")
    @classmethod
    def _are_addresses(cls, given: dict[str, str]) -> dict[str, str]:
        for name, address in given.items():
            if not name.strip() or not address.startswith(("http://", "https://")):
                raise ValueError(
                    f"{name}: a scanner needs a name and an address that begins with http:// or https://"
                )
        return given
