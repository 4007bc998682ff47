"""Tables of equal rows, and single signs in their cells: nothing of them is lost."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from bench.reading.lost import lost_print
from fixtures.generator.layouts.lists import equal_rows
from fixtures.generator.scan import scan_papers
from fixtures.generator.scanner.capture import Capture
from pipeline.clean import clean_page
from pipeline.model import ScanPage
from pipeline.ocr import read_page, without_text


def _page(rows: int, capture: Capture, *, ruled: bool, marked: bool = False):
    """A scanned list of one page, and how often each of its words stands there."""
    paper = equal_rows(Random(f"entries:{rows}"), rows, ruled=ruled, marked=marked)
    (page,) = scan_papers([paper], rows, "light", capture).pages
    words = Counter(word for line in page.lines for word in line.text.split())
    return ScanPage(1, page.image, page.capture.dpi), words


@pytest.mark.parametrize(
    ("rows", "ruled", "capture"),
    [
        (5, True, Capture(dpi=200, mode="grey", jpeg=80)),
        (18, False, Capture(dpi=300, mode="bw", specks=20)),
        pytest.param(24, True, Capture(dpi=200, mode="bw", angle=0.4), marks=pytest.mark.slow),
        pytest.param(28, False, Capture(dpi=150, jpeg=75, noise=3.0), marks=pytest.mark.slow),
        pytest.param(28, True, Capture(dpi=300, toner=0.85, mottle=0.2), marks=pytest.mark.slow),
    ],
)
def test_words_repeated_down_a_table_stay_all(rows, ruled, capture):
    scan, words = _page(rows, capture, ruled=ruled)
    read = Counter(read_page(clean_page(scan)).text.split())
    missing = words - read
    assert {word: count for word, count in missing.items() if words[word] >= rows // 2} == {}
    assert sum(read.values()) >= sum(words.values())


@pytest.mark.parametrize(
    ("rows", "ruled", "capture"),
    [
        (8, True, Capture(dpi=200, mode="grey", jpeg=70, noise=6.0, specks=20, blur=0.6)),
        (8, False, Capture(dpi=200, mode="grey", jpeg=80)),
        pytest.param(24, True, Capture(dpi=300, mode="bw", toner=0.85, specks=100), marks=pytest.mark.slow),
    ],
)
def test_dashes_crosses_and_single_digits_of_a_table_stay_all(rows, ruled, capture):
    scan, words = _page(rows, capture, ruled=ruled, marked=True)
    read = Counter(read_page(clean_page(scan)).text.split())
    single = {word: count for word, count in words.items() if len(word) == 1}
    assert words["-"] >= 2
    assert {word: count for word, count in single.items() if read[word] < count} == {}


def test_what_tesseract_reads_and_we_do_not_is_told():
    scan, _ = _page(5, Capture(dpi=200, mode="grey"), ruled=True)
    page = clean_page(scan)
    text = read_page(page)
    assert lost_print(scan.picture, text) == ()
    told = " ".join(lost.text for lost in lost_print(scan.picture, without_text(page)))
    assert "Người được cấp thẻ bảo hiểm" in told
