"""The reliability diagram as SVG: observed share of right words over stated confidence.

Both axes count nines (−log₁₀ of the doubt), since nearly all words lie above 0.9 and what matters is whether 0.99 is
0.99 or 0.95. Bars are 95 % intervals; a dot's area grows with the logarithm of the number of words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import log10

from bench.calibration.report import BANDS, in_band, interval

_TICKS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.998, 0.999)
_MOST = 0.9995
_SIDE, _LEFT, _TOP, _SPACE, _FOOT = 300, 62, 46, 66, 96
_COLOURS = ("#1b6ca8", "#c8553d", "#3a7d44", "#8a5a9e", "#b8860b", "#4d4d4d", "#00838f")

Series = tuple[Sequence[float], Sequence[bool]]
"""Stated confidences and what was right."""

_LEAST = 15
"""Words below which a band is not drawn."""


def diagram(panels: Sequence[tuple[str, Mapping[str, Series]]]) -> str:
    """Panels side by side, each a title and named series."""
    width = _LEFT + len(panels) * (_SIDE + _SPACE)
    height = _TOP + _SIDE + _FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="sans-serif" font-size="11" fill="#222">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for number, (title, series) in enumerate(panels):
        parts += _panel(_LEFT + number * (_SIDE + _SPACE), title, series)
    return "\n".join([*parts, "</svg>\n"])


def _panel(left: float, title: str, series: Mapping[str, Series]) -> list[str]:
    bottom = _TOP + _SIDE
    parts = [f'<text x="{left}" y="{_TOP - 18}" font-size="14" font-weight="bold">{escape(title)}</text>']
    for tick in _TICKS:
        x, y = left + _along(tick), bottom - _along(tick)
        parts += [
            f'<path d="M{x:.1f} {_TOP}V{bottom}M{left} {y:.1f}H{left + _SIDE}" stroke="#e4e4e4"/>',
            f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>',
            f'<text transform="translate({x + 4:.1f} {bottom + 8}) rotate(-60)" text-anchor="end">{tick:g}</text>',
        ]
    parts.append(f'<path d="M{left} {bottom}L{left + _SIDE} {_TOP}" stroke="#999" stroke-dasharray="4 3"/>')
    middle = left + _SIDE / 2
    parts.append(f'<text x="{middle}" y="{bottom + 48}" text-anchor="middle">stated confidence</text>')
    across = f"translate({left - 44} {_TOP + _SIDE / 2}) rotate(-90)"
    parts.append(f'<text transform="{across}" text-anchor="middle">observed share of right words</text>')
    place = left
    for colour, (name, (said, right)) in zip(_COLOURS, series.items(), strict=False):
        parts += _series(left, colour, said, right)
        parts.append(f'<circle cx="{place + 5}" cy="{bottom + 70}" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{place + 14}" y="{bottom + 74}">{escape(name)}</text>')
        place += 24 + 6.0 * len(name)
    return parts


def _series(left: float, colour: str, said: Sequence[float], right: Sequence[bool]) -> list[str]:
    bottom = _TOP + _SIDE
    points = []
    marks = []
    for band in reversed(BANDS):
        places = in_band(said, band)
        if len(places) < _LEAST:
            continue
        true = sum(right[i] for i in places)
        low, high = interval(true, len(places))
        x = left + _along(sum(said[i] for i in places) / len(places))
        y = bottom - _along(true / len(places))
        points.append(f"{x:.1f} {y:.1f}")
        span = f"M{x:.1f} {bottom - _along(low):.1f}V{bottom - _along(high):.1f}"
        marks.append(f'<path d="{span}" stroke="{colour}" stroke-opacity="0.45" stroke-width="2"/>')
        radius = 1.5 + 1.1 * log10(len(places))
        marks.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}"/>')
    line = (
        f'<path d="M{"L".join(points)}" fill="none" stroke="{colour}" stroke-width="1.3"/>' if points else ""
    )
    return [line, *marks]


def _along(share: float) -> float:
    """Pixels from the corner."""
    return _SIDE * log10(1 - min(share, _MOST)) / log10(1 - _MOST)
