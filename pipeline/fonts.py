"""Fonts of this machine, found by what they are: by the family that a file names itself, and by the letters that it has.

Where a package puts its files differs between systems, and ``fonts-liberation`` 1.x calls fonts that lack Vietnamese letters
by the same names as 2.x those that have them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import ImageFont

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path(os.path.expanduser("~/.local/share/fonts")),  # noqa: PTH111 - an account may have no home
    Path("/usr/share/texmf/fonts"),
)

_STYLES = {
    (False, False): ("Regular", "Normal", "Roman", "Book"),
    (True, False): ("Bold",),
    (False, True): ("Italic", "Oblique"),
    (True, True): ("Bold Italic", "BoldItalic", "Bold Oblique"),
}

_NO_LETTER = "\U000f1b30"
"""A character for private use, which no font of print has: it is drawn as the font draws what it lacks."""

_LETTERS = "ẰằẴẵẶặẬậỀềỄễỆệỒồỖỗỘộỜờỠỡỢợỪừỮữỰựỲỳỶỷỸỹỴỵĐđ"
"""Some of each kind of Vietnamese letter; fonts without all of them lack one of these as well."""


@cache
def font_file(family: str, *, bold: bool = False, italic: bool = False) -> Path | None:
    """The file of a family's face that has all Vietnamese letters; None where none is installed.

    ``family`` as fonts name themselves: ``Tinos``, ``Liberation Serif``, ``Times New Roman``.
    """
    for path in _candidates(family):
        try:
            # not truetype(), which takes another file of the name where this one is damaged
            font = ImageFont.FreeTypeFont(str(path), 16, layout_engine=ImageFont.Layout.BASIC)
        except OSError:
            continue
        if font.getname()[0] == family and font.getname()[1] in _STYLES[bold, italic] and _vietnamese(font):
            return path
    return None


def font_files(*families: str, bold: bool = False, italic: bool = False) -> tuple[Path, ...]:
    """The installed ones of these families, in this order."""
    found = (font_file(family, bold=bold, italic=italic) for family in families)
    return tuple(path for path in found if path is not None)


def _candidates(family: str) -> Iterator[Path]:
    """Files whose names begin as the family does (``LiberationSerif-Bold``, ``Times_New_Roman``, ``times``)."""
    key = _key(family)
    for name, path in _installed():
        if name.startswith(key) or (family == "Times New Roman" and name.startswith("times")):
            yield path


@cache
def _installed() -> tuple[tuple[str, Path], ...]:
    files = (
        path for folder in FOLDERS for path in folder.rglob("*") if path.suffix.lower() in (".ttf", ".otf")
    )
    return tuple(sorted((_key(path.stem), path) for path in files))


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _vietnamese(font: ImageFont.FreeTypeFont) -> bool:
    lacking = bytes(font.getmask(_NO_LETTER))
    return all(bytes(font.getmask(letter)) != lacking for letter in _LETTERS)
