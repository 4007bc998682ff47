"""Signing: PAdES B-B to B-LTA by PKCS#12 file, PKCS#11 token, remote service or demo key."""

from pipeline.sign.demo import demo_certificate, demo_signer
from pipeline.sign.sign import Level, Signed, SignOptions, sign_pdf
from pipeline.sign.signers import Pkcs12Signer, Signer
from pipeline.sign.trust import Trust

__all__ = [
    "Level",
    "Pkcs12Signer",
    "SignOptions",
    "Signed",
    "Signer",
    "Trust",
    "demo_certificate",
    "demo_signer",
    "sign_pdf",
]
