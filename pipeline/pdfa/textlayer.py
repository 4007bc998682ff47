"""The invisible words of a page, as PDF content: in reading order, each where it stands in the picture.

The coordinates of the content are pixels of the upright page; one matrix at the start carries them to the page, so
skew and scale are dealt with once. Words of a line stand on one baseline and have one size, which gives even selections. A space ends every
word, in one piece with it: readers that look for words at the end of lines else take a lone dash for a hyphen.
"""

from __future__ import annotations

import unicodedata

from pipeline.pdfa.blankfont import ASCENT, DESCENT
from pipeline.typeface import text_width
from schemas.geometry import Affine
from schemas.text import Line, PageText
from schemas.vietnamese import nfc

_WORD_GAP = 0.2
"""What must be free between words, in sizes of the font: poppler tells words apart by it, whatever blanks are shown."""
_NARROWEST = 0.4
_UNWANTED = {"Cc", "Cf", "Cs", "Co", "Cn"}
_MISSING = "\N{REPLACEMENT CHARACTER}"


def clean_word(text: str) -> str:
    """The word as the text layer holds it: NFC, without control characters and blanks.

    A character outside the Basic Multilingual Plane (none is Vietnamese) becomes U+FFFD.
    """
    kept = (c for c in nfc(text) if unicodedata.category(c) not in _UNWANTED and not c.isspace())
    return "".join(c if ord(c) < 0x10000 else _MISSING for c in kept)


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"


def _show(text: str) -> str:
    return f"<{text.encode('utf-16-be').hex().upper()}> Tj"


def _line(line: Line) -> list[str]:
    words = [(word, clean_word(word.text)) for word in line.words]
    words = [(word, text) for word, text in words if text]
    if not words:
        return []
    box = line.box
    size = max(box.height * 1000 / (ASCENT - DESCENT), 1.0)
    baseline = box.bottom + size * DESCENT / 1000
    out = [f"/F0 {_number(size)} Tf"]
    for position, (word, text) in enumerate(words):
        width = max(word.box.width, 1.0)
        if position + 1 < len(words):
            room = words[position + 1][0].box.left - _WORD_GAP * size - word.box.left
            width = max(min(width, room), width * _NARROWEST)
        stretch = width * 100_000 / (text_width(text) * size)
        place = f"{_number(word.box.left)} {_number(baseline)}"
        out.append(f"{_number(stretch)} Tz 1 0 0 -1 {place} Tm {_show(text + ' ')}")
    return out


def text_content(text: PageText, to_page: Affine) -> bytes:
    """PDF operators (font resource ``/F0``) for all words; ``to_page`` maps pixels of the upright page to points.

    Empty when there is no word.
    """
    lines = [operator for line in text.lines() for operator in _line(line)]
    if not lines:
        return b""
    m = to_page
    matrix = " ".join(_number(value) for value in (m.a, m.d, m.b, m.e, m.c, m.f))
    return "\n".join([f"q {matrix} cm BT 3 Tr", *lines, "ET Q", ""]).encode("ascii")
