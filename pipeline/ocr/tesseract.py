"""Tesseract through pytesseract: the default recogniser.

One process per call on one thread (``OMP_THREAD_LIMIT=1``: threads inside Tesseract cost more than they give; pages
run side by side instead). The picture goes over as an uncompressed file, which costs neither side an encoder.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import cv2

from pipeline.model import Picture
from pipeline.ocr.recogniser import Mode
from schemas.errors import PageTimeout, RecogniserMissing
from schemas.geometry import Box
from schemas.text import Line, Word
from schemas.vietnamese import nfc

MODEL = "vie"
SECOND_MODEL = "script/Vietnamese"
_OPTIONS = "-c tessedit_do_invert=0 -c tessedit_create_tsv=1"


def tesseract(
    picture: Picture, dpi: float, mode: Mode, model: str = MODEL, *, timeout: float = 120.0
) -> tuple[Line, ...]:
    """Read a grey picture with Tesseract; ``timeout`` in seconds (0 for none).

    Raises RecogniserMissing when Tesseract or the model is not installed, PageTimeout after ``timeout``.
    """
    import pytesseract

    os.environ["OMP_THREAD_LIMIT"] = "1"
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        source = Path(folder) / "page.pgm"
        cv2.imwrite(str(source), picture)
        try:
            table = pytesseract.run_and_get_output(
                str(source),
                extension="tsv",
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
    return tuple(_lines(table))


def _lines(table: str) -> Iterator[Line]:
    """Lines of a TSV table; rows that are no words (confidence -1, blank text) are dropped."""
    rows = [row.split("\t") for row in table.splitlines()[1:]]
    words = [row for row in rows if len(row) == 12 and row[0] == "5" and row[11].strip()]
    for _, line in groupby(words, key=lambda row: row[2:5]):
        yield Line(tuple(_word(row) for row in line))


def _word(row: list[str]) -> Word:
    left, top, width, height = (float(cell) for cell in row[6:10])
    confidence = min(max(float(row[10]) / 100, 0.0), 1.0)
    return Word(nfc(row[11].strip()), Box(left, top, left + width, top + height), confidence)
