"""QR and bar codes on a scanned page (zxing-cpp): citizen cards, results (TCVN 7322), dossier slips, separator sheets."""

from __future__ import annotations

from typing import Any

from pipeline.model import Code, Picture
from schemas.geometry import Box
from schemas.vietnamese import nfc

_SMALL, _LARGE = 1300, 2000
"""Longer side in pixels of the first, cheap look (codes of 25 mm on A4 are found there), and below which a page is
enlarged for the second (modules of less than 2 pixels are not)."""


def read_codes(picture: Picture) -> tuple[Code, ...]:
    """All codes on a page as scanned, top first, boxes in its pixels; raises ValueError for what is no picture.

    Looks only where the texture of the page allows a code, at a reduced copy first, and closely where that shows none.
    """
    if picture.ndim not in (2, 3) or picture.size == 0:
        raise ValueError("a picture is (height, width) or (height, width, 3)")
    import cv2

    grey: Any = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) if picture.ndim == 3 else picture
    if not _may_hold_code(grey):
        return ()
    longer = max(grey.shape)
    for factor in (min(1.0, _SMALL / longer), 1.0 if longer >= _LARGE else 2.0):
        how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        look: Any = grey if factor == 1 else cv2.resize(grey, None, fx=factor, fy=factor, interpolation=how)
        if found := _decode(look, factor):
            return found
    return ()


def _may_hold_code(grey: Any) -> bool:
    """Whether some patch of 9 mm of A4 is a third ink or more, as codes are: lines of text with their gaps are not."""
    import cv2
    import numpy as np

    scale = 256 / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    paper = np.partition(small.ravel(), small.size // 2)[small.size // 2]
    patches = cv2.blur(small, (8, 8))[4:-4, 4:-4]
    return bool((patches < 0.72 * paper).any())


def _decode(grey: Picture, factor: float) -> tuple[Code, ...]:
    import zxingcpp

    kinds = zxingcpp.BarcodeFormat
    formats: Any = (kinds.QRCode, kinds.Code128, kinds.DataMatrix, kinds.PDF417)
    results = zxingcpp.read_barcodes(
        grey,
        formats=formats,
        try_rotate=True,
        try_downscale=False,
        try_invert=False,
    )
    codes = []
    for result in results:
        place = result.position
        corners = (place.top_left, place.top_right, place.bottom_left, place.bottom_right)
        xs, ys = [c.x / factor for c in corners], [c.y / factor for c in corners]
        box = Box(min(xs), min(ys), max(xs), max(ys))
        codes.append(Code(str(result.format).replace(" ", ""), nfc(result.text), box))
    return tuple(sorted(codes, key=lambda code: (code.box.top, code.box.left)))
