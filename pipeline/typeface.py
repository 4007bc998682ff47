"""Times New Roman, in which the law has papers set (Decree 30/2020/NĐ-CP, annex I): the files of its look-alikes and its widths.

Tinos and Liberation Serif 2 have its shapes, its widths and all Vietnamese letters; they are packages of the system
(``fonts-croscore``, ``fonts-liberation2`` or, newer, ``fonts-liberation``).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

from pipeline import fonts

_FAMILIES = ("Tinos", "Liberation Serif", "Times New Roman")

DEFAULT_WIDTH = 500
"""Of digits and half of the letters, in thousandths of the font size."""

_REGULAR = {
    180: "'",
    200: "|`",
    250: " .,",
    278: "ijlt:;/\\",
    333: "frI()-[]J!",
    389: "s",
    408: '"',
    444: "acez?",
    469: "^",
    480: "{}",
    541: "~",
    556: "PFS",
    564: "+<>=",
    611: "ELTZ",
    667: "BCR",
    722: "ADGHKNOQUVXYwĐ",
    778: "m&",
    833: "%",
    889: "M",
    921: "@",
    944: "W",
}
_BOLD = {
    220: "|",
    250: " .,",
    278: "'il/\\",
    333: "`jt:;f()-[]!",
    389: "Is",
    394: "{}",
    444: "rcez",
    520: "~",
    555: '"',
    556: "Sbdđhknpqu",
    570: "+<>=",
    581: "^",
    611: "PF",
    667: "ELTZB",
    722: "CRADNUVXYwĐ",
    778: "GHKOQ",
    833: "m&",
    930: "@",
    944: "M",
    1000: "%W",
}
_WIDTHS = {
    bold: {char: width for width, chars in table.items() for char in chars}
    for bold, table in ((False, _REGULAR), (True, _BOLD))
}


def font_files(*, bold: bool = False) -> tuple[Path, ...]:
    """The installed files of the face, the best first; none of them may be installed."""
    return fonts.font_files(*_FAMILIES, bold=bold)


@lru_cache(maxsize=2048)
def char_width(char: str, *, bold: bool = False) -> int:
    """Advance width of a character in thousandths of the font size; a letter with marks is as wide as without."""
    widths = _WIDTHS[bold]
    return widths.get(char) or widths.get(unicodedata.normalize("NFD", char)[0], DEFAULT_WIDTH)


def text_width(text: str, *, bold: bool = False) -> int:
    """Advance width of a text in thousandths of the font size."""
    return sum(char_width(char, bold=bold) for char in text)
