"""Signing: PAdES B-B to B-LTA by PKCS#12 file, PKCS#11 token, remote service or demo key."""

from pipeline.pki import Level, Trust
from pipeline.sign.csc import CscService, CscSigner
from pipeline.sign.demo import demo_certificate, demo_signer
from pipeline.sign.elsewhere import ElsewhereSigner
from pipeline.sign.key_here import chain_of, sign_attributes
from pipeline.sign.pkcs11 import Pkcs11Signer, Token, tokens
from pipeline.sign.refusals import Refusals
from pipeline.sign.renew import Renewed, protected_until, renew_pdf
from pipeline.sign.sign import Signed, SignOptions, sign_pdf
from pipeline.sign.signers import Pkcs12Signer, Signer, needs_password
from pipeline.sign.token import PinState
from pipeline.sign.two_steps import Prepared, finish_pdf, prepare_pdf

__all__ = [
    "CscService",
    "CscSigner",
    "ElsewhereSigner",
    "Level",
    "PinState",
    "Pkcs11Signer",
    "Pkcs12Signer",
    "Prepared",
    "Refusals",
    "Renewed",
    "SignOptions",
    "Signed",
    "Signer",
    "Token",
    "Trust",
    "chain_of",
    "demo_certificate",
    "demo_signer",
    "finish_pdf",
    "needs_password",
    "prepare_pdf",
    "protected_until",
    "renew_pdf",
    "sign_attributes",
    "sign_pdf",
    "tokens",
]
