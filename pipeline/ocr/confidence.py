"""Confidence that means something: of the words said to be 99 % sure, 99 % are right.

The recogniser's own figure says little (0 on right words, 0.96 on wrong ones). Here the evidence for each word
(``evidence.py``) is weighed by a logistic regression of its class, and the score is turned into a share of right words by
a rising curve. Weights and curve are plain numbers in ``data/confidence.json``, fitted on generated pages by
``python -m bench.calibration --fit``; ``docs/confidence.md`` tells how true they are on pages not used for fitting.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from operator import mul

from pipeline.ocr.evidence import FEATURES, WordClass, evidence, word_class
from pipeline.ocr.recogniser import RawWord
from schemas.text import Word


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted: for each class a bias and a weight for each of ``FEATURES``; the curve as rising points."""

    bias: Mapping[WordClass, float]
    weights: Mapping[WordClass, tuple[float, ...]]
    scores: tuple[float, ...]
    shares: tuple[float, ...]

    def score(self, kind: WordClass, figures: Sequence[float]) -> float:
        """Log odds that a word is right, before the curve."""
        weighed: float = sum(map(mul, self.weights[kind], figures))
        return self.bias[kind] + weighed

    def share(self, score: float) -> float:
        """The share of right words among those of this score, 0–1; rises with the score."""
        place = bisect_right(self.scores, score)
        if place == 0:
            return self.shares[0]
        if place == len(self.scores):
            return self.shares[-1]
        low, high = self.scores[place - 1], self.scores[place]
        part = (score - low) / (high - low)
        return self.shares[place - 1] + part * (self.shares[place] - self.shares[place - 1])


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
    kept = json.loads(files("pipeline.ocr").joinpath("data/confidence.json").read_text("utf-8"))
    if tuple(kept["features"]) != FEATURES:
        raise ValueError("data/confidence.json is for other features: python -m bench.calibration --fit")
    classes = {WordClass(name): entry for name, entry in kept["classes"].items()}
    return Calibration(
        {name: entry["bias"] for name, entry in classes.items()},
        {name: tuple(entry["weights"]) for name, entry in classes.items()},
        tuple(score for score, _ in kept["curve"]),
        tuple(share for _, share in kept["curve"]),
    )
