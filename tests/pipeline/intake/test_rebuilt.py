"""A PDF whose table of objects is broken, with objects in streams, is what viewers make of it, or is refused; never less than it was."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
import pikepdf
import pytest

from pipeline.intake import take_in
from pipeline.intake.pdf import open_pdf
from pipeline.pages import load_page
from pipeline.pdfa.metadata import PdfMetadata
from pipeline.pdfa.write import write_pdfa
from schemas.errors import Damaged, Refused, TooLarge
from tests.pipeline.papers import FULL, add_page, image_stream, picture
from tests.pipeline.test_as_shown import looks, reading_of


def _packed(pages: int = 2) -> bytes:
    """A file whose objects lie in streams, as most programs write it."""
    with pikepdf.new() as pdf:
        for number in range(pages):
            add_page(pdf, image_stream(pdf, picture().rotate(180 * number), "jpeg"), FULL)
        file = BytesIO()
        pdf.save(file, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return file.getvalue()


def _with_table(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The file with its table of objects, the last object of it, changed."""
    at = int(data[data.rindex(b"startxref") + 9 :].split()[0])
    return data[:at] + change(data[at:])


def _set(pattern: bytes, value: bytes) -> Callable[[bytes], bytes]:
    def change(table: bytes) -> bytes:
        changed = re.sub(pattern, value, table, count=1)
        assert changed != table
        return changed

    return change


def _spoil(table: bytes) -> bytes:
    at = table.index(b"stream") + 10
    return table[:at] + bytes(byte ^ 0x55 for byte in table[at : at + 8]) + table[at + 8 :]


BROKEN = {
    "widths": _set(rb"/W ?\[ ?1 (\d) 1", rb"/W [ 1 9 7"),
    "no widths": _set(rb"/W ?\[[^]]*\]", b"/W [ 0 0 0 ]"),
    "size": _set(rb"/Size \d+", b"/Size 3"),
    "large size": _set(rb"/Size \d+", b"/Size 2147483647"),
    "index": _set(rb"/Type /XRef", b"/Type /XRef /Index [ 4 1 ]"),
    "data": _spoil,
    "place": _set(rb"startxref\s+\d+", b"startxref\n7"),
    "type": _set(rb"/Type /XRef", b"/Type /Xfer"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_file_with_a_broken_table_is_taken_whole(tmp_path: Path, broken: str) -> None:
    data = _packed()
    (tmp_path / "whole.pdf").write_bytes(data)
    (tmp_path / "a.pdf").write_bytes(_with_table(data, BROKEN[broken]))
    scan, whole = take_in(tmp_path / "a.pdf"), take_in(tmp_path / "whole.pdf")
    assert scan.page_count == 2
    for number in (1, 2):
        assert np.array_equal(load_page(scan, number).picture, load_page(whole, number).picture)
        copy = tmp_path / f"{number}.pdf"
        write_pdfa(scan, [reading_of(scan, number)], copy, PdfMetadata())
        assert np.abs(looks(copy) - looks(tmp_path / "whole.pdf", number)).max() < 16


def test_what_was_added_last_counts(tmp_path: Path) -> None:
    data = _packed(1)
    with pikepdf.open(BytesIO(data)) as pdf:
        number, generation = pdf.pages[0].Contents.objgen
    white = b"\n%d %d obj\n<</Length 27>>\nstream\n1 g 0 0 500 500 re f       \nendstream\nendobj\n" % (
        number,
        generation,
    )
    start = data.rindex(b"startxref")
    broken = data[:start] + white + b"startxref\n7\n%%EOF\n"
    (tmp_path / "a.pdf").write_bytes(broken)
    with open_pdf(tmp_path / "a.pdf") as pdf:
        assert pdf.pages[0].Contents.read_bytes().startswith(b"1 g")


def test_objects_that_are_missing_or_damaged_make_no_file(tmp_path: Path) -> None:
    data = _with_table(_packed(), BROKEN["data"])
    streams = [found.start() for found in re.finditer(rb"/ObjStm", data)]
    inside = data.index(b"stream", streams[0]) + 12
    (tmp_path / "a.pdf").write_bytes(data[:inside] + b"\0\0\0\0" + data[inside + 4 :])
    with pytest.raises(Damaged):
        take_in(tmp_path / "a.pdf")
    first = re.search(rb"\d+ 0 obj\s*<<[^>]*/Subtype /Image", data)
    assert first
    (tmp_path / "b.pdf").write_bytes(data[: first.start()] + b"x" + data[first.start() + 1 :])
    with pytest.raises(Damaged):
        take_in(tmp_path / "b.pdf")


def test_object_streams_that_expand_without_end_are_refused(tmp_path: Path) -> None:
    bomb = zlib.compress(bytes(300_000_000), 9)
    data = b"%%PDF-1.5\n1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n" % len(
        bomb
    )
    data += bomb + b"\nendstream\nendobj\n2 0 obj\n<</Root 1 0 R>>\nendobj\nstartxref\n7\n%%EOF\n"
    (tmp_path / "a.pdf").write_bytes(data)
    with pytest.raises(TooLarge):
        take_in(tmp_path / "a.pdf")


def test_whatever_is_wrong_with_it_a_page_is_as_it_was_or_refused(tmp_path: Path) -> None:
    data, rng = _packed(1), Random(7)
    (tmp_path / "whole.pdf").write_bytes(data)
    whole = load_page(take_in(tmp_path / "whole.pdf"), 1).picture
    end = data.index(b"stream", data.rindex(b"/XRef"))
    for _ in range(40):
        spoilt = bytearray(data)
        for _ in range(rng.randint(1, 4)):
            spoilt[rng.randrange(data.rindex(b" obj", 0, end), len(data))] = rng.randrange(256)
        (tmp_path / "a.pdf").write_bytes(bytes(spoilt))
        try:
            scan = take_in(tmp_path / "a.pdf")
            shown = load_page(scan, 1).picture
        except Refused:
            continue
        assert scan.page_count == 1
        assert np.array_equal(shown, whole)
