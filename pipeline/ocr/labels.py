"""Labels that forms print in two languages: where one of them was read nearly right, its words are put right.

The language model knows Vietnamese; of the English beside it (*Quê quán / Place of origin*) it makes syllables, and the
recogniser's model was taught little of it. But labels are few and known (``schemas.documents``). A stretch of a line that
is one of them but for some letters is that label. Words whose letters are right stay as they are, numbers are never
touched, and what was read is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from rapidfuzz.distance import Indel
from rapidfuzz.fuzz import partial_ratio, partial_ratio_alignment

from schemas.documents import document_types, field_specs
from schemas.geometry import union
from schemas.text import Word

_ALSO = (
    "Socialist Republic of Viet Nam",
    "Independence - Freedom - Happiness",
    "Bộ Công an / Ministry of Public Security",
    "Ngón trỏ trái / Left index finger",
    "Ngón trỏ phải / Right index finger",
)
"""What cards and certificates in two languages print besides the labels of fields."""

_ALIKE, _ALIKE_ALONE = 0.66, 0.72
"""Likeness (0–1) from which a stretch is a label of two languages, and one of English alone."""

_HALF = 58.0
"""Likeness (0–100) from which one of its languages is there."""

_LESS = 0.04
"""The same by which it must be less like any other label."""

_SHORTEST = 10
"""Characters of a label that stands without its Vietnamese."""

_SURE = 0.9
"""A line in which every word was read with this confidence is left alone."""

_PRINT = 0.6
"""The recogniser's confidence in a word that is no noise."""

_CERTAIN, _REMOTE = 0.95, 0.34
"""A word read with the one is only changed to one half like it; one in doubt, in a label of two languages, to one this
much like it."""

_SIGNS = ".,:;-–'\"/ "
_SKIP = 1.0
"""Cost of a word or of a word of the label without counterpart; two that are wholly unlike cost as much."""


def with_labels(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words of a line, left to right, with the labels in it put right; their confidence is the recogniser's."""
    if all(word.confidence >= _SURE for word in words):
        return tuple(words)
    found = list(words)
    for label in _near(" ".join(word.text for word in words)):
        span = _span(found, label)
        if span is not None:
            start, end = span
            found[start:end] = [_believed(word) for word in _put_right(found[start:end], label)]
    return tuple(found)


def _believed(word: Word) -> Word:
    """A word of a label, which is print however little of it the recogniser was sure of."""
    return replace(word, confidence=max(word.confidence, _PRINT))


@lru_cache(maxsize=1)
def bilingual_labels() -> tuple[str, ...]:
    """Labels in two languages, and the English of them that may stand on a line of its own."""
    printed = [
        label
        for model in document_types().values()
        for field in field_specs(model)
        for label in (*field.printed.labels, *field.printed.before)
        if " / " in label
    ]
    both = dict.fromkeys((*printed, *_ALSO))
    alone = (label.split(" / ")[-1] for label in both if len(label.split(" / ")[-1]) >= _SHORTEST)
    titles = (
        cue for model in document_types().values() for cue in model.form.cues if cue.isascii() and " " in cue
    )
    return tuple(dict.fromkeys((*both, *alone, *titles)))


def _near(line: str) -> Iterator[str]:
    """Labels that may stand in a line, the longest first."""
    folded = line.casefold()
    for label in sorted(bilingual_labels(), key=len, reverse=True):
        if len(label) < 1.4 * len(line) and partial_ratio(label.casefold(), folded) >= 100 * _ALIKE:
            yield label


def _span(words: Sequence[Word], label: str) -> tuple[int, int] | None:
    """Which words are the label; None when they are not like enough, or as like another one."""
    starts, text = [], ""
    for word in words:
        starts.append(len(text))
        text += word.text.casefold() + " "
    where = partial_ratio_alignment(label.casefold(), text)
    if where is None:
        return None
    ends = [start + len(word.text) for start, word in zip(starts, words, strict=True)]
    inside = [
        i
        for i, (start, end) in enumerate(zip(starts, ends, strict=True))
        if min(end, where.dest_end) - max(start, where.dest_start) > 0.5 * (end - start)
    ]
    if not inside:
        return None
    nearby = [
        (start, end)
        for start in range(max(inside[0] - 1, 0), inside[0] + 2)
        for end in range(inside[-1], min(inside[-1] + 2, len(words)) + 1)
        if start < end and not any(map(_is_number, words[start:end]))
    ]
    reads = {span: text[starts[span[0]] : ends[span[1] - 1]].strip(_SIGNS) for span in nearby}
    span = max(nearby, key=lambda span: _likeness(reads[span], label), default=None)
    if span is None or not _holds_both(reads[span], label):
        return None
    alike = _likeness(reads[span], label)
    if alike < (_ALIKE if " / " in label else _ALIKE_ALONE):
        return None
    rival = max(_likeness(reads[span], other) for other in bilingual_labels() if other != label)
    return span if alike > rival + _LESS else None


def _is_number(word: Word) -> bool:
    return 2 * sum(c.isdigit() for c in word.text) >= len(word.text)


def _likeness(read: str, label: str) -> float:
    """How like two texts are (0–1), whatever their case and the signs around them; of signs alone, as they stand."""
    one, other = read.strip(_SIGNS) or read, label.strip(_SIGNS) or label
    return Indel.normalized_similarity(one.casefold(), other.casefold())


def _holds_both(read: str, label: str) -> bool:
    """Whether either language of a label can be made out: many forms print the Vietnamese alone."""
    return all(partial_ratio(half.casefold(), read) >= _HALF for half in label.split(" / "))


def _put_right(words: Sequence[Word], label: str) -> list[Word]:
    """The words of a label in place of what was read; pieces of one word are joined, two that ran together parted."""
    upper = sum(c.isupper() for word in words for c in word.text) > sum(
        c.islower() for word in words for c in word.text
    )
    tokens = (label.upper() if upper else label).split()
    right: list[Word] = []
    for read, meant in _pairs(words, tokens):
        if not meant:
            right.extend(read)
        elif read:
            right.extend(_meant(read, meant, both=" / " in label))
    return right


def _meant(read: Sequence[Word], meant: Sequence[str], *, both: bool) -> list[Word]:
    """Words as the label has them; those whose letters are right stay. ``both`` languages bear more out than one."""
    text = " ".join(word.text for word in read)
    sign = text[-1] if text[-1] in ":;.," and not meant[-1].endswith(",") else ""
    box, confidence = union(word.box for word in read), min(word.confidence for word in read)
    alike = _likeness(text.strip(_SIGNS), " ".join(meant))
    brief = max(len(text), *map(len, meant)) <= 3 and text[0].isalpha() == meant[0][0].isalpha()
    if alike == 1 or not (alike >= 0.5 or (both and confidence < _CERTAIN and (alike >= _REMOTE or brief))):
        return list(read)
    total = sum(map(len, meant)) + len(meant) - 1
    placed: list[Word] = []
    passed = 0
    for token in meant:
        left = box.left + box.width * passed / total
        part = replace(box, left=left, right=left + box.width * len(token) / total)
        last = len(placed) == len(meant) - 1
        written = token + (":" if sign else "") if last else token
        placed.append(Word(written, box if len(meant) == 1 else part, confidence, text))
        passed += len(token) + 1
    return placed


def _pairs(words: Sequence[Word], tokens: Sequence[str]) -> list[tuple[Sequence[Word], Sequence[str]]]:
    """Which words stand for which of the label, at the least cost: one for one, two for one, one for two, or for none."""
    best: dict[tuple[int, int], tuple[float, list[tuple[Sequence[Word], Sequence[str]]]]] = {
        (0, 0): (0.0, [])
    }
    for i in range(len(words) + 1):
        for j in range(len(tokens) + 1):
            if (i, j) not in best:
                continue
            cost, pairs = best[i, j]
            for more, on in ((1, 1), (2, 1), (1, 2), (1, 0), (0, 1)):
                read, meant = words[i : i + more], tokens[j : j + on]
                if len(read) < more or len(meant) < on:
                    continue
                step = cost + _cost(read, meant)
                if step < best.get((i + more, j + on), (float("inf"), []))[0]:
                    best[i + more, j + on] = (step, [*pairs, (read, meant)])
    return best[len(words), len(tokens)][1]


def _cost(read: Sequence[Word], meant: Sequence[str]) -> float:
    if not read or not meant:
        return _SKIP
    alike = _likeness("".join(word.text for word in read), "".join(meant))
    return 1.0 - alike + 0.1 * (len(read) + len(meant) - 2)
