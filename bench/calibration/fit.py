"""Fitting: logistic regression per class of words, then a monotone curve from its scores to observed shares.

Wrong words are few (two in a hundred), so the classes share what they can: one regression over all words is fitted first,
and that of each class is drawn towards it (a Gaussian prior). The curve is isotonic regression (pool adjacent violators:
Ayer et al. 1955; for calibration: Zadrozny and Elkan 2002) over scores of pages that the regression had not seen.
Plain numpy; a few seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.ocr.evidence import FEATURES

Floats = NDArray[np.floating[Any]]

FOLDS = 5
SHARED_PRIOR = 1.0
"""Precision of the prior on the weights of all classes together, around 0, for figures of unit spread."""

CLASS_PRIOR = 30.0
"""The same for the weights of one class, around the shared ones; the best of 10, 30, 100, 300 on the fit seeds."""

MOST = 0.999
"""The highest share that is ever stated: what generated pages show beyond it, real scans need not keep."""

LEAST_STEP = 60
"""Words that a step of the curve must stand on."""


_FOR = frozenset({"margin"})
_AGAINST = frozenset({"doubt", "doubt_root", "unsupported", "rival", "beside_number", "odd", "nonsense"})
SIGNS = np.array([(name in _FOR) * 1 - (name in _AGAINST) * 1 for name in FEATURES])
"""1 where a figure may only speak for a word, −1 where only against it: a few odd samples must not turn sense round."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Judged words: figures (n, k), right or wrong (n,), class names (n,), and the page of each (n,)."""

    figures: Floats
    right: NDArray[np.bool_]
    classes: NDArray[np.str_]
    pages: NDArray[np.str_]

    def part(self, chosen: NDArray[np.bool_]) -> Samples:
        """The chosen words."""
        return Samples(self.figures[chosen], self.right[chosen], self.classes[chosen], self.pages[chosen])


@dataclass(frozen=True, slots=True)
class Model:
    """Per class the weights (bias first), and one curve: scores and shares, both rising."""

    weights: dict[str, Floats]
    curve: list[tuple[float, float]]


def fit(samples: Samples) -> Model:
    """Fit weights on all samples, and the curve on the scores that each fold has from the others."""
    scores = held_out_scores(samples)
    return Model(fit_weights(samples), monotone_curve(scores, samples.right))


def held_out_scores(
    samples: Samples, class_prior: float = CLASS_PRIOR, signs: NDArray[np.int_] = SIGNS
) -> Floats:
    """The score of each word by weights that were fitted without its page."""
    names = sorted(set(samples.pages))
    fold_of = {name: i % FOLDS for i, name in enumerate(np.random.default_rng(1).permutation(names))}
    folds = np.array([fold_of[name] for name in samples.pages])
    scores = np.zeros(len(samples.right))
    for fold in range(FOLDS):
        seen, unseen = samples.part(folds != fold), samples.part(folds == fold)
        scores[folds == fold] = score(fit_weights(seen, class_prior, signs), unseen)
    return scores


def score(weights: dict[str, Floats], samples: Samples) -> Floats:
    """Log odds that each word is right, before the curve."""
    rows = np.array([weights[name] for name in samples.classes])
    return np.asarray(rows[:, 0] + (rows[:, 1:] * samples.figures).sum(axis=1))


def fit_weights(
    samples: Samples, class_prior: float = CLASS_PRIOR, signs: NDArray[np.int_] = SIGNS
) -> dict[str, Floats]:
    """Weights (bias first) for each class, for figures as they are."""
    mean, spread = samples.figures.mean(axis=0), np.maximum(samples.figures.std(axis=0), 1e-3)
    design = np.column_stack([np.ones(len(samples.right)), (samples.figures - mean) / spread])
    zero = np.zeros(design.shape[1])
    shared = _constrained(design, samples.right, zero, SHARED_PRIOR, signs)
    found = {}
    for name in sorted(set(samples.classes)):
        chosen = samples.classes == name
        own = _constrained(design[chosen], samples.right[chosen], shared, class_prior, signs)
        slopes = own[1:] / spread
        found[str(name)] = np.concatenate([[own[0] - slopes @ mean], slopes])
    return found


def _constrained(
    design: Floats, right: NDArray[np.bool_], centre: Floats, precision: float, signs: NDArray[np.int_]
) -> Floats:
    """Weights of which none has a sign that makes no sense; those that would are held at 0."""
    held = np.zeros(design.shape[1], dtype=np.bool_)
    while True:
        weights = _logistic(design, right, np.where(held, 0.0, centre), np.where(held, 1e9, precision))
        senseless = ~held & (np.concatenate([[0], signs]) * weights < 0)
        if not senseless.any():
            return np.where(held, 0.0, weights)
        held |= senseless


def _logistic(design: Floats, right: NDArray[np.bool_], centre: Floats, prior: Floats) -> Floats:
    """Iteratively reweighted least squares with a Gaussian prior around ``centre``; the bias is nearly free."""
    prior = np.concatenate([prior[:1] * 0.01, prior[1:]])
    weights = centre.copy()
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (right - chance) - prior * (weights - centre)
        bend = (design.T * (chance * (1 - chance))) @ design + np.diag(prior)
        step = np.linalg.solve(bend, slope)
        weights = weights + step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-6:
            break
    return weights


def monotone_curve(
    scores: Floats, right: NDArray[np.bool_], least: int = LEAST_STEP
) -> list[tuple[float, float]]:
    """Points (score, share of right words), both rising, to be joined by straight lines.

    Shares are drawn towards one half by one word, so that none is 0 or 1.
    """
    order = np.argsort(scores, kind="stable")
    chunks = np.array_split(order, max(len(order) // least, 1))
    steps: list[tuple[float, float, float]] = []  # words, right ones, sum of scores
    for chunk in chunks:
        steps.append((len(chunk), float(right[chunk].sum()), float(scores[chunk].sum())))
        while len(steps) > 1 and steps[-2][1] / steps[-2][0] >= steps[-1][1] / steps[-1][0]:
            later, earlier = steps.pop(), steps.pop()
            steps.append(tuple(a + b for a, b in zip(earlier, later, strict=True)))  # type: ignore[arg-type]
    return _rising([(total / n, min((ok + 0.5) / (n + 1), MOST)) for n, ok, total in steps])


def _rising(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for place, share in points:
        if not kept or (place > kept[-1][0] and share > kept[-1][1]):
            kept.append((round(place, 4), round(share, 5)))
    return kept
