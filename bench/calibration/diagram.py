"""The reliability diagram as SVG: observed share of right words over stated confidence.

Both axes count nines (−log₁₀ of the doubt), since nearly all words lie above 0.9 and what matters is whether 0.99 is
0.99 or 0.95. Bars are 95 % intervals; a dot's area grows with the logarithm of the number of words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import log10

from bench.calibration.report import BANDS, in_band, interval

_TICKS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.998)
_MOST = 0.9995
_SIDE, _LEFT, _TOP, _ACROSS, _DOWN, _FOOT = 220, 64, 62, 62, 82, 6
_COLUMNS = 3
_COLOURS = ("#c8553d", "#1b6ca8")

Series = tuple[Sequence[float], Sequence[bool]]
"""Stated confidences and what was right."""

_LEAST = 40
"""Words of a dot; bands with fewer are put together with the next one below."""


def diagram(panels: Sequence[tuple[str, Mapping[str, Series]]]) -> str:
    """Panels in rows of three, each a title and series; all panels name the same series."""
    rows = -(-len(panels) // _COLUMNS)
    width, height = _LEFT + _COLUMNS * (_SIDE + _ACROSS), _TOP + rows * (_SIDE + _DOWN) + _FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="sans-serif" font-size="10" fill="#222">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    place = _LEFT
    for colour, name in zip(_COLOURS, panels[0][1], strict=True):
        parts.append(f'<circle cx="{place + 5}" cy="16" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{place + 14}" y="20" font-size="12">{escape(name)}</text>')
        place += 170
    for number, (title, series) in enumerate(panels):
        row, column = divmod(number, _COLUMNS)
        x, y = _LEFT + column * (_SIDE + _ACROSS), _TOP + row * (_SIDE + _DOWN)
        parts += [f'<g transform="translate({x} {y})">', *_panel(title, series), "</g>"]
    return "\n".join([*parts, "</svg>\n"])


def _panel(title: str, series: Mapping[str, Series]) -> Iterator[str]:
    """One square, its corner at the left top of its side."""
    yield f'<text y="-8" font-size="12" font-weight="bold">{escape(title)}</text>'
    for tick in _TICKS:
        x, y = _along(tick), _SIDE - _along(tick)
        yield f'<path d="M{x:.1f} 0V{_SIDE}M0 {y:.1f}H{_SIDE}" stroke="#e4e4e4"/>'
        yield f'<text x="-5" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>'
        yield (
            f'<text transform="translate({x + 4:.1f} {_SIDE + 8}) rotate(-60)" text-anchor="end">{tick:g}</text>'
        )
    yield f'<path d="M0 {_SIDE}L{_SIDE} 0" stroke="#888" stroke-dasharray="4 3"/>'
    yield f'<text x="{_SIDE / 2}" y="{_SIDE + 42}" text-anchor="middle">stated</text>'
    yield f'<text transform="translate(-38 {_SIDE / 2}) rotate(-90)" text-anchor="middle">observed right</text>'
    for colour, (said, right) in zip(_COLOURS, series.values(), strict=True):
        yield from _series(colour, said, right)


def _series(colour: str, said: Sequence[float], right: Sequence[bool]) -> Iterator[str]:
    points = []
    for places in _dots(said):
        true = sum(right[i] for i in places)
        low, high = interval(true, len(places))
        x = _along(sum(said[i] for i in places) / len(places))
        y = _SIDE - _along(true / len(places))
        points.append(f"{x:.1f} {y:.1f}")
        span = f"M{x:.1f} {_SIDE - _along(low):.1f}V{_SIDE - _along(high):.1f}"
        yield f'<path d="{span}" stroke="{colour}" stroke-opacity="0.45" stroke-width="2"/>'
        radius = 1.2 + 0.9 * log10(len(places))
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}"/>'
    if points:
        yield f'<path d="M{"L".join(points)}" fill="none" stroke="{colour}" stroke-width="1.2"/>'


def _dots(said: Sequence[float]) -> Iterator[list[int]]:
    """The words of each dot, from the highest band to the lowest; too few at the very end are left out."""
    gathered: list[int] = []
    for band in BANDS:
        gathered += in_band(said, band)
        if len(gathered) >= _LEAST:
            yield gathered
            gathered = []


def _along(share: float) -> float:
    """Pixels from the corner."""
    return _SIDE * log10(1 - min(share, _MOST)) / log10(1 - _MOST)
