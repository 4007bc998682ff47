"""Typefaces that have every letter of Vietnamese, found among the fonts of this machine by fontconfig."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

from fontTools.ttLib import TTFont

from schemas.vietnamese import nfc

Kind = Literal["times", "serif", "sans", "mono"]

FOLDERS = tuple(map(Path, ("/usr/share/fonts", "/usr/share/texmf/fonts", "/usr/local/share/fonts")))

HELD_OUT = ("Noto Serif", "Roboto", "FreeSerif", "Linux Biolinum")
"""Beginnings of the names of families that are never learnt from: they tell how a network reads print that is new to it."""

_TIMES = ("Tinos", "Liberation Serif", "TeX Gyre Termes", "FreeSerif", "Nimbus Roman")
"""Metric twins of Times New Roman, in which the law has administrative papers set (Decree 30/2020, annex I)."""

_SERIF = (
    "Serif",
    "Charis",
    "Doulos",
    "Gentium",
    "Linux Libertine",
    "EB Garamond",
    "Vollkorn",
    "Junicode",
    "Pagella",
    "Bonum",
    "Schola",
    "Arapey",
    "Elstob",
    "GFS",
    "Yrsa",
    "Rasa",
    "Concrete",
    "LM Roman",
    "Latin Modern Roman",
)
_MONO = ("Mono", "Cousine", "Courier", "Code", "Cursor", "Typewriter")

_ODD = ("Caps", " SC", "Math", "Dunhill", "Quotation", "Unslanted", "Chorus", "Decorative")
"""Parts of the names of families that write small letters as capitals, or as no paper does."""

_WEIGHTS: dict[Kind, float] = {"times": 0.58, "serif": 0.20, "sans": 0.18, "mono": 0.04}

_STYLES = {(False, False): 0.52, (True, False): 0.25, (False, True): 0.15, (True, True): 0.08}
"""How often print is bold, italic: more often than on paper, since these are read worse."""

_VOWELS = "a ă â e ê i o ô ơ u ư y".split()
_VIETNAMESE = {
    nfc(vowel + tone) for vowel in _VOWELS for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
}
NEEDED = frozenset(
    "".join(_VIETNAMESE | {letter.upper() for letter in _VIETNAMESE}) + "đĐ0123456789.,;:()/-–“”\"'%+"
)


@dataclass(frozen=True, slots=True)
class Face:
    """One font file; ``held_out`` ones are for judging only."""

    file: Path
    family: str
    bold: bool
    italic: bool
    kind: Kind
    held_out: bool
    letters: frozenset[str]


def find_faces(folders: Sequence[Path] = FOLDERS) -> tuple[Face, ...]:
    """All faces in these folders that have the letters of Vietnamese, upright or italic, regular or bold.

    Raises FileNotFoundError when fontconfig's ``fc-scan`` is missing (Debian: fontconfig).
    """
    form = "%{file}\t%{family[0]}\t%{weight}\t%{slant}\t%{width}\t%{variable}\t%{index}\n"
    found = dict[tuple[str, bool, bool], Face]()
    there = [str(folder) for folder in folders if folder.is_dir()]
    scanned = subprocess.run(
        ["fc-scan", "--format", form, *there], capture_output=True, text=True, check=True
    )
    for line in sorted(scanned.stdout.splitlines()):
        file, family, weight, slant, width, variable, index = line.split("\t")
        if not file.endswith((".ttf", ".otf")):
            continue  # fontconfig names bitmap and Type 1 fonts too, which hold no table of letters
        if variable != "False" or index != "0" or width != "100" or weight not in ("80", "200"):
            continue
        place = family, weight == "200", slant != "0"
        if place in found or any(part in family for part in _ODD):
            continue
        letters = _letters(Path(file))
        if letters >= NEEDED:
            found[place] = Face(Path(file), *place, _kind(family), family.startswith(HELD_OUT), letters)
    return tuple(found.values())


def choose(rng: Random, faces: Sequence[Face]) -> Face:
    """One face, of the kinds and styles as papers have them."""
    kinds = {kind: weight for kind, weight in _WEIGHTS.items() if any(face.kind == kind for face in faces)}
    kind = rng.choices(list(kinds), weights=list(kinds.values()))[0]
    alike = [face for face in faces if face.kind == kind]
    family = rng.choice(sorted({face.family for face in alike}))
    alike = [face for face in alike if face.family == family]
    return rng.choices(alike, weights=[_STYLES[face.bold, face.italic] for face in alike])[0]


def sibling(faces: Sequence[Face], face: Face, *, bold: bool, italic: bool) -> Face:
    """The face of the same family in another style; the same face where the family has none."""
    same = (
        each for each in faces if each.family == face.family and (each.bold, each.italic) == (bold, italic)
    )
    return next(same, face)


def _kind(family: str) -> Kind:
    if family.startswith(_TIMES):
        return "times"
    if any(part in family for part in _MONO):
        return "mono"
    return "serif" if any(part in family for part in _SERIF) else "sans"


def _letters(file: Path) -> frozenset[str]:
    with TTFont(file, fontNumber=0, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap() or ()))
