"""What only poppler stumbles over is set right before it draws a page; every other viewer goes on.

Descriptions that restore a state which they never saved: programs that add a stamp or a number to a page of others leave such a ``Q``
behind, and what follows would be lost. Pictures whose dictionary contradicts their own header (``headers``), and layers that are
switched by their usage (``layers``). Annotations that only their appearance describes (``appearances``). Files whose table of objects is not
where they say, or that miscount their pages, and that poppler does not open.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import accumulate, islice
from mmap import ACCESS_READ, mmap
from pathlib import Path

import pikepdf

from pipeline.intake.pdf import open_pdf
from pipeline.pages.appearances import heed_appearances
from pipeline.pages.headers import heed_headers
from pipeline.pages.layers import heed_usage

_TOKEN = re.compile(rb"(?<![^\s\0\[\]<>(){}/%])[qQ](?![^\s\0\[\]<>(){}/%])")
_TABLE, _IS_TABLE = re.compile(rb"startxref\s+(\d{1,15})"), re.compile(rb"\s*(xref|\d+\s+\d+\s+obj)")
_SECONDS = 60

_FORMS, _LONGEST = 64, 4_000_000
"""So many forms of a page are looked at, of so many bytes each; longer ones are drawings, which no scanner's program adds to."""

_LARGEST = 400_000_000
"""Bytes of a picture that is taken over into the copy."""

_Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage


@contextmanager
def balanced(path: Path, pdf: pikepdf.Pdf, number: int) -> Iterator[Path]:
    """The file to draw a page of: the PDF itself, or a copy for the time being that lacks what would stop poppler.

    What is wrong is set right in ``pdf`` too, as it lies in memory.
    """
    if not (_set_right(pdf, number) or Path(pdf.filename) != path or _is_miscounted(pdf) or _is_closed(path)):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder, open_pdf(path, _LARGEST) as other:
        _set_right(other, number)
        mended = Path(folder) / "page.pdf"
        other.save(mended)
        yield mended


def _is_miscounted(pdf: pikepdf.Pdf) -> bool:
    """Whether a file says that it has another number of pages than there are; pikepdf counts them anew as it writes a copy."""
    return bool(pdf.Root.Pages.get("/Count") != len(pdf.pages))


def _is_closed(path: Path) -> bool:
    """Whether a file does not say where its table of objects is, and poppler does not find it either."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        told = _TABLE.search(data, max(data.rfind(b"startxref"), 0))
        if told and _IS_TABLE.match(data, int(told[1])):
            return False
    asked = subprocess.run(["pdfinfo", str(path)], capture_output=True, timeout=_SECONDS, check=False)
    return asked.returncode != 0


def _set_right(pdf: pikepdf.Pdf, number: int) -> bool:
    return (
        heed_headers(pdf, number)
        | heed_usage(pdf)
        | heed_appearances(pdf, number)
        | _take_excess(pdf, number)
    )


def _take_excess(pdf: pikepdf.Pdf, number: int) -> bool:
    """Rewrite the descriptions of a page that restore more than they saved; whether there were any."""
    page = pdf.pages[number - 1]
    wrong = [thing for thing in islice(_descriptions(page.obj, page.resources), _FORMS) if _has_excess(thing)]
    for thing in wrong:
        kept = without_excess(pikepdf.parse_content_stream(thing))
        content = pikepdf.unparse_content_stream(list(kept))
        if isinstance(thing, pikepdf.Stream):
            thing.write(content)
        else:
            thing.Contents = pdf.make_stream(content)
    return bool(wrong)


def without_excess(instructions: Iterable[_Instruction]) -> Iterator[_Instruction]:
    """A description without every ``Q`` to which there is no ``q``."""
    depth = 0
    for instruction in instructions:
        operator = str(instruction.operator)
        if operator == "Q" and depth == 0:
            continue
        depth += (operator == "q") - (operator == "Q")
        yield instruction


def _descriptions(source: pikepdf.Object, resources: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """A page and the forms that it may draw, however deep."""
    yield source
    for thing in resources.get("/XObject", {}).values():
        if isinstance(thing, pikepdf.Stream) and str(thing.get("/Subtype")) == "/Form":
            yield from _descriptions(thing, thing.get("/Resources", pikepdf.Dictionary()))


def _has_excess(source: pikepdf.Object) -> bool:
    """Whether anything follows a ``Q`` to which there is no ``q``; a look at the bytes tells nearly always that there is none."""
    try:
        depths = accumulate(1 if token == b"q" else -1 for token in _TOKEN.findall(_content(source)))
        if min(depths, default=0) >= 0:
            return False
        instructions = list(pikepdf.parse_content_stream(source))
        last = max((place for place, each in enumerate(instructions) if str(each.operator) != "Q"), default=0)
        return len(list(without_excess(instructions[:last]))) < last
    except Exception:
        return False


def _content(source: pikepdf.Object) -> bytes:
    """The description of a page or form; empty where it is too long."""
    content = source if isinstance(source, pikepdf.Stream) else source.get("/Contents", pikepdf.Array())
    found = b""
    for stream in content if isinstance(content, pikepdf.Array) else [content]:
        found += stream.read_bytes() + b"\n" if isinstance(stream, pikepdf.Stream) else b""
        if len(found) > _LONGEST:
            return b""
    return found
