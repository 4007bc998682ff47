"""What makes texts findable as people type them: words without tones, numbers and agencies in one spelling."""

from __future__ import annotations

import re

from schemas.vietnamese import fold

MOST_WORDS = 200_000
"""Words of one document that are indexed; some 500 full pages. PostgreSQL refuses text vectors above 1 MB."""

_WORD = re.compile(r"[a-z0-9]+")
_BETWEEN = ";"
"""Between two runs of digits; sorts after all digits, as a search for the beginning of a number relies on."""
_PHRASE = re.compile(r'"([^"]*)"')

_AGENCIES = (
    ("uy ban nhan dan", "ubnd"),
    ("hoi dong nhan dan", "hdnd"),
    ("van phong dang ky dat dai", "vpdkdd"),
)
"""Long names of agencies and what everybody writes instead."""


def words(text: str) -> list[str]:
    """The folded words of a text, in order.

    >>> words("Số: 4567/QĐ-UBND")
    ['so', '4567', 'qd', 'ubnd']
    """
    return _WORD.findall(fold(text))


def number_key(number: str) -> str:
    """One spelling for all ways to type a document's number: no tones, no zeros in front, no word *số* before it.

    Separators go, but for one between two runs of digits: ``55/2017`` begins with 55, ``552017`` does not.

    >>> number_key("4567/QĐ-UBND") == number_key("Số 4567 qd ubnd") == number_key("04567/QDUBND")
    True
    >>> number_key("55/2017"), number_key("056317025794")
    ('55;2017', '56317025794')
    """
    parts = words(number)
    if len(parts) > 1 and parts[0] == "so" and parts[1][0].isdigit():
        parts = parts[1:]
    key = ""
    for part in parts:
        apart = key and key[-1].isdigit() and part[0].isdigit()
        key += f"{_BETWEEN}{part}" if apart else part
    return key.lstrip(f"0{_BETWEEN}")


def agency_key(agency: str) -> str:
    """An agency's name folded, with the usual abbreviations.

    >>> agency_key("ỦY BAN NHÂN DÂN PHƯỜNG BẾN NGHÉ")
    'ubnd phuong ben nghe'
    """
    key = " ".join(words(agency))
    for long, short in _AGENCIES:
        key = re.sub(rf"\b{long}\b", short, key)
    return key


def search_terms(query: str) -> list[list[str]]:
    """A query as phrases: words between double quotes stand together, all others are phrases of one word."""
    quoted = [words(phrase) for phrase in _PHRASE.findall(query)]
    single = [[word] for word in words(_PHRASE.sub(" ", query))]
    return [phrase for phrase in quoted + single if phrase]
