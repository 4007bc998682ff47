"""A small sheet of lines, typeset in one face, with what else stands on papers: rules, seals, signatures, a second column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from fixtures.generator.ink.seal import seal_mask, stamp_seal
from fixtures.generator.ink.signature import sign
from fixtures.generator.model import SHEET_DPI, Line, Sheet, Word
from schemas.geometry import Box
from schemas.text import BlockKind
from training.faces import Face, sibling
from training.texts import Texts, draw_text

_WIDTH, _LINES, _MARGIN = 1750, 12, 70
"""Pixels across a sheet at 300 dpi, lines on it, and white around them."""

_X_HEIGHT = 0.46
"""Of a face, in ems: how high a word's box is; only its foot and its sides are looked at."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How the lines of a sheet are set: size in points, distance of baselines in sizes, tracking in points, grey of the ink."""

    face: Face
    size: float
    leading: float
    tracking: float
    grey: int

    @property
    def em(self) -> float:
        """The size in pixels of the sheet."""
        return self.size * SHEET_DPI / 72


def draw_setting(rng: Random, face: Face) -> Setting:
    """As papers are set: mostly 12 to 14 points, lines closer or wider."""
    return Setting(
        face,
        rng.choice((8, 9, 10, 11, 12, 12, 13, 13, 13.5, 14, 14, 14, 15, 16)),
        rng.choice((1.02, 1.1, 1.15, 1.2, 1.3, 1.5)),
        rng.choice((0, 0, 0, 0, 0, 0.15, -0.15, 0.5)),
        rng.randint(0, 70),
    )


def draw_sheet(rng: Random, faces: Sequence[Face], setting: Setting, texts: Texts) -> Sheet:
    """Lines of text on a sheet of its own height; boxes of words end at the baseline."""
    step = setting.em * setting.leading
    height = round(2 * _MARGIN + (_LINES + 0.5) * step + setting.em)
    sheet = Sheet(Image.new("RGB", (_WIDTH, height), (255, 255, 255)))
    pen = ImageDraw.Draw(sheet.print)
    baseline = _MARGIN + setting.em
    for _ in range(_LINES):
        for left, right in _columns(rng):
            _set_line(pen, sheet, rng, faces, setting, texts, left, right, baseline)
        baseline += step * (1 if rng.random() < 0.85 else rng.uniform(1.05, 1.5))
        if baseline > height - _MARGIN:
            break
    sheet = _stretched(rng, Sheet(_weighted(rng, sheet.print), lines=sheet.lines))
    _ornaments(ImageDraw.Draw(sheet.print), sheet, rng, step)
    return sheet


def _weighted(rng: Random, print: Image.Image) -> Image.Image:
    """The print as another printer leaves it: half of the time thinner or fatter, by up to a pixel of 300 dpi.

    Hairlines of the real Times New Roman are thinner than those of its free twins.
    """
    if rng.random() < 0.5:
        return print
    change = ImageFilter.MaxFilter(3) if rng.random() < 0.65 else ImageFilter.MinFilter(3)
    grey = print.convert("L")
    return Image.blend(grey, grey.filter(change), rng.uniform(0.1, 0.75)).convert("RGB")


def _stretched(rng: Random, sheet: Sheet) -> Sheet:
    """The sheet narrower or wider, a third of the time: what is learnt of a face should hold for faces near it."""
    if rng.random() > 0.35:
        return sheet
    width, height = sheet.size
    by = rng.uniform(0.86, 1.14)

    def word(each: Word) -> Word:
        box = each.box
        return Word(each.text, Box(box.left * by, box.top, box.right * by, box.bottom))

    lines = [Line(tuple(map(word, line.words)), line.block) for line in sheet.lines]
    return Sheet(sheet.print.resize((round(width * by), height), Image.Resampling.LANCZOS), lines=lines)


def _columns(rng: Random) -> list[tuple[float, float]]:
    """Where the texts of a line may stand, left and right: one column, now and then two."""
    if rng.random() < 0.12:
        middle = rng.uniform(0.35, 0.6) * _WIDTH
        return [(_MARGIN, middle - 60), (middle + 60, _WIDTH - _MARGIN)]
    return [(_MARGIN + (rng.choice((0, 90, 300)) if rng.random() < 0.3 else 0), _WIDTH - _MARGIN)]


def _set_line(
    pen: ImageDraw.ImageDraw,
    sheet: Sheet,
    rng: Random,
    faces: Sequence[Face],
    setting: Setting,
    texts: Texts,
    left: float,
    right: float,
    baseline: float,
) -> None:
    """One line from ``left`` on, as many words as have room before ``right``; some words bold or italic."""
    words = draw_text(rng, texts, most=max(round((right - left) / setting.em * 2.2), 6)).split()
    words = [word for word in words if setting.face.letters.issuperset(word)]
    mixed = rng.random() < 0.12
    face, x, found = setting.face, left, list[Word]()
    stretch = rng.uniform(0.85, 1.25) if rng.random() < 0.75 else rng.uniform(1.2, 2.6)  # set to both margins
    for place, word in enumerate(words):
        if mixed and rng.random() < 0.35:
            face = sibling(faces, setting.face, bold=rng.random() < 0.6, italic=rng.random() < 0.4)
        font = _font(face, setting.em)
        width = _width(font, word, setting.tracking)
        if x + width > right:
            if place == 0:
                return
            break
        _write(pen, font, word, x, baseline, setting)
        found.append(Word(word, Box(x, baseline - _X_HEIGHT * setting.em, x + width, baseline)))
        x += width + font.getlength(" ") * stretch
    if found:
        sheet.lines.append(Line(tuple(found), BlockKind.BODY))
        if rng.random() < 0.06:
            foot = round(baseline + 0.13 * setting.em)
            pen.line(
                (left, foot, found[-1].box.right, foot), fill=(setting.grey,) * 3, width=rng.randint(2, 4)
            )


def _write(
    pen: ImageDraw.ImageDraw,
    font: ImageFont.FreeTypeFont,
    word: str,
    x: float,
    baseline: float,
    setting: Setting,
) -> None:
    colour = (setting.grey,) * 3
    if not setting.tracking:
        pen.text((x, baseline), word, fill=colour, font=font, anchor="ls")
        return
    for letter in word:
        pen.text((x, baseline), letter, fill=colour, font=font, anchor="ls")
        x += font.getlength(letter) + setting.tracking * SHEET_DPI / 72


def _width(font: ImageFont.FreeTypeFont, word: str, tracking: float) -> float:
    return font.getlength(word) + len(word) * tracking * SHEET_DPI / 72


def _ornaments(pen: ImageDraw.ImageDraw, sheet: Sheet, rng: Random, step: float) -> None:
    """What lies across lines of print now and then: rules of a table, a seal, a pen."""
    width, height = sheet.size
    if rng.random() < 0.12:
        for x in (_MARGIN - 30, width - _MARGIN + 30):
            pen.line((x, 20, x, height - 20), fill=(30, 30, 30), width=rng.randint(2, 5))
        y = _MARGIN + rng.randint(1, _LINES) * step * 1.28
        pen.line((_MARGIN - 30, y, width - _MARGIN + 30, y), fill=(30, 30, 30), width=rng.randint(2, 5))
    centre = rng.uniform(200, width - 200), rng.uniform(150, height - 150)
    if rng.random() < 0.08:
        stamp_seal(sheet, rng, _seal(rng.randrange(4)), centre)
    if rng.random() < 0.08:
        sign(sheet, rng, centre, rng.uniform(300, 600))


@lru_cache(maxsize=4)
def _seal(number: int) -> Image.Image:
    upper = ("ỦY BAN NHÂN DÂN", "SỞ TƯ PHÁP", "TRƯỜNG ĐẠI HỌC", "CỤC THUẾ")[number]
    return seal_mask(upper, "TỈNH QUẢNG TRỊ", emblem=number % 2 == 0)


@lru_cache(maxsize=128)
def _font(face: Face, em: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(face.file), em, layout_engine=ImageFont.Layout.BASIC)
