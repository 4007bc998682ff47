"""QR and bar codes on a scanned page (zxing-cpp): citizen cards, results (TCVN 7322), dossier slips, separator sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pipeline.layout.components import find_components
from pipeline.model import Code, Page, Picture
from pipeline.pixels import reduced
from schemas.geometry import Box
from schemas.vietnamese import nfc

_GLANCE, _PATCH = 768, 20
"""Longer side in pixels of the copy on which codes are suspected, and the side of the patch that must be full of one."""

_LARGE = 3000
"""Longer side in pixels of a page, A4 at 260 dpi, on which the modules of a code are large enough as they are."""

_SMALL = 1300
"""Longer side in pixels of the reduced copy for a last try: noise and blur vanish in it."""


_RIM = 0.02
"""Share of a code's side, half a module, that a reader may place its rim aside."""


def read_codes(picture: Picture) -> tuple[Code, ...]:
    """All codes on a page as scanned, top first, boxes in its pixels; raises ValueError for what is no picture.

    Looks closely only at the parts of the page whose texture allows a code.
    """
    if picture.ndim not in (2, 3) or picture.size == 0:
        raise ValueError("a picture is (height, width) or (height, width, 3)")
    import cv2

    grey: Any = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) if picture.ndim == 3 else picture
    longer = max(grey.shape)
    scales = (1.0, 2.0, _SMALL / longer) if longer >= _SMALL else (2.0, 1.0)
    if longer > _LARGE:
        scales = (1.0, _SMALL / longer)
    found: dict[str, Code] = {}
    for left, top, right, bottom in _suspects(grey):
        part: Any = grey[top:bottom, left:right]
        looks = (_decode(_scaled(part, factor), factor, left, top) for factor in scales)
        for code in next((codes for codes in looks if codes), ()):
            found.setdefault(code.text, code)
    return tuple(sorted(found.values(), key=lambda code: (code.box.top, code.box.left)))


def without_codes(page: Page, codes: Sequence[Code]) -> Page:
    """The working copy with white paper where codes were read on the scan: their modules are no letters of the lines beside."""
    if not codes:
        return page
    boxes = [_with_rim(page.to_scan.inverse().box(code.box)) for code in codes]
    unlifted = None if page.unlifted is None else _whitened(page.unlifted, boxes)
    return replace(page, picture=_whitened(page.picture, boxes), unlifted=unlifted)


def _with_rim(box: Box) -> Box:
    rim = _RIM * min(box.width, box.height)
    return Box(box.left - rim, box.top - rim, box.right + rim, box.bottom + rim)


def _whitened(picture: Picture, boxes: Sequence[Box]) -> Picture:
    white = picture.copy()
    for box in boxes:
        left, top, right, bottom = (max(edge, 0) for edge in box.as_list())
        white[top:bottom, left:right] = 255
    return white


def _scaled(grey: Any, factor: float) -> Any:
    import cv2

    if factor == 1:
        return grey
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return cv2.resize(grey, None, fx=factor, fy=factor, interpolation=how)


def _suspects(grey: Any) -> list[tuple[int, int, int, int]]:
    """Boxes (left, top, right, bottom) around patches of 8 mm of A4 that have ink in each of their rows and columns.

    Codes have, lines of text have not; seals and pictures may.
    """
    import cv2
    import numpy as np

    scale = min(_GLANCE / max(grey.shape), 1.0)
    near = reduced(grey, 2) if scale < 0.5 else grey
    size = (max(round(grey.shape[1] * scale), 1), max(round(grey.shape[0] * scale), 1))
    small = cv2.resize(near, size, interpolation=cv2.INTER_AREA)
    paper = np.partition(small.ravel(), small.size // 2)[small.size // 2]
    rows = cv2.dilate(cv2.blur(small, (_PATCH, 1)), np.ones((_PATCH, 1), np.uint8))
    columns = cv2.dilate(cv2.blur(small, (1, _PATCH)), np.ones((1, _PATCH), np.uint8))
    full = (np.maximum(rows, columns) < 0.88 * paper).astype(np.uint8)
    full[:_PATCH], full[-_PATCH:], full[:, :_PATCH], full[:, -_PATCH:] = 0, 0, 0, 0
    grown = cv2.dilate(full, np.ones((5 * _PATCH, 5 * _PATCH), np.uint8))
    parts = find_components(np.asarray(grown, np.uint8))
    boxes = np.stack([parts.left, parts.top, parts.right, parts.bottom], axis=1) / scale
    return [(left, top, right, bottom) for left, top, right, bottom in np.rint(boxes).astype(int).tolist()]


def _decode(grey: Picture, factor: float, left: int, top: int) -> tuple[Code, ...]:
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
        xs, ys = [left + c.x / factor for c in corners], [top + c.y / factor for c in corners]
        box = Box(min(xs), min(ys), max(xs), max(ys))
        codes.append(Code(str(result.format).replace(" ", ""), nfc(result.text), box))
    return tuple(sorted(codes, key=lambda code: (code.box.top, code.box.left)))
