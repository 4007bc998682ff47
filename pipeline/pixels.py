"""Pixels of a page as the house takes them: grey or RGB, square, with a dpi that can be true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipeline.model import Picture, ScanPage

if TYPE_CHECKING:
    from PIL import Image

# Long sides in inches of the papers that lie on a scanner; it is nearly always A4, then A3 or A5.
_A4_LONG, _OTHER_A_LONG = 11.69, (16.54, 8.27)
_CARD_LONG, _CARD_RATIO = 3.370, 1.586
_COMMON_DPI = (300, 200, 150, 400, 600, 240, 100)  # the likelier first
# What cameras and graphics programs write when they mean "nothing known".
_LONGEST = 200
"""Inches: receipts and plots are as long, and a PDF may be."""

_MEANINGLESS_DPI = (1, 72, 96)


def to_picture(image: Image.Image) -> Picture:
    """Pixels of a Pillow image as grey or RGB, uint8; what is transparent becomes white paper."""
    from PIL import Image

    if image.mode.startswith("I") or image.mode == "F":
        return _narrowed(image)
    if hasattr(image, "tag_v2"):
        image = _as_meant(image)
    if image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info:
        rgba = (image.convert("LA") if image.mode == "La" else image).convert("RGBA")
        paper = Image.new("RGBA", rgba.size, "white")
        paper.alpha_composite(rgba)
        image = paper.convert("L" if image.mode in {"L", "LA", "La"} else "RGB")
    elif image.mode not in {"L", "RGB"}:
        image = image.convert("L" if image.mode == "1" else "RGB")
    return np.asarray(image, dtype=np.uint8)


_BITS, _PHOTOMETRIC, _PALETTE, _EXTRA, _FORMAT = 258, 262, 320, 338, 339
_WHITE_IS_ZERO, _SIGNED = 0, 2


def _as_meant(image: Image.Image) -> Image.Image:
    """A TIFF of an old program as every other viewer shows it: a palette of bytes where 16 bits should be, a fourth sample without a meaning."""
    palette = image.tag_v2.get(_PALETTE, ())  # type: ignore[attr-defined]
    if image.mode == "P" and 0 < max(palette, default=0) < 256:
        image.load()
        image.putpalette(bytes(palette), "RGB;L")
    elif image.mode == "RGBA" and _EXTRA not in image.tag_v2:  # type: ignore[attr-defined]
        empty = image.getchannel("A").getextrema() == (0, 0)
        return image.convert("RGB") if empty else image
    elif image.mode == "La" and image.getchannel(1).getextrema() == (0, 0):
        return image.getchannel(0)  # grey that was multiplied by nothing would be black: nobody multiplied it
    return image


def _narrowed(image: Image.Image) -> Picture:
    """More than 8 bits, whole or floating, as 8: by the range that the format has, or the one that the values need."""
    image.load()
    tags = getattr(image, "tag_v2", {})
    bits, (kind, *_) = tags.get(_BITS, (16,))[0], tags.get(_FORMAT, (1,))
    wide = np.asarray(image)
    if bits == 32 and kind == 1 and wide.dtype == np.int32:
        wide = wide.view(np.uint32)  # Pillow has no such pixels, and takes the upper half for negative
    values = np.nan_to_num(wide.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    top = float(values.max(initial=0.0))
    ranges = (1.0, 255.0, 65535.0) if image.mode == "F" else (2.0 ** (bits - (kind == _SIGNED)) - 1,)
    if bits == 32 and image.mode != "F":
        ranges = (65535.0, *ranges)  # as a rule 16 bits that a program widened
    full = next((limit for limit in ranges if top <= limit), top)
    see_through = image.info.get("transparency")
    narrow = np.clip(values * (255 / full), 0, 255)
    if tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
        narrow = 255 - narrow  # Pillow turns round 8 bits and fewer only
    if isinstance(see_through, int):
        narrow[wide == see_through] = 255
    return np.asarray(np.rint(narrow), np.uint8)


def squared(picture: Picture, across: float, down: float) -> Picture:
    """The picture with square pixels, from its resolutions across and down: the coarser one is brought up to the finer."""
    if across <= 0 or down <= 0 or 0.98 < across / down < 1.02 or not 0.2 < across / down < 5:
        return picture
    import cv2

    finer = max(across, down)
    height, width = picture.shape[:2]
    size = (round(width * finer / across), round(height * finer / down))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def square_pixels(number: int, picture: Picture, across: float, down: float) -> ScanPage:
    """The page with square pixels and one dpi, from the stated resolutions (0 where nothing is stated)."""
    picture = squared(picture, across, down)
    height, width = picture.shape[:2]
    return ScanPage(number, picture, plausible_dpi(width, height, max(across, down)))


def plausible_dpi(width: int, height: int, stated: float) -> float:
    """The stated dpi where it can be true for paper of this many pixels, else the dpi that the paper's shape suggests.

    A picture shaped like a chip card and too small for A4 is a card; otherwise the A size (A4, then A3, A5) at which
    the dpi is one that scanners offer; otherwise A4.
    """
    longer, shorter = max(width, height), max(min(width, height), 1)
    meaningless = any(abs(stated - value) < 0.5 for value in _MEANINGLESS_DPI)
    if not meaningless and 50 <= stated <= 2400 and 1.5 <= longer / stated <= _LONGEST:
        return stated
    ratio = longer / shorter
    if abs(ratio - _CARD_RATIO) < 0.05 and longer < 1400:
        return longer / _CARD_LONG
    if abs(ratio - 2**0.5) < 0.05:
        for sides in (_A4_LONG,), _OTHER_A_LONG:
            for common in _COMMON_DPI:
                for side in sides:
                    if abs(longer / side / common - 1) < 0.015:
                        return longer / side
    return longer / _A4_LONG


_DARK = 100
"""Grey level below which ink, or a black page, lies."""


_STANDS_OUT, _FEW = 30, 0.0002
"""Levels by which print stands out from a page that is dark all over; share of the page that a word covers."""


_SAMPLED = 16
"""Every such pixel, both ways, tells a light page."""


def is_black(picture: Picture) -> bool:
    """Whether a page is dark all over, hardly one small patch of it in a thousand light, and no print stands out from it."""
    if (_lightest(picture[::_SAMPLED, ::_SAMPLED]) > 2 * _DARK).mean() >= 0.5:  # nearly all pages
        return False
    small = _lightest(reduced(picture, max(max(picture.shape[:2]) // 400, 1)))
    if float((small > _DARK).mean()) >= 0.001:
        return False
    even = _lightest(reduced(picture, 2))  # grain of a scanner is no print
    return at_share(even, 1 - _FEW) - at_share(even, _FEW) < _STANDS_OUT


def _lightest(picture: Picture) -> Picture:
    return np.asarray(picture.max(axis=2) if picture.ndim == 3 else picture, np.uint8)


def at_share(values: NDArray[Any], share: float) -> float:
    """The value that a share (0–1) of some values stay below.

    A quantile without interpolation: those of NumPy cost ten times as much for a few hundred values, and import its masked
    arrays at the first call, 15 ms. Raises ValueError when there are no values.
    """
    if values.size == 0:
        raise ValueError("no values")
    place = min(int(share * values.size), values.size - 1)
    return float(np.partition(values, place, axis=None)[place])


def reduced(picture: Picture, factor: int) -> Picture:
    """Means, channel by channel, of whole patches of ``factor`` × ``factor`` pixels: a third of the work of any other reduction.

    What is left over at the right and at the foot is cut off, unless there is nothing else.
    """
    import cv2

    height, width = max(picture.shape[0] // factor, 1), max(picture.shape[1] // factor, 1)
    whole = picture[: height * factor, : width * factor]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
