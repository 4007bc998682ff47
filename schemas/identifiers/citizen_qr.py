"""The QR code of the citizen card: ``id|old id|name|ddmmyyyy|sex|address|ddmmyyyy`` and maybe more fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schemas.identifiers.personal import facts
from schemas.vietnamese import nfc


@dataclass(frozen=True, slots=True)
class CitizenQr:
    """What the code says; dates ISO 8601; ``old_id`` None where the holder never had one."""

    personal_id: str
    old_id: str | None
    full_name: str
    birth_date: str
    sex: str
    residence: str
    issue_date: str | None


def parse_citizen_qr(text: str) -> CitizenQr | None:
    """The card's fields; None for any other code."""
    parts = [nfc(part).strip() for part in text.strip().split("|")]
    if len(parts) < 6 or facts(parts[0]) is None:
        return None
    birth = _day(parts[3])
    if birth is None or parts[4] not in {"Nam", "Nữ"} or not parts[2]:
        return None
    return CitizenQr(
        personal_id=parts[0],
        old_id=parts[1] or None,
        full_name=parts[2],
        birth_date=birth,
        sex=parts[4],
        residence=parts[5],
        issue_date=_day(parts[6]) if len(parts) > 6 else None,
    )


def _day(ddmmyyyy: str) -> str | None:
    if len(ddmmyyyy) != 8 or not ddmmyyyy.isdecimal():
        return None
    try:
        return date(int(ddmmyyyy[4:]), int(ddmmyyyy[2:4]), int(ddmmyyyy[:2])).isoformat()
    except ValueError:
        return None
