"""How sure we are of a field: of those said to be 95 % sure and more, which the clerk need not look at, 99.5 % are right.

The evidence (``evidence.py``) is weighed by a logistic regression of its class, and the score is turned into a share of
right values by a rising curve. Weights and curve are plain numbers in ``data/confidence.json``, fitted on generated
papers by ``python -m bench.fields --fit``; ``docs/confidence.md`` tells the method and how true it is.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from operator import mul

from pipeline.extract.evidence import FIGURES, FieldClass

DOUBTED = 0.6
"""No field whose check failed is surer than this."""
LEGIBLE, UNSEEN = 0.7, 0.94
"""A value with a word that is less than 80 % sure (0.7 nines), and that no other field confirms, is never surer than
0.94: forms of which nothing was generated may hold words that are worse read than these were."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted: for each class a bias and a weight for each of ``FIGURES``; the curve as rising points."""

    bias: Mapping[FieldClass, float]
    weights: Mapping[FieldClass, tuple[float, ...]]
    scores: tuple[float, ...]
    shares: tuple[float, ...]

    def score(self, of: FieldClass, figures: Sequence[float]) -> float:
        """Log odds that a value is right, before the curve."""
        weighed: float = sum(map(mul, self.weights[of], figures))
        return self.bias[of] + weighed

    def share(self, score: float) -> float:
        """The share of right values among those of this score, 0–1; rises with the score."""
        place = bisect_right(self.scores, score)
        if place == 0:
            return self.shares[0]
        if place == len(self.scores):
            return self.shares[-1]
        low, high = self.scores[place - 1], self.scores[place]
        part = (score - low) / (high - low)
        return self.shares[place - 1] + part * (self.shares[place] - self.shares[place - 1])


def confidence(of: FieldClass, figures: Sequence[float], *, valid: bool) -> float:
    """0–1, three digits. A failed check never leaves a value sure."""
    known = calibration()
    share = known.share(known.score(of, figures))
    figure = dict(zip(FIGURES, figures, strict=True))
    if figure["weakest"] < LEGIBLE and not figure["agreed"]:
        share = min(share, UNSEEN)
    return round(share if valid else min(0.6 * share, DOUBTED), 3)


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """The committed calibration. Raises ValueError when it was fitted for other figures than ``evidence`` gives."""
    kept = json.loads(files("pipeline.extract").joinpath("data/confidence.json").read_text("utf-8"))
    if tuple(kept["figures"]) != FIGURES:
        raise ValueError("data/confidence.json is for other figures: python -m bench.fields --fit")
    classes = {FieldClass(name): entry for name, entry in kept["classes"].items()}
    return Calibration(
        {name: entry["bias"] for name, entry in classes.items()},
        {name: tuple(entry["weights"]) for name, entry in classes.items()},
        tuple(score for score, _ in kept["curve"]),
        tuple(share for _, share in kept["curve"]),
    )
