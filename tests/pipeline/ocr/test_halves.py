"""Letters of a worn seal that go on in a title on one level: of such a line the half that is print is read."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from fixtures.generator.typesetting.fonts import Style
from pipeline.layout.cut import cut_region
from pipeline.ocr.halves import read_halves
from pipeline.ocr.lstm import lstm

BODY, TITLE = Style(9.0), Style(9.5, bold=True)


def _read(title: str, spoilt: str = "") -> list[str]:
    """What is read of a line that begins with letters upside down, as a rim has them at its foot; a word of it is worn."""
    page = Image.new("L", (1100, 420), 250)
    pen = ImageDraw.Draw(page)
    for row in range(5):
        text = "Căn cứ quy định của pháp luật về tổ chức và hoạt động"
        pen.text((40, 30 + 50 * row), text, font=BODY.font, fill=20)
    rim = Image.new("L", (180, 44), 250)
    ImageDraw.Draw(rim).text((6, 2), "GNEIHC AX", font=Style(8.5, bold=True).font, fill=60)
    page.paste(rim.rotate(180), (420, 340))
    pen.text((602, 340), title, font=TITLE.font, fill=20)
    if spoilt:
        start, end = (602 + TITLE.font.getlength(title[: title.index(spoilt) + n]) for n in (0, len(spoilt)))
        for x in range(round(start), round(end), 6):
            pen.line((x, 335, x + 2, 375), fill=250, width=3)
    cut = cut_region(np.asarray(page))
    noise = [index for index, line in enumerate(cut.lines.lines) if line.top > 310]
    return [line.text for line in read_halves(cut, noise, lstm)]


def test_the_title_beside_the_rim_is_read():
    assert _read("BÍ THƯ") == ["BÍ THƯ"]


def test_a_worn_word_between_others_is_print_too():
    (line,) = _read("KT. CHỦ TỊCH UBND", spoilt="CHỦ")
    first, _, *rest = line.split()
    assert (first, rest) == ("KT.", ["TỊCH", "UBND"])


def test_a_rim_alone_is_no_print():
    assert _read("") == []
