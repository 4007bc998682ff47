"""The lexicon: phrases that papers of agencies print, each once, with rough shares; tables beside this file.

- ``offices.tsv``: titles of signers (laws on the organisation of the state, Decree 30/2020 annex I; shares from general
  knowledge, not from a survey).
- ``stamps.tsv``: degrees of urgency (Decree 30/2020 annex I) and of secrecy (Law on the protection of state secrets 29/2018, art. 8).
- ``departments.tsv``: what stands after *BỘ*, *SỞ*, *PHÒNG* in names of ministries and of departments of provinces and
  districts, of today and before 2025 (laws on the organisation of Government and local government, and their decrees).
- ``agency_phrases.tsv``, ``abbreviations.tsv``: what hundreds of agencies are called by; heads of published papers; what
  telecommunications are called (Law on telecommunications 24/2023).
- ``business_phrases.tsv``: what names of businesses are made of (Law on enterprises 59/2020).
- ``compounds.tsv``: pairs of words of which only one spelling exists; texts of law.
- ``ethnic_groups.tsv``: the 54 (Decision 121-TCTK/PPCĐ of 1979), ``countries.tsv``: by their usual Vietnamese names; both with the
  letters of other names that papers print.
- ``beginnings.tsv``: how lines begin that name an agency, an office, a paper or a part of one; folded, ``+`` where words follow.

Units are ``schemas.gazetteer.TYPES``, kinds of papers ``schemas.identifiers.document_number.KINDS``, names of people
``pipeline.language.names``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from schemas.gazetteer import TYPES
from schemas.identifiers.document_number import KINDS
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
def kinds() -> Mapping[str, float]:
    """Kinds of papers in capitals, each as likely as any other."""
    return MappingProxyType(dict.fromkeys(KINDS, 1 / len(KINDS)))


@cache
def departments() -> Mapping[str, float]:
    """What departments are called, each as likely as any other."""
    return MappingProxyType(dict.fromkeys(phrases("departments"), 1 / len(phrases("departments"))))


@cache
def agency_phrases() -> Mapping[str, float]:
    """What agencies are called by, and their units, in capitals, each as likely as any other."""
    known = (*phrases("agency_phrases"), *(unit.upper() for unit in TYPES))
    return MappingProxyType(dict.fromkeys(known, 1 / len(known)))


@cache
def stamps() -> Mapping[str, float]:
    """Words of stamps of urgency and secrecy and their shares among such stamps."""
    return MappingProxyType({words: float(share) for words, _, share in _rows("stamps")})


@cache
def stamp_kinds() -> Mapping[str, str]:
    """What the words of a stamp tell: ``urgency`` or ``secrecy``."""
    return MappingProxyType({words: kind for words, kind, _ in _rows("stamps")})


@cache
def phrases(table: str) -> tuple[str, ...]:
    """The first column of a table, in its order."""
    return tuple(phrase for phrase, *_ in _rows(table))


@cache
def other_names(table: str) -> Mapping[str, str]:
    """What else the phrases of a table are called (letters alone, folded), and which phrase that is."""
    return MappingProxyType(
        {name: row[0] for row in _rows(table) for name in row[1:2] for name in name.split()}
    )


@cache
def begins(of: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """How folded lines of a kind begin (``beginnings.tsv``), between patterns of what may stand before and must follow."""
    words = [
        re.escape(phrase) + (" " if more else "") for kind, phrase, *more in _rows("beginnings") if kind == of
    ]
    return re.compile(rf"{before}(?:{'|'.join(words)}){after}")


@cache
def _rows(name: str) -> list[list[str]]:
    text = files(__name__).joinpath(f"{name}.tsv").read_text("utf-8")
    return [nfc(line).split("\t") for line in text.splitlines()]
