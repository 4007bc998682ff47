"""How a name would look if it were printed here: words drawn in the face of the line and laid over the picture.

Names of signers are set in upright bold Times New Roman (Decree 30/2020/NĐ-CP, annex I), so a word that a seal covers can
be drawn as it must look once a neighbour has told the size, the place and the darkness of the line. Seals and pens only
add ink: where a word has ink and the paper has none, the word is wrong; ink that no letter accounts for speaks against
it less, and strokes that are known for a pen's not at all. That takes no reading, and what confuses a reader does little
harm here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.layout.masks import share_below
from pipeline.model import Picture
from pipeline.typeface import font_files

if TYPE_CHECKING:
    from PIL import ImageFont

Map = NDArray[np.float32]

_NATS = 0.15
"""Nats against a word for each of its pixels that the paper lacks, at an em of ``_EM`` pixels."""

_EM = 35.0

_EXTRA = 0.5
"""What a pixel of ink costs that no letter accounts for, against one that is missing."""

_SEAL, _PRINT, _PEN = 0.45, 0.8, 1.5
"""Darkness against that of the line's own print: up to the first it is a seal's, from the last on a pen's."""

_FITS, _ALIKE = 0.35, 0.515
"""Most of a word's ink that may be missing where a face is to fit the line; the same with the line's print that the word leaves over."""

_RARER = 4.0
"""Nats by which a face must fit better than the one before it, which is the usual one."""

_SOFT = 0.5
"""Blur of the drawn letters, in pixels: the least that a scan has."""

_ABOUT, _STEP = 16, 4
"""Pixels aside that a word may stand from where its middle was read; from where its neighbour puts it."""

_LARGE = 100.0
"""Em in pixels of the word that sizes are tried with."""

_SMALLEST = 8.0
"""Em in pixels below which no face can be told: a word was read where hardly anything stands."""

_LOWER, _ANYWHERE = 3, 14
"""Pixels that a word may stand above or below its neighbour; the usual baseline of a strip."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A grey strip with a line of print, and which of its pixels a pen blackened."""

    picture: Picture
    pen: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a line: its face, the em in pixels, and for each pixel of the strip what a letter's ink costs there."""

    face: str
    em: float
    cost: Map


@dataclass(frozen=True, slots=True)
class Placed:
    """A word laid over a strip: nats against it, where its pen starts and ends, and its baseline, in pixels."""

    nats: float
    start: float
    end: float
    base: int


@dataclass(frozen=True, slots=True)
class _Tile:
    """A drawn word: its ink 0–1, where that begins beside the start of the pen and above the baseline, its advance."""

    ink: Map
    left: int
    top: int
    advance: float


def find_type(ground: Ground, word: str, left: float, right: float) -> tuple[float, Type] | None:
    """The type of a line, told by words in it whose ink spans ``left`` to ``right``, and the nats against it.

    None where no face is installed, none looks like the words, or they stand too close for any print.
    """
    best = None
    for face in _installed():
        if (right - left) / _ems_wide(face, word) < _SMALLEST:
            continue
        nats, missing, over, line = _fit(ground, face, word, left, right)
        if missing < _FITS and missing + over < _ALIKE and (best is None or nats < best[0] - _RARER):
            best = nats, line
    return best


def at(line: Type, word: str, middle: float) -> Placed:
    """A word whose ink has its middle about at ``middle``."""
    tile = _drawn(line.face, line.em, word)
    return _laid(line, tile, _start(tile, middle), _usual_base(line), _ABOUT, _ANYWHERE)


def before(line: Type, word: str, neighbour: Placed) -> Placed:
    """A word that stands before another one."""
    tile = _drawn(line.face, line.em, word)
    start = neighbour.start - _blank(line.face, line.em) - tile.advance
    return _laid(line, tile, start, neighbour.base, _STEP, _LOWER)


def after(line: Type, word: str, neighbour: Placed) -> Placed:
    """A word that stands behind another one."""
    tile = _drawn(line.face, line.em, word)
    return _laid(line, tile, neighbour.end + _blank(line.face, line.em), neighbour.base, _STEP, _LOWER)


def _fit(ground: Ground, face: str, word: str, left: float, right: float) -> tuple[float, float, float, Type]:
    """Nats against a face in the size that fits a word best, the shares of its ink that is missing and of print left over, and the type."""
    ink = np.where(ground.pen, np.uint8(255), ground.picture)
    core = share_below(ink[:, max(round(left), 0) : max(round(right), 1)], 0.04)
    large = _drawn(face, _LARGE, word)
    rough = (right - left) / _ems_wide(face, word)
    line = Type(face, rough, _cost(ground, core))
    sizes = np.linspace(0.88, 1.06, 13) * rough
    placed, line = _sized(line, large, sizes, (left + right) / 2, _usual_base(line), (_ABOUT, _ANYWHERE))
    tile, under = _under(ground, line, word, placed)
    inked = under[tile.ink > 0.85]
    core = share_below(inked, 0.5) if inked.size else core
    line = replace(line, cost=_cost(ground, core))
    middle = (placed.start + placed.end) / 2
    sizes = np.linspace(-1, 1, 9) + line.em
    placed, line = _sized(line, large, sizes, middle, placed.base, (_STEP, _LOWER))
    tile, under = _under(ground, line, word, placed)
    missing = np.clip(1 - _darkness(under, core), 0, 1)
    printed = np.clip(-_part(line.cost, tile.ink.shape, *_corner(tile, placed), 0.0) / _EXTRA, 0, 1)
    over = float((printed * (1 - tile.ink)).sum() / max(float(printed.sum()), 1.0))
    return placed.nats, float((tile.ink * missing).sum() / tile.ink.sum()), over, line


def _ems_wide(face: str, word: str) -> float:
    """How wide the ink of a word is, in ems."""
    return float(_drawn(face, _LARGE, word).ink.shape[1] - 4) / _LARGE


def _sized(
    line: Type, large: _Tile, ems: NDArray[np.float64], middle: float, base: int, reach: tuple[int, int]
) -> tuple[Placed, Type]:
    """Where a word, drawn ``large``, costs least in one of some sizes, about a place, and the type in that size."""
    tried = []
    for em in ems:
        tile, size = _scaled(large, em / _LARGE), replace(line, em=_rounded(em))
        tried.append((_laid(size, tile, _start(tile, middle), base, *reach), size))
    return min(tried, key=lambda pair: pair[0].nats)


def _scaled(tile: _Tile, by: float) -> _Tile:
    """A drawn word made smaller: a tenth of the price of drawing it again."""
    ink = np.asarray(cv2.resize(tile.ink, None, fx=by, fy=by, interpolation=cv2.INTER_AREA), np.float32)
    return _Tile(ink, round(tile.left * by), round(tile.top * by), tile.advance * by)


def _start(tile: _Tile, middle: float) -> float:
    """Where the pen starts for a word whose ink has its middle at ``middle``."""
    inked = np.flatnonzero(tile.ink.max(axis=0) > 0.5)
    return middle - float(inked[0] + inked[-1] + 1) / 2 - tile.left


def _usual_base(line: Type) -> int:
    return round(int(line.cost.shape[0]) * 0.7)


def _under(ground: Ground, line: Type, word: str, placed: Placed) -> tuple[_Tile, Picture]:
    """A drawn word, and the part of the strip under it."""
    tile = _drawn(line.face, line.em, word)
    return tile, _part(ground.picture, tile.ink.shape, *_corner(tile, placed), 255)


def _corner(tile: _Tile, placed: Placed) -> tuple[int, int]:
    """The column and row of the strip where the picture of a laid word begins."""
    return round(placed.start) + tile.left, placed.base + tile.top


def _cost(ground: Ground, core: float) -> Map:
    """What the ink of a letter costs at each pixel: more where ink is missing, less than nothing on print."""
    dark = _darkness(ground.picture, core)
    like_print = np.clip((dark - _SEAL) / (_PRINT - _SEAL), 0, 1) * (dark < _PEN) * ~ground.pen
    return np.asarray(np.clip(1 - dark, 0, 1) - _EXTRA * like_print, np.float32)


def _darkness(strip: Picture, core: float) -> Map:
    return np.asarray((255 - strip.astype(np.float32)) / max(255 - core, 1), np.float32)


def _laid(line: Type, tile: _Tile, start: float, base: int, aside: int, lower: int) -> Placed:
    """A drawn word where it costs least, within so many pixels."""
    height, width = tile.ink.shape
    left, top = round(start) + tile.left - aside, base + tile.top - lower
    part = _part(line.cost, (height + 2 * lower, width + 2 * aside), left, top, 1.0)
    costs = cv2.matchTemplate(part, tile.ink, cv2.TM_CCORR)
    row, column = divmod(int(costs.argmin()), costs.shape[1])
    nats = float(costs[row, column]) * _NATS * (_EM / line.em) ** 2
    start = left + column - tile.left
    return Placed(nats, start, start + tile.advance, top + row - tile.top)


def _part(picture: NDArray[Any], shape: tuple[int, int], left: int, top: int, beyond: float) -> NDArray[Any]:
    """A part of a picture; what lies beyond its edges has one value."""
    height, width = shape
    rows = slice(max(top, 0), max(top + height, 0))
    columns = slice(max(left, 0), max(left + width, 0))
    inside = picture[rows, columns]
    part = np.full(shape, beyond, picture.dtype)
    y, x = max(-top, 0), max(-left, 0)
    part[y : y + inside.shape[0], x : x + inside.shape[1]] = inside
    return part


@lru_cache(maxsize=64)
def _blank(face: str, em: float) -> float:
    return _font(face, em).getlength(" ")


def _rounded(em: float) -> float:
    return round(em * 8) / 8


@lru_cache(maxsize=1)
def _installed() -> tuple[str, ...]:
    """The files of the bold and of the regular face, of each the first that has all letters."""
    return tuple(file for bold in (True, False) for file in _with_marks(bold)[:1])


def _with_marks(bold: bool) -> list[str]:
    """Installed files that hold Vietnamese letters: old releases lack them."""
    return [file for file in map(str, font_files(bold=bold)) if _font(file, 20).getmask("ễ").getbbox()]


@lru_cache(maxsize=64)
def _font(face: str, em: float) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(face, em)


@lru_cache(maxsize=1 << 10)
def _drawn(face: str, em: float, word: str) -> _Tile:
    font = _font(face, em)
    mask, (left, top) = font.getmask2(word, "L", anchor="ls")
    width, height = mask.size
    letters = np.frombuffer(bytes(mask), np.uint8).reshape(height, width)
    return _Tile(_softened(letters), left - 2, top - 2, font.getlength(word))


def _softened(letters: Picture) -> Map:
    """Drawn letters, 0–255, as ink 0–1 with a soft rim of two pixels."""
    padded = cv2.copyMakeBorder(letters.astype(np.float32) / 255, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=(0,))
    return np.asarray(cv2.GaussianBlur(padded, (0, 0), _SOFT), np.float32)
