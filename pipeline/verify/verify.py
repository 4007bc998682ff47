"""The order of verifying: the file, each of its signatures, the bottom line."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.pki.trust import Trust
from pipeline.pki.work import run
from pipeline.verify.facts import Kind, Problem, Verdict
from pipeline.verify.model import SignatureReport, Verification
from schemas.errors import NotFound, SohoaError, Unreadable
from schemas.plain import one_line

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

_CHUNK = 1 << 20
_XMP_LIMIT = 1 << 20


def verify_pdf(path: Path, trust: Trust | None = None, *, expected_sha256: str | None = None) -> Verification:
    """Verify every signature of a PDF, with what is embedded (and fetched, where ``trust`` allows it).

    ``expected_sha256`` (hex) is the digest that somebody keeps of this file. A file that is damaged or no PDF gives a
    verdict, too; raises NotFound or Unreadable only. Memory does not grow with the file.
    """
    try:
        if path.exists() and not path.is_file():
            raise Unreadable(f"{path.name}: no file")
        with path.open("rb") as file:
            return _verify(file, trust or Trust(), expected_sha256)
    except FileNotFoundError as error:
        raise NotFound(path.name) from error
    except OSError as error:
        raise Unreadable(f"{path.name}: {error.strerror}") from error


def _verify(file: BufferedReader, trust: Trust, expected: str | None) -> Verification:
    from pyhanko.pdf_utils.reader import PdfFileReader

    from pipeline.verify.raw import hidden_signatures
    from pipeline.verify.signature import check_signatures
    from pipeline.verify.updates import Ambiguous

    trust.root_certificates()  # a wrong setting shows even where nothing is signed
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = file.tell()
    matches = None if expected is None else digest == expected.lower()
    signatures: tuple[SignatureReport, ...] = ()
    claims = Claims()
    problem: Problem | None = None
    detail = ""
    try:
        reader = PdfFileReader(file, strict=False)
        signatures = run(check_signatures(reader, file, size, trust))
        claims = claims_of(reader)
        if hidden_signatures(file, size, reader, len(signatures)):
            problem = Problem.HIDDEN_SIGNATURE
    except SohoaError:
        raise
    except Ambiguous:
        problem = Problem.AMBIGUOUS
    except Exception as error:  # a forged file must not stop the one who verifies it
        problem = Problem.UNREADABLE if _begins_as_pdf(file) else Problem.NO_PDF
        detail = one_line(f"{type(error).__name__} {error}")
    if signatures and problem is None and _ends_late(file, size):
        problem = Problem.APPENDED
    verdict = _bottom_line(signatures, problem)
    ends = [signature.provable_until for signature in signatures if signature.provable_until]
    return Verification(
        verdict=verdict,
        sha256=digest,
        size=size,
        signatures=signatures,
        pdfa=claims.pdfa,
        provable_until=min(ends) if verdict is Verdict.VALID else None,
        digest_matches=matches,
        problem=problem,
        detail=detail,
        document_id=claims.document_id,
        source_sha256=claims.source_sha256,
    )


def _bottom_line(signatures: tuple[SignatureReport, ...], problem: Problem | None) -> Verdict:
    if problem is not None:
        return Verdict.INVALID
    found = {signature.verdict for signature in signatures}
    if Verdict.INVALID not in found and all(one.kind is Kind.TIMESTAMP for one in signatures):
        return Verdict.UNSIGNED  # a time-stamp proves when, and anybody can get one: nobody signed
    for verdict in (Verdict.INVALID, Verdict.UNPROVEN, Verdict.VALID):
        if verdict in found:
            return verdict
    return Verdict.UNSIGNED


def _ends_late(file: BufferedReader, size: int) -> bool:
    """Something other than blanks stands behind the last end-of-file mark."""
    file.seek(max(size - _CHUNK, 0))
    *_, behind = file.read(_CHUNK).rpartition(b"%%EOF")
    return bool(behind.strip(b"\x00\t\n\f\r "))


def _begins_as_pdf(file: BufferedReader) -> bool:
    file.seek(0)
    return b"%PDF-" in file.read(1024)


@dataclass(frozen=True, slots=True)
class Claims:
    """What the XMP metadata says: PDF/A part and level (``2B``), the id of a copy of ours, the digest of its scan."""

    pdfa: str | None = None
    document_id: str | None = None
    source_sha256: str | None = None


def claims_of(reader: PdfFileReader) -> Claims:
    """The claims of a file; none of them is checked here."""
    try:
        stream = reader.root["/Metadata"]
    except KeyError:
        return Claims()
    xmp = stream.data[:_XMP_LIMIT].decode("utf-8", "replace")
    part = re.search(r"pdfaid:part(?:>|\s*=\s*[\"'])\s*(\d)", xmp)
    conformance = re.search(r"pdfaid:conformance(?:>|\s*=\s*[\"'])\s*([A-Za-z])", xmp)
    document = re.search(r"dc:identifier[^u]{1,40}urn:uuid:([0-9a-f-]{36})", xmp)
    source = re.search(r"dc:source[^u]{1,40}urn:sha256:([0-9a-f]{64})", xmp)
    return Claims(
        part[1] + (conformance[1].upper() if conformance else "") if part else None,
        document[1] if document else None,
        source[1] if source else None,
    )
