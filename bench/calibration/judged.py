"""From pages read to judged words: what was said about each, and whether it was right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.calibration.fit import Samples
from bench.calibration.labels import against_truth, against_typed
from bench.calibration.readings import PageRead
from pipeline.ocr.confidence import Calibration
from pipeline.ocr.decode import decode
from pipeline.ocr.evidence import WordClass, evidence, word_class
from pipeline.ocr.noise import without_noise


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
    """Decode the pages as the pipeline does, and judge every word that can be judged."""
    found = []
    for page in pages:
        kept = [(line, words) for line in page.lines if (words := without_noise(decode(line)))]
        lines = [words for _, words in kept]
        if page.truth is None:
            labels = against_typed(lines, page.typed)
        else:
            labels = against_truth(lines, page.to_scan, page.truth)
        for (raw, words), row in zip(kept, labels, strict=True):
            for word, figures, right in zip(words, evidence(raw, words), row, strict=True):
                if right is not None:
                    kind = word_class(word.text)
                    found.append(
                        Judged(page.name, page.level, word.text, kind, figures, word.confidence, right)
                    )
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
