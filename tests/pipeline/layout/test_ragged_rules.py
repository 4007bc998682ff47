"""What a ragged rule leaves behind is taken off with it: it joined the letters beside it to a line that nobody could read."""

from __future__ import annotations

import numpy as np

from pipeline.layout.components import find_components
from pipeline.layout.rules import find_rules, rest_of_rules, without_rules

X_HEIGHT = 18.0


def _rule(height: int, width: int) -> np.ndarray:
    """A ragged rule, of which no row is whole for long."""
    mask = np.zeros((80, 400), np.uint8)
    for row in range(height):
        mask[50 + row, 50 : 50 + width] = 1
        mask[50 + row, 60 + 20 * row : 50 + width : 40] = 0
    return mask


def test_what_is_left_of_a_ragged_rule_goes_and_a_letter_that_hangs_into_it_stays():
    page = _rule(2, 200)
    page[50:52, 97:107] = 0
    page[20:52, 100:104] = 1
    bare = without_rules(page, find_rules(page, X_HEIGHT))
    assert (bare == page).all()  # no row of it is a rule by itself
    rest = rest_of_rules(bare, find_components(bare), X_HEIGHT)
    assert rest is not None
    left = bare & (1 - rest)
    assert left[50:52, 110:].sum() == 0
    assert left[20:52, 100:104].all()


def test_dashes_and_thick_bars_stay():
    for height, width in ((2, 45), (9, 200)):
        mask = _rule(height, width)
        assert rest_of_rules(mask, find_components(mask), X_HEIGHT) is None
