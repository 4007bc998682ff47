"""Degrees of urgency stamped in a box, askew, worn or pale, are read; what else stands in a box is left as it was read."""

from __future__ import annotations

from pathlib import Path
from random import Random

import cv2
import numpy as np
import pytest

from fixtures.generator.layers import with_layers
from fixtures.generator.layouts import administrative
from fixtures.generator.model import A4, px
from fixtures.generator.scan import scan_papers
from fixtures.generator.scanner.capture import Level, plan
from fixtures.generator.scanner.scan import scan_sheet
from fixtures.generator.typesetting.flow import Column, Paragraph, blank_sheet
from fixtures.generator.typesetting.fonts import Style
from fixtures.generator.typesetting.runs import Span
from fixtures.generator.writers import write_scan
from pipeline.clean import clean_page
from pipeline.extract import extract
from pipeline.intake import take_in
from pipeline.ocr import read_page
from pipeline.read import read_scan_page
from schemas.text import BlockKind
from tests.pipeline.clean.sheets import clear, scan_page


@pytest.mark.parametrize("level", ["light", "heavy"])
@pytest.mark.parametrize("seed", [0, 2, 5, 8])
def test_an_urgency_in_a_box_is_read(seed: int, level: Level, tmp_path: Path) -> None:
    rng = Random(seed)
    paper = with_layers(administrative.draw(rng, pages=1), ["box_stamp"], rng)
    capture = next(drawn for drawn in iter(lambda: plan(rng, level), None) if drawn.mode != "bw")
    write_scan(scan_papers([paper], seed, level, capture), tmp_path / "scan.tif")
    page = read_scan_page(take_in(tmp_path / "scan.tif"), 1)
    fields = extract("administrative_document", [page]).fields
    wanted = {name: paper.fields.get(name) for name in ("urgency", "kind")}
    assert {name: fields[name].value if name in fields else None for name in wanted} == wanted


@pytest.mark.parametrize(("words", "is_stamp"), [("HỎA TỐC", True), ("HỌC THỬ", False)])
@pytest.mark.parametrize("tilt", [-5, 0, 4])
def test_only_a_degree_becomes_a_stamp_and_the_other_words_stay(
    words: str, is_stamp: bool, tilt: int
) -> None:
    sheet = blank_sheet(A4)
    Column(sheet, px(90), px(140), px(60)).set(
        Paragraph((Span(words, Style(18, bold=True, family="sans")),), align="centre")
    )
    body = "Các cơ quan, đơn vị khẩn trương thực hiện và báo cáo kết quả trước ngày 15 hằng tháng. " * 6
    Column(sheet, px(30), A4[0] - px(20), px(100)).set(Paragraph((Span(body, Style(14)),)))
    page = scan_page(scan_sheet(sheet, None, clear(dpi=200, mode="grey", jpeg=None), Random("scan")))
    grey = page.picture
    middle, side = (115 / 25.4 * 200, 64.5 / 25.4 * 200), (46 / 25.4 * 200, 13 / 25.4 * 200)
    corners = cv2.boxPoints((middle, side, 0)).astype(np.int32)
    cv2.polylines(grey, [corners], isClosed=True, color=(60,), thickness=3)
    rows = slice(round(middle[1]) - 100, round(middle[1]) + 100)
    turn = cv2.getRotationMatrix2D((middle[0], 100), tilt, 1)
    grey[rows] = cv2.warpAffine(grey[rows], turn, grey[rows].shape[::-1], borderValue=(250,))
    text = read_page(clean_page(page))
    stamps = [block.text for block in text.blocks if block.kind is BlockKind.STAMP]
    assert stamps == ([words] if is_stamp else [])
    assert text.text.count("TỐC") == is_stamp
    assert " ".join(text.text.split()).count("15 hằng tháng") == 6
