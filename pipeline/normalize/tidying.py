"""What all readers of values share: the value with its checks, and text without leaders and stray signs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from schemas.records import Check
from schemas.vietnamese import nfc

Plain = str | int | float | list[str] | None


@dataclass(frozen=True, slots=True)
class Value:
    """A value, None where the text holds none; ``likeness`` 0–1: how little had to be repaired; what was checked."""

    value: Plain
    likeness: float = 1.0
    checks: tuple[Check, ...] = field(default=())


_LEADERS = re.compile(r"(?:\.\s?){3,}|…+|_{2,}|(?:(?:^|\s)[.…·_~]+(?=\s|$))+|(?:\.\s?…|…\s?\.)+")
#: Letters that Vietnamese does not have for those that they were printed as.
_STRANGE = str.maketrans("Ðð⁄Ññ", "Đđ/Nn")
STRAY = " .:;,_|·…~\"“”„‚'`*=ˆ˜¸´¨"


def tidy(text: str) -> str:
    """NFC, dot leaders and stray signs at both ends dropped, blanks single, ``⁄`` a plain slash; newlines stay.

    >>> tidy(" : Trần Văn Bình ........ ")
    'Trần Văn Bình'
    """
    lines = []
    for line in nfc(text).translate(_STRANGE).split("\n"):
        plain = re.sub(r"\s+([,;])", r"\1", " ".join(_LEADERS.sub(" ", line).split()))
        plain = re.sub(r"([,;])[.·,]+(?=\s|$)", r"\1", plain)
        if any(c.isalnum() for c in plain):
            lines.append(plain)
    whole = "\n".join(lines)
    bare = whole.strip(STRAY).removeprefix(")").strip(STRAY).rstrip(STRAY + "-–—")
    return bare + _closing(bare, whole)


def _closing(bare: str, whole: str) -> str:
    """The mark that closes a quotation which began inside the text: it is no stray sign."""
    after = whole[whole.rfind(bare) + len(bare) :][:1]
    if after == '"' and bare.count("“") > bare.count("”"):
        return "”"
    opened = {"”": bare.count("“") > bare.count("”"), '"': bare.count('"') % 2 == 1}
    return after if opened.get(after, False) else ""


#: What was cut at its hyphen by the end of a line: *COVID- / 19*, *236/QĐ- / TTg*; names of agencies that are joined so have a blank.
_CUT = re.compile(
    r"(?<=\w-)\s*\n\s*(?=\d)|(?<=/[A-ZĐ]{2}-)\s*\n\s*(?=[A-ZĐ])|(?<=/[A-ZĐ]{4}-)\s*\n\s*(?=[A-ZĐ])"
)


def joined(text: str) -> str:
    """Lines joined by one blank, or by none where a number was cut at its hyphen."""
    return " ".join(_CUT.sub("", text).split())


def check(name: str, passed: bool, reason: str = "") -> Check:
    """A check; the reason is kept only where it failed."""
    return Check(
        name=name, passed=passed, reason=None if passed else reason or f"not a {name.replace('_', ' ')}"
    )
