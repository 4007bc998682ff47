"""Which of the words read are right: aligned with the truth line by line, compared to the letter.

A word is right when it is one of the words of the line that it lies on, in its turn, exactly (NFC). Words that were read
where nothing is printed are wrong. Handwriting and what a stamp says are in no truth: words on them are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rapidfuzz.distance import Levenshtein

from schemas.geometry import Affine, Box
from schemas.text import Word
from schemas.vietnamese import nfc

Label = bool | None
"""Right, wrong, or not to be judged."""

_OUTSIDE_TRUTH = frozenset({"received_stamp", "joining_seal", "qr"})
"""Marks that bear text of their own."""

_TOUCHES = 0.12
"""Share of a word's box from which on it lies on something."""


def against_truth(
    lines: Sequence[Sequence[Word]], to_scan: Affine, truth: dict[str, Any]
) -> list[list[Label]]:
    """Judge the words of a generated page, each list from left to right; ``truth`` is the page's entry."""
    printed = [[(word["text"], Box(*word["box"])) for word in line["words"]] for line in truth["lines"]]
    written = [box for line in printed for text, box in line if text.startswith("⟦")]
    marks = [Box(*mark["box"]) for mark in truth["marks"] if mark["kind"] in _OUTSIDE_TRUTH]
    placed: dict[int, list[tuple[int, int]]] = {}
    labels: list[list[Label]] = []
    for i, line in enumerate(lines):
        labels.append([])
        for k, word in enumerate(line):
            box = to_scan.box(word.box)
            best = max(range(len(printed)), key=lambda n: _covered(box, printed[n]), default=None)
            if any(_share(box, other) > _TOUCHES for other in written):
                labels[i].append(None)
            elif best is None or _covered(box, printed[best]) < _TOUCHES:
                labels[i].append(None if any(_share(box, mark) > 0.5 for mark in marks) else False)
            else:
                labels[i].append(False)
                placed.setdefault(best, []).append((i, k))
    for number, places in placed.items():
        places.sort(key=lambda place: lines[place[0]][place[1]].box.centre[0])
        texts = [lines[i][k].text for i, k in places]
        for place in _equal(texts, [nfc(text) for text, _ in printed[number]]):
            i, k = places[place]
            labels[i][k] = True
    return labels


def against_typed(lines: Sequence[Sequence[Word]], typed: Sequence[str]) -> list[list[Label]]:
    """Judge the words of a real page by its typed lines, which have no boxes.

    Lines that are alike are aligned first, the likest ones first, wherever they stand; then all words that are left
    over with all that is left of the truth. Of lines where no word was found, nothing is judged: page numbers, stamps
    and handwriting are not typed.
    """
    truth = [nfc(line).split() for line in typed]
    right: set[tuple[int, int]] = set()
    used: set[tuple[int, int]] = set()
    for i, n in _alike([[word.text for word in line] for line in lines], truth):
        for start, end, origin in _runs([word.text for word in lines[i]], truth[n]):
            right.update((i, k) for k in range(start, end))
            used.update((n, k) for k in range(origin, origin + end - start))
    rest = [(i, k) for i, line in enumerate(lines) for k in range(len(line)) if (i, k) not in right]
    left = [(n, k) for n, line in enumerate(truth) for k in range(len(line)) if (n, k) not in used]
    for start, end, _ in _runs([lines[i][k].text for i, k in rest], [truth[n][k] for n, k in left]):
        right.update(rest[start:end])
    labels: list[list[Label]] = [[(i, k) in right for k in range(len(line))] for i, line in enumerate(lines)]
    return [row if any(row) else [None] * len(row) for row in labels]


def _alike(read: Sequence[Sequence[str]], truth: Sequence[Sequence[str]]) -> Iterable[tuple[int, int]]:
    """Pairs of lines that share most of their words, the likest first; each line in one pair at most."""
    pairs = [
        (Levenshtein.normalized_similarity(line, other), -i, -n)
        for i, line in enumerate(read)
        for n, other in enumerate(truth)
    ]
    lines, others = set(range(len(read))), set(range(len(truth)))
    for likeness, i, n in sorted(pairs, reverse=True):
        if likeness > 0.5 and -i in lines and -n in others:
            lines.discard(-i)
            others.discard(-n)
            yield -i, -n


def _equal(read: Sequence[str], truth: Sequence[str]) -> Iterable[int]:
    for start, end, _ in _runs(read, truth):
        yield from range(start, end)


def _runs(read: Sequence[str], truth: Sequence[str]) -> list[tuple[int, int, int]]:
    """Equal runs of the best alignment: start and end in ``read``, start in ``truth``."""
    return [
        (step.src_start, step.src_end, step.dest_start)
        for step in Levenshtein.opcodes(read, truth)
        if step.tag == "equal"
    ]


def _share(box: Box, other: Box) -> float:
    common = box.intersection(other)
    if common.width <= 0 or common.height <= 0:
        return 0.0
    return common.area / max(box.area, 1.0)


def _covered(box: Box, words: Iterable[tuple[str, Box]]) -> float:
    return sum(_share(box, other) for _, other in words)
