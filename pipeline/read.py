"""The order of reading: scan → pages → clean → ocr → split → classify → extract."""

from __future__ import annotations

import os

import cv2

from pipeline.clean.page import bare_page, clean_bare
from pipeline.clean.photographed import judge_photo
from pipeline.clean.quality import ILLEGIBLE, PICTURE_ONLY
from pipeline.codes import read_codes, without_codes
from pipeline.extract.head.stamps import with_secrecy
from pipeline.limits import DEFAULT_LIMITS, Limits, in_memory
from pipeline.model import PageReading, Scan, Warning
from pipeline.ocr import read_page, without_text
from pipeline.pages import load_page
from pipeline.stamps import with_words
from pipeline.timing import timed
from schemas.errors import Damaged, Encrypted, PageTimeout, Refused, SohoaError
from schemas.text import PageText, Word

_A4_200_DPI = (1654, 2339)

_LIKELY = 0.3
"""Confidence of a word that shows that a page holds text."""

_FEWEST, _LEGIBLE = 60, 0.6
"""Letters and digits of a page that is judged as a whole, and mean confidence in them below which it was not read but guessed."""

_CLERK = {Damaged.code: "Trang này bị hỏng, không mở được ảnh; hãy quét lại trang này."}

cv2.setNumThreads(1)  # pages are read side by side in processes; threads inside a page only add cost
if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, "blas")


def read_scan_page(
    scan: Scan, number: int, limits: Limits = DEFAULT_LIMITS, turns: int | None = None
) -> PageReading:
    """Load, clean and read one page (from 1) of a scan; pictures are let go before it returns.

    ``turns`` of 90° clockwise bring it upright, where somebody knows.

    A page that is refused, among others, does not fit into memory, or takes too long to read has no text and a warning: it does
    not stop its document. Raises what concerns the whole scan: any Refused where it has one page only, Encrypted, RecogniserMissing.
    """
    seconds: dict[str, float] = {}
    try:
        with in_memory():
            return _read(scan, number, limits, turns, seconds)
    except Encrypted:
        raise
    except Refused as fault:
        if scan.page_count == 1:
            raise
        return _refused(number, fault, seconds)


def _read(
    scan: Scan, number: int, limits: Limits, turns: int | None, seconds: dict[str, float]
) -> PageReading:
    with timed(seconds, "pages"):
        shown = load_page(scan, number, limits)
        scan_page, black = bare_page(shown)
        photo = () if black else judge_photo(shown.picture)
        del shown
    with timed(seconds, "codes"):
        codes = read_codes(scan_page.picture)
    with timed(seconds, "clean"):
        page = without_codes(clean_bare(scan_page, turns, black=black), codes)
    warnings, inks = (*scan_page.doubts, *page.warnings, *photo), page.inks
    with timed(seconds, "ocr"):
        try:
            text = read_page(page, scan_page.picture)
            inks = with_words(scan_page, page)
        except PageTimeout as late:
            text = without_text(page)
            warnings += (_warning(late),)
        else:
            if not (page.blank or black or codes or any(_is_text(word) for word in text.words())):
                warnings += (PICTURE_ONLY,)
            elif _is_guessed(text):
                warnings += (ILLEGIBLE,)
    height, width = scan_page.picture.shape[:2]
    reading = PageReading(
        number,
        width,
        height,
        scan_page.dpi,
        page.quarter_turns,
        text,
        page.blank,
        inks,
        codes,
        warnings,
        seconds,
        scan_page.look,
        embedded=scan_page.embedded,
    )
    return with_secrecy(reading)


def _is_text(word: Word) -> bool:
    """Whether a word is likelier there than made up: in pictures single words are seen as in clouds."""
    return len(word.text) > 1 and word.confidence >= _LIKELY


def _is_guessed(text: PageText) -> bool:
    """Whether hardly a word of a page is likely: it lies mirrored, is written by hand, or in another language."""
    signs = [(sum(map(str.isalnum, word.text)), word.confidence) for word in text.words()]
    many = sum(count for count, _ in signs)
    return many >= _FEWEST and sum(count * sure for count, sure in signs) < _LEGIBLE * many


def _refused(number: int, fault: Refused, seconds: dict[str, float]) -> PageReading:
    """A page of which only the place in its document is known; the size is A4's, for want of a better one."""
    text = PageText(number, *_A4_200_DPI, 200.0, ())
    warnings = (_warning(fault),)
    return PageReading(number, *_A4_200_DPI, 200.0, 0, text, warnings=warnings, seconds=seconds, refused=True)


def _warning(fault: SohoaError) -> Warning:
    """The fault of one page as a doubt about it."""
    message_vi = _CLERK.get(fault.code, fault.message_vi)
    return Warning(fault.code, message_vi, f"{fault.message} {fault.hint}")
