"""Text that somebody marked with a highlighter: its ground becomes paper, and whatever is written on it, of any colour, stays dark.

Left as it is, such a ground is neither: what evens the light takes it for shadow, what lifts ink off the page bleaches the print on it.
"""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.model import Picture

_LIGHT = 170
"""Level (0–255) of the second lightest channel, at least: highlighters let paper shine through, solid ink does not."""

_PURE_GREEN = 230
"""Level of green from which it is as light by itself: viewers of PDF mark with it."""

_SATURATED = 0.3
"""How far the darkest channel lies below the lightest one, as a share of it: yellowed and tinted paper has less."""

_MOST = 0.5
"""Share of the page: what covers more is its paper."""

_STRONG = 0.6
"""Channels of the ground that are at least so light, as a share of the lightest, tell what is written on it."""

_WHITE = 250


def marked(ground: Picture) -> Picture | None:
    """Where the ground of a page is marked, as a mask; ``ground`` is RGB, letters closed over. None where it is nowhere."""
    if ground.ndim == 2:
        return None
    red, green, blue = cv2.split(ground)
    lightest, darkest = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
    middle = cv2.max(cv2.min(red, green), cv2.min(cv2.max(red, green), blue))
    coloured = np.asarray(cv2.subtract(lightest, darkest)) > _SATURATED * np.asarray(lightest)
    light = (np.asarray(middle) >= _LIGHT) | (np.asarray(green) >= _PURE_GREEN)
    mask = (coloured & light).astype(np.uint8)
    return mask if 0 < np.count_nonzero(mask) < _MOST * mask.size else None


def unmarked(rgb: Picture, ground: Picture, mask: Picture) -> Picture:
    """The page without its marks, of which ``mask`` tells where on the (reduced) ground they are."""
    size = (rgb.shape[1], rgb.shape[0])
    kernel = np.ones((3, 3), np.uint8)
    wider = cv2.dilate(mask, kernel)
    level = cv2.erode(ground, kernel)  # at the rim of a mark its own, not that of the paper beside it
    weak = level < _STRONG * level.max(axis=2, keepdims=True)
    level[weak] = 1  # says nothing: as if it were white
    some = np.maximum(rgb, 1)  # a ground of pure yellow has no blue at all
    divided = cv2.divide(some, cv2.resize(level, size, interpolation=cv2.INTER_NEAREST), scale=_WHITE)
    written = cv2.min(cv2.min(divided[..., 0], divided[..., 1]), divided[..., 2])
    where = cv2.resize(wider, size, interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.copyTo(cv2.cvtColor(written, cv2.COLOR_GRAY2RGB), where, rgb.copy()), np.uint8)
