"""The median is that of NumPy, whatever the numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.median import median


@given(st.lists(st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6), min_size=1, max_size=40))
def test_it_is_what_numpy_gives(values: list[float]) -> None:
    assert median(np.array(values)) == pytest.approx(float(np.median(values)))


def test_there_is_none_of_nothing() -> None:
    with pytest.raises(ValueError, match="no values"):
        median(np.array([]))
