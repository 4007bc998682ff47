"""From the picture of a slot to the number in it: ink → pieces → digits, by the likeliest way to put pieces together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.layout.components import Components, find_components
from pipeline.layout.masks import ink_mask
from pipeline.layout.rules import find_leaders
from pipeline.median import median
from pipeline.model import Picture
from pipeline.ocr.handwriting.digits import NOTHING, Floats, framed, network
from schemas.geometry import Box, union

_LEAST = 0.55
"""Height of a digit in x-heights of the line at the least; what is lower is a speck or a part of one."""

_SPECK = 0.02
"""Largest area of a speck, in squares of the x-height."""

_WIDE, _PIECE = 0.95, 0.35
"""A piece wider than this share of the digits' height is cut; narrowest part of it, in the same."""

_MOST_PIECES, _WIDEST = 3, 1.4
"""So many pieces make one digit at most, and no digit is so much wider than high."""

_SKIPPED = 1.6
"""Nats for a piece that is left out: a stroke of the line, a stamp's rim."""

_KINDS = 10


@dataclass(frozen=True, slots=True)
class Number:
    """Digits as read, the chance of the least likely of them (0–1), and their box in pixels of the picture."""

    text: str
    chance: float
    box: Box


@dataclass(frozen=True, slots=True)
class _Path:
    """A way to read the first pieces: nats, the digits so far, the least chance, and which pieces were used."""

    nats: float
    text: str
    chance: float
    used: tuple[int, ...]


def read_number(picture: Picture, x_height: float, allowed: Iterable[str] | None, most: int) -> Number | None:
    """The number in a grey picture that holds a slot of a line; None where there is none.

    ``allowed`` are the texts that it may have, where that is known (days, months); it has ``most`` digits at most.
    """
    mask = ink_mask(picture)
    if not mask.any() or mask.mean() > 0.5:
        return None
    parts = find_components(mask)
    pieces = _pieces(parts, x_height)
    if not pieces or len(pieces) > 4 * most:
        return None
    ink = np.where(mask > 0, 255 - picture, 0).astype(np.uint8)
    groups, pictures = [], []
    for start in range(len(pieces)):
        for end in range(start + 1, min(start + _MOST_PIECES, len(pieces)) + 1):
            digit = _together(ink, parts.labels, pieces[start:end])
            height, width = digit.shape
            if height >= _LEAST * x_height and width <= _WIDEST * height:
                groups.append((start, end))
                pictures.append(framed(digit))
    if not groups:
        return None
    chances = dict(zip(groups, network().chances(np.stack(pictures)), strict=True))
    best = _best(chances, len(pieces), None if allowed is None else frozenset(allowed), most)
    if best is None:
        return None
    return Number(best.text, best.chance, union(pieces[i].box for i in best.used))


@dataclass(frozen=True, slots=True)
class _Piece:
    """Labels of components, and the columns of them that belong to the piece."""

    labels: tuple[int, ...]
    box: Box


def _pieces(parts: Components, x_height: float) -> list[_Piece]:
    """What may be digits or parts of digits, from left to right; wide components are cut where they are thin."""
    dots = find_leaders(parts, x_height)
    kept = np.flatnonzero(~dots & (parts.area > _SPECK * x_height**2))
    flat = (parts.height < 0.25 * x_height) & (parts.width > 1.2 * x_height)
    kept = kept[~flat[kept]]
    tall = kept[parts.height[kept] >= _LEAST * x_height]
    if len(tall) == 0:
        return []
    usual = median(parts.height[tall])
    found: list[_Piece] = []
    for i in tall[np.argsort(parts.left[tall] + parts.right[tall], kind="stable")].tolist():
        box = Box(float(parts.left[i]), float(parts.top[i]), float(parts.right[i]), float(parts.bottom[i]))
        for left, right in _cuts(parts, i, max(usual, _LEAST * x_height)):
            found.append(_Piece((i + 1,), Box(left, box.top, right, box.bottom)))
    for i in kept[parts.height[kept] < _LEAST * x_height].tolist():
        found = _with_part(found, parts, i, x_height)
    return found


def _with_part(pieces: list[_Piece], parts: Components, i: int, x_height: float) -> list[_Piece]:
    """A low part (the bar of a 5, a broken stroke) joined to the piece that it touches or nearly touches."""
    box = Box(float(parts.left[i]), float(parts.top[i]), float(parts.right[i]), float(parts.bottom[i]))

    def away(piece: _Piece) -> float:
        aside = max(piece.box.left - box.right, box.left - piece.box.right, 0.0)
        beyond = max(piece.box.top - box.bottom, box.top - piece.box.bottom, 0.0)
        return aside + beyond

    nearest = min(range(len(pieces)), key=lambda place: away(pieces[place]))
    if away(pieces[nearest]) > 0.3 * x_height:
        return pieces
    old = pieces[nearest]
    joined = _Piece((*old.labels, i + 1), union((old.box, box)))
    return [*pieces[:nearest], joined, *pieces[nearest + 1 :]]


def _cuts(parts: Components, i: int, usual: float) -> list[tuple[float, float]]:
    """Columns of the parts of a component: one, or several where digits touch."""
    left, right = int(parts.left[i]), int(parts.right[i])
    if right - left <= _WIDE * usual:
        return [(float(left), float(right))]
    own = parts.labels[parts.top[i] : parts.bottom[i], left:right] == i + 1
    profile = own.sum(axis=0).astype(np.float64)
    count = max(round((right - left) / (0.62 * usual)), 2)
    edges = [0]
    for step in range(1, count):
        middle = (right - left) * step / count
        reach = 0.5 * (right - left) / count
        low, high = int(max(middle - reach, edges[-1] + _PIECE * usual * 0.5)), int(middle + reach)
        if high > low:
            edges.append(low + int(profile[low:high].argmin()))
    edges.append(right - left)
    return [(float(left + a), float(left + b)) for a, b in pairwise(edges) if b > a]


def _together(ink: Picture, labels: NDArray[np.int32], pieces: Sequence[_Piece]) -> Picture:
    """The ink of some pieces, light on black, cut out tightly."""
    left, right = int(min(p.box.left for p in pieces)), int(max(p.box.right for p in pieces))
    top, bottom = int(min(p.box.top for p in pieces)), int(max(p.box.bottom for p in pieces))
    own = np.isin(labels[top:bottom, left:right], [label for p in pieces for label in p.labels])
    return np.asarray(ink[top:bottom, left:right] * own, np.uint8)


def _best(
    chances: dict[tuple[int, int], Floats], count: int, allowed: frozenset[str] | None, most: int
) -> _Path | None:
    """The likeliest number, by beam search over the pieces from left to right."""
    ends: list[list[_Path]] = [[] for _ in range(count + 1)]
    ends[0] = [_Path(0.0, "", 1.0, ())]
    for start in range(count):
        ends[start] = sorted(ends[start], key=lambda path: path.nats)[:200]
        for path in ends[start]:
            ends[start + 1].append(_Path(path.nats + _SKIPPED, path.text, path.chance, path.used))
            for end in range(start + 1, min(start + _MOST_PIECES, count) + 1):
                if (start, end) not in chances or len(path.text) == most:
                    continue
                chance = chances[start, end]
                for digit in np.argsort(-chance[:NOTHING])[: _KINDS if allowed is not None else 3].tolist():
                    p = float(chance[digit])
                    nats = path.nats - float(np.log(p + 1e-6))
                    used = (*path.used, *range(start, end))
                    ends[end].append(_Path(nats, path.text + str(digit), min(path.chance, p), used))
    whole = [p for p in ends[count] if p.text and (allowed is None or p.text in allowed)]
    return min(whole, key=lambda path: path.nats, default=None)
