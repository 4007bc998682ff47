"""What was fitted to say how sure we are: weights for the evidence of each class, and a curve from score to share.

Words (``pipeline.ocr.confidence``) and fields (``pipeline.extract.trust.confidence``) each have one, as plain numbers in their
``data/confidence.json``; ``docs/confidence.md`` tells the method.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from operator import mul


@dataclass(frozen=True, slots=True)
class Calibration:
    """For each class a bias and a weight for each figure of its evidence; the curve as rising points."""

    bias: Mapping[str, float]
    weights: Mapping[str, tuple[float, ...]]
    scores: tuple[float, ...]
    shares: tuple[float, ...]

    def score(self, of: str, figures: Sequence[float]) -> float:
        """Log odds that what belongs to this class is right, before the curve."""
        weighed: float = sum(map(mul, self.weights[of], figures))
        return self.bias[of] + weighed

    def share(self, score: float) -> float:
        """The share that is right of those with this score, 0–1; rises with the score."""
        place = bisect_right(self.scores, score)
        if place == 0:
            return self.shares[0]
        if place == len(self.scores):
            return self.shares[-1]
        low, high = self.scores[place - 1], self.scores[place]
        part = (score - low) / (high - low)
        return self.shares[place - 1] + part * (self.shares[place] - self.shares[place - 1])


def committed(package: str, key: str, evidence: tuple[str, ...], command: str) -> Calibration:
    """The calibration of a package, fitted for the evidence that it names under ``key``.

    Raises ValueError when it was fitted for other evidence; ``command`` fits it anew.
    """
    kept = json.loads(files(package).joinpath("data/confidence.json").read_text("utf-8"))
    if tuple(kept[key]) != evidence:
        raise ValueError(f"data/confidence.json is for other {key}: {command}")
    return Calibration(
        {name: entry["bias"] for name, entry in kept["classes"].items()},
        {name: tuple(entry["weights"]) for name, entry in kept["classes"].items()},
        tuple(score for score, _ in kept["curve"]),
        tuple(share for _, share in kept["curve"]),
    )
