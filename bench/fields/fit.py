"""Fitting how sure a field is: the regression per class of ``bench.calibration.fit``, with a curve that errs on the safe side.

Of what is offered as sure at most five in a thousand may be wrong, and wrong ones are so few that a share observed on a
step of the curve says little. So the curve states for each step the lower end of the interval (Wilson 1927, one-sided
99 %) in which the true share lies: what is stated is kept on papers of other kinds and scans of other machines as well.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from math import sqrt
from pathlib import Path

import numpy as np

from bench.calibration.fit import MOST, Floats, Samples, fit_weights, held_out_scores, monotone_curve
from bench.fields.measure import Case, read_case
from pipeline.extract import gather
from pipeline.extract.trust.evidence import AGAINST, FIGURES
from schemas.documents import document_type

TARGET = Path(__file__).parent.parent.parent / "pipeline" / "extract" / "trust" / "data" / "confidence.json"
SIGNS = np.array([-1 if name in AGAINST else 1 for name in FIGURES])
"""No weight may have a senseless sign: what speaks against a value never makes it surer."""

CLASS_PRIOR = 10.0
STEP = 400
"""Fields that a step of the curve must stand on."""

_Z = 2.326

Judged = tuple[str, tuple[float, ...], bool, str]
"""Class, figures, right or wrong, and the paper."""


def judged(cases: Iterable[Case], jobs: int) -> Iterator[Judged]:
    """Every field with evidence on generated papers of one type each; what failed a check is never sure and left out."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    if jobs == 1:
        for case in cases:
            yield from judged_paper(case)
        return
    with ProcessPoolExecutor(jobs) as pool:
        for found in pool.map(judged_paper, list(cases)):
            yield from found


def judged_paper(case: Case) -> list[Judged]:
    """The fields of one generated paper whose type is known."""
    truth, pages = read_case(case)
    (document,) = truth["documents"]
    fields, figures = gather(document_type(document["type"]), pages)
    paper = case.arrangement or f"{document['type']}-{case.seed}"
    return [
        (of.value, values, fields[name].value == document["fields"][name], paper)
        for name, (of, values) in figures.items()
        if name in document["fields"] and name not in document["handwritten"]
    ]


def fit(found: Sequence[Judged]) -> dict[str, object]:
    """What ``data/confidence.json`` keeps: weights per class, and the curve from scores of papers not seen."""
    samples = Samples(
        np.array([figures for _, figures, _, _ in found]),
        np.array([right for _, _, right, _ in found]),
        np.array([of for of, _, _, _ in found]),
        np.array([paper for _, _, _, paper in found]),
    )
    scores = held_out_scores(samples, CLASS_PRIOR, SIGNS)
    weights = fit_weights(samples, CLASS_PRIOR, SIGNS)
    return {
        "figures": list(FIGURES),
        "classes": {
            name: {"bias": round(float(row[0]), 4), "weights": [round(float(w), 4) for w in row[1:]]}
            for name, row in weights.items()
        },
        "curve": safe_curve(scores, samples.right),
        "fitted": {"fields": len(found), "wrong": int((~samples.right).sum())},
    }


def safe_curve(
    scores: Floats, right: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> list[tuple[float, float]]:
    """Points (score, share), both rising; the share is the lower end of Wilson's interval for its step."""
    points = monotone_curve(scores, right, STEP)
    edges = [-np.inf, *[(a[0] + b[0]) / 2 for a, b in pairwise(points)], np.inf]
    safe: list[tuple[float, float]] = []
    for (place, _), low, high in zip(points, edges, edges[1:], strict=False):
        inside = right[(scores >= low) & (scores < high)]
        share = min(_lower(int(inside.sum()), len(inside)), MOST)
        if not safe or share > safe[-1][1]:
            safe.append((place, round(share, 5)))
    return safe


def _lower(right: int, total: int) -> float:
    share = right / total
    middle = share + _Z**2 / (2 * total)
    return (middle - _Z * sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))) / (1 + _Z**2 / total)


def write(kept: dict[str, object]) -> None:
    """Keep what was fitted."""
    TARGET.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
