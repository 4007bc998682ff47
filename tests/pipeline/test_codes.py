from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from pipeline.codes import read_codes
from pipeline.intake import take_in
from pipeline.read import read_scan_page
from pipeline.separators import MARK, draw_separator, write_separators
from tests.scans import page as draw_page

CARD = "045206001284||Nguyễn Văn An|05032006|Nam|Thôn 1, Bình Sơn, Quảng Ngãi|10052021"


def page_with(text, side, size=(3508, 2480), turns=0):
    code = np.asarray(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=8))
    picture = Image.new("L", size[::-1], 255)
    picture.paste(Image.fromarray(code).resize((side, side)), (300, 500))
    return np.rot90(np.asarray(picture), turns).copy()


@pytest.mark.parametrize("side", [170, 300, 900])
@pytest.mark.parametrize("turns", [0, 1])
def test_codes_of_every_size_are_read_where_they_are(side, turns):
    codes = read_codes(page_with(CARD, side, turns=turns))
    assert [code.text for code in codes] == [CARD]
    if turns == 0:
        box = codes[0].box
        assert 290 <= box.left <= 300 + side / 3
        assert abs(box.centre[0] - (300 + side / 2)) < 20
        assert abs(box.centre[1] - (500 + side / 2)) < 20


def test_colour_and_pages_without_codes():
    grey = page_with(CARD, 300)
    assert read_codes(np.stack([grey] * 3, axis=-1))[0].text == CARD
    assert read_codes(np.full((1000, 700), 255, np.uint8)) == ()


def test_a_line_beside_a_code_is_read(tmp_path):
    page = draw_page("BỘ CÔNG AN / MINISTRY")
    code = np.asarray(zxingcpp.create_barcode(CARD, zxingcpp.BarcodeFormat.QRCode).to_image(scale=3))
    left = np.flatnonzero((np.asarray(page) < 128).any(axis=0)).max() + 18
    page.paste(Image.fromarray(code[12:-12, 12:-12]), (int(left), 112))
    page.save(tmp_path / "card.png", dpi=(200, 200))
    reading = read_scan_page(take_in(tmp_path / "card.png"), 1)
    assert [code.text for code in reading.codes] == [CARD]
    assert reading.text.text == "BỘ CÔNG AN / MINISTRY"


def test_what_is_no_picture():
    with pytest.raises(ValueError, match="picture"):
        read_codes(np.zeros((0, 5), np.uint8))


def test_separator_sheets_are_read_back(tmp_path):
    sheet = draw_separator("000.00.01.H48-250117-0012")
    texts = {code.text for code in read_codes(np.asarray(sheet.convert("L")))}
    assert texts == {f"{MARK}:000.00.01.H48-250117-0012"}
    write_separators(tmp_path / "tờ phân tách.pdf", 3)
    assert (tmp_path / "tờ phân tách.pdf").read_bytes().startswith(b"%PDF")
    write_separators(tmp_path / "one.png")
    with pytest.raises(ValueError, match="at least"):
        write_separators(tmp_path / "x.pdf", 0)
    with pytest.raises(ValueError, match="written as"):
        write_separators(tmp_path / "x.gif")
