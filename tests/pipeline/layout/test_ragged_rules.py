"""What a ragged rule leaves behind is taken off with it: it joined the letters beside it to a line that nobody could read."""

from __future__ import annotations

import numpy as np

from pipeline.layout.components import find_components
from pipeline.layout.rules import find_rules, rest_of_rules, without_rules
from pipeline.layout.tables import find_tables, rest_of_grid

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


def test_pieces_and_corners_of_a_grid_go_and_what_stands_in_its_cells_stays():
    """A sheet that lies askew, in 1 bit: no upright piece of the lower rows is as long as a rule."""
    page = np.zeros((460, 620), np.uint8)
    for y in (50, 150, 250, 350):
        page[y : y + 2, 40:560] = 1
    page[50:352, 40:42] = 1
    for x in (300, 558):
        page[50:250, x : x + 2] = 1
        page[256:300, x + 2 : x + 4] = 1
        page[304:352, x + 2 : x + 4] = 1
    page[304:306, 302:380] = 1  # a corner
    page[190:205, 150:162] = page[290:308, 400:416] = 1  # a letter, and one in the lower row
    page[298:300, 180:200] = 1  # a dash
    rules = find_rules(page, X_HEIGHT)
    bare = without_rules(page, rules)
    rest = rest_of_grid(bare, find_components(bare), rules, find_tables(rules, X_HEIGHT), X_HEIGHT)
    assert rest is not None
    left = bare & (1 - rest)
    assert left[190:205, 150:162].all()
    assert left[290:308, 400:416].all()
    assert left[298:300, 180:200].all()
    left[190:205, 150:162] = left[290:308, 400:416] = left[298:300, 180:200] = 0
    assert not left.any()
