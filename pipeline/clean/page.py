"""The order of cleaning: paint the border white, judge and measure, turn upright, bring to one size, flatten the light, lift the ink, draw over streaks, take out the skew, lighten folds, paint over dust."""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np

from pipeline.clean.blank import is_blank
from pipeline.clean.border import is_dark, positive, whiten_border
from pipeline.clean.dust import without_dust
from pipeline.clean.fold import without_folds
from pipeline.clean.ink import lift_ink
from pipeline.clean.light import flatten
from pipeline.clean.measure import NO_TEXT, Measure, Overview, measure, overview_of, turned
from pipeline.clean.orientation import legible_turns
from pipeline.clean.quality import BLACK, BLANK, judge
from pipeline.clean.streak import without_streaks
from pipeline.model import X_HEIGHT, Ink, Page, Picture, ScanPage
from pipeline.pixels import is_black
from schemas.geometry import IDENTITY, Affine

_LEAST_SKEW = 0.15
"""Degrees below which the page is left as it is: lines are straightened one by one later."""

_CERTAIN = 0.7
"""Below this certainty some lines are read to know which side is up: one page in fifteen (measured; at 0.57 one was wrong)."""

_MANY = 150
"""Of fewer letters the feet may fall into line by chance: before such a page is turned, it is read (of 40 sparse foreign pages one was
turned wrongly)."""

_SCALES = (0.2, 5.0)


def clean_page(scan_page: ScanPage, turns: int | None = None) -> Page:
    """Make the working copy of a page: grey, upright, x-height ``X_HEIGHT``, ink lifted, light flat.

    ``turns`` of 90° clockwise bring it upright, where somebody knows; else they are found.
    """
    bare, black = bare_page(scan_page)
    return clean_bare(bare, turns, black=black)


def bare_page(scan_page: ScanPage) -> tuple[ScanPage, bool]:
    """The page as dark print on light paper, its dark border painted white; and whether it is black all over."""
    black = is_black(scan_page.picture)
    picture = scan_page.picture if black else positive(scan_page.picture)
    return replace(scan_page, picture=whiten_border(picture)), black


def clean_bare(scan_page: ScanPage, turns: int | None = None, *, black: bool) -> Page:
    """``clean_page`` of what ``bare_page`` gives."""
    picture = scan_page.picture
    overview = overview_of(_grey(picture))
    blank = black or is_blank(overview.even, scan_page.dpi * overview.scale)
    if blank and not black and is_dark(picture):
        # Nothing dark is on it: what is light then is what it shows.
        negative = np.asarray(255 - picture, np.uint8)
        shown = overview_of(_grey(negative))
        if not is_blank(shown.even, scan_page.dpi * shown.scale):
            picture, overview, blank = negative, shown, False
    found = NO_TEXT if blank else _measured(overview) if turns is None else measure(overview)
    if turns is not None:
        found = turned(overview, found, turns)
    upright, to_scan = turn(picture, found.quarter_turns)
    scale = _scale(found, scan_page.dpi)
    sized = flatten(resize(upright, scale), X_HEIGHT)
    to_scan = Affine(a=1 / scale, e=1 / scale).then(to_scan)
    grey, inks = lift_ink(sized, scan_page.dpi * scale) if sized.ndim == 3 else (sized, ())
    unlifted = _grey(sized) if inks else None
    blank = black or (blank and not inks)
    inks = tuple(Ink(ink.kind, to_scan.box(ink.box), ink.colour) for ink in inks)
    grey = without_streaks(grey, found.skew)
    if abs(found.skew) > _LEAST_SKEW:
        unlifted = None if unlifted is None else rotate(unlifted, found.skew)[0]
        grey, straight_to_sized = rotate(grey, found.skew)
        to_scan = straight_to_sized.then(to_scan)
    grey = without_dust(without_folds(grey))
    warnings = (BLACK if black else BLANK,) if blank else judge(overview, found, scan_page.dpi)
    dpi = scan_page.dpi * scale
    return Page(
        scan_page.number,
        grey,
        dpi,
        to_scan,
        found.quarter_turns,
        blank,
        inks=inks,
        warnings=warnings,
        unlifted=unlifted,
    )


def _measured(overview: Overview) -> Measure:
    found = measure(overview)
    if found.certainty >= _CERTAIN and (found.quarter_turns == 0 or found.letters >= _MANY):
        return found
    # Where nothing tells which side is up, the page stays as it came.
    turns = legible_turns(overview, found.x_height, found.quarter_turns) or 0
    return found if turns == found.quarter_turns else turned(overview, found, turns)


def _grey(picture: Picture) -> Picture:
    return picture if picture.ndim == 2 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def _scale(found: Measure, dpi: float) -> float:
    """How much to enlarge; a page without text is brought to 200 dpi, where print has the same x-height.

    A page that has nearly this size stays as it is: exactly 1, since boxes are mapped back by the same number.
    """
    wanted = X_HEIGHT / found.x_height if found.letters >= 20 and found.x_height else 200 / dpi
    return 1.0 if abs(wanted - 1) < 0.03 else min(max(wanted, _SCALES[0]), _SCALES[1])


def turn(picture: Picture, quarter_turns: int) -> tuple[Picture, Affine]:
    """Turn a picture clockwise by 90° steps; also gives the map from its new pixels back to the old ones."""
    height, width = picture.shape[:2]
    back = (
        IDENTITY,
        Affine(0, 1, 0, -1, 0, height),
        Affine(-1, 0, width, 0, -1, height),
        Affine(0, -1, width, 1, 0, 0),
    )[quarter_turns % 4]
    return np.ascontiguousarray(np.rot90(picture, -quarter_turns)), back


def resize(picture: Picture, scale: float) -> Picture:
    """Enlarge by cubic interpolation, reduce linearly down to a half and by area below, which keeps thin strokes."""
    if scale == 1:
        return picture
    how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR if scale > 0.5 else cv2.INTER_AREA
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=how), np.uint8)


def rotate(grey: Picture, skew: float) -> tuple[Picture, Affine]:
    """Take out a skew in degrees (positive: lines fall to the right); also gives the map back. The paper grows."""
    height, width = grey.shape
    cos, sin = math.cos(math.radians(skew)), math.sin(math.radians(skew))
    new_width = math.ceil(width * cos + height * abs(sin))
    new_height = math.ceil(height * cos + width * abs(sin))
    left, top = (new_width - width) / 2, (new_height - height) / 2
    x, y = width / 2, height / 2
    # New pixel → old pixel: move to the middle, turn by the skew, move back.
    back = Affine(
        cos, -sin, x - cos * (x + left) + sin * (y + top), sin, cos, y - sin * (x + left) - cos * (y + top)
    )
    matrix = np.array([[back.a, back.b, back.c], [back.d, back.e, back.f]])
    straight = cv2.warpAffine(
        grey,
        matrix,
        (new_width, new_height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255,),
    )
    return np.asarray(straight, np.uint8), back
