"""A small proof on pages that nothing was fitted on; the large one is ``python -m bench.calibration``."""

from __future__ import annotations

from dataclasses import replace

from bench.calibration.judged import judged, stated
from bench.calibration.labels import against_truth
from bench.calibration.readings import page_read
from fixtures.generator import Level, make_scan
from pipeline.clean import clean_page
from pipeline.model import ScanPage
from pipeline.ocr import read_page
from pipeline.ocr.confidence import calibration

SAMPLE: tuple[tuple[str, int, Level], ...] = (
    ("administrative_document", 7301, "light"),
    ("administrative_document", 7302, "heavy"),
    ("birth_certificate", 7303, "medium"),
)


def test_words_stated_to_be_sure_are_right() -> None:
    judged: list[tuple[float, bool]] = []
    for type, seed, level in SAMPLE:
        scan = make_scan(type, seed, level)
        truth = scan.truth["pages"][0]
        page = clean_page(ScanPage(1, scan.pages[0].image, truth["dpi"]))
        lines = [line.words for line in read_page(page).lines()]
        for words, labels in zip(lines, against_truth(lines, page.to_scan, truth), strict=True):
            judged += [(w.confidence, ok) for w, ok in zip(words, labels, strict=True) if ok is not None]
    sure = [right for confidence, right in judged if confidence >= 0.99]
    doubted = [right for confidence, right in judged if confidence < 0.8]
    others = [right for confidence, right in judged if confidence >= 0.8]
    assert len(judged) > 450
    assert len(sure) > 0.55 * len(judged)
    assert sum(sure) >= 0.985 * len(sure)
    assert doubted
    assert _wrong(doubted) > 0.08 > 5 * _wrong(others)


def _wrong(right: list[bool]) -> float:
    return 1 - sum(right) / len(right)


def test_the_bench_judges_the_words_that_stand_on_the_page() -> None:
    scan = make_scan("receipt_slip", 7304, "light")
    truth = scan.truth["pages"][0]
    page = clean_page(ScanPage(1, scan.pages[0].image, truth["dpi"]))
    heard = page_read(page, "slip", "light", truth)
    text = read_page(page)
    assert [place.box for row in heard.lines for place in row] == [word.box for word in text.words()]
    words = judged([replace(heard, truth=None, typed=tuple(line.text for line in text.lines()))])
    assert [word.text for word in words] == [word.text for word in text.words()]
    assert all(word.right for word in words)
    assert stated(words, calibration()) == [word.confidence for word in text.words()]
