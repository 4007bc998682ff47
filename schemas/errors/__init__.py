"""Everything that can go wrong, as its readers see it.

Each error has a stable ``code`` that scripts may rely on, a sentence for the clerk (Vietnamese), one for the
operator (English), a hint what to do, and the exit status of the command that ends with it. Messages never hold
personal data: at most the name of a file, a part or a setting.
"""

from __future__ import annotations

from schemas.errors.base import (
    ExitStatus,
    Refused,
    SohoaError,
    Unreachable,
    UsageError,
)
from schemas.errors.inputs import (
    ActiveContent,
    Damaged,
    EmptyFile,
    Encrypted,
    LinkOutside,
    NoPaper,
    NotFound,
    PageTimeout,
    RecogniserMissing,
    SourceAway,
    TooLarge,
    UnknownFormat,
    Unreadable,
    WorkerDied,
)
from schemas.errors.signing import (
    CertificateRefused,
    LastTry,
    NotRenewable,
    PinMissing,
    RevocationUnavailable,
    SignerUnavailable,
    TimeStampUnavailable,
    TokenLocked,
    WrongPin,
)
from schemas.errors.storing import (
    ClockOff,
    Conflict,
    Corrupt,
    Erased,
    IndexUnreachable,
    KeyUnavailable,
    LeaseLost,
    NotFoundInArchive,
    StoreDenied,
    StoreFull,
    StoreUnfit,
    StoreUnreachable,
)

__all__ = [
    "ActiveContent",
    "CertificateRefused",
    "ClockOff",
    "Conflict",
    "Corrupt",
    "Damaged",
    "EmptyFile",
    "Encrypted",
    "Erased",
    "ExitStatus",
    "IndexUnreachable",
    "KeyUnavailable",
    "LastTry",
    "LeaseLost",
    "LinkOutside",
    "NoPaper",
    "NotFound",
    "NotFoundInArchive",
    "NotRenewable",
    "PageTimeout",
    "PinMissing",
    "RecogniserMissing",
    "Refused",
    "RevocationUnavailable",
    "SignerUnavailable",
    "SohoaError",
    "SourceAway",
    "StoreDenied",
    "StoreFull",
    "StoreUnfit",
    "StoreUnreachable",
    "TimeStampUnavailable",
    "TokenLocked",
    "TooLarge",
    "UnknownFormat",
    "Unreachable",
    "Unreadable",
    "UsageError",
    "WorkerDied",
    "WrongPin",
]
