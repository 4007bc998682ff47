"""The order of making a searchable PDF/A-2b: picture, words, metadata, check, file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.model import MediaType, PageReading, Scan
from pipeline.pdfa import blankfont
from pipeline.pdfa.images import PdfImage, embed, encode_page, encode_picture
from pipeline.pdfa.metadata import PdfMetadata, write_metadata
from pipeline.pdfa.textlayer import text_content
from schemas.geometry import Affine

if TYPE_CHECKING:
    import pikepdf


def write_pdfa(scan: Scan, pages: Sequence[PageReading], target: Path, metadata: PdfMetadata) -> None:
    """Write a PDF/A-2b of these pages of the scan to ``target``: the picture as scanned, the words invisibly over it.

    The file is checked before it appears at ``target``; nothing appears there otherwise.
    """
    import pikepdf
    from pikepdf import pdfa

    with pikepdf.Pdf.new() as pdf:
        font = blankfont.embed(pdf)
        for reading in pages:
            image = _picture(scan, reading)
            _add_page(pdf, reading, embed(pdf, image), image, font)
        write_metadata(pdf, metadata)
        pdfa.save(pdf, target, "2b", repair=False, deterministic_id=True)


def _picture(scan: Scan, reading: PageReading) -> PdfImage:
    if scan.media_type is not MediaType.PDF:
        return encode_page(scan, reading.number)
    from pdf2image import convert_from_path

    (picture,) = convert_from_path(
        scan.path,
        size=(reading.width, reading.height),
        first_page=reading.number,
        last_page=reading.number,
    )
    return encode_picture(picture)


def upright_size(reading: PageReading) -> tuple[float, float]:
    """Width and height of the upright page in points."""
    width, height = reading.width * 72 / reading.dpi, reading.height * 72 / reading.dpi
    return (height, width) if reading.quarter_turns % 2 else (width, height)


def scan_to_page(reading: PageReading) -> Affine:
    """Maps pixels of the page as scanned (y down) to points of the upright PDF page (y up)."""
    width, height = upright_size(reading)
    unit = Affine(1 / reading.width, 0, 0, 0, 1 / reading.height, 0)
    return unit.then(turn(reading.quarter_turns)).then(Affine(width, 0, 0, 0, -height, height))


def turn(quarter_turns: int) -> Affine:
    """Turns the unit square (y down) clockwise onto itself."""
    return (
        Affine(),
        Affine(0, -1, 1, 1, 0, 0),
        Affine(-1, 0, 1, 0, -1, 1),
        Affine(0, 1, 0, -1, 0, 1),
    )[quarter_turns % 4]


def _add_page(
    pdf: pikepdf.Pdf, reading: PageReading, xobject: pikepdf.Object, image: PdfImage, font: pikepdf.Object
) -> None:
    from pikepdf import Array, Dictionary, Name, Page

    width, height = upright_size(reading)
    onto_page = scan_to_page(reading)
    placed = _image_to_scan(image, reading).then(onto_page)
    matrix = " ".join(f"{v:.5f}" for v in (placed.a, placed.d, placed.b, placed.e, placed.c, placed.f))
    content = f"q {matrix} cm /Im0 Do Q\n".encode("ascii")
    content += text_content(reading.text, reading.text.to_scan.then(onto_page))
    page = pdf.make_indirect(
        Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, round(width, 3), round(height, 3)]),
            Resources=Dictionary(XObject=Dictionary(Im0=xobject), Font=Dictionary(F0=font)),
            Contents=pdf.make_stream(content),
        )
    )
    pdf.pages.append(Page(page))


def _image_to_scan(image: PdfImage, reading: PageReading) -> Affine:
    """Maps PDF's unit square of an image (y up) to pixels of the page as scanned."""
    flip = Affine(1, 0, 0, 0, -1, 1)
    mirror = Affine(-1, 0, 1, 0, 1, 0) if image.mirrored else Affine()
    size = Affine(reading.width, 0, 0, 0, reading.height, 0)
    return flip.then(mirror).then(turn(image.quarter_turns)).then(size)
