"""What a scanner sent, handed in: one page as it came, several as one PDF in which each JPEG lies as it came."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime

from flows.caller import Act, Caller
from flows.door import permit
from flows.incoming import uploads
from flows.incoming.escl import PATIENCE, ScanWish, scan_pages
from flows.request import Request
from flows.services import Services
from schemas.days import VIETNAM
from schemas.errors import ScannerFault, UsageError


@dataclass(frozen=True, slots=True)
class ScannedIn:
    """The job of a scan that was pulled, and how many pages it has; ``repeated``: the scanner had to be stopped."""

    job: str
    pages: int
    repeated: bool


def scan_in(
    services: Services,
    caller: Caller,
    scanner: str,
    wish: ScanWish,
    request: Request,
    *,
    patience: float = PATIENCE,
) -> ScannedIn:
    """Scan at one of the scanners of the settings, keep it and enqueue it.

    Raises UsageError for a scanner that the settings do not name, and as ``scan_pages`` and ``uploads.submit`` do.
    """
    permit(services, caller, Act.DIGITIZE)
    address = services.settings.station.scanners.get(scanner)
    if address is None:
        raise UsageError(f"no scanner {scanner}")
    limits = services.settings.limits
    scanned = scan_pages(address, wish, most_pages=limits.pages, most_bytes=limits.size, patience=patience)
    data, suffix = _one_file(scanned.pages, wish.dpi)
    name = f"{datetime.now(VIETNAM):%Y%m%d-%H%M%S} {scanner}{suffix}"
    job = uploads.submit(services, caller, io.BytesIO(data), name, request)
    return ScannedIn(job, len(scanned.pages), scanned.repeated)


def _one_file(pages: tuple[bytes, ...], dpi: int) -> tuple[bytes, str]:
    if len(pages) == 1:
        return pages[0], ".jpg"
    import pikepdf
    from PIL import Image, UnidentifiedImageError

    with pikepdf.new() as pdf:
        for page in pages:
            try:
                with Image.open(io.BytesIO(page), formats=["JPEG"]) as head:
                    (width, height), mode = head.size, head.mode
            except (UnidentifiedImageError, OSError, ValueError) as error:
                raise ScannerFault("a page is no JPEG") from error
            if mode not in {"L", "RGB"}:
                raise ScannerFault(f"a page has colours of the kind {mode}")
            image = pdf.make_stream(
                page,
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=width,
                Height=height,
                BitsPerComponent=8,
                ColorSpace=pikepdf.Name.DeviceGray if mode == "L" else pikepdf.Name.DeviceRGB,
                Filter=pikepdf.Name.DCTDecode,
            )
            wide, high = round(width * 72 / dpi, 3), round(height * 72 / dpi, 3)
            made = pdf.add_blank_page(page_size=(wide, high))
            made.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
            made.Contents = pdf.make_stream(f"q {wide} 0 0 {high} 0 0 cm /Im0 Do Q".encode())
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue(), ".pdf"
