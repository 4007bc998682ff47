"""From pages read to judged words: what was said about each, and whether it was right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.calibration.fit import Samples
from bench.calibration.labels import against_truth, against_typed
from bench.calibration.readings import PageRead
from pipeline.calibration import Calibration
from pipeline.ocr.evidence import WordClass, evidence, word_class


@dataclass(frozen=True, slots=True)
class Judged:
    """A word with its page, class and evidence, the recogniser's own confidence, and whether it was right."""

    page: str
    level: str
    text: str
    kind: WordClass
    figures: tuple[float, ...]
    raw: float
    right: bool


def judged(pages: Iterable[PageRead]) -> list[Judged]:
    """Judge every word on the pages that can be judged."""
    found = []
    for page in pages:
        figures = [evidence(line, words) for line, words in page.calls]
        lines = [[replace(page.calls[s.call][1][s.index], box=s.box) for s in row] for row in page.lines]
        if page.truth is None:
            labels = against_typed(lines, page.typed)
        else:
            labels = against_truth(lines, page.to_scan, page.truth)
        for row, words, rights in zip(page.lines, lines, labels, strict=True):
            for place, word, right in zip(row, words, rights, strict=True):
                if right is not None:
                    own = figures[place.call][place.index]
                    kind = word_class(word.text)
                    found.append(Judged(page.name, page.level, word.text, kind, own, word.confidence, right))
    return found


def samples(words: Sequence[Judged]) -> Samples:
    """The same as arrays, for fitting."""
    return Samples(
        np.array([word.figures for word in words]),
        np.array([word.right for word in words]),
        np.array([str(word.kind) for word in words]),
        np.array([word.page for word in words]),
    )


def stated(words: Sequence[Judged], known: Calibration) -> list[float]:
    """What the calibration says of each word."""
    return [known.share(known.score(word.kind, word.figures)) for word in words]
