"""What verification finds: for a program as JSON, for a clerk in Vietnamese sentences, for an operator in English."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import computed_field

from pipeline.verify import sentences
from schemas.records import Frozen


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

    Nothing; time-stamps and validation data; further signatures or form fields; something that no signature permits.
    """

    NONE = "none"
    MAINTENANCE = "maintenance"
    SIGNATURES = "signatures"
    NOT_PERMITTED = "not_permitted"


class Revocation(StrEnum):
    """What is known of the revocation of the signer's certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class SignatureReport(Frozen):
    """One signature or archive time-stamp.

    ``signer`` and ``organization`` are the certificate's common name and organisation, ``path`` the names from the trust
    anchor down to the signer (empty when no path was found), ``claimed_time`` the signer's clock, ``proven_time`` what a trusted
    time-stamp says, ``level`` the PAdES level that the file shows, ``intact`` whether the signed bytes are as signed.
    ``detail`` is the validator's own English sentence.
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
    digest: str = ""
    intact: bool
    trusted: bool
    revocation: Revocation
    changes: Changes
    whole_file: bool
    path: tuple[str, ...] = ()
    detail: str = ""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def clerk(self) -> str:
        """For the clerk, in Vietnamese."""
        return sentences.signature_for_clerk(self)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def operator(self) -> str:
        """For the operator, in English."""
        return sentences.signature_for_operator(self)


class Verification(Frozen):
    """A whole file. ``verdict`` is that of its worst signature; ``pdfa`` the PDF/A part and level that it claims (``2B``).

    ``digest_matches`` compares with the SHA-256 that the caller expects (of the archive, for one); None when it expects none.
    """

    verdict: Verdict
    sha256: str
    size: int
    signatures: tuple[SignatureReport, ...] = ()
    pdfa: str | None = None
    digest_matches: bool | None = None
    problem: str | None = None

    @property
    def ok(self) -> bool:
        """Every signature is valid (at least one there), and the digest is the expected one."""
        return self.verdict is Verdict.VALID and self.digest_matches is not False

    @computed_field  # type: ignore[prop-decorator]
    @property
    def clerk(self) -> str:
        """For the clerk, in Vietnamese: the bottom line, then a sentence for each signature."""
        return sentences.file_for_clerk(self)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def operator(self) -> str:
        """For the operator, in English."""
        return sentences.file_for_operator(self)
