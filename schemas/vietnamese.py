"""Vietnamese text: normal form, folding for search."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


def nfc(text: str) -> str:
    """Normal form C, the only form in which we keep text."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=1 << 14)  # the same words are asked for again and again
def fold(text: str) -> str:
    """Lower case without tones and marks; đ becomes d (a letter of its own, which NFD leaves alone).

    >>> fold("Đỗ Thị Ngọc Ánh")
    'do thi ngoc anh'
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFD", text).translate(_bare).lower()


def key(text: str) -> str:
    """The letters and digits of a text, folded; nothing between them.

    >>> key("Họ, chữ đệm, tên:")
    'hochudemten'
    """
    return "".join(c for c in fold(text) if c.isalnum())


_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_MARKED = "".join(nfc(vowel + tone) for vowel in "aăâeêioôơuưy" for tone in ("", *sorted(_TONES))) + "đ"
CAPITALS, SMALLS = "A-Z" + nfc(_MARKED.upper()), "a-z" + _MARKED
"""Large and small letters for the classes of patterns; ``À-Ỹ`` holds both, as they take turns in Unicode."""


class _Bare(dict[int, str | None]):
    """Each letter without its bar, and nothing for a mark, found at its first use."""

    def __missing__(self, code: int) -> str | None:
        letter = chr(code)
        self[code] = None if unicodedata.combining(letter) else _BARS.get(letter, letter)
        return self[code]


_BARS = {"đ": "d", "Đ": "D"}
_bare = _Bare()


def without_tones(text: str) -> str:
    """Letters that bear a tone without all of their marks; others as they are.

    >>> without_tones("CẤP"), without_tones("TƯ")
    ('CAP', 'TƯ')
    """
    parts = (unicodedata.normalize("NFD", letter) for letter in text)
    return "".join(part[0] if _TONES.intersection(part) else nfc(part) for part in parts)


def spelling_key(text: str) -> str:
    """Equal for two spellings that differ only in where the tone is written (``hoà``, ``hòa``) or in case.

    >>> spelling_key("HOÀ") == spelling_key("hòa"), spelling_key("hóa") == spelling_key("hòa")
    (True, False)
    """
    words = []
    for word in unicodedata.normalize("NFD", text).lower().split():
        letters = "".join(c for c in word if c not in _TONES)
        words.append(letters + "".join(sorted(c for c in word if c in _TONES)))
    return " ".join(words)


def within_sentence(text: str) -> str:
    """A name as it stands within a sentence: its first letter small, unless the word is an abbreviation or a number.

    >>> within_sentence("Giấy khai sinh"), within_sentence("CCCD gắn chíp"), within_sentence("Đơn (CT01)")
    ('giấy khai sinh', 'CCCD gắn chíp', 'đơn (CT01)')
    """
    first = text.split(" ", 1)[0]
    return text if len(first) > 1 and first.isupper() else text[:1].lower() + text[1:]


def match_case(text: str, model: str) -> str:
    """``text`` in capitals where ``model`` is all capitals (as headings are), else as it is."""
    return text.upper() if model.isupper() else text
