"""Whether a picture of a page holds anything that is not seen there: under a box, under another picture, behind a mask.

Each picture is drawn alone, without its mask; what it then shows, and the page does not, is hidden. That is asked only of pages on which
something is painted after a picture, or through a mask: pictures side by side, with the invisible words of a scanner's program,
cover nothing. A drawing costs 10 to 60 ms; pictures side by side share one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pikepdf

from pipeline.model import Picture
from pipeline.pages.box import PageBox
from pipeline.pages.likeness import LOOK, small, unseen
from pipeline.pages.viewer import Viewing
from pipeline.pdfa.hidden import Painted
from schemas.geometry import Box

_MOST = 6
"""Drawings of one page; where more would be needed, the page is rendered."""

_ABUTS = 0.01
"""The share of a picture that strips of a page may overlap."""

_MASKS = "/SMask", "/Mask"
_NEVER_BARE = (*_MASKS, "/SMaskInData", "/OC", "/Alternates", "/OPI")


def covers_something(things: Sequence[Painted], box: PageBox, look: Picture) -> bool:
    """Whether any picture among what a page paints shows more alone than in the page, of which ``look`` is how a viewer shows it."""
    pictures = [thing for thing in things if thing.picture is not None]
    masks = [mask for thing in pictures for mask in _masks_of(thing)]
    side_by_side = _side_by_side(pictures)
    masked = any(
        "/Mask" in each.picture for each in pictures if isinstance(each.picture, pikepdf.Stream)
    )  # by colour, too
    if (
        not masks
        and not masked
        and len(side_by_side) <= 1
        and all(b.picture or not a.picture for a, b in pairwise(things))
    ):
        return False
    sheets = [(sheet, False) for sheet in side_by_side]
    sheets += [(sheet, True) for sheet in _side_by_side(masks)]
    return len(sheets) > _MOST or any(
        unseen(small(_drawn(sheet, box, masking=masking), look.shape), look, masking=masking)
        for sheet, masking in sheets
    )


def _masks_of(thing: Painted) -> list[Painted]:
    if not isinstance(thing.picture, pikepdf.Stream):
        return []
    masks = [thing.picture.get(key) for key in _MASKS]
    return [Painted(mask, thing.matrix) for mask in masks if isinstance(mask, pikepdf.Stream)]


def _side_by_side(pictures: Sequence[Painted]) -> list[list[Painted]]:
    """The pictures in as few sheets as will do, on each of which none overlaps another; no more sheets than are drawn."""
    sheets: list[list[Painted]] = []
    for picture in pictures:
        for sheet in sheets:
            if not any(_overlap(picture.box, other.box) for other in sheet):
                sheet.append(picture)
                break
        else:
            sheets.append([picture])
        if len(sheets) > _MOST:
            break
    return sheets


def _overlap(one: Box, other: Box) -> bool:
    return bool(one.intersection(other).area > _ABUTS * min(one.area, other.area))


def _drawn(sheet: Sequence[Painted], box: PageBox, *, masking: bool = False) -> Picture:
    """Some pictures bare on an empty page, each all of it; masks on a black one, light where they let something through."""
    with pikepdf.new() as pdf, tempfile.TemporaryDirectory() as folder:
        page = pdf.add_blank_page().obj
        shown = box.box
        page.MediaBox = pikepdf.Array([shown.left, shown.top, shown.right, shown.bottom])
        page.Rotate, page.UserUnit = 90 * box.turns, box.unit
        area = f"{shown.left} {shown.top} {shown.width} {shown.height} re f"
        objects, content = pikepdf.Dictionary(), f"0 g {area} 1 g\n".encode() if masking else b"0 g\n"
        for number, thing in enumerate(sheet):
            m = thing.matrix
            numbers = " ".join(f"{value:.6f}" for value in (m.a, m.d, m.b, m.e, m.c, m.f))
            content += f"q {numbers} cm ".encode()
            if isinstance(thing.picture, pikepdf.PdfInlineImage):
                content += thing.picture.unparse() + b" Q\n"
                continue
            assert thing.picture is not None
            bare = pdf.copy_foreign(thing.picture)
            for key in _NEVER_BARE:
                if key in bare:
                    del bare[key]
            objects[f"/I{number}"] = bare
            content += b"/I%d Do Q\n" % number
        page.Resources = pikepdf.Dictionary(XObject=objects)
        page.Contents = pdf.make_stream(content)
        path = Path(folder) / "bare.pdf"
        pdf.save(path)
        (drawn,) = Viewing(path, 1, side=2 * LOOK).looks()
    return drawn
