"""Whether a text (an agency, an address) names an administrative unit: by whole words, with their tones, as a unit of its kind.

*Sơn La* is not named by *xã Sơn Lang*, *Huế* not by *Cục Thuế*, the province Khánh Hòa not by *xã Khánh Hòa, tỉnh Cà Mau*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from schemas.gazetteer import TYPES, modern, types_of
from schemas.vietnamese import nfc

_SHORT = {
    "tp": "thành phố",
    "tx": "thị xã",
    "tt": "thị trấn",
    "t": "tỉnh",
    "p": "phường",
    "q": "quận",
    "h": "huyện",
    "x": "xã",
}
_TYPE = re.compile(
    rf"(?<!\w)(?:({'|'.join(kind.lower() for kind in TYPES)})(?!\w)(?! hội)|(tp)\.?(?=\W)|({'|'.join(_SHORT)})\.)\s*"
)
"""What a unit's name follows; *xã hội* (*bảo hiểm xã hội*) is no commune."""


def names(text: str, unit: str) -> bool:
    """Whether the text names the unit; one that is written as an address (*xã Hòa Bình, tỉnh Kon Tum*) with all of its parts.

    A name without its type is that of the highest unit which is called so. What is no unit must stand in the text word by word.
    """
    parts = _wanted(unit)
    return bool(parts) and all(_named(text, kinds, name) for kinds, name in parts)


def _named(text: str, kinds: frozenset[str], name: str) -> bool:
    if not kinds:
        return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", _plain(text)) is not None
    return any(
        (name == called or called.startswith(f"{name}-"))
        if kind in kinds
        else kind == "" and re.search(rf"(?:^|[\s-]){re.escape(name)}$", called) is not None
        for kind, called in _units(text)
    )


def _units(text: str) -> Iterator[tuple[str, str]]:
    """The units in a text, each with its type; with type "" a part that names none."""
    for part in re.split(r"[,;()]", _plain(text)):
        marks = list(_TYPE.finditer(part))
        if not marks:
            yield "", part.strip()
        ends = [mark.start() for mark in marks[1:]] + [len(part)]
        for mark, end in zip(marks, ends, strict=False):
            kind = mark[1] or _SHORT[mark[2] or mark[3]]
            yield kind, part[mark.end() : end].strip(" .-")


@lru_cache(maxsize=1 << 10)
def _wanted(unit: str) -> tuple[tuple[frozenset[str], str], ...]:
    """The parts of what a policy names: for each the types that it may have (none: it is no unit), and its name."""
    found = []
    for part in filter(None, (one.strip() for one in _plain(unit).split(","))):
        typed = _TYPE.match(part)
        if typed is not None:
            kind = typed[1] or _SHORT[typed[2] or typed[3]]
            found.append((frozenset({kind}), part[typed.end() :]))
        else:
            found.append((frozenset(kind.lower() for kind in types_of(part)), part))
    return tuple(found)


def _plain(text: str) -> str:
    """In small letters, on one line, tones where they are written today, hyphens without spaces."""
    return re.sub(r"\s*[-–—]\s*", "-", " ".join(modern(nfc(text)).lower().split()))
