"""``V/v`` (*về việc*), with which the subject of a letter begins under its number, however it is read."""

from __future__ import annotations

import re

from pipeline.language.neighbours import seen_together
from schemas.vietnamese import SMALLS

#: ``V/v``, also ``VW``, ``V/``, ``V1v`` and ``V/`` with any small letter.
_MARK = re.compile(r"[\W_]*(?:V/[^\W\d_]|V\s?[/1Il]\s?[vyw]?|V[vw]|W)(?!\w)\.?\s*", re.IGNORECASE)
#: ``VÑ``, ``VỊ``: a V and signs or capitals before a word of small letters; no word is written so.
_BLURRED = re.compile(r"[\W_]*V(?P<rest>\S{0,2})\s+(?=(?P<next>[^\W\d_]))")
#: ``V/vận``, ``Vịn``: the second v went into the next word, or both strokes into one.
_GLUED = re.compile(r"[\W_]*V(?:/(?=v[^\W\d_])|[ịìíỉĩ1l|][nvyu]\s+)")
_ABOUT = re.compile(rf"\W*Về\s[{SMALLS}]")
_SPELLED = re.compile(r"[\W_]*(?:V[ềêèeé]|Về)\s+vi[ệêeẹ]c\b", re.IGNORECASE)


def mark_of_subject(text: str) -> int:
    """How many characters at the beginning of ``text`` are ``V/v`` and blanks; 0 where it begins otherwise.

    >>> [mark_of_subject(text) for text in ("V/v cấp mã số thuế", "V/ở thủ tục", "VÑ thủ tục", "Về thủ tục")]
    [4, 4, 3, 0]
    >>> [mark_of_subject(text) for text in ("Vi thủ tục", "Vi phạm hành chính")]
    [3, 0]
    """
    if _is_word(text):
        return 0
    if found := _MARK.match(text) or _GLUED.match(text):
        return found.end()
    blurred = _BLURRED.match(text)
    if blurred and blurred["next"].islower() and not any(c.islower() for c in blurred["rest"]):
        return blurred.end()
    return 0


_FIRST_TWO = re.compile(r"\W*(V[^\W\d_])\s+([^\W\d_]+)")
_USUAL = 100
"""Seen this often before the next word, two letters are a word of their own."""


def _is_word(text: str) -> bool:
    """Whether the text begins with a word that is like ``V/v`` (*Vi phạm*, *Vi bằng*): law text has it before the next one."""
    found = _FIRST_TWO.match(text)
    if found is None or (found[1].isupper() and not found[2].isupper()):  # *VỊ cấp*: no word is written so
        return False
    return seen_together(found[1].lower(), found[2].lower()) >= _USUAL


def begins_subject(text: str) -> bool:
    """Whether a line under the number begins the subject of a letter: ``V/v``, spelled out, or *Về* alone."""
    return bool(mark_of_subject(text) or _SPELLED.match(text) or _ABOUT.match(text))
