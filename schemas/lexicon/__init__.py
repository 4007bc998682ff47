"""The lexicon: phrases that papers of agencies print, each once, with rough shares; tables beside this file.

``offices.tsv``: titles of signers (laws on the organisation of the state, Decree 30/2020 annex I; shares from general
knowledge, not from a survey). ``stamps.tsv``: degrees of urgency (Decree 30/2020 annex I) and of secrecy (Law on the
protection of state secrets 29/2018, art. 8).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from schemas.vietnamese import nfc

URGENCY, SECRECY = "urgency", "secrecy"


@cache
def offices() -> Mapping[str, float]:
    """Titles in capitals and their shares among signers; heads also as acting ones (*Q. GIÁM ĐỐC*)."""
    titles = {title: float(share) for title, share in _rows("offices")}
    heads = {title: share for title, share in titles.items() if not title.startswith(("PHÓ ", "CÔNG CHỨC "))}
    acting = {
        f"{sign} {title}": _ACTING * share for title, share in heads.items() for sign in ("Q.", "QUYỀN")
    }
    return MappingProxyType(titles | acting)


_ACTING = 0.02
"""Share of heads who only act as such."""


@cache
def stamps() -> Mapping[str, float]:
    """Words of stamps of urgency and secrecy and their shares among such stamps."""
    return MappingProxyType({words: float(share) for words, _, share in _rows("stamps")})


@cache
def stamp_kinds() -> Mapping[str, str]:
    """What the words of a stamp tell: ``urgency`` or ``secrecy``."""
    return MappingProxyType({words: kind for words, kind, _ in _rows("stamps")})


def _rows(name: str) -> list[list[str]]:
    text = files(__name__).joinpath(f"{name}.tsv").read_text("utf-8")
    return [nfc(line).split("\t") for line in text.splitlines()]
