"""The order of making a searchable PDF/A-2b: picture, words, marks, metadata, check, file.

The copy is built upon the PDF scan itself, or upon a file that carries the pictures of any other scan (``carrier``), so that
pictures stay on disk and memory does not grow with the number of pages.
"""

from __future__ import annotations

import gc
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.limits import DEFAULT_LIMITS, Limits, demand_room, logger, within
from pipeline.model import MediaType, PageReading, Scan
from pipeline.pdfa import blankfont
from pipeline.pdfa.carrier import Carrier
from pipeline.pdfa.compare import Area, unlike
from pipeline.pdfa.image import PdfImage
from pipeline.pdfa.images import encode_page, encode_picture
from pipeline.pdfa.marks import CopyMark, Marked, QrMark, ink_of, place_marks
from pipeline.pdfa.metadata import PdfMetadata, write_metadata
from pipeline.pdfa.notice import notice
from pipeline.pdfa.source import Drawing, keep_content, keep_picture, turn, unit_to_scan
from pipeline.pdfa.stamps import note_patches
from pipeline.pdfa.textlayer import text_content
from schemas.errors import NotCopied, SohoaError, Unreachable, machine_fault
from schemas.geometry import Affine

if TYPE_CHECKING:
    import pikepdf

_EXPANDED = 400_000_000

_DECIMALS = 6
"""Of a page's sides and of what stands on it alike: a picture that is larger than its page by a hair is drawn one row further."""


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
    limits: Limits = DEFAULT_LIMITS,
) -> Written:
    """Write a PDF/A-2b of these pages of the scan to ``target``: the picture as scanned, the words invisibly over it.

    The file is checked, and the copy of a PDF compared with its source as a viewer shows both, before it appears at
    ``target``; nothing appears there otherwise. Raises NotCopied, Damaged, TooLarge, TakesTooLong, Encrypted.
    """
    marks = (copy_mark, qr_mark)
    seconds = limits.seconds * (1 + len(pages))
    with (
        within(seconds, "the copy"),
        tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder,
    ):
        made = Path(folder) / "copy.pdf"
        written = _faithful(scan, pages, made, metadata, marks)
        made.replace(target)
    return written


_Marks = tuple[CopyMark | None, QrMark | None]


def _faithful(
    scan: Scan, pages: Sequence[PageReading], made: Path, metadata: PdfMetadata, marks: _Marks
) -> Written:
    """A copy that looks like its scan: pages of which it does not when they are kept as they are, are rendered.

    Where a copy cannot be made at all, those go first that are more than one picture. Raises NotCopied when even that does not help.
    """
    every = frozenset(reading.number for reading in pages)
    mixed = frozenset(reading.number for reading in pages if not reading.embedded)
    rendered = every if scan.media_type is not MediaType.PDF else frozenset()
    for _ in range(4):
        try:
            written, strip, areas = _write(scan, pages, made, metadata, marks, rendered)
            wrong = _unlike(made, scan, pages, rendered, strip, areas)
        except Unreachable:
            raise
        except SohoaError:
            if rendered == every:
                raise
            wrong = mixed - rendered or every
        except Exception as fault:  # what a library or the checker of PDF/A has against what the scan holds
            if (ours := machine_fault(fault)) is not None:
                raise ours from fault
            logger.debug("the copy failed", exc_info=True)
            if rendered == every:
                raise NotCopied from fault
            wrong = mixed - rendered or every
        if not wrong:
            return written
        if wrong <= rendered:
            break
        rendered |= wrong
    raise NotCopied(f"page {min(wrong)} looks otherwise")


def _unlike(
    made: Path,
    scan: Scan,
    pages: Sequence[PageReading],
    rendered: frozenset[int],
    strip: float,
    areas: Sequence[Area],
) -> frozenset[int]:
    if scan.media_type is not MediaType.PDF:
        return frozenset()  # the pixels of pictures were compared as they were encoded
    sizes = [upright_size(reading, size) for reading, size in zip(pages, _sizes(scan, pages), strict=True)]
    return frozenset(unlike(made, scan, pages, sizes, rendered=rendered, strip=strip, marks=areas))


def _write(
    scan: Scan,
    pages: Sequence[PageReading],
    target: Path,
    metadata: PdfMetadata,
    marks: _Marks,
    rendered: frozenset[int],
) -> tuple[Written, float, list[Area]]:
    """Write it, with some pages rendered and the others kept; also gives the strip and the places of the marks on page 1."""
    from pikepdf import pdfa

    sizes = _sizes(scan, pages)
    keep = any(reading.number not in rendered for reading in pages)
    opened = _source(scan, rendered) if keep else _carried(scan, pages, target)
    with opened as (pdf, drawing_of):
        drawings = [drawing_of(reading) for reading in pages]
        kept = sum(drawing is not None for drawing in drawings)
        _clear(pdf)
        font = blankfont.embed(pdf)
        for reading, drawing, size in zip(pages, drawings, sizes, strict=True):
            shown = drawing if drawing or reading.refused else _rendered(pdf, scan, reading)
            _add_page(pdf, reading, upright_size(reading, size), shown, font)
        marked = (
            _add_marks(pdf, scan, pages[0], upright_size(pages[0], sizes[0]), *marks) if any(marks) else None
        )
        write_metadata(pdf, metadata)
        demand_room(target.parent, scan.size)
        with _no_garbage():
            pdfa.save(pdf, target, "2b", repair=False, deterministic_id=True)
    written = Written(kept if keep else 0, marked.box if marked else None)
    if marked is None:
        return written, 0.0, []
    return written, marked.strip, [area for area in (marked.box, marked.code) if area]


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Nothing is collected meanwhile.

    While pikepdf checks a page, every warning of Python counts as a fault of the page. Since Python 3.13 a connection to SQLite that
    is collected gives one.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _sizes(scan: Scan, pages: Sequence[PageReading]) -> list[tuple[float, float]]:
    """Width and height of the pages as scanned, in points: those of the PDF's pages, else what pixels and dpi make."""
    by_pixels = [(reading.width * 72 / reading.dpi, reading.height * 72 / reading.dpi) for reading in pages]
    if scan.media_type is not MediaType.PDF:
        return by_pixels
    from pipeline.intake.pdf import open_pdf
    from pipeline.pages.box import page_box

    with open_pdf(scan.path, _EXPANDED) as pdf:
        return [
            size if reading.refused else page_box(pdf.pages[reading.number - 1], reading.number).size
            for reading, size in zip(pages, by_pixels, strict=True)
        ]


_Ground = tuple["pikepdf.Pdf", Callable[[PageReading], Drawing | None]]


@contextmanager
def _source(scan: Scan, rendered: frozenset[int]) -> Iterator[_Ground]:
    """The PDF scan itself, whose pictures and pages stay in its file; None for a page that must be rendered."""
    from pipeline.intake.pdf import open_pdf
    from pipeline.pages.balanced import balanced
    from pipeline.pages.box import page_box
    from pipeline.pages.placement import find_placement

    with open_pdf(scan.path, _EXPANDED) as pdf:

        def drawing_of(reading: PageReading) -> Drawing | None:
            if reading.number in rendered or reading.refused:
                return None
            page = pdf.pages[reading.number - 1]
            box = page_box(page, reading.number)
            with balanced(scan.path, pdf, reading.number) as drawn_from:
                placement = find_placement(page, box)
                if placement is None:
                    return keep_content(page, box, drawn_from, reading)
                kept = keep_picture(placement, reading)
                if kept is None or "/Annots" not in page:
                    return kept
                over = note_patches(page, box, drawn_from, reading)
            return replace(kept, over=tuple((_embedded(pdf, image), place) for image, place in over))

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
                if reading.refused:
                    continue
                image = _picture(scan, reading)
                placed[reading.number] = carrier.add(image), replace(image, data=b"")
            carrier.finish()
        with pikepdf.open(path) as pdf:

            def drawing_of(reading: PageReading) -> Drawing | None:
                if reading.refused:
                    return None
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

    from pipeline.pages import load_again

    return encode_picture(Image.fromarray(load_again(scan, reading)))


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


def upright_size(reading: PageReading, size: tuple[float, float]) -> tuple[float, float]:
    """Width and height of the upright page, from those of the page as scanned."""
    return size[::-1] if reading.quarter_turns % 2 else size


def scan_to_page(reading: PageReading, size: tuple[float, float]) -> Affine:
    """Maps pixels of the page as scanned (y down) to points of the upright PDF page (y up) of this size."""
    unit = Affine(1 / reading.width, 0, 0, 0, 1 / reading.height, 0)
    return unit.then(turn(reading.quarter_turns)).then(Affine(size[0], 0, 0, 0, -size[1], size[1]))


def _add_page(
    pdf: pikepdf.Pdf,
    reading: PageReading,
    size: tuple[float, float],
    drawing: Drawing | None,
    font: pikepdf.Object,
) -> None:
    """``size`` is that of the upright page in points; a page without drawing is one that is refused."""
    from pikepdf import Array, Dictionary, Name, Page

    width, height = size
    onto_page = scan_to_page(reading, size)
    objects = {}
    fonts = Dictionary(F0=font)
    content = b""
    if drawing is None:
        content, letters = notice(reading.number, size)
        fonts.F2 = letters.embed(pdf)
    drawings = [(drawing.xobject, drawing.to_scan), *drawing.over] if drawing else []
    for number, (xobject, to_scan) in enumerate(drawings):
        m = to_scan.then(onto_page)
        matrix = " ".join(f"{value:.{_DECIMALS}f}" for value in (m.a, m.d, m.b, m.e, m.c, m.f))
        content += f"q {matrix} cm /Im{number} Do Q\n".encode("ascii")
        objects[f"/Im{number}"] = xobject
    if drawing is None or not drawing.has_text:
        content += text_content(reading.text, reading.text.to_scan.then(onto_page))
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, round(width, _DECIMALS), round(height, _DECIMALS)]),
        Resources=Dictionary(XObject=Dictionary(objects), Font=fonts),
        Contents=pdf.make_stream(zlib.compress(content), Filter=Name.FlateDecode),
    )
    pdf.pages.append(Page(pdf.make_indirect(page)))


def _add_marks(
    pdf: pikepdf.Pdf,
    scan: Scan,
    first: PageReading,
    size: tuple[float, float],
    copy: CopyMark | None,
    qr: QrMark | None,
) -> Marked:
    """Put the marks on page 1, which may grow at the top."""
    from pikepdf import Array

    from pipeline.pages import load_again

    if first.refused:
        ink = np.ones((round(size[1]), round(size[0])), np.bool_)
    else:
        picture = np.rot90(load_again(scan, first), -first.quarter_turns)
        ink = ink_of(np.ascontiguousarray(picture), size)
    onto_page = first.text.to_scan.then(scan_to_page(first, size))
    for box in (onto_page.box(word.box) for word in first.text.words()):
        top, bottom = (max(round(size[1] - y), 0) for y in (box.bottom, box.top))
        ink[top:bottom, max(round(box.left), 0) : max(round(box.right), 0)] = True
    marked = place_marks(copy, qr, size, ink)
    page = pdf.pages[0]
    page.contents_add(marked.content)
    if marked.font:
        page.obj.Resources.Font.F1 = marked.font.embed(pdf)
    page.mediabox = Array([0, 0, round(size[0], _DECIMALS), round(size[1] + marked.strip, _DECIMALS)])
    return marked
