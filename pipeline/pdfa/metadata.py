"""What the file says of itself: XMP and the document information dictionary, which agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from schemas.vietnamese import nfc

if TYPE_CHECKING:
    import pikepdf

PRODUCER = "Sohoa"


@dataclass(frozen=True, slots=True)
class PdfMetadata:
    """Metadata of one digitized paper.

    ``title`` is what viewers show, ``agency`` the organisation that digitizes (Dublin Core ``publisher``), ``type`` the
    document type's code, ``id`` the document's id (UUID), ``source_sha256`` the digest of the scan it was made from, and
    ``created`` the time with zone; without it no time is written, so that the same input gives the same bytes.
    """

    title: str = ""
    agency: str = ""
    type: str = ""
    id: str = ""
    source_sha256: str = ""
    created: datetime | None = None


def write_metadata(pdf: pikepdf.Pdf, metadata: PdfMetadata) -> None:
    """Prepare a PDF for PDF/A-2b (output intent, XMP, docinfo); called once, last before saving."""
    from pikepdf import Dictionary
    from pikepdf.pdfa import prepare

    pdf.docinfo  # noqa: B018 - touching it makes the dictionary, which prepare() then fills from XMP
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["dc:language"] = {"vi"}
        xmp["dc:format"] = "application/pdf"
        if metadata.title:
            xmp["dc:title"] = nfc(metadata.title)
        if metadata.agency:
            xmp["dc:publisher"] = {nfc(metadata.agency)}
        if metadata.type:
            xmp["dc:type"] = {metadata.type}
        if metadata.id:
            xmp["dc:identifier"] = f"urn:uuid:{metadata.id}"
        if metadata.source_sha256:
            xmp["dc:source"] = f"urn:sha256:{metadata.source_sha256}"
        xmp["xmp:CreatorTool"] = PRODUCER
        if metadata.created is not None:
            stamp = metadata.created.isoformat(timespec="seconds")
            xmp["xmp:CreateDate"] = xmp["xmp:ModifyDate"] = stamp
    prepare(pdf, "2b")
    _forget_the_clock(pdf, metadata)
    pdf.Root.Lang = "vi-VN"
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)


def _forget_the_clock(pdf: pikepdf.Pdf, metadata: PdfMetadata) -> None:
    """Replace the producer and the time of the clock, which prepare() wrote, by our own."""
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["pdf:Producer"] = PRODUCER
        if metadata.created is None:
            del xmp["xmp:MetadataDate"]
        else:
            xmp["xmp:MetadataDate"] = metadata.created.isoformat(timespec="seconds")
    pdf.docinfo["/Producer"] = PRODUCER
