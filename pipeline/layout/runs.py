"""Run-length encoding of a mask, row by row: about a hundredth of its pixels, and enough to find boxes and ruled lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.masks import Mask

Places = NDArray[np.intp]


def row_runs(mask: Mask) -> tuple[Places, Places, Places]:
    """Of each run of ones in a 0/1 mask, row by row: its row, its first column, and the one behind its last."""
    width = mask.shape[1]
    inked = np.flatnonzero(mask.view(np.bool_))
    last = np.flatnonzero((np.diff(inked) != 1) | (inked[1:] % width == 0))
    start = np.concatenate([inked[:1], inked[last + 1]])
    end = np.concatenate([inked[last], inked[-1:]])
    row = start // width
    return row, start - row * width, end - row * width + 1


def long_runs(mask: Mask, length: int) -> Mask:
    """A mask (0/1) of the runs of ``length`` pixels and more: its opening by a bar, for a quarter of the price."""
    row, first, behind = row_runs(mask)
    found = np.zeros_like(mask)
    long = np.flatnonzero(behind - first >= length)
    for y, start, end in zip(row[long].tolist(), first[long].tolist(), behind[long].tolist(), strict=True):
        found[y, start:end] = 1
    return found
