"""Whether two pictures of a page show the same, whatever the last pixel does.

A stroke may stand one pixel of the small look aside, since each way of drawing rounds in its own manner; so every pixel is
compared with the darkest and the lightest of its neighbours in the other picture.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from pipeline.model import Picture

LOOK = 480
"""Longer side of a look in pixels: 1.6 a millimetre of A4, where a word is five pixels wide and two high."""

_SHAPE = 0.02
"""How far the proportions of two pictures of one page may be apart."""

_LEVELS = 40
"""Levels (0–255, of each colour) that JPEG, profiles and the rims of strokes may change."""

_SHARE = 0.6
"""Of the contrast that both pictures have at a place: strokes thinner than a pixel come out paler or darker."""

_PALE, _FAITHFUL, _CLOSE = 12, 0.98, 3
"""Levels by which a pale mark differs, told where so large a share of what is drawn is so close in both: poppler's is then made pixel by pixel."""

_SPOT = 5
"""So many pixels that differ and touch are something to see: a mark of 2 × 2 mm, two letters."""

_COVERED = 4 * _SPOT
"""So many where the page is not even: the print of a scanner's upper layer hides the shade of itself that the lower one has."""

_QUALITY = 85


def pack(look: Picture) -> bytes:
    """A look for the journey between processes: 10–30 KB."""
    whole = [
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    ]  # colours as sharp as light
    done, data = cv2.imencode(".jpg", look[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY, *whole])
    assert done
    return bytes(data)


def unpack(data: bytes) -> Picture:
    """The look, RGB."""
    found: Any = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return np.ascontiguousarray(found[..., ::-1])


def small(picture: Picture, shape: tuple[int, ...]) -> Picture:
    """Reduced to the rows and columns of ``shape``, RGB; each pixel is the mean of those that it stands for."""
    return _rgb(np.asarray(cv2.resize(picture, (shape[1], shape[0]), interpolation=cv2.INTER_AREA), np.uint8))


def _rgb(picture: Picture) -> Picture:
    return picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)


def drawn_small(picture: Picture, shape: tuple[int, ...], *, turned: bool = False) -> Picture:
    """What a viewer draws in so many rows and columns of a picture that fills a page, RGB.

    Poppler's way, exact to a level and a fifth of the work of ``small``: each pixel is the mean of whole ones of the picture, here and
    there of a row or column more; along the page's longer side the picture ends one pixel beyond the page. One that is ``turned`` or
    mirrored on the page is only nearly drawn so.
    """
    height, width = shape[:2]
    rows, columns = height + (height >= width and not turned), width + (height < width and not turned)
    if rows > picture.shape[0] or columns > picture.shape[1]:
        return small(picture, shape)
    down, tall = _sums(picture, rows, 0, np.uint16)
    across, wide = _sums(down, columns, 1, np.uint32)
    counts = np.multiply.outer(tall, wide).reshape(rows, columns, *[1] * (picture.ndim - 2))
    return _rgb((across // counts)[:height, :width].astype(np.uint8))


def _sums(picture: Picture, count: int, axis: int, kind: type) -> tuple[Any, Any]:
    """So many rows or columns, each the sum of some that follow one another, and of how many: of a few, or of one more."""
    few, more = divmod(picture.shape[axis], count)
    begun = np.arange(count + 1) * more // count  # so many longer ones came before
    starts, longer = np.arange(count) * few + begun[:-1], begun[1:] > begun[:-1]
    sums = picture.take(starts, axis).astype(kind)
    for further in range(1, few):
        sums += picture.take(starts + further, axis)
    rest = picture.take(starts[longer] + few, axis)
    if axis:
        sums[:, longer] += rest
    else:
        sums[longer] += rest
    return sums, (few + longer).astype(np.uint32)


def fills(picture: Picture, drawn: Picture, *, turned: bool, marked: bool = False) -> bool | None:
    """Whether a page of which a viewer made a small drawing shows this picture and nothing else, not even a pale mark.

    None where this drawing cannot tell; of a page that is ``marked`` with annotations it then is another picture.
    """
    if not _of_one_shape(picture, drawn):
        return None
    ours = drawn_small(picture, drawn.shape, turned=turned)
    apart = cv2.absdiff(ours, drawn).max(axis=2)
    low, high = _around(ours)
    drawn_there = apart[cv2.subtract(high, low).max(axis=2) > _PALE]  # elsewhere all drawings are close
    if drawn_there.size == 0 or (drawn_there <= _CLOSE).mean() >= _FAITHFUL:
        return _largest((apart > _PALE).astype(np.uint8)) < _SPOT
    if marked:
        return False
    return True if difference(ours, drawn) < _SPOT else None


def alike(one: Picture, look: Picture, ignored: Picture | None = None, *, drawn: bool = False) -> bool:
    """Whether two looks show the same; ``ignored`` marks pixels of the second one that do not count.

    ``drawn``: the picture was made by the viewer itself at another size, where hairlines and seams come out otherwise.
    """
    if not _of_one_shape(one, look):
        return False
    return difference(small(one, look.shape), look, ignored, solid=drawn) < (1 if drawn else _SPOT)


def unseen(alone: Picture, look: Picture, *, masking: bool = False) -> bool:
    """Whether a picture, drawn alone, has anything in it that the page does not show at its place; both of one size.

    What is even holds nothing to be seen. A mask shows itself by what it leaves of others: that is unseen where the page is even.
    """
    low, high = _around(alone)
    drawn = cv2.subtract(high, low).max(axis=2) > _LEVELS
    low, high = _around(look)
    range = cv2.subtract(high, low).max(axis=2)
    if masking:  # a viewer may draw a mask a pixel aside from where it works
        even = np.asarray(cv2.dilate(range, np.ones((3, 3), np.uint8))) <= _PALE
        return _largest((drawn & even).astype(np.uint8)) >= _SPOT
    gone = drawn & (_beyond(alone, low, high).max(axis=2) > _LEVELS)
    even = gone & (range <= _LEVELS)
    return _largest(even.astype(np.uint8)) >= _SPOT or _largest(gone.astype(np.uint8)) >= _COVERED


def _of_one_shape(one: Picture, other: Picture) -> bool:
    """Proportions are the same; a side is a whole number of pixels, so a narrow page may be off by one of them."""
    (height, width), (rows, columns) = one.shape[:2], other.shape[:2]
    return bool(abs(height * columns - width * rows) <= _SHAPE * height * columns + max(height, width))


def difference(
    other: Picture, look: Picture, ignored: Picture | None = None, *, solid: bool = False
) -> float:
    """Pixels in the largest spot that differs between two looks of one size.

    ``solid`` counts the inner ones of spots only, so that lines of one or two pixels are none.
    """
    range = max(int(np.ptp(other)), int(np.ptp(look)))
    levels = min(_LEVELS, max(_PALE, range // 3))  # of a page that is dark all over
    if cv2.absdiff(other, look).max() <= levels:  # as a rule; what follows could not find more
        return 0.0
    low, high = _around(look)
    other_low, other_high = _around(other)
    outside = cv2.max(_beyond(other, low, high), _beyond(look, other_low, other_high)).astype(np.float32)
    contrast = cv2.min(cv2.subtract(high, low), cv2.subtract(other_high, other_low))
    spots: Any = (outside > levels + _SHARE * contrast).any(axis=2).astype(np.uint8)
    if ignored is not None:
        spots[ignored > 0] = 0
    if solid:
        spots = cv2.erode(spots, np.ones((3, 3), np.uint8))
    return _largest(spots)


def _largest(spots: Picture) -> float:
    """Pixels in the largest spot of a mask."""
    if not spots.any():
        return 0.0
    count, _, statistics, _ = cv2.connectedComponentsWithStats(spots, connectivity=8)
    return float(statistics[1:count, cv2.CC_STAT_AREA].max())


def _around(picture: Picture) -> tuple[Picture, Picture]:
    """The darkest and the lightest of each pixel and its neighbours."""
    kernel = np.ones((3, 3), np.uint8)
    return np.asarray(cv2.erode(picture, kernel), np.uint8), np.asarray(cv2.dilate(picture, kernel), np.uint8)


def _beyond(picture: Picture, low: Picture, high: Picture) -> Picture:
    return np.asarray(cv2.max(cv2.subtract(low, picture), cv2.subtract(picture, high)), np.uint8)
