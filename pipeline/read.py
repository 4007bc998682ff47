"""The order of reading: scan → pages → clean → ocr → split → classify → extract."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import cv2

from pipeline.clean import clean_page
from pipeline.clean.border import whiten_border
from pipeline.codes import read_codes
from pipeline.model import PageReading, Scan
from pipeline.ocr import read_page
from pipeline.pages import load_page

cv2.setNumThreads(1)  # pages are read side by side in processes; threads inside a page only add cost


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    start = perf_counter()
    try:
        yield
    finally:
        seconds[step] = seconds.get(step, 0.0) + perf_counter() - start


def read_scan_page(scan: Scan, number: int) -> PageReading:
    """Load, clean and read one page (from 1) of a scan; pictures are let go before it returns."""
    seconds: dict[str, float] = {}
    with _timed(seconds, "pages"):
        scan_page = load_page(scan, number)
    with _timed(seconds, "codes"):
        codes = read_codes(whiten_border(scan_page.picture))
    with _timed(seconds, "clean"):
        page = clean_page(scan_page)
    with _timed(seconds, "ocr"):
        text = read_page(page)
    height, width = scan_page.picture.shape[:2]
    return PageReading(
        number,
        width,
        height,
        scan_page.dpi,
        page.quarter_turns,
        text,
        page.blank,
        page.inks,
        codes,
        page.warnings,
        seconds,
    )
