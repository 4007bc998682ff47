"""Tesseract through pytesseract: the default recogniser.

One process per call on one thread (``OMP_THREAD_LIMIT=1``: threads inside Tesseract cost more than they give; pages
run side by side instead). The picture goes over as an uncompressed BMP, which costs neither side an encoder (PGM costs
Tesseract 0.1 s a page: it is read byte by byte). hOCR with ``lstm_choice_mode=2`` brings what else each symbol may have
been; two iterations find nearly all that the default of five find, at half the cost.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from pathlib import Path

import cv2

from pipeline.model import Picture
from pipeline.ocr.recogniser import Choices, Mode, RawWord
from schemas.errors import PageTimeout, RecogniserMissing
from schemas.geometry import Box
from schemas.vietnamese import nfc

MODEL = "vie"
_OPTIONS = (
    "-c tessedit_do_invert=0 -c lstm_choice_mode=2 -c lstm_choice_iterations=2 -c tessedit_create_hocr=1"
)

_WORD = re.compile(r"[^>]*bbox (\d+) (\d+) (\d+) (\d+); x_wconf (\d+)[^>]*>([^<]*)")
_CHOICE = re.compile(r"x_confs ([\d.]+)'>([^<]*)<")
_CERTAINTY_SCALE = 5.0
"""Tesseract prints a choice's cost as 100 − 5 · cost, cut off at 0 (ltrresultiterator.cpp)."""


def tesseract(
    picture: Picture, dpi: float, mode: Mode, model: str = MODEL, *, timeout: float = 120.0
) -> tuple[RawWord, ...]:
    """Read a grey picture with Tesseract; ``timeout`` in seconds (0 for none).

    Raises RecogniserMissing when Tesseract or the model is not installed, PageTimeout after ``timeout``.
    """
    import pytesseract

    os.environ["OMP_THREAD_LIMIT"] = "1"
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        source = Path(folder) / "page.bmp"
        cv2.imwrite(str(source), picture)
        try:
            hocr = pytesseract.run_and_get_output(
                str(source),
                extension="hocr",
                lang=model,
                config=f"--psm {int(mode)} --dpi {round(dpi)} {_OPTIONS}",
                timeout=timeout,
            )
        except pytesseract.TesseractNotFoundError as missing:
            raise RecogniserMissing("tesseract") from missing
        except pytesseract.TesseractError as fault:
            raise RecogniserMissing(f"tesseract, model {model}") from fault
        except RuntimeError as late:
            raise PageTimeout(f"{timeout:g} s") from late
    return tuple(_words(hocr))


@lru_cache(maxsize=1)
def second_model() -> str | None:
    """The model of the script (Debian: tesseract-ocr-script-viet), which errs elsewhere than ``MODEL``; None if missing."""
    import pytesseract

    command = [pytesseract.pytesseract.tesseract_cmd, "--list-langs"]  # get_languages leaves out capitals
    try:
        listed = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=10
        ).stdout.split()
    except (OSError, subprocess.SubprocessError):
        return None
    return next((model for model in ("script/Vietnamese", "Vietnamese") if model in listed), None)


def _words(hocr: str) -> Iterator[RawWord]:
    for chunk in hocr.split("class='ocrx_word'")[1:]:
        head = _WORD.match(chunk)
        if head is None or not (text := nfc(unescape(head[6]).strip())):
            continue
        box = Box(*(float(head[i]) for i in range(1, 5)))
        symbols = tuple(_choices(part) for part in chunk.split("id='lstm_choices_")[1:])
        written = tuple(choices for choices in symbols if choices and choices[0][0].strip())
        yield RawWord(text, box, int(head[5]) / 100, written)


def _choices(part: str) -> Choices:
    return tuple(
        (nfc(unescape(text)), (100.0 - float(confidence)) / _CERTAINTY_SCALE)
        for confidence, text in _CHOICE.findall(part)
        if float(confidence) > 0
    )
