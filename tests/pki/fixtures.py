"""Fixtures of the throw-away PKI; a conftest imports what its tests need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.pdfa import PdfMetadata, write_pdfa
from pipeline.sign import Pkcs12Signer, Trust
from tests.pipeline.pdfa.drawn import paper, reading, scan_of
from tests.pki import harness
from tests.pki.harness import PASSWORD, Pki


@pytest.fixture(scope="session")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    pki = harness.start(tmp_path_factory.mktemp("pki"))
    yield pki
    pki.close()


@pytest.fixture
def pki(_running: Pki) -> Iterator[Pki]:
    """The PKI, everything up."""
    _running.down.clear()
    _running.silent.clear()
    _running.asked.clear()
    yield _running
    _running.down.clear()
    _running.silent.clear()


@pytest.fixture
def trust(pki: Pki) -> Trust:
    """The root, and leave to fetch."""
    return Trust((pki.root,), fetch=True, private=True)


@pytest.fixture
def offline(pki: Pki) -> Trust:
    """The root, and only what is embedded."""
    return Trust((pki.root,))


@pytest.fixture
def officer(pki: Pki) -> Pkcs12Signer:
    return Pkcs12Signer(pki.pkcs12("officer"), PASSWORD)


@pytest.fixture
def seal(pki: Pki) -> Pkcs12Signer:
    return Pkcs12Signer(pki.pkcs12("seal"), PASSWORD)


@pytest.fixture(scope="session")
def copy_pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A searchable copy, not signed yet."""
    folder = tmp_path_factory.mktemp("copy")
    image, text = paper(60)
    image.save(folder / "scan.png", dpi=(60, 60))
    scan = scan_of(folder / "scan.png")
    write_pdfa(scan, [reading(scan, text)], folder / "copy.pdf", PdfMetadata("Quyết định"))
    return folder / "copy.pdf"
