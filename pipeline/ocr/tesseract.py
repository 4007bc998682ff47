"""Tesseract through pytesseract: the recogniser for models that we cannot run ourselves.

One process on one thread reads all lines of a page (``OMP_THREAD_LIMIT=1``: threads inside Tesseract cost more than
they give; pages run side by side instead). Pictures go over as uncompressed BMP, which costs neither side an encoder
(PGM is read byte by byte). hOCR with ``lstm_choice_mode=2`` brings what else each symbol may have been; two iterations
find nearly all that the default of five find, at half the cost.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path

import cv2
import numpy as np

from pipeline.model import Picture
from pipeline.ocr.recogniser import CONTRAST, MODEL, Choices, RawWord, Words
from schemas.errors import PageTimeout, RecogniserMissing
from schemas.geometry import Box
from schemas.vietnamese import nfc

_DPI = 300
"""Any will do, since the picture is taken as it is; without one Tesseract guesses."""

_OPTIONS = (
    f"--psm 13 --dpi {_DPI} -c tessedit_do_invert=0 "
    "-c lstm_choice_mode=2 -c lstm_choice_iterations=2 -c tessedit_create_hocr=1"
)
"""13: the picture is one line as it stands, without any analysis of its layout."""


_WORD = re.compile(r"[^>]*bbox (\d+) (\d+) (\d+) (\d+); x_wconf (\d+)[^>]*>([^<]*)")
_CHOICE = re.compile(r"x_confs ([\d.]+)'>([^<]*)<")
_CERTAINTY_SCALE = 5.0
"""Tesseract prints a choice's cost as 100 − 5 · cost, cut off at 0 (ltrresultiterator.cpp)."""


def tesseract(
    lines: Sequence[Picture], model: str | None = None, *, timeout: float = 120.0
) -> tuple[Words, ...]:
    """Read pictures of single lines with Tesseract; ``timeout`` in seconds for all of them (0 for none).

    Raises RecogniserMissing when Tesseract or the model is not installed or leaves lines out, PageTimeout after
    ``timeout``.
    """
    import pytesseract

    inked = [number for number, line in enumerate(lines) if np.ptp(line) > CONTRAST]
    if not inked:
        return ((),) * len(lines)
    os.environ["OMP_THREAD_LIMIT"] = "1"
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        try:
            hocr = pytesseract.run_and_get_output(
                _listed([lines[number] for number in inked], Path(folder)),
                extension="hocr",
                lang=model or MODEL,
                config=_OPTIONS,
                timeout=timeout,
            )
        except pytesseract.TesseractNotFoundError as missing:
            raise RecogniserMissing("tesseract") from missing
        except pytesseract.TesseractError as fault:
            raise RecogniserMissing(f"tesseract, model {model}") from fault
        except RuntimeError as late:
            raise PageTimeout(f"{timeout:g} s") from late
    pages = hocr.split("class='ocr_page'")[1:]
    if len(pages) != len(inked):
        raise RecogniserMissing(f"tesseract gave {len(pages)} of {len(inked)} lines")
    read = dict(zip(inked, (tuple(_words(page)) for page in pages), strict=True))
    return tuple(read.get(number, ()) for number in range(len(lines)))


def _listed(lines: Sequence[Picture], folder: Path) -> str:
    """Write the pictures and a file that names them, one to a line, as Tesseract takes many at a time."""
    names = [str(folder / f"{number}.bmp") for number in range(len(lines))]
    for name, line in zip(names, lines, strict=True):
        cv2.imwrite(name, line)
    index = folder / "lines.txt"
    index.write_text("\n".join(names), "utf-8")
    return str(index)


def _words(page: str) -> Iterator[RawWord]:
    for chunk in page.split("class='ocrx_word'")[1:]:
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
