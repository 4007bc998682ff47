"""A page of a copy is drawn and compared unless the very picture of the scan lies in it, which is proven by its digest."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pikepdf
import pytest

from pipeline.intake import take_in
from pipeline.pages import load_page
from pipeline.pages.fingerprint import fingerprint
from pipeline.pages.likeness import LOOK, alike
from pipeline.pages.viewer import Viewing
from pipeline.pdfa import PdfMetadata, compare, write_pdfa
from tests.pipeline.papers import FULL, add_page, image_stream, picture
from tests.pipeline.test_as_shown import page_with, reading_of

SIZE = (153.6, 211.2)
QUARTERS = (
    "1 0 0 1 0 0 cm",
    f"0 -1 1 0 0 {SIZE[0]} cm",
    f"-1 0 0 -1 {SIZE[0]} {SIZE[1]} cm",
    f"0 1 -1 0 {SIZE[1]} 0 cm",
)
"""Turn a page's drawing about its own sheet."""
MIRROR = f"1 0 0 -1 0 {SIZE[1]} cm"


def turned_page(path: Path, quarter: int, mirror: str, rotate: int) -> Path:
    size = SIZE[::-1] if quarter % 2 else SIZE
    return page_with(
        path,
        f"q {QUARTERS[quarter]} {mirror} {FULL} Q",
        MediaBox=pikepdf.Array([0, 0, *size]),
        Rotate=rotate,
    )


def demand_upright(path: Path, upright: int) -> None:
    """However a page lies, its copy stands as it was read; the picture is kept, so nothing was drawn to find out."""
    scan = take_in(path)
    reading = replace(reading_of(scan, 1), quarter_turns=upright)
    assert reading.embedded
    copy = path.with_suffix(".copy.pdf")
    assert write_pdfa(scan, [reading], copy, PdfMetadata()).kept == 1
    (look,) = Viewing(path, 1, side=2 * LOOK).looks()
    (shown,) = Viewing(copy, 1, side=2 * LOOK).looks()
    assert alike(shown, np.ascontiguousarray(np.rot90(look, -upright)))


@pytest.mark.parametrize(("quarter", "rotate", "upright"), [(0, 0, 1), (1, 90, 0), (2, 270, 3), (3, 180, 2)])
def test_a_kept_picture_stands_upright(tmp_path: Path, quarter: int, rotate: int, upright: int) -> None:
    demand_upright(turned_page(tmp_path / "a.pdf", quarter, MIRROR, rotate), upright)


@pytest.mark.slow
def test_a_kept_picture_stands_upright_however_it_lay(tmp_path: Path) -> None:
    for quarter, mirror, rotate in product(range(4), ("", MIRROR), (0, 90, 180, 270)):
        path = turned_page(tmp_path / "a.pdf", quarter, mirror, rotate)
        for upright in range(4):
            demand_upright(path, upright)


def test_only_what_is_proven_is_not_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = pikepdf.new()
    for content in (FULL, f"{FULL} 1 0 0 rg 20 20 60 60 re f", FULL):
        add_page(pdf, image_stream(pdf, picture(), "jpeg"), content)
    pdf.save(tmp_path / "a.pdf")
    scan = take_in(tmp_path / "a.pdf")
    pages = [reading_of(scan, number) for number in (1, 2, 3)]
    drawn: list[int] = []

    class Noted(Viewing):
        def __init__(self, path: Path, number: int, *, side: int) -> None:
            drawn.append(number)
            super().__init__(path, number, side=side)

    monkeypatch.setattr(compare, "Viewing", Noted)
    write_pdfa(scan, pages, tmp_path / "copy.pdf", PdfMetadata())
    assert drawn == [2], "two pages are one picture each, and kept"


def test_another_picture_in_the_copy_is_seen(tmp_path: Path) -> None:
    path = page_with(tmp_path / "a.pdf")
    scan = take_in(path)
    reading = reading_of(scan, 1)
    write_pdfa(scan, [reading], tmp_path / "copy.pdf", PdfMetadata())
    with pikepdf.open(tmp_path / "copy.pdf", allow_overwriting_input=True) as copy:
        (image,) = copy.pages[0].obj.Resources.XObject.values()
        image.Decode = pikepdf.Array([1, 0, 1, 0, 1, 0])
        copy.save()
    assert compare.unlike(tmp_path / "copy.pdf", scan, [reading], [SIZE]) == [1]


def test_what_is_no_picture_of_a_scanner_has_no_fingerprint_and_harms_nobody() -> None:
    pdf = pikepdf.new()
    image = image_stream(pdf, picture(), "jpeg")
    plain = fingerprint(image)
    image["/Metadata"] = pikepdf.Name("/X")
    assert fingerprint(image) == plain
    image.DecodeParms = pikepdf.Object.parse(b"<</#ff#fe /#fe>>")
    assert fingerprint(image) not in {"", plain}
    wide = pdf.make_indirect(pikepdf.Array([0] * 90))
    for _ in range(6):
        wide = pdf.make_indirect(pikepdf.Array([wide] * 90))
    image.DecodeParms = pikepdf.Dictionary(A=wide)
    assert fingerprint(image) == "", "half a million million parts"
    image.DecodeParms = pikepdf.Object.parse(b"[" * 40 + b"]" * 40)
    assert fingerprint(image) == ""


def test_a_page_that_shows_more_than_its_picture_proves_nothing(tmp_path: Path) -> None:
    clipped = page_with(tmp_path / "a.pdf", f"0 160 153.6 51 re W n {FULL}")
    assert load_page(take_in(clipped), 1).embedded == ""
