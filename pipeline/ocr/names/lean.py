"""Letters that lean, as those of many stamps of names do: set upright before they are read.

The networks read the slight lean of printed italics; the bold leaning letters of a worn stamp they take for others.
"""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.layout.masks import ink_mask
from pipeline.model import Picture

_LEANS = np.arange(0.0, 0.35, 0.05)
"""Leans that are tried, in columns a row: 0.5 is 27°."""

_UPRIGHT = 0.1
"""What leans no more is left as it is."""

_PAPER = 255


def lean_of(strip: Picture) -> float:
    """How far the letters of a grey strip lean to the right, in columns a row; 0 where they are nearly upright.

    Stems that stand upright gather their ink in few columns (after Vinciarelli and Luettin 2001).
    """
    ink = ink_mask(strip).astype(np.float32)
    sharpness = [float((_sheared(ink, lean, 0).sum(axis=0) ** 2).sum()) for lean in _LEANS.tolist()]
    lean = float(_LEANS[int(np.argmax(sharpness))])
    return lean if lean > _UPRIGHT else 0.0


def set_upright(picture: Picture, lean: float, row: float) -> Picture:
    """The picture with letters that lean so far set upright; what stands in ``row`` stays in its columns."""
    return picture if lean == 0 else np.asarray(_sheared(picture, lean, _PAPER, row), np.uint8)


def _sheared(
    picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8 | np.float32]],
    lean: float,
    beyond: int,
    row: float | None = None,
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8 | np.float32]]:
    height, width = picture.shape
    middle = (height - 1) / 2 if row is None else row
    # A row above the middle lies too far to the right, by its distance times the lean.
    moved = np.array([[1.0, lean, -lean * middle], [0.0, 1.0, 0.0]])
    return cv2.warpAffine(picture, moved, (width, height), flags=cv2.INTER_LINEAR, borderValue=(beyond,))  # type: ignore[return-value]
