"""Deposits to archive: small, fictitious, different from one another where a test needs it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from schemas.records import Field, Method, Record, State, Subject, Validity, document_id
from storage.model import Deposit, Event, ScanRef

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Clock:
    """A clock that goes on by one second at each look."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def event(type: str = "digitization", reason: str | None = None, agent: str = "tester") -> Event:
    return Event(
        type=type,
        at=START,
        agent=agent,
        tool="sohoa read",
        version="1.0",
        settings={"dpi": 300},
        reason=reason,
    )


def record(n: int = 1, state: State = State.UNCONFIRMED, **values: str) -> Record:
    given = {
        "number": f"{4000 + n}/QĐ-UBND",
        "kind": "Quyết định",
        "issuing_agency": "ỦY BAN NHÂN DÂN PHƯỜNG BẾN NGHÉ",
        "issue_date": "2025-03-05",
        "excerpt": "Về việc công nhận hộ kinh doanh Đỗ Thị Ngọc Ánh",
    } | values
    return Record(
        type="administrative_document",
        subject=Subject(id=f"{79301000000 + n:012d}", name="Đỗ Thị Ngọc Ánh"),
        fields={
            name: Field(
                value=value, text=value, confidence=0.98, page=1, box=(10, 20, 300, 60), method=Method.LABEL
            )
            for name, value in given.items()
        },
        validity=Validity(),
        state=state,
    )


def deposit(
    number: int = 1,
    *,
    scan: bytes | None = None,
    text: str | None = None,
    shared: ScanRef | None = None,
    **changes: object,
) -> Deposit:
    scan = scan if scan is not None else f"%PDF-1.7 scan number {number}".encode() * 40
    sha256 = hashlib.sha256(scan).hexdigest()
    base: dict[str, object] = {
        "id": document_id(sha256, [1]),
        "scan_ref": ScanRef(
            sha256=sha256, name=f"Hồ sơ {number}.pdf", media_type="application/pdf", size=len(scan)
        ),
        "scan": scan,
        "pdf": b"%PDF-1.7 signed copy " + str(number).encode() * 200,
        "alto": f"<alto><!-- {number} --></alto>".encode(),
        "text": text or f"Quyết định số {4000 + number}/QĐ-UBND\nVề việc đăng ký hộ kinh doanh thứ {number}",
        "record": record(number),
        "type_confidence": 0.97,
        "pages": (1,),
        "source": f"inbox/{number}.pdf",
        "events": (event(),),
    }
    if shared is not None:
        base |= {"scan_ref": shared, "scan": None}
    return Deposit(**(base | changes))  # type: ignore[arg-type]
