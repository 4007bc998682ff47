"""What verification finds: for a program as JSON, for a clerk in Vietnamese sentences, for an operator in English."""

from __future__ import annotations

from pydantic import computed_field

from pipeline.verify import sentences
from pipeline.verify.facts import FileFacts, SignatureFacts, Verdict


class SignatureReport(SignatureFacts):
    """One signature or archive time-stamp, with the sentences about it."""

    @computed_field(alias="clerk")  # type: ignore[prop-decorator]
    @property
    def message_vi(self) -> str:
        """For the clerk, in Vietnamese."""
        return sentences.signature_for_clerk(self)

    @computed_field(alias="operator")  # type: ignore[prop-decorator]
    @property
    def message_en(self) -> str:
        """For the operator, in English."""
        return sentences.signature_for_operator(self)


class Verification(FileFacts):
    """A whole file, with the sentences about it."""

    signatures: tuple[SignatureReport, ...] = ()

    @property
    def ok(self) -> bool:
        """Every signature is valid (at least one there), and the digest is the expected one."""
        return self.verdict is Verdict.VALID and self.digest_matches is not False

    @computed_field(alias="clerk")  # type: ignore[prop-decorator]
    @property
    def message_vi(self) -> str:
        """For the clerk, in Vietnamese: the bottom line, then a sentence for each signature."""
        return sentences.file_for_clerk(self)

    @computed_field(alias="operator")  # type: ignore[prop-decorator]
    @property
    def message_en(self) -> str:
        """For the operator, in English."""
        return sentences.file_for_operator(self)
