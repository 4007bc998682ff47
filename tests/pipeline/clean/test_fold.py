"""A fold across the sheet goes; rules stay, and so do the letters on it."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.clean.fold import without_folds
from pipeline.ocr.lstm import lstm
from pipeline.ocr.region import read_region
from tests.pipeline.ocr.test_unread import listed, words


def folded(row: int = 45, depth: int = 70) -> np.ndarray:
    """A list whose second row a fold crosses, a little askew and uneven, on paper with grain."""
    rng = np.random.default_rng(3)
    page = np.asarray(listed(ruled=False)[0]).astype(int)
    page = np.clip(page + rng.normal(0, 4, page.shape) - 6, 60, 250)
    for x in range(page.shape[1]):
        y = row + 62 + round(x * 0.004)
        page[y : y + 3, x] -= depth * rng.uniform(0.5, 1.2)
    return np.clip(page, 0, 255).astype(np.uint8)


def test_a_row_that_a_fold_crosses_is_read() -> None:
    whole = sorted(words(listed(ruled=False)[0]))
    found = [word.text for line in read_region(without_folds(folded()), lstm).lines for word in line.words]
    assert sorted(found) == whole
    plain = [word.text for line in read_region(folded(), lstm).lines for word in line.words]
    assert len(plain) < len(whole)


@pytest.mark.parametrize("ruled", [True, False])
def test_a_page_without_folds_is_the_same(ruled: bool) -> None:
    page = np.asarray(listed(ruled=ruled)[0], np.uint8)
    assert without_folds(page) is page
    page = page.copy()
    page[200:202, 130:] = 120  # it ends before the edge
    page[300:302] = 0  # black
    assert without_folds(page) is page


@pytest.mark.parametrize("bend", [0.0, 6.0])
def test_a_fold_that_bends_or_lies_askew_goes_to_both_edges(bend: float) -> None:
    page = np.full((600, 1600), 245, np.uint8)
    for x in range(1600):
        y = round(300 + x * 0.02 + bend * np.sin(x / 400))
        page[y : y + 4, x] -= 60
    assert (without_folds(page) < 225).sum() < 0.1 * (page < 225).sum()
