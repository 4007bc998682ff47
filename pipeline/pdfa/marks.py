"""The marks that the law asks for on page 1 of a digitized copy, put on while the copy is made, before it is signed.

Top right, no image, Times-like 10 point, black: the organisation, the form of copy, the time in ISO 8601 with +07:00 (Decree
30/2020/NĐ-CP, annex I); the conversion mark with time and the converter's full name (Decree 137/2024/NĐ-CP, article 4). Top
left, if wanted: a QR code (TCVN 7322:2009) with the fields of Circular 01/2023/TT-VPCP. Nothing is ever put over what is on
the page: the mark moves to a free place, or the page grows by a strip at the top.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from pipeline.pdfa.textfont import TextFont
from schemas.days import VIETNAM
from schemas.vietnamese import nfc

if TYPE_CHECKING:
    from numpy.typing import NDArray


_SIZE, _LEADING, _MARGIN, _PADDING = 10.0, 12.0, 28.0, 4.0
_QR_SIDE = 62.0
_DEPTH = 110.0
_STEP = 4
_EDGE = 9
_INK = 0.82


@dataclass(frozen=True, slots=True)
class CopyMark:
    """What stands at the top right. ``form`` is the form of copy (*bản sao*, *sao y*); ``converter`` a full name."""

    organization: str
    time: datetime
    form: str = "BẢN SAO"
    converter: str | None = None

    def lines(self) -> list[str]:
        """The lines of the mark."""
        time = self.time.astimezone(VIETNAM).isoformat(timespec="seconds")
        lines = [self.organization, self.form, time]
        if self.converter:
            lines += [f"Chuyển đổi từ bản giấy: {time}", f"Người chuyển đổi: {self.converter}"]
        return [nfc(line) for line in lines if line]


@dataclass(frozen=True, slots=True)
class QrMark:
    """What the QR code at the top left tells, in this order, separated by ``|``."""

    dossier: str
    procedure: str
    subject: str
    paper: str
    system: str
    time: datetime

    def text(self) -> str:
        """The content of the code."""
        time = self.time.astimezone(VIETNAM).isoformat(timespec="seconds")
        fields = (self.dossier, self.procedure, self.subject, self.paper, self.system, time)
        return "|".join(nfc(value).replace("|", "/") for value in fields)


@dataclass(frozen=True, slots=True)
class Marked:
    """Content for page 1 (font resource ``/F1``), the points by which the page grows at the top, and where the text stands.

    ``box`` is (left, bottom, right, top) in points of the page, None without a text mark; ``code`` that of the QR code.
    """

    content: bytes
    strip: float
    font: TextFont | None
    box: tuple[float, float, float, float] | None
    code: tuple[float, float, float, float] | None = None


def place_marks(
    copy: CopyMark | None, qr: QrMark | None, size: tuple[float, float], ink: NDArray[np.bool_]
) -> Marked:
    """Find room for the marks on a page of ``size`` points; ``ink`` tells for each point (y down) what is taken."""
    width, height = size
    font, lines, block = _block(copy, width)
    beside = qr is None or block[0] + _QR_SIDE + _PADDING + 2 * _MARGIN <= width
    text_at = _free_place(block, ink, width, from_right=True) if font and beside else None
    qr_at = _free_place((_QR_SIDE, _QR_SIDE), ink, width, from_right=False) if qr else None
    strip = 0.0
    if (font and text_at is None) or (qr and qr_at is None):
        side = _QR_SIDE if qr else 0.0
        strip = _MARGIN + (max(block[1], side) if beside else block[1] + 2 * _PADDING + side)
        top = _MARGIN / 2 - strip
        text_at = max(width - _MARGIN - block[0], _PADDING), top if beside else top + side + 2 * _PADDING
        qr_at = _MARGIN, top
    parts: list[str] = []
    box = None
    if font and text_at:
        left, upper = text_at[0], height - text_at[1]
        box = (left, upper - block[1], left + block[0], upper)
        parts.append(_text(font, lines, left, upper))
    code = None
    if qr and qr_at:
        left, lower = qr_at[0], height - qr_at[1] - _QR_SIDE
        code = (left, lower, left + _QR_SIDE, lower + _QR_SIDE)
        parts.append(_qr(qr.text(), left, lower))
    return Marked("".join(parts).encode("ascii"), strip, font, box, code)


def _block(copy: CopyMark | None, width: float) -> tuple[TextFont | None, list[str], tuple[float, float]]:
    """The lines of a mark, none longer than half a page if it can be broken; their width and height in points."""
    given = copy.lines() if copy else []
    if not given:
        return None, [], (0.0, 0.0)
    font = TextFont(given)
    longest = max(font.width(word, _SIZE) for line in given for word in line.split())
    room = min(max(width / 2 - _MARGIN, longest), width - 2 * _PADDING)
    lines = [part for line in given for part in _wrapped(line, font, room)]
    return font, lines, (max(font.width(line, _SIZE) for line in lines), _LEADING * len(lines))


def _wrapped(line: str, font: TextFont, room: float) -> list[str]:
    """A line in parts that are no wider than ``room`` points, broken between words."""
    first, *words = line.split()
    parts = [first]
    for word in words:
        longer = f"{parts[-1]} {word}"
        if font.width(longer, _SIZE) <= room:
            parts[-1] = longer
        else:
            parts.append(word)
    return parts


def _free_place(
    block: tuple[float, float], ink: NDArray[np.bool_], width: float, *, from_right: bool
) -> tuple[float, float] | None:
    """Left edge and distance from the top (points) of the first free place, the corner first.

    Free means that there is nothing above it either (but for what a scanner leaves at the edge): a mark among the lines
    of a paper would look like a part of it.
    """
    taken = np.zeros((ink.shape[0] + 1, ink.shape[1] + 1), np.int64)
    taken[1:, 1:] = ink.cumsum(0).cumsum(1)
    wide, high = block[0] + 2 * _PADDING, block[1] + 2 * _PADDING
    reach = max(width / 2 - _MARGIN - block[0], 0)
    for down in np.arange(_MARGIN / 2, _DEPTH, _STEP):
        for across in np.arange(0, reach + 1, 3 * _STEP):
            left = width - _MARGIN - block[0] - across if from_right else _MARGIN + across
            x0, y0 = int(left - _PADDING), _EDGE
            x1, y1 = int(np.ceil(x0 + wide + 1)), int(np.ceil(down + high - _PADDING + 1))
            if x0 < 0 or x1 > ink.shape[1] or y1 > ink.shape[0]:
                continue
            if taken[y1, x1] - taken[y0, x1] - taken[y1, x0] + taken[y0, x0] == 0:
                return float(left), float(down)
    return None


def _text(font: TextFont, lines: list[str], left: float, upper: float) -> str:
    shown = " T* ".join(font.show(line) for line in lines)
    return (
        f"q BT /F1 {_SIZE:g} Tf 0 g {_LEADING:g} TL 1 0 0 1 {left:.2f} {upper - _SIZE:.2f} Tm {shown} ET Q\n"
    )


def _qr(text: str, left: float, bottom: float) -> str:
    """The code as filled squares: sharp at every size, and no image."""
    import zxingcpp

    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    modules = np.asarray(barcode.to_image(scale=1, add_quiet_zones=False)) < 128
    count = modules.shape[0]
    side = _QR_SIDE / (count + 8)
    squares = []
    for row in range(count):
        runs = np.flatnonzero(np.diff(np.concatenate(([False], modules[row], [False]))))
        squares += [
            f"{start + 4} {count + 3 - row} {end - start} 1 re" for start, end in runs.reshape(-1, 2).tolist()
        ]
    return f"q 0 g {side:.5f} 0 0 {side:.5f} {left:.2f} {bottom:.2f} cm {' '.join(squares)} f Q\n"


def ink_of(picture: NDArray[np.uint8], size: tuple[float, float]) -> NDArray[np.bool_]:
    """Which points of an upright page (grey or RGB picture) carry ink, as a mask of one cell per point."""
    import cv2

    grey = picture if picture.ndim == 2 else picture.min(axis=2)
    cells = (max(round(size[0]), 1), max(round(size[1]), 1))
    small = np.asarray(cv2.resize(grey, cells, interpolation=cv2.INTER_AREA))
    paper = float(np.percentile(small, 80))
    mask: NDArray[np.bool_] = small < _INK * paper
    return mask
