"""Signing: PAdES B-B to B-LTA by PKCS#12 file, PKCS#11 token, remote service or demo key."""

from pipeline.pki import Level, Trust
from pipeline.sign.csc import CscService, CscSigner
from pipeline.sign.demo import demo_certificate, demo_signer
from pipeline.sign.pkcs11 import Pkcs11Signer, Token, tokens
from pipeline.sign.refusals import Refusals
from pipeline.sign.renew import Renewed, protected_until, renew_pdf
from pipeline.sign.sign import Signed, SignOptions, sign_pdf
from pipeline.sign.signers import Pkcs12Signer, Signer, needs_password
from pipeline.sign.token import PinState

__all__ = [
    "CscService",
    "CscSigner",
    "Level",
    "PinState",
    "Pkcs11Signer",
    "Pkcs12Signer",
    "Refusals",
    "Renewed",
    "SignOptions",
    "Signed",
    "Signer",
    "Token",
    "Trust",
    "demo_certificate",
    "demo_signer",
    "needs_password",
    "protected_until",
    "renew_pdf",
    "sign_pdf",
    "tokens",
]
