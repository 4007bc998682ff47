"""The words of coloured stamps: they are lifted off the working copy as ink, so they are read here, from the scan itself.

Only what lies in the upper part of a page is read: degrees of urgency and secrecy are stamped there (Decree 30/2020, annex I;
Circular 24/2020/TT-BCA on seals of secrecy).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import cv2
import numpy as np

from pipeline.model import X_HEIGHT, Ink, InkKind, Page, Picture, ScanPage
from pipeline.normalize.channel import match
from pipeline.ocr.lstm import lstm
from pipeline.ocr.recogniser import Recogniser
from pipeline.ocr.region import read_region
from schemas.geometry import Box
from schemas.lexicon import stamps

_UPPER = 0.5
"""Share of a page, from its top, in which such stamps lie."""

_HIGHEST = 12 * X_HEIGHT
"""A mark that is higher is no stamp of a line or two of words."""

_MOST = 6
"""Stamps that are read on a page; more are specks of a seal."""


def with_words(scan_page: ScanPage, page: Page, recogniser: Recogniser = lstm) -> tuple[Ink, ...]:
    """The inks of a page, stamps in its upper part with what they say; raises as the recogniser does."""
    found = sorted(_candidates(page), key=lambda ink: -ink.box.area)[:_MOST]
    said = {ink: _read(scan_page.picture, page, ink, recogniser) for ink in found}
    return tuple(replace(ink, text=said.get(ink, "")) for ink in page.inks)


def _candidates(page: Page) -> Iterable[Ink]:
    height = page.picture.shape[0]
    from_scan = page.to_scan.inverse()
    for ink in page.inks:
        box = from_scan.box(ink.box)
        upper = box.centre[1] < _UPPER * height
        red = ink.colour == "red" and ink.kind is not InkKind.SEAL_ROUND  # blue ink is the pen's
        if red and upper and box.width > 2 * X_HEIGHT and 2 * X_HEIGHT < box.height < _HIGHEST:
            yield ink


def _read(scan: Picture, page: Page, ink: Ink, recogniser: Recogniser) -> str:
    if scan.ndim != 3:
        return ""
    box = page.to_scan.inverse().box(ink.box)
    area = Box(box.left - X_HEIGHT, box.top - X_HEIGHT, box.right + X_HEIGHT, box.bottom + X_HEIGHT)
    said = ""
    for picture in _coloured(scan, ink):
        lines = sorted(
            read_region(_seen(picture, page, area), recogniser).lines, key=lambda line: line.box.top
        )
        said = "\n".join(line.text for line in lines)
        if any(match(line.text.upper(), stamps, torn=False) for line in lines):
            break
    return said


def _coloured(scan: Picture, ink: Ink) -> Iterator[Picture]:
    """The scan around a mark with only its own colour dark: as sharp as it is, then without the print that it lies over.

    What a JPEG keeps of colour is half as sharp as what it keeps of light, and a small stamp is lost in it.
    """
    left, top, right, bottom = ink.box.as_list()
    edge = max(right - left, bottom - top)
    around = np.s_[max(top - edge, 0) : bottom + edge, max(left - edge, 0) : right + edge]
    red, green, blue = np.moveaxis(scan[around].astype(np.int16), -1, 0)
    dark, paper = np.percentile(scan[top:bottom, left:right, 1], _INK_TO_PAPER)
    light = (green - dark) * (255 / max(paper - dark, 1))
    strength = red - np.maximum(green, blue)
    for seen in (np.where(red < _PRINT, 255, light), 255 - 2 * strength):
        alone = np.full(scan.shape[:2], 255, np.uint8)
        alone[around] = np.clip(seen, 0, 255).astype(np.uint8)
        yield alone


_INK_TO_PAPER, _PRINT = (2, 80), 80
"""Percentiles of the green light of a stamp that are its ink's and the paper's; red light below which a point is print."""


def _seen(picture: Picture, page: Page, area: Box) -> Picture:
    """A part of the scan, upright and at the size of the working copy."""
    map_ = page.to_scan
    shifted = np.array(
        [
            [map_.a, map_.b, map_.a * area.left + map_.b * area.top + map_.c],
            [map_.d, map_.e, map_.d * area.left + map_.e * area.top + map_.f],
        ]
    )
    size = (max(round(area.width), 1), max(round(area.height), 1))
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(picture, shifted, size, flags=flags, borderValue=255), np.uint8)
