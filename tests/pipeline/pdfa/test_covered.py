"""Pictures that nobody sees do not live on in a copy; what merely stands beside or through another picture is kept as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw, ImageFont

from pipeline.intake import take_in
from pipeline.pages import likeness
from pipeline.pages.box import page_box
from pipeline.pdfa import PdfMetadata, covered, write_pdfa
from pipeline.pdfa.hidden import painted
from pipeline.typeface import font_files
from tests.pipeline.papers import FULL, add_page, image_stream, picture
from tests.pipeline.test_as_shown import demand_same, reading_of

_SECOND = "q 153.6 0 0 211.2 0 0 cm /Im1 Do Q"


def _written(size: tuple[int, int] = (640, 880), paper: int = 255, ink: int = 0) -> Image.Image:
    """A page of small print."""
    sheet = Image.new("L", size, paper)
    draw, font = ImageDraw.Draw(sheet), ImageFont.truetype(font_files()[0], 34)
    for top in range(40, size[1] - 40, 60):
        draw.text((40, top), "số 040095999999 bí mật", fill=ink, font=font)
    return sheet


def _page(path: Path, content: str, *pictures: pikepdf.Stream | Image.Image, **masks: pikepdf.Object) -> Path:
    """A page of some pictures; ``masks`` are entries of the last one."""
    pdf = pikepdf.new()
    streams = [image_stream(pdf, each) if isinstance(each, Image.Image) else each for each in pictures]
    for key, value in masks.items():
        streams[-1][f"/{key}"] = value(pdf) if callable(value) else value
    page = add_page(pdf, streams[0], content)
    page.obj.Resources = Dictionary(XObject=Dictionary({f"/Im{n}": each for n, each in enumerate(streams)}))
    pdf.save(path)
    return path


def _mask(image: Image.Image, *, stencil: bool = False) -> Callable[[pikepdf.Pdf], pikepdf.Stream]:
    def made(pdf: pikepdf.Pdf) -> pikepdf.Stream:
        mask = image_stream(pdf, image)
        if stencil:
            del mask["/ColorSpace"]
            mask.ImageMask = True
        return mask

    return made


def _in_form(path: Path) -> Path:
    pdf = pikepdf.new()
    form = pdf.make_stream(f"{FULL} 1 g 10 30 130 150 re f".encode())
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 153.6, 211.2])
    form.Resources = Dictionary(XObject=Dictionary(Im0=image_stream(pdf, _written())))
    page = add_page(pdf, None, "/Fm0 Do")
    page.obj.Resources = Dictionary(XObject=Dictionary(Fm0=form))
    pdf.save(path)
    return path


def _in_pattern(path: Path) -> Path:
    """A picture in a tile of which nothing is painted."""
    path = _page(path, f"{FULL} /Pattern cs /P0 scn 0 0 1 1 re f", _written())
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        tile = pdf.make_stream(b"/Im0 Do")
        tile.Type, tile.PatternType, tile.PaintType, tile.TilingType = Name.Pattern, 1, 1, 1
        tile.BBox, tile.XStep, tile.YStep = Array([0, 0, 1, 1]), 1, 1
        tile.Resources = Dictionary(XObject=Dictionary(Im0=image_stream(pdf, _written(paper=200))))
        pdf.pages[0].obj.Resources.Pattern = Dictionary(P0=tile)
        pdf.save()
    return path


HIDDEN: dict[str, Callable[[Path], Path]] = {
    "white box": lambda path: _page(path, f"{FULL} 1 g 10 100 120 40 re f", _written()),
    "black box": lambda path: _page(path, f"{FULL} 0 g 10 100 120 40 re f", _written()),
    "thick line": lambda path: _page(path, f"{FULL} 40 w 1 G 10 100 m 140 100 l S", _written()),
    "picture": lambda path: _page(path, f"{FULL} {_SECOND}", _written(), picture()),
    "small picture": lambda path: _page(
        path, f"q 40 0 0 40 60 80 cm /Im0 Do Q {_SECOND}", _written(), picture()
    ),
    "inline picture": lambda path: _page(
        path,
        f"{FULL} q 100 0 0 40 10 100 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \xff EI Q".encode("latin-1").decode(
            "latin-1"
        ),
        _written(),
    ),
    "soft mask": lambda path: _page(path, FULL, _written(), SMask=_mask(Image.new("L", (10, 14), 0))),
    "half a mask": lambda path: _page(
        path, FULL, _written(), SMask=_mask(Image.fromarray(np.repeat(np.uint8([[0], [255]]), 9, axis=1)))
    ),
    "stencil": lambda path: _page(
        path, FULL, _written(), Mask=_mask(Image.new("1", (10, 14), 1), stencil=True)
    ),
    "colours": lambda path: _page(path, FULL, _written(), Mask=Array([0, 254])),
    "in the mask": lambda path: _page(path, FULL, Image.new("L", (8, 8), 255), SMask=_mask(_written())),
    "form": _in_form,
    "tile": _in_pattern,
}


@pytest.mark.parametrize("how", HIDDEN)
def test_a_hidden_picture_is_not_in_the_copy(how: str, tmp_path: Path) -> None:
    path = HIDDEN[how](tmp_path / "a.pdf")
    scan = take_in(path)
    written = write_pdfa(scan, [reading_of(scan, 1)], tmp_path / "copy.pdf", PdfMetadata())
    assert written.kept == 0
    with pikepdf.open(path) as pdf:
        before = {each.read_bytes() for each in pdf.objects if isinstance(each, pikepdf.Stream)}
    with pikepdf.open(tmp_path / "copy.pdf") as copy:
        pictures = [
            each
            for each in copy.objects
            if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == Name.Image
        ]
        assert len(pictures) == 1
        assert not {each.read_bytes() for each in pictures} & before
    demand_same(path)


def _strips() -> str:
    return "q 153.6 0 0 105.6 0 105.6 cm /Im0 Do Q q 153.6 0 0 105.6 0 0 cm /Im1 Do Q BT 3 Tr ET"


def _layers(path: Path) -> Path:
    """As scanners pack a page of print: paper, on which the print has left its shade, and ink through a mask of letters."""
    ink = _mask(_written().point(lambda level: 255 - level))
    return _page(
        path, f"{FULL} {_SECOND}", _written(ink=215), Image.new("RGB", (64, 88), (20, 20, 60)), SMask=ink
    )


def _logo(path: Path) -> Path:
    seal = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(seal).ellipse((10, 10, 190, 190), outline="red", width=9)
    alpha = seal.convert("L").point(lambda level: 255 * (level < 250))
    return _page(
        path,
        f"{_strips()} q 40 0 0 40 90 40 cm /Im2 Do Q",
        _written((640, 440)),
        picture(size=(640, 440)),
        seal,
        SMask=_mask(alpha),
    )


KEPT: dict[str, Callable[[Path], Path]] = {
    "strips": lambda path: _page(path, _strips(), picture(size=(640, 440)), _written((640, 440))),
    "lines beside": lambda path: _page(
        path, f"{_strips()} 0.5 w 10 20 m 140 20 l S", picture(size=(640, 440)), picture(size=(640, 440))
    ),
    "layers": _layers,
    "logo": _logo,
}


@pytest.mark.parametrize("how", KEPT)
def test_what_is_seen_is_kept(how: str, tmp_path: Path) -> None:
    path = KEPT[how](tmp_path / "a.pdf")
    scan = take_in(path)
    reading = reading_of(scan, 1)
    assert not reading.embedded
    assert write_pdfa(scan, [reading], tmp_path / "copy.pdf", PdfMetadata()).kept == 1
    demand_same(path)


def test_pictures_side_by_side_cost_no_drawing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = KEPT["strips"](tmp_path / "a.pdf")
    monkeypatch.setattr(covered, "_drawn", lambda *_: pytest.fail("was drawn"))
    scan = take_in(path)
    assert write_pdfa(scan, [reading_of(scan, 1)], tmp_path / "copy.pdf", PdfMetadata()).kept == 1


def test_more_layers_than_are_drawn_are_rendered(tmp_path: Path) -> None:
    path = _page(tmp_path / "a.pdf", " ".join([FULL] * 9), picture())
    scan = take_in(path)
    assert write_pdfa(scan, [reading_of(scan, 1)], tmp_path / "copy.pdf", PdfMetadata()).kept == 0


def test_shades_of_what_is_printed_over_them_are_no_secret() -> None:
    page = np.full((480, 340, 3), 255, np.uint8)
    page[100:102, [x for x in range(20, 300) if x % 8 < 6]] = 0
    shade = np.where(page == 0, np.uint8(190), np.uint8(255))
    assert not likeness.unseen(shade, page)
    assert likeness.unseen(shade, np.full_like(page, 255))


def test_letters_that_clip_are_not_followed(tmp_path: Path) -> None:
    clipping = _page(tmp_path / "a.pdf", f"q BT /F0 9 Tf 7 Tr (a) Tj ET {FULL} Q", picture())
    with pikepdf.open(clipping) as pdf:
        assert painted(pdf.pages[0], page_box(pdf.pages[0], 1)) is None
