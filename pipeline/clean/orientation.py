"""Which side is up, asked of Tesseract's OSD: right where feet of letters are few, but as dear as half a page of reading."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import cv2

from pipeline.model import Picture

_LEAST_CONFIDENCE = 0.8
"""OSD's own figure (a log-likelihood ratio); below it the answer is as good as none (measured)."""

_TIMEOUT = 20.0


def ask_turns(grey: Picture, dpi: float) -> int | None:
    """The quarter turns clockwise (0–3) that bring a grey page upright, or None when OSD does not know or is not there.

    150 dpi are enough; takes about a second.
    """
    import pytesseract

    os.environ["OMP_THREAD_LIMIT"] = "1"
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        source = Path(folder) / "page.bmp"
        cv2.imwrite(str(source), grey)
        try:
            answer = pytesseract.image_to_osd(
                str(source),
                config=f"--dpi {round(dpi)} -c min_characters_to_try=15",
                output_type=pytesseract.Output.DICT,
                timeout=_TIMEOUT,
            )
            turns, confidence = int(answer["rotate"]) // 90 % 4, float(answer["orientation_conf"])
            is_latin = answer["script"] == "Latin"
        except (RuntimeError, OSError, KeyError, ValueError):  # too few letters, no OSD model, too slow
            return None
    return turns if is_latin and confidence >= _LEAST_CONFIDENCE else None
