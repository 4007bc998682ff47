"""How true the stated confidences are: tables by band, level and class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt

import numpy as np

from bench.calibration.judged import Judged

BANDS = (
    (0.995, 1.01),
    (0.99, 0.995),
    (0.98, 0.99),
    (0.95, 0.98),
    (0.9, 0.95),
    (0.8, 0.9),
    (0.5, 0.8),
    (0.0, 0.5),
)
"""Stated confidence: from, and below."""

TOP = 0.99
_BINS = 20


def in_band(confidences: Sequence[float], band: tuple[float, float]) -> list[int]:
    """Which words are stated to lie in the band."""
    return [i for i, value in enumerate(confidences) if band[0] <= value < band[1]]


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error: mean gap between stated and observed over 20 bins of equal count, 0–1."""
    if not confidences:
        return 0.0
    order = np.argsort(np.asarray(confidences), kind="stable")
    said, true = np.asarray(confidences)[order], np.asarray(right, dtype=float)[order]
    bins = np.array_split(np.arange(len(order)), min(_BINS, len(order)))
    return float(sum(len(b) * abs(said[b].mean() - true[b].mean()) for b in bins) / len(order))


def interval(right: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if count == 0:
        return 0.0, 1.0
    z, share = 1.96, right / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def bands_table(words: Sequence[Judged], confidences: Sequence[float]) -> str:
    """Markdown: for each band its words, what was stated on average, and what was observed."""
    rows = [
        "| stated | words | share of words | stated, mean | observed right | 95 % interval |",
        "|---|---|---|---|---|---|",
    ]
    for band in BANDS:
        places = in_band(confidences, band)
        if not places:
            continue
        right = sum(words[i].right for i in places)
        low, high = interval(right, len(places))
        mean = sum(confidences[i] for i in places) / len(places)
        name = f"≥ {band[0]:g}" if band[1] > 1 else f"{band[0]:g} – {band[1]:g}"
        rows.append(
            f"| {name} | {len(places)} | {100 * len(places) / len(words):.1f} % | {100 * mean:.2f} % "
            f"| **{100 * right / len(places):.2f} %** | {100 * low:.1f} – {100 * high:.1f} |"
        )
    return "\n".join(rows)


def groups_table(
    words: Sequence[Judged], confidences: Sequence[float], group: Callable[[Judged], str], title: str
) -> str:
    """Markdown: for each group its words, how many are right, how many are stated sure and are, and the errors."""
    rows = [
        f"| {title} | words | right | stated ≥ {TOP:g} | of those right | error before | error after |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in [*sorted({group(word) for word in words}), "all"]:
        places = [i for i, word in enumerate(words) if name in {"all", group(word)}]
        right = [words[i].right for i in places]
        sure = [i for i in places if confidences[i] >= TOP]
        true = sum(words[i].right for i in sure)
        before = calibration_error([words[i].raw for i in places], right)
        after = calibration_error([confidences[i] for i in places], right)
        share = f"{100 * true / len(sure):.2f} %" if sure else "–"
        rows.append(
            f"| {name} | {len(places)} | {100 * sum(right) / len(places):.2f} % "
            f"| {100 * len(sure) / len(places):.1f} % | {share} | {100 * before:.2f} | {100 * after:.2f} |"
        )
    return "\n".join(rows)
