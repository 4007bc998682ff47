"""Text from strangers made harmless for whoever reads it on a terminal or a page.

Names in certificates, metadata, file names and reasons may hold control characters (which drive terminals) and characters that turn
the direction of writing (which make a name look like another: CVE-2021-42574).
"""

from __future__ import annotations

import re
import unicodedata

_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_HARMFUL = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff{_DIRECTION}\ud800-\udfff]")
_BREAKS = re.compile(r"[\t\n]")
_BLANKS = re.compile(r"\s+")


def harmless(text: str) -> str:
    r"""The text with a visible sign in place of each control or direction character; line ends and tabs stay.

    >>> harmless("\x1b[31mred\nnext")
    '�[31mred\nnext'
    """
    return _HARMFUL.sub("\ufffd", text)


def on_one_line(text: str) -> str:
    r"""A name or a path as it is, but for a visible sign in place of each control or direction character, line end and tab.

    What is shown line by line could be forged by a name with a line end in it.

    >>> on_one_line("a.jpg\n✓ b  c.jpg")
    'a.jpg�✓ b  c.jpg'
    """
    return _BREAKS.sub("\ufffd", harmless(text))


def is_harmless(text: str) -> bool:
    r"""Whether a text is kept as it was typed: no control or direction character, no half of a character.

    >>> is_harmless("Lê Thị Mẫu"), is_harmless("Lê\0")
    (True, False)
    """
    return _HARMFUL.search(text) is None


def one_line(text: str, longest: int = 300) -> str:
    r"""A name or a sentence of a stranger on one line, NFC, harmless, not endless.

    >>> one_line("Lê Thị\n Mẫu\u202e")
    'Lê Thị Mẫu�'
    """
    line = harmless(_BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def escaped(json: str) -> str:
    r"""JSON that means the same, with an escape in place of each control or direction character in its strings.

    >>> escaped('"\x9b31m"')
    '"\\u009b31m"'
    """
    return _HARMFUL.sub(lambda found: f"\\u{ord(found[0]):04x}", json)
