"""Words stay, whatever their colour, whatever they stand on, and whatever is painted beside them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw

from pipeline.clean import clean_page
from pipeline.model import Picture, ScanPage
from pipeline.ocr import read_page
from tests.pipeline.pdfa.drawn import LINES, paper

WORDS = set(" ".join(LINES[:4]).split())
WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def words(picture: Picture) -> set[str]:
    return set(read_page(clean_page(ScanPage(1, picture, 150.0))).text.split())


def drawn(
    ink: tuple[int, ...] = BLACK, ground: tuple[int, ...] = WHITE, *, half: bool = False
) -> Image.Image:
    """A paper of print in one colour, or in black and below in that colour."""
    stencil = paper(150, (*LINES[:4], *LINES[:4]))[0].convert("L").crop((0, 0, 1240, 840))
    inked = Image.new("RGB", stencil.size, ink)
    if half:
        inked.paste(BLACK, (0, 0, 1240, 390))
    return Image.composite(Image.new("RGB", stencil.size, ground), inked, stencil)


def as_jpeg(image: Image.Image) -> Picture:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return np.asarray(Image.open(out))


@pytest.mark.parametrize("coded", [np.asarray, as_jpeg])
@pytest.mark.parametrize("ink", [(190, 20, 20), (200, 0, 160), (0, 110, 40), (0, 0, 255)], ids=str)
def test_print_of_any_colour(ink: tuple[int, ...], coded) -> None:
    assert words(coded(drawn(ink))) >= WORDS


@pytest.mark.parametrize("ink", [(20, 40, 190), (10, 120, 40)], ids=str)
def test_rows_of_print_in_blue_or_green_beside_black_print(ink: tuple[int, ...]) -> None:
    """Numbers and dates that a stamp or a program sets; what a pen writes goes off."""
    found = read_page(clean_page(ScanPage(1, np.asarray(drawn(ink, half=True)), 150.0))).text.split()
    assert all(found.count(word) >= 2 for word in WORDS)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        (WHITE, (0, 130, 70)),
        (WHITE, (0, 120, 215)),
        (WHITE, (120, 120, 120)),
        ((180, 0, 0), (225, 225, 225)),
        (BLACK, (120, 120, 120)),
    ],
    ids=str,
)
def test_print_on_a_coloured_ground(ink: tuple[int, ...], ground: tuple[int, ...]) -> None:
    assert words(as_jpeg(drawn(ink, ground))) >= WORDS


@pytest.mark.parametrize("tint", [(255, 255, 0), (0, 255, 0), (0, 255, 255)], ids=str)
def test_what_a_viewer_of_pdf_has_marked_stays(tint: tuple[int, ...]) -> None:
    """Its colours are pure: a channel of the ground holds nothing at all."""
    image = drawn()
    mark = Image.new("RGB", image.size, "white")
    mark.paste(tint, (100, 150, 1100, 300))
    assert words(as_jpeg(ImageChops.multiply(image, mark))) >= WORDS


@pytest.mark.parametrize(
    ("box", "free"),
    [((60, 400, 1180, 800), WORDS), ((800, 20, 1200, 820), {"Số:", "Người", "được", "cấp:", "CỘNG", "Độc"})],
)
def test_a_black_box_takes_no_words_along(box: tuple[int, ...], free: set[str]) -> None:
    """What somebody blackened, over a quarter of the page or more, is no grain of its paper, and blurs no letter."""
    image = drawn()
    ImageDraw.Draw(image).rectangle((0, 385, 1240, 840), fill="white")
    ImageDraw.Draw(image).rectangle(box, fill=BLACK)
    page = clean_page(ScanPage(1, as_jpeg(image), 200.0))
    assert page.warnings == ()
    assert set(read_page(page).text.split()) >= free


@pytest.mark.parametrize("ink", [(190, 20, 20), (20, 40, 190), (10, 120, 40)], ids=str)
def test_short_rows_of_coloured_print_below_black_print(ink: tuple[int, ...]) -> None:
    """The last row of a paragraph and single signs between long rows are print like them."""
    lines = (*LINES[:4], *LINES[:3], "cao.", *LINES[:3], "- 7", *LINES[1:3])
    stencil = paper(150, lines)[0].convert("L").crop((0, 0, 1240, 1080))
    inked = Image.new("RGB", stencil.size, ink)
    inked.paste(BLACK, (0, 0, 1240, 390))
    page = as_jpeg(Image.composite(Image.new("RGB", stencil.size, WHITE), inked, stencil))
    assert {"cao.", "7"} <= words(page)
