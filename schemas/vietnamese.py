"""Vietnamese text: normal form, folding for search."""

from __future__ import annotations

import unicodedata


def nfc(text: str) -> str:
    """Normal form C, the only form in which we keep text."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Lower case without tones and marks; đ becomes d (a letter of its own, which NFD leaves alone).

    >>> fold("Đỗ Thị Ngọc Ánh")
    'do thi ngoc anh'
    """
    bare = unicodedata.normalize("NFD", text)
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D").lower()
