"""What *KT.* and *TM.* before a signer's title say about it (Decree 30/2020, annex I): a deputy signs for the office that is named, a head for the body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from pipeline.extract.checks.head import Head
from pipeline.extract.fields import LOST, with_check
from pipeline.extract.foot.signer_title import is_officer
from pipeline.extract.head.letterhead import is_agency
from pipeline.language.syllables import is_syllable
from pipeline.normalize.channel import reads
from pipeline.normalize.tidying import check
from pipeline.normalize.titles import OFFICERS, office_alone, repair_officer
from schemas.records import Field
from schemas.vietnamese import fold

_DEPUTIES = {"botruong": "THỨ TRƯỞNG"}
"""Offices whose deputies are not called *phó*."""


def with_authority(fields: Mapping[str, Field], head: Head, printed: str) -> dict[str, Field]:
    """Authority and title compared with the office or body that is ``printed`` after the sign.

    Where the title is that of the office itself, its *PHÓ* was lost under the seal and is put back; where it is no title, or none
    was read, it is that of the deputy. Nobody is spared a look at either.
    """
    found = dict(fields)
    authority, title = found.get(head.authority), found.get(head.title)
    if authority is None:
        return found if title is None else found | {head.title: _without_guess(title)}
    if not printed:
        return found
    match str(authority.value):
        case "KT.":
            office = _SUBSTITUTE.sub("", repair_officer(printed.rsplit(", ", maxsplit=1)[-1]))
            return found | _deputy(head, authority, title, office)
        case "TM." if title and is_agency(printed) and not is_officer(printed):
            return found | _head(head, authority, title, printed)
    return found


def _without_guess(title: Field) -> Field:
    """A title without the *PHÓ* that strokes before it were taken for: a deputy signs under a line that says for whom."""
    value = str(title.value)
    office = value.removeprefix("PHÓ ")
    if office == value or _PHO.match(fold(title.text)) or office not in OFFICERS:
        return title
    return with_check(
        replace(title, value=office), check("deputy", False, "a word before it was not legible")
    )


_PHO = re.compile(r"\W*(?:p|\w?h?o\b)")


def _deputy(head: Head, authority: Field, title: Field | None, office: str) -> dict[str, Field]:
    office = office_alone(office)
    wanted, read = _letters(office), _letters(str(title.value)) if title else ""
    if len(wanted) < 6 or not is_officer(office):
        return {}
    standing = " THƯỜNG TRỰC" if read.endswith("thuongtruc") else ""
    value = _DEPUTIES.get(wanted, f"{'PHÓ' if office.isupper() else 'Phó'} {office}") + standing
    deputy = _letters(value)
    if title and read.startswith(deputy):
        if read.removeprefix(deputy) not in _MORE:
            return {}
        agrees = check("office_agrees", True)
        return {
            head.authority: with_check(authority, agrees),
            head.title: with_check(_begins_whole(title), agrees),
        }
    rest_of_it = read.endswith(wanted) or (len(read) > 3 and wanted.endswith(read))
    torn = rest_of_it and not read.startswith("pho")
    misread = title is not None and reads(str(title.value), value)
    if torn or misread or title is None or not (is_officer(str(title.value)) or _is_legible_deputy(title)):
        lost = check("deputy", False, "who signs for an office is its deputy; a word was not legible")
        return {head.title: with_check(replace(title or authority, value=value), lost)}
    named = read.removeprefix("pho")
    of_a_part = wanted.endswith(named) and str(title.value).upper().removeprefix("PHÓ ") in OFFICERS
    if of_a_part or (len(named) > 5 and wanted.startswith(named)):
        return {}
    return {head.title: with_check(title, check("deputy", False, "no deputy of the office above it"))}


def _begins_whole(title: Field) -> Field:
    """A deputy of the very office above, of whose title nothing can be lost before its *PHÓ*, whatever stands off its middle."""
    return replace(title, checks=tuple(each for each in title.checks if each.reason != LOST))


def _is_legible_deputy(title: Field) -> bool:
    """*PHÓ VĂN PHÒNG* below *KT. CHÁNH VĂN PHÒNG*: no office of a list, but so it is printed."""
    first, *others = str(title.value).split() or [""]
    return fold(first) == "pho" and bool(others) and all(map(is_syllable, others))


_SUBSTITUTE = re.compile(r"^(?:PHÓ|Q\.|QUYỀN) ")
"""Who stands in for an office: nobody signs for a deputy."""


_MORE = frozenset({"", "thuongtruc", "phutrach"})
"""What may stand behind the title of a deputy."""


def _head(head: Head, authority: Field, title: Field, body: str) -> dict[str, Field]:
    """For a committee the chairman signs, a deputy only *KT.*; deputies in the Party and its unions do sign so."""
    if not str(title.value).upper().startswith(("PHÓ", "THỨ")):
        agrees = title.valid and is_officer(str(title.value))
        return {head.authority: with_check(authority, check("body_agrees", True))} if agrees else {}
    if _letters(body).startswith(("uybannhandan", "ubnd")):
        lost = check("deputy", False, "a deputy signs for the chairman; that line may be lost")
        return {head.authority: with_check(authority, lost)}
    return {}


def _letters(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalpha())
