"""Verification of signed PDFs: what each signature is worth, and what happened to the file after it."""

from pipeline.sign.trust import Trust
from pipeline.verify.model import Changes, Kind, Reason, Revocation, SignatureReport, Verdict, Verification
from pipeline.verify.verify import verify_pdf

__all__ = [
    "Changes",
    "Kind",
    "Reason",
    "Revocation",
    "SignatureReport",
    "Trust",
    "Verdict",
    "Verification",
    "verify_pdf",
]
