"""Names under seals: several readings of one line vote, weighed against how people are called.

Each working of the picture loses other strokes, so each reading errs elsewhere. Words that half of the readings agree on
are anchors; what stands between anchors is one name that nobody read well. For each such place all family names (first
place) or syllables of given names (other places), and whatever was read there, are weighed by Bayes: how likely people are
called so, times how near the readings come to it. What is far from every name stays as it was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from statistics import median

from pipeline.language.names import chance, family_names, folded_names, given_names
from pipeline.ocr.name_likeness import BLANK, core, is_name_part, letters_away, letters_width
from schemas.vietnamese import fold

_AGREED = 0.5
"""Share of the readings that must hold a word at one place for it to be an anchor."""

_WEIGHT = 7.0
"""Nats for each letter that the mean reading is away from a name."""

_MISFIT = 14.0
"""Most nats that the width of a word counts against it."""

_NARROWEST, _TWO = 0.9, 2.7
"""Width of the narrowest family name, and of a place that holds two names, in ems."""

_USUAL = 4e-3
"""Share of a syllable of given names that may stand where two names ran together."""

_FARTHEST = 2.8
"""Letters from which on a reading says nothing about a name: it read the seal."""

_LEAST, _TOO_FAR = 0.4, 2.0
"""Least share of the vote, and most letters away, with which a name replaces what was read."""

_CERTAIN = 0.97
"""A word that the first reading holds with this confidence is not put to the vote."""

_SUREST = 0.97
"""Most that a vote may claim."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word as one reading has it; ``left`` and ``right`` in pixels of the strip that all readings share."""

    text: str
    left: float
    right: float
    confidence: float = 0.0

    @property
    def core(self) -> str:
        """The word without signs around it."""
        return core(self.text)


Readings = Sequence[Sequence[Token]]


def vote(readings: Readings, x_height: float, start: float | None = None) -> tuple[Token, ...]:
    """The name that the readings agree on, from left to right, with honest confidence; empty when they do not.

    The first reading is the one that is doubted. ``start`` is where the name must begin to stand under the middle of
    its title, in pixels, where that is known.
    """
    readings = [_apart(reading) for reading in readings]
    anchors = _anchors(readings, x_height)
    doubted = anchors and anchors[0].core not in family_names() and anchors[0].confidence < _CERTAIN
    if doubted and not _inside(readings, 0, anchors[0].left):
        anchors = anchors[1:]  # a name begins with a family name: what stands first must be read anew
    if not anchors:
        return ()
    width = sum(letters_width(anchor.core) for anchor in anchors)
    em = sum(anchor.right - anchor.left for anchor in anchors) / width
    name = [*_family(readings, anchors[0], em, start)]
    for anchor, following in pairwise((*anchors, None)):
        if anchor is None:
            break
        name.append(anchor)
        end = following.left if following else float("inf")
        inside = _inside(readings, anchor.right, end)
        if inside and _holds_word(inside, len(readings), anchor.right, end, x_height):
            room = following.left - anchor.right - 2 * BLANK * em if following else None
            found = _best(inside, em, room, 0.2 * x_height, family=False)
            as_read = [token for token in readings[0] if anchor.right < _middle(token) < end]
            name.extend(found or as_read)
    return tuple(name)


def _family(readings: Readings, first: Token, em: float, start: float | None) -> tuple[Token, ...]:
    """The family name before the first anchor; none where that is one itself, and only the seal's rim stands before it."""
    inside = _inside(readings, 0, first.left)
    room = None if start is None else first.left - BLANK * em - start
    if room is not None and room < _NARROWEST * em and first.core in family_names():
        return ()
    slack = 0.35 * em
    found = _best(inside, em, room, slack, family=True) if inside else ()
    if not found and first.core not in family_names():
        return tuple(token for token in readings[0] if _middle(token) < first.left)
    return found


def _anchors(readings: Readings, x_height: float) -> list[Token]:
    """Words that enough readings hold at one place, whatever their marks, from left to right."""
    groups: list[list[Token]] = []
    for reading in readings:
        for token in reading:
            if is_name_part(token.core):
                _gather(groups, token, x_height)
    certain = [token for token in readings[0] if _is_certain(token)]
    groups.sort(key=lambda group: (-_certain_in(group, certain), -len(group)))
    anchors: list[Token] = []
    for group in groups:
        share = len(group) / len(readings)
        if share < _AGREED and not _certain_in(group, certain):
            continue
        left, right = median(t.left for t in group), median(t.right for t in group)
        if all(right < a.left + 0.3 * x_height or left > a.right - 0.3 * x_height for a in anchors):
            word = _spelling(group, certain)
            best = max(token.confidence for token in group if token.core == word)
            sure = best if _certain_in(group, certain) else min(best, 0.5 + 0.5 * share)
            anchors.append(Token(word, left, right, sure))
    return sorted(anchors, key=lambda anchor: anchor.left)


def _gather(groups: list[list[Token]], token: Token, x_height: float) -> None:
    for group in groups:
        if fold(group[0].core) == fold(token.core) and abs(_middle(group[0]) - _middle(token)) < x_height:
            group.append(token)
            return
    groups.append([token])


def _is_certain(token: Token) -> bool:
    """Whether the first reading stays; a name that has lost its marks (Tran, Nguyen) is none, however sure it looks."""
    if token.confidence < _CERTAIN or not is_name_part(token.core):
        return False
    listed = token.core in family_names() or token.core in given_names()
    return listed or fold(token.core) not in folded_names()


def _certain_in(group: Sequence[Token], certain: Sequence[Token]) -> bool:
    return any(token in certain for token in group)


def _spelling(group: Sequence[Token], certain: Sequence[Token]) -> str:
    """The marks that a word has: those of a certain reading, else the likeliest; marks are lost more often than added."""
    for token in group:
        if token in certain:
            return token.core
    shares = {
        word: log(max(chance(word, family=False), chance(word, family=True)))
        - _WEIGHT * sum(letters_away(t.core, word) for t in group) / len(group)
        for word in {t.core for t in group}
    }
    return max(shares, key=lambda word: (shares[word], word))


def _middle(token: Token) -> float:
    return (token.left + token.right) / 2


def _apart(reading: Sequence[Token]) -> tuple[Token, ...]:
    """A reading without words that lie on a better one: strokes above the line were read as a line of their own."""
    kept: list[Token] = []
    for token in sorted(reading, key=lambda t: (-len(t.core) * t.confidence, t.left)):
        if all(
            min(token.right, k.right) - max(token.left, k.left)
            < 0.4 * min(token.right - token.left, k.right - k.left)
            for k in kept
        ):
            kept.append(token)
    return tuple(sorted(kept, key=lambda t: t.left))


def _inside(readings: Readings, left: float, right: float) -> list[tuple[Token, ...]]:
    """The words of each reading between two places; nothing when fewer than half of the readings have letters there."""
    found = [tuple(t for t in reading if left < _middle(t) < right) for reading in readings]
    found = [tokens for tokens in found if any(c.isalpha() for t in tokens for c in t.text)]
    return found if 2 * len(found) >= len(readings) else []


def _holds_word(inside: Readings, count: int, left: float, right: float, x_height: float) -> bool:
    """Whether there is room for a word between two anchors, or letters after the last one."""
    if right == float("inf"):
        return sum(sum(len(t.core) for t in tokens) > 1 for tokens in inside) > 0.6 * count
    return right - left > 1.9 * x_height


def _best(
    inside: Readings, em: float, room: float | None, slack: float, *, family: bool
) -> tuple[Token, ...]:
    """The likeliest name for what the readings have at one place; nothing when none is likely.

    ``room`` is how wide the name must be in pixels, within ``slack``, where that is known; ``em`` the size of type.
    Where there is room for two names, two are sought.
    """
    tokens = [t for reading in inside for t in reading]
    known = room is not None
    texts = [_texts(reading, whole=known) for reading in inside]
    read = {t.core for t in tokens if is_name_part(t.core)}
    names = {*(family_names() if family else given_names()), *read}
    chances: dict[tuple[str, ...], float] = {(name,): log(chance(name, family=family)) for name in names}
    farthest = _FARTHEST
    if room is not None and room > _TWO * em:
        farthest *= room / (_TWO * em)
        seconds = [name for name, share in given_names().items() if share > _USUAL or name in read]
        firsts = [name for name in names if chance(name, family=family) > _USUAL / 2]
        chances |= {
            (name, second): log(chance(name, family=family)) + log(chance(second, family=False))
            for name in firsts
            for second in seconds
            if _misfit((name, second), em, room, slack) < 3
        }
    away = {words: _mean(texts, "".join(words), farthest, noise=not known) for words in chances}
    scores = {
        words: likely - _WEIGHT * away[words] - _misfit(words, em, room, slack)
        for words, likely in chances.items()
    }
    best: tuple[str, ...] = max(scores, key=lambda words: (scores[words], words), default=())
    share = 1 / sum(exp(score - scores[best]) for score in scores.values()) if best else 0.0
    if share < _LEAST or away[best] > (_TOO_FAR if room is None else farthest - 0.05):
        return ()
    left, right = min(t.left for t in tokens), max(t.right for t in tokens)
    sure = min(share, _SUREST) * (1 - 0.35 * away[best] / farthest)
    pixel = (right - left) / letters_width(" ".join(best))
    found = []
    for word in best:
        found.append(Token(word, left, left + letters_width(word) * pixel, sure))
        left += letters_width(word + " ") * pixel
    return tuple(found)


def _misfit(words: Sequence[str], em: float, room: float | None, slack: float) -> float:
    """Nats against words that are wider or narrower than their place."""
    if room is None:
        return 0.0
    return min(0.5 * ((letters_width(" ".join(words)) * em - room) / (slack + 0.04 * room)) ** 2, _MISFIT)


def _mean(texts: Sequence[Sequence[str]], word: str, farthest: float, *, noise: bool) -> float:
    """How far the nearer half of the readings is from a word, in letters, each at most ``farthest``."""
    distances = sorted(
        min(farthest, *(letters_away(text, word, noise=noise) for text in ways)) for ways in texts
    )
    nearer = distances[: (len(distances) + 1) // 2]
    return sum(nearer) / len(nearer)


def _texts(reading: Sequence[Token], *, whole: bool) -> tuple[str, ...]:
    """What a reading may have meant at one place: its words run together, all of them or from each of them on."""
    return tuple("".join(t.text for t in reading[start:]) for start in range(1 if whole else len(reading)))
