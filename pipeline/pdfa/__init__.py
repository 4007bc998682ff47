"""Searchable PDF/A-2b (ISO 19005-2) from a scan and what was read on it."""

from pipeline.pdfa.metadata import PdfMetadata
from pipeline.pdfa.write import write_pdfa

__all__ = ["PdfMetadata", "write_pdfa"]
