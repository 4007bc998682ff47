"""The PKI, and a document signed with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.sign import Level, Pkcs12Signer, SignOptions, Trust, sign_pdf
from tests.pipeline.verify.papers import form
from tests.pki.fixtures import _running, copy_pdf, officer, offline, pki, seal, trust
from tests.pki.harness import PASSWORD, Pki

__all__ = ["_running", "copy_pdf", "officer", "offline", "pki", "seal", "trust"]


@pytest.fixture(scope="session")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return form(tmp_path_factory.mktemp("paper") / "form.pdf")


@pytest.fixture(scope="session")
def signed(_running: Pki, paper: Path) -> Path:
    """By an officer, with validation data."""
    target = paper.with_name("signed.pdf")
    trust = Trust((_running.root,), fetch=True, private=True)
    officer = Pkcs12Signer(_running.pkcs12("officer"), PASSWORD)
    sign_pdf(paper, target, officer, SignOptions(Level.B_LT, _running.tsa(), trust))
    return target
