"""A small proof on pages that nothing was fitted on; the large one is ``python -m bench.calibration``."""

from __future__ import annotations

from bench.calibration.labels import against_truth
from fixtures.generator import Level, make_scan
from pipeline.clean import clean_page
from pipeline.model import ScanPage
from pipeline.ocr import read_page

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
    assert len(judged) > 450
    assert len(sure) > 0.55 * len(judged)
    assert sum(sure) >= 0.985 * len(sure)
    assert doubted
    assert sum(doubted) < 0.85 * len(doubted)
