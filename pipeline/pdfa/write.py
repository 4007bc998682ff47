"""The order of making a searchable PDF/A-2b: picture, words, marks, metadata, check, file.

The copy is built upon the PDF scan itself, or upon a file that carries the pictures of any other scan (``carrier``), so that
pictures stay on disk and memory does not grow with the number of pages.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.model import MediaType, PageReading, Scan
from pipeline.pdfa import blankfont
from pipeline.pdfa.carrier import Carrier
from pipeline.pdfa.images import PdfImage, encode_page, encode_picture
from pipeline.pdfa.marks import CopyMark, QrMark, ink_of, place_marks
from pipeline.pdfa.metadata import PdfMetadata, write_metadata
from pipeline.pdfa.source import Drawing, keep_content, keep_picture, turn, unit_to_scan
from pipeline.pdfa.stamps import stamp_patches
from pipeline.pdfa.textlayer import text_content
from schemas.geometry import Affine

if TYPE_CHECKING:
    import pikepdf

_EXPANDED = 400_000_000


@dataclass(frozen=True, slots=True)
class Written:
    """``mark`` is where the text mark stands on page 1, (left, bottom, right, top) in points; None without one.

    ``kept`` counts the pages whose picture or content was taken over from a PDF scan as it is.
    """

    kept: int
    mark: tuple[float, float, float, float] | None = None


def write_pdfa(
    scan: Scan,
    pages: Sequence[PageReading],
    target: Path,
    metadata: PdfMetadata,
    *,
    copy_mark: CopyMark | None = None,
    qr_mark: QrMark | None = None,
) -> Written:
    """Write a PDF/A-2b of these pages of the scan to ``target``: the picture as scanned, the words invisibly over it.

    The file is checked before it appears at ``target``; nothing appears there otherwise. Raises Damaged, TooLarge, Encrypted.
    """
    from pikepdf.pdfa import PdfaError

    marks = (copy_mark, qr_mark)
    try:
        return _write(scan, pages, target, metadata, marks, keep=True)
    except PdfaError as error:
        # The checker takes a warning of Python, in whatever thread, for a fault of the page it reads: look again.
        if any(finding.rule == "pikepdf:content-parse" for finding in error.report.findings):
            with contextlib.suppress(PdfaError):
                return _write(scan, pages, target, metadata, marks, keep=True)
        return _write(scan, pages, target, metadata, marks, keep=False)


def _write(
    scan: Scan,
    pages: Sequence[PageReading],
    target: Path,
    metadata: PdfMetadata,
    marks: tuple[CopyMark | None, QrMark | None],
    *,
    keep: bool,
) -> Written:
    """``keep`` takes over what a PDF scan holds; without it its pages are rendered."""
    from pikepdf import pdfa

    opened = _source(scan) if keep and scan.media_type is MediaType.PDF else _carried(scan, pages, target)
    with opened as (pdf, drawing_of):
        drawn = [(reading, drawing_of(reading)) for reading in pages]
        kept = sum(drawing is not None for _, drawing in drawn)
        _clear(pdf)
        font = blankfont.embed(pdf)
        for reading, drawing in drawn:
            _add_page(pdf, reading, drawing or _rendered(pdf, scan, reading), font)
        mark = _add_marks(pdf, scan, pages[0], *marks) if any(marks) else None
        write_metadata(pdf, metadata)
        pdfa.save(pdf, target, "2b", repair=False, deterministic_id=True)
    return Written(kept if keep and scan.media_type is MediaType.PDF else 0, mark)


_Ground = tuple["pikepdf.Pdf", Callable[[PageReading], Drawing | None]]


@contextmanager
def _source(scan: Scan) -> Iterator[_Ground]:
    """The PDF scan itself, whose pictures and pages stay in its file; None for a page that must be rendered."""
    from pipeline.intake_pdf import open_pdf
    from pipeline.pages_placement import find_placement

    with open_pdf(scan.path, _EXPANDED) as pdf:

        def drawing_of(reading: PageReading) -> Drawing | None:
            page = pdf.pages[reading.number - 1]
            placement = find_placement(page)
            if placement is not None:
                kept = keep_picture(placement, reading)
                stamps = stamp_patches(page, scan.path, reading) if kept and scan.signed else []
                over = tuple((_embedded(pdf, image), place) for image, place in stamps)
                return replace(kept, over=over) if kept and over else kept
            return keep_content(page, scan.path, reading)

        yield pdf, drawing_of


@contextmanager
def _carried(scan: Scan, pages: Sequence[PageReading], target: Path) -> Iterator[_Ground]:
    """A file of nothing but the pictures of these pages."""
    import pikepdf

    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
        path = Path(folder) / "pictures.pdf"
        with path.open("wb") as file:
            carrier = Carrier(file)
            placed = {}
            for reading in pages:
                image = _picture(scan, reading)
                placed[reading.number] = carrier.add(image), replace(image, data=b"")
            carrier.finish()
        with pikepdf.open(path) as pdf:

            def drawing_of(reading: PageReading) -> Drawing:
                number, image = placed[reading.number]
                return _placed(pdf.get_object((number, 0)), image, reading)

            yield pdf, drawing_of


def _clear(pdf: pikepdf.Pdf) -> None:
    """Forget everything but objects: pages, forms, outlines, names, scripts, old metadata."""
    for key in [key for key in pdf.Root.keys() if key not in {"/Type", "/Pages"}]:  # noqa: SIM118 (not a dict)
        del pdf.Root[key]
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    del pdf.pages[:]


def _picture(scan: Scan, reading: PageReading) -> PdfImage:
    if scan.media_type is not MediaType.PDF:
        return encode_page(scan, reading.number)
    from PIL import Image

    from pipeline.pages import load_page

    return encode_picture(Image.fromarray(load_page(scan, reading.number).picture))


def _placed(xobject: pikepdf.Object, image: PdfImage, reading: PageReading) -> Drawing:
    turned = unit_to_scan(reading, mirrored=image.mirrored, quarter_turns=image.quarter_turns)
    return Drawing(xobject, turned)


def _rendered(pdf: pikepdf.Pdf, scan: Scan, reading: PageReading) -> Drawing:
    """A rendering of one page among others that are kept."""
    image = _picture(scan, reading)
    return _placed(_embedded(pdf, image), image, reading)


def _embedded(pdf: pikepdf.Pdf, image: PdfImage) -> pikepdf.Object:
    """A picture as an object of a PDF, held in memory."""
    import pikepdf

    file = BytesIO()
    carrier = Carrier(file)
    number = carrier.add(image)
    carrier.finish()
    with pikepdf.open(file) as single:
        return pdf.copy_foreign(single.get_object((number, 0)))


def upright_size(reading: PageReading) -> tuple[float, float]:
    """Width and height of the upright page in points."""
    width, height = reading.width * 72 / reading.dpi, reading.height * 72 / reading.dpi
    return (height, width) if reading.quarter_turns % 2 else (width, height)


def scan_to_page(reading: PageReading) -> Affine:
    """Maps pixels of the page as scanned (y down) to points of the upright PDF page (y up)."""
    width, height = upright_size(reading)
    unit = Affine(1 / reading.width, 0, 0, 0, 1 / reading.height, 0)
    return unit.then(turn(reading.quarter_turns)).then(Affine(width, 0, 0, 0, -height, height))


def _add_page(pdf: pikepdf.Pdf, reading: PageReading, drawing: Drawing, font: pikepdf.Object) -> None:
    from pikepdf import Array, Dictionary, Name, Page

    width, height = upright_size(reading)
    onto_page = scan_to_page(reading)
    objects = {}
    content = b""
    for number, (xobject, to_scan) in enumerate([(drawing.xobject, drawing.to_scan), *drawing.over]):
        m = to_scan.then(onto_page)
        matrix = " ".join(f"{value:.6f}" for value in (m.a, m.d, m.b, m.e, m.c, m.f))
        content += f"q {matrix} cm /Im{number} Do Q\n".encode("ascii")
        objects[f"/Im{number}"] = xobject
    if not drawing.has_text:
        content += text_content(reading.text, reading.text.to_scan.then(onto_page))
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, round(width, 3), round(height, 3)]),
        Resources=Dictionary(XObject=Dictionary(objects), Font=Dictionary(F0=font)),
        Contents=pdf.make_stream(content),
    )
    pdf.pages.append(Page(pdf.make_indirect(page)))


def _add_marks(
    pdf: pikepdf.Pdf, scan: Scan, first: PageReading, copy: CopyMark | None, qr: QrMark | None
) -> tuple[float, float, float, float] | None:
    """Put the marks on page 1, which may grow at the top."""
    from pikepdf import Array

    from pipeline.pages import load_page

    size = upright_size(first)
    picture = np.rot90(load_page(scan, first.number).picture, -first.quarter_turns)
    ink = ink_of(np.ascontiguousarray(picture), size)
    onto_page = first.text.to_scan.then(scan_to_page(first))
    for box in (onto_page.box(word.box) for word in first.text.words()):
        top, bottom = (max(round(size[1] - y), 0) for y in (box.bottom, box.top))
        ink[top:bottom, max(round(box.left), 0) : max(round(box.right), 0)] = True
    marked = place_marks(copy, qr, size, ink)
    page = pdf.pages[0]
    page.contents_add(marked.content)
    if marked.font:
        page.obj.Resources.Font.F1 = marked.font.embed(pdf)
    page.mediabox = Array([0, 0, round(size[0], 3), round(size[1] + marked.strip, 3)])
    return marked.box
