"""Pairs of neighbours, all of them, some at a time."""

from __future__ import annotations

import tracemalloc

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.layout import links
from pipeline.layout.components import find_components
from pipeline.layout.lines import find_lines
from pipeline.layout.links import pairs
from pipeline.layout.runs import long_runs, row_runs, upright_runs

RANGES = st.lists(st.tuples(st.integers(0, 30), st.integers(-3, 12)), max_size=40)
ROWS = st.lists(st.lists(st.booleans(), min_size=9, max_size=9), min_size=1, max_size=12)


@given(RANGES, st.integers(1, 50))
def test_every_pair_comes_once_however_few_at_a_time(ranges, at_once):
    first = np.array([start for start, _ in ranges], np.intp)
    behind = first + np.array([length for _, length in ranges], np.intp)
    usual, links._AT_ONCE = links._AT_ONCE, at_once
    try:
        blocks = [(a.tolist(), b.tolist()) for a, b in pairs(first.astype(np.intp), behind.astype(np.intp))]
    finally:
        links._AT_ONCE = usual
    found = [pair for one, other in blocks for pair in zip(one, other, strict=True)]
    assert found == [(i, j) for i, (start, length) in enumerate(ranges) for j in range(start, start + length)]
    longest = max((length for _, length in ranges), default=0)
    assert all(len(one) <= at_once + max(longest, 0) for one, _ in blocks)


@given(ROWS)
def test_runs_are_the_ink_of_each_row(rows):
    mask = np.array(rows, np.uint8)
    drawn = np.zeros_like(mask)
    for row, first, behind in zip(*(values.tolist() for values in row_runs(mask)), strict=True):
        assert first == 0 or not mask[row, first - 1]
        assert behind == mask.shape[1] or not mask[row, behind]
        drawn[row, first:behind] += 1
    assert (drawn == mask).all()
    for length in (1, 2, 3, 6):
        kept = np.zeros_like(mask)
        for row, first, behind in zip(*(values.tolist() for values in row_runs(mask)), strict=True):
            kept[row, first:behind] = behind - first >= length
        assert (long_runs(mask, length) == kept).all()
        assert (upright_runs(mask.T.copy(), length) == kept.T).all()


def test_a_page_of_specks_takes_little_memory():
    page = np.zeros((2400, 1700), np.uint8)
    page[::12, ::12] = 1
    page[1200:1225, 100:1600:14] = 1
    parts = find_components(page)
    assert len(parts.left) > 25_000
    tracemalloc.start()
    find_lines(parts, 18.0, np.zeros_like(page), np.zeros(len(parts.left), np.bool_))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 120e6
