"""Measures of reading: character error rate in reading order and free of order, word error rate, tone errors.

White space is folded to one blank; text is NFC. Handwriting, marked ``⟦…⟧`` in the truth, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import Levenshtein

from schemas.vietnamese import fold, nfc

_HANDWRITING = re.compile(r"⟦[^⟧]*⟧")


def normal(text: str) -> str:
    """NFC, no handwriting marks, one blank between words."""
    return " ".join(_HANDWRITING.sub(" ", nfc(text)).split())


def cer_in_order(truth: Sequence[str], read: str) -> tuple[int, int]:
    """Edits and characters of the whole page against the whole output, so that a wrong order costs."""
    whole = normal("\n".join(truth))
    return Levenshtein.distance(whole, normal(read)), len(whole)


def best_window(line: str, read: str) -> tuple[int, int, int]:
    """Edits of ``line`` against its best window ``[start, end)`` of ``read`` (Sellers 1980, by whole rows)."""
    text = np.frombuffer(read.encode("utf-32-le"), dtype=np.uint32)
    steps = np.arange(len(text) + 1)
    row = np.zeros(len(text) + 1, dtype=np.int64)
    start = steps.copy()
    for i, char in enumerate(line, 1):
        substituted = row[:-1] + (text != ord(char))
        deleted = row[1:] + 1
        best = np.concatenate([[i], np.minimum(substituted, deleted)])
        origin = np.concatenate([[0], np.where(substituted <= deleted, start[:-1], start[1:])])
        lifted = best - steps
        row = np.minimum.accumulate(lifted) + steps
        source = np.maximum.accumulate(np.where(lifted == row - steps, steps, 0))
        start = origin[source]
    end = int(row.argmin())
    return int(row[end]), int(start[end]), end


def cer_order_free(truth: Sequence[str], read: str) -> tuple[int, int]:
    """Edits and characters, each true line against its best window of the output."""
    output = normal(read)
    lines = [line for line in map(normal, truth) if line]
    return sum(best_window(line, output)[0] for line in lines), sum(map(len, lines))


def wer(truth: Sequence[str], read: str) -> tuple[int, int]:
    """Wrong words and words, in reading order."""
    words = normal("\n".join(truth)).split()
    return Levenshtein.distance(words, normal(read).split()), len(words)


def tone_errors(truth: Sequence[str], read: str) -> int:
    """Edits that vanish when tones and marks are taken off: a right letter with a wrong mark."""
    output = normal(read)
    bare = fold(output)
    return sum(
        best_window(line, output)[0] - best_window(fold(line), bare)[0] for line in map(normal, truth) if line
    )
