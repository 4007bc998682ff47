"""Choosing among what each symbol may be: the picture's evidence weighed against the language.

A third of the errors on real scans are lost or wrong tone marks, and the recogniser usually knows the right mark as its
second choice ("ê 1.2, ề 11.4"). For each line the best path through the choices is sought (Viterbi 1967), with the
neighbour counts of ``pipeline.language`` as the model. Only syllables that were seen in law text are offered instead;
numbers, codes and abbreviations are never touched, what may be a name only on strong evidence. What was read is
kept beside what was chosen.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.language.names import family_names, surprise_as_name
from pipeline.language.neighbours import is_known, seen_together, surprise
from pipeline.language.syllables import is_syllable
from pipeline.ocr.recogniser import Choices, RawWord
from schemas.gazetteer import TYPES, is_place
from schemas.text import Word

PICTURE_WEIGHT = 0.7
"""Weight of a nat of the recogniser's cost against a nat of the language's; tuned with ``bench/reading``."""

AGAINST, SEEN = 3.0, 6.0
"""Weight of each nat beyond ``SEEN`` on top: what the picture shows clearly is not a matter of what is usual (*tạm ngưng*)."""

CHANGE_COST = 1.0
"""Nats that a reading must gain before it replaces what was read."""

NAME_COST = 9.0
"""The same for a capitalised word, which may be a name that law text does not know."""

LIKELIER_NAME_COST = 4.0
"""The same where what is offered is a likelier name than what was read: *THẮNG* for *THẲNG*."""

NAME_TIE = 4.0
"""Nats within which the recogniser must offer another reading of what may be a name; law text does not decide names."""

_USUAL = 20
"""Seen this often beside a neighbour, a capitalised word is no name: CHỈ THỊ, Thủ tướng."""

LOST_MARK = 20.0
"""Nats for a tone mark that the recogniser has no trace of."""

_TONE_MARKS = "\u0300\u0301\u0303\u0309\u0323"

_MOST_CANDIDATES = 24


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to read the letters of a word: the text, and its cost in nats over what was read."""

    text: str
    cost: float


@dataclass(frozen=True, slots=True)
class _Token:
    """A word split into what stands before its letters, the letters, and what follows."""

    before: str
    after: str
    candidates: tuple[Candidate, ...]


def decode(line: Sequence[RawWord]) -> tuple[Word, ...]:
    """Choose the best reading of each word of a line, from left to right."""
    spans = [_letters(word.text) for word in line]
    cores = [word.text[start:end] for word, (start, end) in zip(line, spans, strict=True)]
    tokens = []
    for index, (word, (start, end)) in enumerate(zip(line, spans, strict=True)):
        others = _alternatives(word, start, end, *_around(cores, index), named=_begins_name(cores, index))
        candidates = (Candidate(cores[index], 0.0), *others)
        tokens.append(_Token(word.text[:start], word.text[end:], candidates))
    words = []
    for raw, token, candidate in zip(line, tokens, _best_path(tokens), strict=True):
        text = token.before + candidate.text + token.after
        words.append(Word(text, raw.box, raw.confidence, None if text == raw.text else raw.text))
    return tuple(
        replace(word, text="Ia", read=word.read or word.text) if _begins_place(words, at) else word
        for at, word in enumerate(words)
    )


def _begins_place(words: Sequence[Word], at: int) -> bool:
    """A *la* that is the *Ia* (water) of names of the Central Highlands: their first letters look the same (*xã Ia Hrú*, *Ia Grai*)."""
    if words[at].text != "la" or at + 1 == len(words):
        return False
    core = words[at + 1].text[slice(*_letters(words[at + 1].text))]
    if not core[:1].isupper():
        return False
    return (at > 0 and words[at - 1].text.capitalize() in TYPES) or is_place(f"Ia {core}")


def _letters(text: str) -> tuple[int, int]:
    """Where the letters and digits of a word begin and end, without the signs around them."""
    start = next((i for i, c in enumerate(text) if c.isalnum()), len(text))
    return start, next((i for i in range(len(text), 0, -1) if text[i - 1].isalnum()), start)


def _around(cores: Sequence[str], index: int) -> tuple[str, str]:
    """The neighbours of a word, lower case; empty at the ends of the line."""
    before = cores[index - 1].lower() if index else ""
    after = cores[index + 1].lower() if index + 1 < len(cores) else ""
    return before, after


def _begins_name(cores: Sequence[str], index: int) -> bool:
    """Whether a family name stands before another word with a capital: how words of law follow each other tells nothing of it.

    *Đinh Thị Lẻng* is no *định thị*.
    """
    here, after = cores[index], cores[index + 1] if index + 1 < len(cores) else ""
    return here in family_names() and after[:1].isupper() and not (here.isupper() and after.isupper())


def _alternatives(
    word: RawWord, start: int, end: int, before: str, after: str, *, named: bool
) -> Iterator[Candidate]:
    """Other known syllables that the choices allow, the likeliest ones first; ``named`` where it begins a person's name."""
    core = word.text[start:end]
    if not core.isalpha() or (len(core) > 1 and core.isupper() and not _has_vowel(core)):
        return  # a number, a code, or an abbreviation: UBND, TTHC
    symbols = word.symbols if len(word.symbols) == len(word.text) else ((),) * len(word.text)
    options = [_options(word.text[i], symbols[i]) for i in range(start, end)]
    found: dict[str, float] = {}
    whole = ((text[start : end - len(word.text) or None], cost) for text, cost in word.readings)
    for text, cost in (*_few_changes(core, options), *whole):
        written = _same_case(text, core)
        if written != core and is_known(written.lower()) and is_syllable(written):
            found[written] = min(found.get(written, cost), cost)
    best = sorted(found.items(), key=lambda item: (item[1], item[0]))[:_MOST_CANDIDATES]
    may_be_name = core[0].isupper() and is_syllable(core)
    as_read = _support(core, before, after)
    for text, cost in best:
        usual = not may_be_name or (not named and as_read == 0 and _support(text, before, after) >= _USUAL)
        if usual or cost <= NAME_TIE:
            change = CHANGE_COST if usual else _name_cost(core, text)
            yield Candidate(text, change + PICTURE_WEIGHT * cost + AGAINST * max(cost - SEEN, 0.0))


def _name_cost(read: str, offered: str) -> float:
    return LIKELIER_NAME_COST if surprise_as_name(offered) < surprise_as_name(read) else NAME_COST


def _support(text: str, before: str, after: str) -> int:
    """How often a word was counted beside its neighbours."""
    return max(seen_together(before, text.lower()), seen_together(text.lower(), after))


def _options(read: str, choices: Choices) -> dict[str, float]:
    """What else the letter ``read`` may be, with costs in nats over it.

    A mark that the recogniser did not see at all may still have been lost in the scan, at ``LOST_MARK`` nats.
    """
    base = next((cost for text, cost in choices if text == read), 0.0)
    options = dict.fromkeys(_marked(read), LOST_MARK)
    for text, cost in choices:
        if len(text) == 1 and text.isalpha() and text != read:
            options[text] = max(cost - base, 0.0)
    return options


@lru_cache(maxsize=512)
def _marked(letter: str) -> tuple[str, ...]:
    """The letter with each tone mark that it lacks; empty for consonants and letters that bear a tone."""
    decomposed = unicodedata.normalize("NFD", letter)
    if decomposed[0].lower() not in "aeiouy" or any(mark in _TONE_MARKS for mark in decomposed[1:]):
        return ()
    return tuple(unicodedata.normalize("NFC", decomposed + mark) for mark in _TONE_MARKS)


def _few_changes(core: str, options: Sequence[dict[str, float]]) -> Iterator[tuple[str, float]]:
    """Texts that differ from ``core`` in one or two letters, with their costs."""
    for i, choices in enumerate(options):
        for letter, cost in choices.items():
            once = core[:i] + letter + core[i + 1 :]
            yield once, cost
            for j in range(i + 1, len(core)):
                for other, more in options[j].items():
                    if cost < LOST_MARK and more < LOST_MARK:
                        yield once[:j] + other + once[j + 1 :], cost + more


def _same_case(text: str, model: str) -> str:
    if model.isupper() and len(model) > 1:
        return text.upper()
    return text.capitalize() if model[0].isupper() else text


def _has_vowel(text: str) -> bool:
    return any(unicodedata.normalize("NFD", c)[0] in "aeiouy" for c in text.lower())


def _best_path(tokens: Sequence[_Token]) -> list[Candidate]:
    if not tokens:
        return []
    paths: list[list[tuple[float, int]]] = []
    for index, token in enumerate(tokens):
        row = []
        for candidate in token.candidates:
            steps = [
                (
                    (paths[-1][k][0] if paths else 0.0)
                    + candidate.cost
                    + _language(previous, tokens, index, candidate),
                    k,
                )
                for k, previous in enumerate(tokens[index - 1].candidates if index else (None,))
            ]
            row.append(min(steps))
        paths.append(row)
    place = min(range(len(paths[-1])), key=lambda k: paths[-1][k][0])
    chosen = []
    for index in range(len(tokens) - 1, -1, -1):
        chosen.append(tokens[index].candidates[place])
        place = paths[index][place][1]
    return chosen[::-1]


def _language(
    previous: Candidate | None, tokens: Sequence[_Token], index: int, candidate: Candidate
) -> float:
    """Surprise at a reading after its neighbour on the left, or as a name; numbers and signs say nothing."""
    if not candidate.text.isalpha():
        return 0.0
    broken = (
        previous is None or tokens[index - 1].after or tokens[index].before or not previous.text.isalpha()
    )
    in_text = surprise(None if broken or previous is None else previous.text.lower(), candidate.text.lower())
    return min(in_text, surprise_as_name(candidate.text)) if candidate.text[0].isupper() else in_text
