"""Intake of PDF files: what would run, hide or blow up is refused before anything is decoded."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.intake.rebuilt import rebuild
from pipeline.limits import Limits
from schemas.errors import ActiveContent, Damaged, Encrypted, TooLarge

if TYPE_CHECKING:
    import pikepdf

# Object streams, page descriptions and fonts of honest files are a few megabytes; pictures have their own limit.
_EXPANDED = 64 * 1024 * 1024
# Deflate cannot grow data more than this (zlib's technical notes).
_DEFLATE_RATIO = 1032
_DEPTH = 50

_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/RichMediaExecute"}
_ACTIVE_KEYS = {"/JS", "/EF", "/XFA"}
_ACTIVE_SUBTYPES = {"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}


def examine_pdf(path: Path, limits: Limits) -> tuple[int, bool]:
    """Number of pages, and whether the file carries digital signatures.

    A file that is only protected against changes (an owner password) opens for everybody and is taken; one that
    forbids copying its text and pictures is not. Raises Damaged, Encrypted, TooLarge, ActiveContent.
    """
    with open_pdf(path) as pdf:
        if pdf.is_encrypted and not pdf.allow.extract:
            raise Encrypted("copying is forbidden")
        if _cut_off(path) and (pdf.get_warnings() or Path(pdf.filename) != path):
            raise Damaged("the end of the file is missing")
        pages = len(pdf.pages)
        if pages == 0:
            raise Damaged("no pages")
        if pages > limits.pages:
            raise TooLarge(f"{pages:,} pages; the limit is {limits.pages:,}")
        signed = False
        for thing in pdf.objects:
            signed |= _examine(thing, limits, 0)
        return pages, signed


@contextmanager
def open_pdf(path: Path, expanded: int = _EXPANDED) -> Iterator[pikepdf.Pdf]:
    """Open with a limit (bytes) on what any one stream may expand to.

    The limits are qpdf's and hold for the whole process while the file is open. Raises Damaged, Encrypted, TooLarge.
    """
    import pikepdf
    from pikepdf import settings

    before = settings.set_qpdf_limits(
        flate_max_memory=expanded,
        png_max_memory=expanded,
        tiff_max_memory=expanded,
        run_length_max_memory=expanded,
        dct_max_memory=expanded,
        max_stream_filters=4,
    )
    try:
        with _opened(path) as pdf:
            yield pdf
    except pikepdf.PasswordError as locked:
        raise Encrypted from locked
    except (pikepdf.PdfError, pikepdf.DataDecodingError, RecursionError) as fault:
        if "limit" in str(fault):
            raise TooLarge("a stream expands beyond the limit") from fault
        raise Damaged("not a readable PDF") from fault
    finally:
        settings.set_qpdf_limits(**before)  # type: ignore[arg-type]


@contextmanager
def _opened(path: Path) -> Iterator[pikepdf.Pdf]:
    """The file, with a table of its objects made anew where its own is broken (then ``pdf.filename`` is another one)."""
    import pikepdf

    with ExitStack() as stack:
        found, told = None, [""]
        try:
            found = stack.enter_context(pikepdf.open(path, suppress_warnings=True))
            told = [str(each) for each in found.get_warnings()]
        except pikepdf.PasswordError:
            raise
        except pikepdf.PdfError as fault:
            if "limit" in str(fault):
                raise
        if found is None or any("reconstruct" in each for each in told):
            again = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "rebuilt.pdf"
            try:
                rebuild(path, again)
                found = stack.enter_context(pikepdf.open(again, suppress_warnings=True))
            except (Damaged, pikepdf.PdfError):
                if found is None:
                    raise
        if told and Path(found.filename) == path:  # who asks for the warnings shall have them all
            found = stack.enter_context(pikepdf.open(path, suppress_warnings=True))
        yield found


def _cut_off(path: Path) -> bool:
    """Whether objects follow the last end mark; padding after it, as some programs add it, is no harm."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.rfind(b"%%EOF") < data.rfind(b"endobj")


def _examine(thing: pikepdf.Object, limits: Limits, depth: int) -> bool:
    """Check one object and what is directly in it; True when it is a signature."""
    import pikepdf

    if depth > _DEPTH:
        raise Damaged("nested too deep")
    if isinstance(thing, pikepdf.Array):
        children = list(thing)
        signed = False
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        signed = "/ByteRange" in thing and "/Contents" in thing
        _demand_passive(thing)
        if isinstance(thing, pikepdf.Stream):
            _demand_bounded(thing, limits)
        children = [thing[key] for key in thing.keys()]  # noqa: SIM118 (not a dict)
    else:
        return False
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            signed |= _examine(child, limits, depth + 1)
    return signed


def _demand_passive(thing: pikepdf.Object) -> None:
    keys = set(thing.keys())
    if found := keys & _ACTIVE_KEYS:
        raise ActiveContent(", ".join(sorted(found)))
    if str(thing.get("/S", "")) in _ACTIONS or str(thing.get("/Subtype", "")) in _ACTIVE_SUBTYPES:
        raise ActiveContent(str(thing.get("/S", thing.get("/Subtype"))))
    if str(thing.get("/Type", "")) == "/EmbeddedFile":
        raise ActiveContent("/EmbeddedFile")


def _demand_bounded(stream: pikepdf.Object, limits: Limits) -> None:
    """A picture may not have too many pixels; anything else may not expand too far."""
    import pikepdf

    if str(stream.get("/Subtype", "")) == "/Image":
        width, height = stream.get("/Width", 0), stream.get("/Height", 0)
        if not isinstance(width, int) or not isinstance(height, int) or width <= 0 or height <= 0:
            raise Damaged("a picture without a size")
        if width * height > limits.pixels:
            raise TooLarge(f"a picture of {width:,} × {height:,} pixels; the limit is {limits.pixels:,}")
        return
    filters = stream.get("/Filter")
    count = len(filters) if isinstance(filters, pikepdf.Array) else int(filters is not None)
    if count and len(stream.read_raw_bytes()) * _DEFLATE_RATIO**count > _EXPANDED:
        try:
            stream.read_bytes()
        except pikepdf.DataDecodingError as fault:
            if "limit" in str(fault):
                raise  # anything else is a filter that nobody here decodes
