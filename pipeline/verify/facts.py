"""What verification finds, as plain data: verdicts and reasons with stable codes, one signature, one file."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from schemas.frozen import Frozen


class Verdict(StrEnum):
    """The bottom line. ``unproven`` is neither: what is there does not suffice to say more."""

    VALID = "valid"
    UNPROVEN = "unproven"
    INVALID = "invalid"
    UNSIGNED = "unsigned"


class Reason(StrEnum):
    """Why a signature is not simply valid; stable codes, the gravest one is reported."""

    OK = "ok"
    ALTERED = "altered"
    CHANGED_AFTER = "changed_after"
    PARTLY_COVERED = "partly_covered"
    MALFORMED = "malformed"
    REVOKED = "revoked"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    WEAK_ALGORITHM = "weak_algorithm"
    UNTRUSTED = "untrusted"
    WRONG_USAGE = "wrong_usage"
    NOT_COMPARED = "not_compared"
    REVOCATION_UNKNOWN = "revocation_unknown"
    BAD_TIME_STAMP = "bad_time_stamp"
    NO_PROOF_OF_TIME = "no_proof_of_time"
    UNDETERMINED = "undetermined"
    DEMO = "demo"


class Kind(StrEnum):
    """A person's or agency's signature, or an archive time-stamp over the whole document."""

    SIGNATURE = "signature"
    TIMESTAMP = "timestamp"


class Changes(StrEnum):
    """What happened to the file after the signature.

    Nothing; time-stamps and validation data; further signatures; something else, which no signature permits; or it could not
    be found out (the pages cannot be drawn).
    """

    NONE = "none"
    MAINTENANCE = "maintenance"
    SIGNATURES = "signatures"
    NOT_PERMITTED = "not_permitted"
    UNCLEAR = "unclear"


class Revocation(StrEnum):
    """What is known of the revocation of the signer's certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class Problem(StrEnum):
    """What is wrong with a file as a whole, whatever its signatures say."""

    NO_PDF = "no_pdf"
    UNREADABLE = "unreadable"
    HIDDEN_SIGNATURE = "hidden_signature"
    APPENDED = "appended"
    AMBIGUOUS = "ambiguous"


class LaterSignature(Frozen):
    """One that was added after another; ``page`` (from 1) is where its own mark shows, None for one that cannot be seen."""

    field: str
    kind: Kind
    signer: str
    organization: str | None = None
    page: int | None = None


class SignatureFacts(Frozen):
    """One signature or archive time-stamp.

    ``signer`` and ``organization`` are the certificate's common name and organisation, ``path`` the names from the trust
    anchor down to the signer (empty when no path was found), ``claimed_time`` the signer's clock, ``proven_time`` what a trusted
    time-stamp says, ``level`` the PAdES level that the file shows, ``intact`` whether the signed bytes are as signed.
    ``revoked_at`` is since when the certificate is revoked. ``provable_until`` is how long a valid one can be proven with what is in the file: as long as the certificate of the
    newest time-stamp over it holds, where revocation data is embedded, else as long as the signer's own.
    ``page`` (from 1) is where its mark shows, ``later`` who signed after it. ``detail`` is the validator's own English sentence.
    """

    field: str
    kind: Kind
    verdict: Verdict
    reason: Reason
    signer: str
    organization: str | None = None
    issuer: str = ""
    serial: str = ""
    demo: bool = False
    level: str | None = None
    claimed_time: datetime | None = None
    proven_time: datetime | None = None
    valid_until: datetime | None = None
    provable_until: datetime | None = None
    digest: str = ""
    intact: bool
    trusted: bool
    revocation: Revocation
    revoked_at: datetime | None = None
    changes: Changes
    later: tuple[LaterSignature, ...] = ()
    page: int | None = None
    whole_file: bool
    path: tuple[str, ...] = ()
    detail: str = ""


class FileFacts(Frozen):
    """A whole file. ``verdict`` is that of its worst signature; ``pdfa`` the PDF/A part and level that it claims (``2B``).

    ``provable_until`` is the earliest end among its signatures, None unless all are valid.
    ``digest_matches`` compares with the SHA-256 that the caller expects (of the archive, for one); None when it expects none.
    ``document_id`` and ``source_sha256`` are what a copy of ours says of itself: its id, and the scan that it was made from.
    ``detail`` is the reader's own English sentence about the problem.
    """

    verdict: Verdict
    sha256: str
    size: int
    signatures: tuple[SignatureFacts, ...] = ()
    pdfa: str | None = None
    provable_until: datetime | None = None
    digest_matches: bool | None = None
    problem: Problem | None = None
    detail: str = ""
    document_id: str | None = None
    source_sha256: str | None = None
