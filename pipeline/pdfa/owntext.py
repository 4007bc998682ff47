"""The words that a page description brings along: they are taken over where each of them was read in the same place, and else none.

White, covered, clipped or tiny words, the old words of another program under the scan, letters that a font names otherwise than they
look: whoever searches the copy, or copies from it, would find what nobody sees. One such word is enough.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from schemas.errors import Unreachable
from schemas.geometry import Affine, Box, union
from schemas.text import PageText
from schemas.vietnamese import nfc

if TYPE_CHECKING:
    import pikepdf

_SHARE = 0.8
"""Of the words that were read, so many must be among a page's own; the others stand in pictures."""

_WIDE, _LOWER, _HIGHER = 0.5, 4.0, 1.5
"""How much of the wider of both boxes of a word must be common; how many times lower or higher its ink may be than its font's box."""

_FAR = 100_000
"""Points around a page in which words are looked for: beyond its rim nobody sees them, but programs find them."""

_SECONDS = 60
_WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>', re.S
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A word and its box in pixels of the page as scanned."""

    text: str
    box: Box


def read_words(text: PageText) -> list[Placed]:
    """The words that were read."""
    return [Placed(nfc(word.text), text.to_scan.box(word.box)) for word in text.words()]


def own_words(page: pikepdf.Page, content: bytes, to_scan: Affine) -> list[Placed]:
    """The words that poppler finds in a description of a page, wherever they stand; ``to_scan`` maps its units."""
    import pikepdf

    if not _may_have_text(page.resources):
        return []
    form = page.as_form_xobject(handle_transformations=False)
    form.write(content)
    form.Resources = _without_pictures(page.resources)
    form.BBox = pikepdf.Array([-_FAR, -_FAR, _FAR, _FAR])
    with pikepdf.new() as pdf, tempfile.TemporaryDirectory() as folder:
        sheet = pdf.add_blank_page().obj
        sheet.MediaBox = pikepdf.Array([-_FAR, -_FAR, _FAR, _FAR])
        sheet.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=pdf.copy_foreign(form)))
        sheet.Contents = pdf.make_stream(b"/F Do")
        path = Path(folder) / "words.pdf"
        pdf.save(path)
        found = _words_of(path)
    upright = Affine(1, 0, -_FAR, 0, -1, _FAR).then(to_scan)
    return [Placed(text, upright.box(box)) for text, box in found]


def agree(own: Sequence[Placed], read: Sequence[Placed]) -> bool:
    """Whether each of a page's own words was read, in the same place, and by far most of what was read is among them."""
    x, y = np.array([word.box.centre for word in read]).reshape(-1, 2).T
    free = np.ones(len(read), dtype=bool)
    for word in own:
        box = word.box
        within = free & (box.left < x) & (x < box.right) & (box.top < y) & (y < box.bottom)
        found = _found(word, [(read[number], number) for number in np.flatnonzero(within).tolist()])
        if not found:
            return False
        free[found] = False
    return bool(np.count_nonzero(~free) >= _SHARE * len(read))


def _found(own: Placed, there: Sequence[tuple[Placed, int]]) -> list[int]:
    """Which of the words read in a word's place are that word: one, or several into which it was cut; none where it was not read."""
    for word, number in there:
        if word.text == own.text and _is_same_place(own, word.box):
            return [number]
    parts = sorted(there, key=lambda each: each[0].box.left)
    whole = "".join(word.text for word, _ in parts) == own.text
    return (
        [number for _, number in parts]
        if whole and _is_same_place(own, union(word.box for word, _ in parts))
        else []
    )


def _is_same_place(own: Placed, read: Box) -> bool:
    """Whether both boxes are one word's: that of its letters' font and that of its ink, which is as low as a dash."""
    across = own.box.intersection(read).width
    height = own.box.height
    lowest = height / _LOWER if any(letter.isalnum() for letter in own.text) else 0.0
    return across >= _WIDE * max(own.box.width, read.width) and lowest <= read.height <= _HIGHER * height


def _may_have_text(resources: pikepdf.Object) -> bool:
    """Whether a description, or a form in it, may have a font."""
    return bool(resources.get("/Font", {})) or any(map(_is_form, resources.get("/XObject", {}).values()))


def _is_form(thing: pikepdf.Object) -> bool:
    return str(thing.get("/Subtype")) == "/Form"


def _without_pictures(resources: pikepdf.Object) -> pikepdf.Dictionary:
    import pikepdf

    kept = {key: value for key, value in resources.items() if key != "/XObject"}
    forms = {key: each for key, each in resources.get("/XObject", {}).items() if _is_form(each)}
    return pikepdf.Dictionary({**kept, "/XObject": pikepdf.Dictionary(forms)})


def _words_of(path: Path) -> list[tuple[str, Box]]:
    """The words of a file of one page, with their boxes, y down."""
    try:
        done = subprocess.run(
            ["pdftotext", "-bbox", "-enc", "UTF-8", str(path), "-"],
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except FileNotFoundError as missing:
        raise Unreachable("pdftotext, of poppler-utils, is not installed") from missing
    told = done.stdout.decode("utf-8", "replace")
    found = []
    for left, top, right, bottom, text in _WORD.findall(told):
        box = Box(float(left), float(top), float(right), float(bottom))
        found += [(word, box) for word in nfc(unescape(text)).split()]
    return found
