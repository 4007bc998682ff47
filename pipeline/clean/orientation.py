"""Which side is up, asked of Tesseract: of its OSD, which is as dear as half a page of reading; where that does not know, by reading.

Right where feet of letters are few, as on the back of a card with its zone for machines.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import cv2
import numpy as np

from pipeline.model import Picture

_LEAST_CONFIDENCE = 0.8
"""OSD's own figure (a log-likelihood ratio); below it the answer is as good as none (measured)."""

_LEGIBLE = 60.0
"""Tesseract's confidence (0–100) above which a word counts as read."""

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


def more_legible(grey: Picture, dpi: float, turns: int) -> int:
    """Of ``turns`` quarter turns clockwise and the opposite, the way in which more of a grey page can be read."""
    import pytesseract

    os.environ["OMP_THREAD_LIMIT"] = "1"
    read = {}
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        source = Path(folder) / "page.bmp"
        for way in (turns, (turns + 2) % 4):
            cv2.imwrite(str(source), np.rot90(grey, -way))
            try:
                words = pytesseract.image_to_data(
                    str(source),
                    lang="vie",
                    config=f"--psm 11 --dpi {round(dpi)}",
                    output_type=pytesseract.Output.DICT,
                    timeout=_TIMEOUT,
                )
            except (RuntimeError, OSError):
                return turns
            pairs = zip(words["text"], words["conf"], strict=True)
            read[way] = sum(len(text) for text, sure in pairs if len(text) > 2 and float(sure) > _LEGIBLE)
    return max(read, key=lambda way: (read[way], way == turns))
