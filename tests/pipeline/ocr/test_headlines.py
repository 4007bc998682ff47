"""Titles much larger than the text of their page are read, in place of pieces of them."""

from __future__ import annotations

from random import Random

import pytest

from fixtures.generator.model import A4, px
from fixtures.generator.scanner.scan import scan_sheet
from fixtures.generator.typesetting.flow import Column, Paragraph, blank_sheet
from fixtures.generator.typesetting.fonts import Style
from fixtures.generator.typesetting.runs import Span
from pipeline.clean import clean_page
from pipeline.ocr import read_page
from tests.pipeline.clean.sheets import clear, scan_page

BODY = "Đã có thành tích xuất sắc trong phong trào thi đua xây dựng nông thôn mới. " * 6


@pytest.mark.parametrize("size", [40, 52])
@pytest.mark.parametrize("title", ["BẰNG KHEN", "HUÂN CHƯƠNG"])
def test_a_title_of_a_certificate_is_read(title, size):
    sheet = blank_sheet(A4)
    style = Style(size, bold=True)
    Column(sheet, px(20), A4[0] - px(20), px(60)).set(Paragraph((Span(title, style),), align="centre"))
    Column(sheet, px(30), A4[0] - px(20), px(120)).set(Paragraph((Span(BODY, Style(14)),)))
    page = clean_page(
        scan_page(scan_sheet(sheet, None, clear(dpi=200, mode="grey", jpeg=None), Random("scan")))
    )
    lines = [line.text for line in read_page(page).lines()]
    assert lines.count(title) == 1
    assert sum(len(line) for line in lines) < 1.05 * (len(BODY) + len(title))
