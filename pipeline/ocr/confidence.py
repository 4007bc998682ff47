"""Confidence that means something: of the words said to be 99 % sure, 99 % are right.

The recogniser's own figure says little (0 on right words, 0.96 on wrong ones). Here the evidence for each word
(``evidence.py``) is weighed by a logistic regression of its class, and the score is turned into a share of right words by
a rising curve. Weights and curve are plain numbers in ``data/confidence.json``, fitted on generated pages by
``python -m bench.calibration --fit``; ``docs/confidence.md`` tells how true they are on pages not used for fitting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from pipeline.calibration import Calibration, committed
from pipeline.ocr.evidence import FEATURES, evidence, word_class
from pipeline.ocr.recogniser import RawWord
from schemas.text import Word


def calibrated(line: Sequence[RawWord], words: Sequence[Word]) -> tuple[Word, ...]:
    """The words of one line, from left to right, with the chance that each is right (0–1) as its confidence.

    ``words`` are decoded and bear the recogniser's own confidence; ``line`` holds the raw words that they came from.
    """
    known = calibration()
    return tuple(
        replace(word, confidence=known.share(known.score(word_class(word.text), figures)))
        for word, figures in zip(words, evidence(line, words), strict=True)
    )


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """The committed calibration. Raises ValueError when it was fitted for other figures than ``evidence`` gives."""
    return committed("pipeline.ocr", "features", FEATURES, "python -m bench.calibration --fit")
