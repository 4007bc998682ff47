"""From a grey picture at reading size to its lines as the recogniser takes them in: components → rules, rings → lines → strips."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import (
    Components,
    faint_parts,
    find_components,
    no_print,
    shines_through,
)
from pipeline.layout.frames import find_frame
from pipeline.layout.lines import Lines, find_lines
from pipeline.layout.masks import Mask, print_mask
from pipeline.layout.pepper import find_pepper
from pipeline.layout.ragged import with_ragged_rules
from pipeline.layout.reversed import turned_around
from pipeline.layout.rings import Circle, find_rings
from pipeline.layout.rules import (
    Rules,
    find_leaders,
    find_ornaments,
    find_rules,
    rest_of_rules,
    without_rules,
)
from pipeline.layout.strips import PAPER, Strip, cut_strips
from pipeline.layout.tables import Table, find_tables, rest_of_grid
from pipeline.layout.touching import parted_letters
from pipeline.model import X_HEIGHT, Picture

_EDGE = 5
"""Pixels across which the edges of a letter reach, from its one side to its other."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The lines of a picture as the recogniser takes them in, and what they were found among.

    ``dropped`` parts are specks, leaders and the like; ``picture`` lacks the rules.
    """

    strips: tuple[Strip, ...]
    parts: Components
    lines: Lines
    rules: Rules
    dropped: NDArray[np.bool_]
    picture: Picture
    tables: tuple[Table, ...]
    seals: tuple[Circle, ...] = ()


def cut_region(picture: Picture) -> Cut:
    """Find the lines of a grey picture (height, width) whose print has an x-height of ``X_HEIGHT``, and cut them out."""
    mask = print_mask(picture, X_HEIGHT)
    rules = with_ragged_rules(mask, find_rules(mask, X_HEIGHT), X_HEIGHT)
    bare = without_rules(mask, rules)
    ruled = np.asarray(cv2.dilate(rules.drawn, np.ones((3, 3), np.uint8)), np.uint8)
    if (frame := find_frame(bare, X_HEIGHT)) is not None:
        bare, ruled = bare & (1 - frame), ruled | frame
    parts, tables = find_components(bare), find_tables(rules, X_HEIGHT)
    rests = (
        rest_of_rules(bare, parts, X_HEIGHT),
        rest_of_grid(bare, parts, rules, tables, X_HEIGHT),
    )
    for rest in rests:
        if rest is not None:
            bare, ruled = bare & (1 - rest), ruled | rest
    if any(rest is not None for rest in rests):
        parts = find_components(bare)
    if (turned := turned_around(picture, parts, X_HEIGHT)) is not None:
        return cut_region(turned)
    seals: tuple[Circle, ...] = ()
    if (rings := find_rings(bare, X_HEIGHT)) is not None:
        bare, ruled, seals = bare & (1 - rings.mask), ruled | rings.mask, rings.circles
        parts = find_components(bare)
    found, dropped, faint = _lines(picture, mask, parts, rules)
    if (cut := parted_letters(bare, parts, found.lines, X_HEIGHT)) is not None:
        parts = find_components(cut)
        found, dropped, faint = _lines(picture, mask, parts, rules)
    unruled = picture | (ruled * np.uint8(PAPER))
    if shines_through(parts, faint, X_HEIGHT):
        unruled = _without_back(unruled, parts, faint)
    strips = cut_strips(unruled, parts, found, X_HEIGHT)
    return Cut(strips, parts, found, rules, dropped, unruled, tables, seals)


def _without_back(picture: Picture, parts: Components, faint: NDArray[np.bool_]) -> Picture:
    """The picture with paper wherever no print is near: beside dark letters what shines through is in no part."""
    kept = np.append(~faint, False)[parts.labels - 1]  # label 0, the paper, reads the appended last entry
    near = cv2.dilate(kept.astype(np.uint8), np.ones((_EDGE, _EDGE), np.uint8))
    return np.where(near > 0, picture, np.uint8(PAPER))


def _lines(
    picture: Picture, mask: Mask, parts: Components, rules: Rules
) -> tuple[Lines, NDArray[np.bool_], NDArray[np.bool_]]:
    """The lines, which parts take none in them, and which of all are faint."""
    faint = faint_parts(parts, picture, mask, X_HEIGHT)
    drawn = find_leaders(parts, X_HEIGHT) | find_ornaments(parts, X_HEIGHT)
    dropped = drawn | no_print(parts, faint, X_HEIGHT) | find_pepper(parts, picture, drawn, X_HEIGHT)
    return find_lines(parts, X_HEIGHT, rules.vertical, dropped), dropped, faint
