"""Searchable PDF/A-2b (ISO 19005-2) from a scan and what was read on it."""

from pipeline.pdfa.marks import CopyMark, QrMark
from pipeline.pdfa.metadata import PdfMetadata
from pipeline.pdfa.write import Written, write_pdfa

__all__ = ["CopyMark", "PdfMetadata", "QrMark", "Written", "write_pdfa"]
