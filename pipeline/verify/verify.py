"""The order of verifying: the file, each of its signatures, the bottom line."""

from __future__ import annotations

import hashlib
import mmap
import re
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.sign.trust import Trust
from pipeline.sign.work import run
from pipeline.verify.facts import Verdict
from pipeline.verify.model import SignatureReport, Verification
from schemas.errors import NotFound, SohoaError, Unreadable

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

_CHUNK = 1 << 20
_PDFA_LIMIT = 1 << 20


def verify_pdf(path: Path, trust: Trust | None = None, *, expected_sha256: str | None = None) -> Verification:
    """Verify every signature of a PDF, with what is embedded (and fetched, where ``trust`` allows it).

    ``expected_sha256`` (hex) is the digest that somebody keeps of this file. A file that is damaged or no PDF gives a
    verdict, too; raises NotFound or Unreadable only. Memory does not grow with the file.
    """
    try:
        with path.open("rb") as file:
            return _verify(file, trust or Trust(), expected_sha256)
    except FileNotFoundError as error:
        raise NotFound(path.name) from error
    except OSError as error:
        raise Unreadable(f"{path.name}: {error.strerror}") from error


def _verify(file: BufferedReader, trust: Trust, expected: str | None) -> Verification:
    from pyhanko.pdf_utils.reader import PdfFileReader

    from pipeline.verify.signature import check_signatures

    trust.root_certificates()  # a wrong setting shows even where nothing is signed
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = file.tell()
    matches = None if expected is None else digest == expected.lower()
    signatures: tuple[SignatureReport, ...] = ()
    pdfa = problem = None
    try:
        reader = PdfFileReader(file, strict=False)
        signatures = run(check_signatures(reader, trust))
        pdfa = pdfa_claim(reader)
    except SohoaError:
        raise
    except Exception as error:  # a forged file must not stop the one who verifies it
        problem = f"the PDF cannot be read: {type(error).__name__} {error}".strip()
    if not signatures and problem is None and _mentions_signature(file, size):
        problem = "signature data is in the file, but its form does not list it"
    if signatures and problem is None and _ends_late(file, size):
        problem = "something was appended behind the end of the document"
    return Verification(
        verdict=_bottom_line(signatures, problem),
        sha256=digest,
        size=size,
        signatures=signatures,
        pdfa=pdfa,
        digest_matches=matches,
        problem=problem,
    )


def _bottom_line(signatures: tuple[SignatureReport, ...], problem: str | None) -> Verdict:
    if problem is not None:
        return Verdict.INVALID
    found = {signature.verdict for signature in signatures}
    for verdict in (Verdict.INVALID, Verdict.UNPROVEN, Verdict.VALID):
        if verdict in found:
            return verdict
    return Verdict.UNSIGNED


def _mentions_signature(file: BufferedReader, size: int) -> bool:
    if size == 0:
        return False
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(b"/ByteRange") >= 0


def _ends_late(file: BufferedReader, size: int) -> bool:
    """Something other than blanks stands behind the last end-of-file mark."""
    file.seek(max(size - _CHUNK, 0))
    *_, behind = file.read(_CHUNK).rpartition(b"%%EOF")
    return bool(behind.strip(b"\x00\t\n\f\r "))


def pdfa_claim(reader: PdfFileReader) -> str | None:
    """What the XMP metadata claims, as ``2B``; a claim is not a check."""
    try:
        stream = reader.root["/Metadata"]
    except KeyError:
        return None
    xmp = stream.data[:_PDFA_LIMIT].decode("utf-8", "replace")
    part = re.search(r"pdfaid:part(?:>|\s*=\s*[\"'])\s*(\d)", xmp)
    conformance = re.search(r"pdfaid:conformance(?:>|\s*=\s*[\"'])\s*([A-Za-z])", xmp)
    return part[1] + (conformance[1].upper() if conformance else "") if part else None
