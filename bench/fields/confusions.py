"""What letters are read as, counted on generated pages: the costs of ``pipeline.normalize.channel``.

``python -m bench.fields --confusions --seed N`` writes them. Lines as printed are laid beside what was read at their
place; of words that were read otherwise each pair of unlike letters counts. Costs are nats, the negative logarithm of
the share: what a letter costs in a word that is known to be read with a fault.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from math import log
from pathlib import Path
from typing import Any
from unicodedata import normalize

from rapidfuzz.distance import Levenshtein

from pipeline.model import PageReading
from schemas.geometry import Box
from schemas.vietnamese import fold, nfc

TARGET = Path(__file__).parent.parent.parent / "pipeline" / "normalize" / "data" / "confusions.json"
LEAST = 2
"""A pair seen less often has the cost of its class."""
_ALIKE = 0.5

Counts = tuple[Counter[str], Counter[tuple[str, str]]]
"""How often a letter is printed, and what it was read as ("" for nothing; from "" what was put in)."""


def count(pages: Iterable[tuple[dict[str, Any], PageReading]]) -> Counts:
    """Letters of words in capitals that were read with a fault, as printed and as read: of capitals titles and heads consist."""
    printed: Counter[str] = Counter()
    read: Counter[tuple[str, str]] = Counter()
    for truth, page in pages:
        placed = [
            (page.text.to_scan.box(word.box), nfc(word.read or word.text)) for word in page.text.words()
        ]
        for line in truth["lines"]:
            for word in line["words"]:
                text, box = nfc(word["text"]), Box(*word["box"])
                found = [(other.left, seen) for other, seen in placed if _share(other, box) > _ALIKE]
                seen = "".join(part for _, part in sorted(found))
                alike = Levenshtein.normalized_similarity(text, seen) > _ALIKE
                if text.isupper() and text.isalpha() and seen != text and alike:
                    printed.update(text)
                    read.update(_pairs(text, seen))
    return printed, read


def _share(part: Box, whole: Box) -> float:
    return part.intersection(whole).area / max(part.area, 1.0)


def _pairs(text: str, seen: str) -> Iterable[tuple[str, str]]:
    for step in Levenshtein.editops(text, seen):
        if step.tag == "replace":
            yield text[step.src_pos], seen[step.dest_pos]
        elif step.tag == "delete":
            yield text[step.src_pos], ""
        else:
            yield "", seen[step.dest_pos]


def costs(counts: Counts) -> dict[str, Any]:
    """Costs in nats: of each pair that was seen often enough, and of the classes of all others."""
    printed, read = counts
    letters = sum(printed.values())
    classes: Counter[str] = Counter()
    for (one, other), number in read.items():
        classes[_class(one, other)] += number
    common = {
        f"{one}{other}": round(-log(number / (printed[one] + LEAST)), 2)
        for (one, other), number in sorted(read.items())
        if one and other and number >= LEAST
    }
    # what is left of a class is spread over the letters that it may be
    spread = {"dropped": 1.5, "marks": 3, "other": 30, "lost": 1, "added": 30}
    return {
        "letters": letters,
        "classes": {
            name: round(-log(max(classes[name], 1) / letters / among), 2) for name, among in spread.items()
        },
        "pairs": common,
    }


def _class(one: str, other: str) -> str:
    if not one:
        return "added"
    if not other:
        return "lost"
    if fold(one) != fold(other):
        return "other"
    return "dropped" if set(normalize("NFD", other)) < set(normalize("NFD", one)) else "marks"


def write(kept: dict[str, Any]) -> None:
    """Keep what was counted."""
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
