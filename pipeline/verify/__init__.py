"""Verification of signed PDFs: what each signature is worth, and what happened to the file after it."""

from pipeline.pki.trust import Trust
from pipeline.verify.facts import Changes, Kind, Problem, Reason, Revocation, Verdict
from pipeline.verify.model import SignatureReport, Verification
from pipeline.verify.verify import verify_pdf

__all__ = [
    "Changes",
    "Kind",
    "Problem",
    "Reason",
    "Revocation",
    "SignatureReport",
    "Trust",
    "Verdict",
    "Verification",
    "verify_pdf",
]
