"""The words that a page brings along are those of its copy only where each was read in its place; else the page is drawn anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from pipeline.intake import take_in
from pipeline.model import PageReading
from pipeline.pages import load_page
from pipeline.pages.box import page_box
from pipeline.pdfa import PdfMetadata, write_pdfa
from pipeline.pdfa.hidden import painted
from pipeline.pdfa.owntext import Placed, agree
from pipeline.pdfa.textfont import TextFont
from schemas.geometry import Box
from schemas.text import Block, BlockKind, Line, PageText
from tests.pipeline.papers import image_stream
from tests.pipeline.pdfa.drawn import placed_words, words
from tests.pipeline.test_as_shown import demand_same

SIZE = (300.0, 200.0)
LINES = ("Số 4567 cấp ngày 05", "cho bà Nguyễn Thị Ánh - 1987")
SECRET = "bí 040095999999"

Tamper = Callable[[pikepdf.Pdf, pikepdf.Page, TextFont], bytes]


def _page(path: Path, tamper: Tamper | None = None, *, before: bool = False, rotate: int = 0) -> Path:
    """A page of two lines, as a word processor writes it, and what ``tamper`` gives."""
    pdf, font = pikepdf.new(), TextFont([*LINES, SECRET])
    page = pdf.add_blank_page(page_size=SIZE)
    page.obj.Rotate = rotate
    page.obj.Resources = Dictionary(Font=Dictionary(F2=font.embed(pdf)))
    shown = b"".join(
        f"BT /F2 12 Tf 30 {150 - 25 * n} Td {font.show(line)} ET\n".encode() for n, line in enumerate(LINES)
    )
    more = tamper(pdf, page, font) if tamper else b""
    page.obj.Contents = pdf.make_stream(more + shown if before else shown + more)
    pdf.save(path)
    return path


def _text(font: TextFont, how: str = "BT /F2 12 Tf 30 60 Td {} ET", line: str = SECRET) -> bytes:
    return how.format(font.show(line)).encode()


def _form(pdf: pikepdf.Pdf, page: pikepdf.Page, content: bytes) -> bytes:
    form = pdf.make_stream(content)
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, *map(int, SIZE)])
    form.Resources = Dictionary(Font=page.obj.Resources.Font)
    page.obj.Resources.XObject = Dictionary(Fm0=form)
    return b"/Fm0 Do\n"


def _pattern(pdf: pikepdf.Pdf, page: pikepdf.Page, font: TextFont) -> bytes:
    tile = pdf.make_stream(b"1 g " + _text(font))
    tile.Type, tile.PatternType, tile.PaintType, tile.TilingType = Name.Pattern, 1, 1, 1
    tile.BBox, tile.XStep, tile.YStep = Array([0, 0, 300, 200]), 300, 200
    tile.Resources = Dictionary(Font=page.obj.Resources.Font)
    page.obj.Resources.Pattern = Dictionary(P0=tile)
    return b"/Pattern cs /P0 scn 20 50 200 30 re f"


def _lying(pdf: pikepdf.Pdf, page: pikepdf.Page, font: TextFont) -> bytes:
    """Letters that look as printed, and of which the font says that they are others."""
    table = page.obj.Resources.Font.F2.ToUnicode
    told = table.read_bytes()
    four = f"<{ord('4'):04X}>".encode()
    table.write(told.replace(four, b"<0039>").replace(four.lower(), b"<0039>"))
    assert table.read_bytes() != told
    return b""


def _under_a_picture(pdf: pikepdf.Pdf, page: pikepdf.Page, font: TextFont) -> bytes:
    page.obj.Resources.XObject = Dictionary(Im0=image_stream(pdf, Image.new("L", (8, 8), 255)))
    return _text(font) + b" q 200 0 0 30 25 50 cm /Im0 Do Q\n"


UNSEEN: dict[str, Tamper] = {
    "white": lambda pdf, page, font: b"1 g " + _text(font),
    "white in a form": lambda pdf, page, font: _form(pdf, page, b"1 g " + _text(font)),
    "invisible in a form": lambda pdf, page, font: _form(pdf, page, b"3 Tr " + _text(font)),
    "tiny": lambda pdf, page, font: _text(font, "BT /F2 0.01 Tf 30 60 Td {} ET"),
    "clipped": lambda pdf, page, font: b"q 0 0 1 1 re W n " + _text(font) + b" Q",
    "covered": lambda pdf, page, font: _text(font) + b" 1 g 20 50 200 30 re f",
    "under a picture": _under_a_picture,
    "beside the page": lambda pdf, page, font: _text(font, "BT /F2 12 Tf 30 -900 Td {} ET"),
    "a clip": lambda pdf, page, font: _text(font, "q BT 7 Tr /F2 12 Tf 30 60 Td {} ET Q"),
    "other words": lambda pdf, page, font: b"/Span <</ActualText (bi 040095999999)>> BDC EMC",
    "named other words": lambda pdf, page, font: (
        page.obj.Resources.__setattr__("Properties", Dictionary(P0=Dictionary(ActualText=SECRET)))
        or b"/Span /P0 BDC EMC"
    ),
    "tile": _pattern,
    "printed elsewhere": lambda pdf, page, font: b"1 g " + _text(font, line="4567"),
    "font": _lying,
}


def _reading(path: Path, drawn_from: Path) -> PageReading:
    """What a faultless reader makes of a page: the words of an honest one like it, where they stand."""
    page = load_page(take_in(path), 1)
    height, width = page.picture.shape[:2]
    found = placed_words(drawn_from, 300)
    assert [word.text for word in found] == " ".join(LINES).split()
    block = Block(BlockKind.BODY, tuple(Line((word,)) for word in found))
    text = PageText(1, width, height, page.dpi, (block,))
    return PageReading(1, width, height, page.dpi, 0, text, look=page.look, embedded=page.embedded)


def _copied(path: Path, honest: Path) -> int:
    return write_pdfa(
        take_in(path), [_reading(path, honest)], path.with_suffix(".copy.pdf"), PdfMetadata()
    ).kept


@pytest.mark.parametrize("how", UNSEEN)
def test_words_that_nobody_sees_are_not_in_the_copy(how: str, tmp_path: Path) -> None:
    honest = _page(tmp_path / "honest.pdf")
    path = _page(tmp_path / "a.pdf", UNSEEN[how])
    assert _copied(path, honest) == 0
    assert words(tmp_path / "a.copy.pdf") == " ".join(LINES).split()
    with pikepdf.open(tmp_path / "a.copy.pdf") as copy:
        assert b"ActualText" not in copy.pages[0].Contents.read_bytes()
        assert list(copy.pages[0].Resources.XObject.keys()) == ["/Im0"]


@pytest.mark.parametrize("how", ["other words", "named other words", "tile", "a clip"])
def test_what_is_not_followed_is_not_kept(how: str, tmp_path: Path) -> None:
    with pikepdf.open(_page(tmp_path / "a.pdf", UNSEEN[how])) as pdf:
        assert painted(pdf.pages[0], page_box(pdf.pages[0], 1)) is None


@pytest.mark.parametrize("rotate", [0, 90])
def test_words_that_were_all_read_are_kept_once(rotate: int, tmp_path: Path) -> None:
    honest = _page(tmp_path / "honest.pdf", rotate=rotate)
    assert _copied(honest, honest) == 1
    assert words(tmp_path / "honest.copy.pdf") == " ".join(LINES).split()
    demand_same(honest)


def test_words_in_a_form_are_kept_once(tmp_path: Path) -> None:
    honest = _page(tmp_path / "honest.pdf")
    path = _page(
        tmp_path / "a.pdf",
        lambda pdf, page, font: _form(pdf, page, _text(font, "BT /F2 12 Tf 30 150 Td {} ET", LINES[0])),
    )
    assert _copied(path, honest) == 1, "printed twice at one place, as programs make letters bold"
    assert words(tmp_path / "a.copy.pdf") == " ".join(LINES).split()


def test_a_page_of_which_words_were_misread_is_drawn_anew() -> None:
    own = [Placed("123456", Box(0, 0, 60, 20)), Placed("cấp", Box(70, 0, 100, 20))]
    ink = [Placed("123456", Box(0, 4, 60, 16)), Placed("cấp", Box(70, 6, 100, 16))]
    assert agree(own, ink)
    assert not agree(own, [Placed("123458", ink[0].box), ink[1]])
    assert not agree(own, ink[1:])
    assert not agree([*own, own[0]], ink), "said twice, seen once"
    assert not agree(own[:1], [*ink, *ink, *ink]), "most of it stands in pictures"
    assert not agree(own, [Placed("123456", Box(0, 40, 60, 52)), ink[1]])
    assert not agree([Placed("123456", Box(0, 9, 60, 10)), own[1]], ink), "tiny"


def test_a_dash_is_lower_than_its_letter() -> None:
    assert agree([Placed("-", Box(10, 0, 20, 62))], [Placed("-", Box(11, 30, 19, 33))])


def test_a_word_that_was_read_in_two_parts_was_read() -> None:
    own = [Placed("824/SYT-ĐC", Box(0, 0, 100, 20))]
    parts = [Placed("/SYT-ĐC", Box(31, 4, 99, 16)), Placed("824", Box(1, 4, 29, 16))]
    assert agree(own, parts)
    assert not agree(own, parts[:1])
    assert not agree(own, [*parts, Placed("5", Box(30, 4, 31, 16))])
