"""Which name stands at one place of a line that nobody read well.

All family names, or all syllables of given names, and whatever was read there are weighed by Bayes: how likely people are
called so, times how near the readings come to it, times how well it fits the place when it is printed there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, exp, log

from pipeline.language.names import chance, family_names, given_names
from pipeline.ocr.names.likeness import BLANK, core, is_name_part, letters_away, letters_width
from pipeline.ocr.names.overlay import Placed, Type, after, at, before

READING_NATS = 7.0
"""Nats for each letter that the mean reading is away from a name."""

_READING_SEEN, _READING_AGREED = 4.0, 5.0
"""The same where the picture is asked too, which the readings are of; and where most readings agree."""

_NOTHING = 2.0
"""Letters that a reading of a seal's rim is away from nothing at all: as far as from a name that the rim has covered."""

_MISFIT, _MISFIT_SEEN = 14.0, 4.0
"""Most nats that the width of a word counts against it; the same where the picture is asked too."""

_TWO = 2.7
"""Width of a place that holds two names, in ems."""

_USUAL = 4e-3
"""Share of a syllable of given names that may stand where two names ran together."""

_LENGTHS = {1: 1e-9, 2: 0.06, 3: 0.72, 4: 0.2, 5: 0.02}
"""Shares of names of so many words, roughly."""

_LONG = 2e-3
"""Share of names of more words than that."""

_UNUSUAL = 2e-3
"""Share of a family name that makes one think twice."""

_FARTHEST = 2.8
"""Letters from which on a reading says nothing about a name: it read the seal."""

_LEAST, _TOO_FAR = 0.4, 2.0
"""Least share of the vote, and most letters away, with which a name replaces what was read."""

_UNLIKE = 2.5
"""Most nats for each letter that the picture may hold against a name which replaces what was read."""

_HOPELESS = 25.0
"""Nats behind the likeliest name at which the readings are not asked any more."""

_SUREST = 0.97
"""Most that a vote may claim."""

_SECONDS = 8
"""Second names that are tried with every common family name before them; with the rare ones only the likeliest."""

COMMON = 2e-3
"""Share of such a family name: 34 of them call 92 people of a hundred."""

Names = tuple[str, ...]


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


def parted(token: Token) -> tuple[Token, ...]:
    """A word that was read as several run together (BáTuấn) in its parts, each as wide as it is printed."""
    text = token.text
    cuts = [i for i in range(1, len(text) - 1) if text[i].isupper() and text[i + 1].islower()]
    cuts = [0, *(i for i in cuts if not text[i - 1].isupper()), len(text)]
    if len(cuts) == 2:
        return (token,)
    parts = [text[start:end] for start, end in pairwise(cuts)]
    pixel = (token.right - token.left) / letters_width(" ".join(parts))
    found, left = [], token.left
    for part in parts:
        found.append(Token(part, left, left + letters_width(part) * pixel, token.confidence))
        left = found[-1].right + BLANK * pixel
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Sight:
    """Where a candidate word is drawn on the picture of a line, to compare the two: next to the word ``beside``.

    Before it, or with ``behind`` after it. ``beside`` may also be the centre of the place, in pixels.
    """

    line: Type
    beside: Placed | float
    behind: bool = False

    def lay(self, word: str) -> Placed:
        """A word at the place."""
        if isinstance(self.beside, Placed):
            return (after if self.behind else before)(self.line, word, self.beside)
        return at(self.line, word, self.beside)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a line: what each reading has there, and what is known of it.

    ``em`` is the size of type, ``room`` how wide the name must be, within ``slack``, where that is known (pixels).
    ``others`` are the words that follow a family name; ``near`` asks only for names that the readings come near to.
    """

    inside: Sequence[Sequence[Token]]
    em: float
    family: bool
    room: float | None = None
    slack: float = 0.0
    others: Names = ()
    near: bool = False
    first: Token | None = None
    """What the first reading has there, with a calibrated confidence."""


def best_name(place: Place, sight: Sight | None = None) -> tuple[Token, ...] | None:
    """The likeliest name at a place, as one word or two; empty where none stands there, None where nothing is likely."""
    tokens = [token for reading in place.inside for token in reading]
    known = place.room is not None
    texts = [_texts(reading, whole=known) for reading in place.inside]
    read = {token.core for token in tokens if is_name_part(token.core)}
    names = {*(family_names() if place.family else given_names()), *read}
    farthest = _FARTHEST
    if place.room is not None and place.room > _TWO * place.em:
        farthest *= place.room / (_TWO * place.em)

    def distance(words: Names) -> float:
        share = 1.0 if place.near else 0.5
        noise = not known and not place.near
        return _mean(texts, "".join(words), share, farthest, noise=noise) if words else _NOTHING

    if place.near:
        names = {name for name in names if distance((name,)) < _TOO_FAR}
    seen = {} if sight is None else _seen(place, sight, names, read)
    weight = READING_NATS if not seen else _READING_AGREED if place.near else _READING_SEEN
    likely = {words: _likely(place, words) for words in seen or _pairs(place, names, read)}
    if seen:
        hopes = {words: likely[words] - sum(word.nats for word in seen[words]) for words in seen}
        least = max(hopes.values()) - _HOPELESS
        likely = {words: nats for words, nats in likely.items() if hopes[words] > least}
    away = {words: distance(words) for words in likely}
    scores = {
        words: likely[words]
        - weight * away[words]
        - _misfit(words, place, _MISFIT_SEEN if seen else _MISFIT)
        - sum(word.nats for word in seen.get(words, ()))
        + (_odds(place.first) if place.first and words == (place.first.core,) else 0.0)
        for words in likely
    }
    best: Names | None = max(scores, key=lambda words: (scores[words], words), default=None)
    if best is None:
        return None
    share = 1 / sum(exp(score - scores[best]) for score in scores.values())
    if seen:
        fits = place.near or sum(word.nats for word in seen[best]) <= _UNLIKE * len("".join(best))
    else:
        fits = away[best] <= (farthest - 0.05 if known else _TOO_FAR)
    if share < _LEAST or not fits:
        return None
    sure = min(share, _SUREST) * (1 - 0.35 * away[best] / farthest)
    if seen:
        return tuple(Token(w, laid.start, laid.end, sure) for w, laid in zip(best, seen[best], strict=True))
    return _spread(best, tokens, sure)


def _odds(first: Token) -> float:
    """What a calibrated confidence says for a word, in nats; nothing against it."""
    sure = min(first.confidence, _SUREST)
    return max(log(sure / (1 - sure)), 0.0) if sure > 0 else 0.0


def _spread(words: Names, tokens: Sequence[Token], sure: float) -> tuple[Token, ...]:
    """Words side by side where the readings have letters."""
    left, right = min(t.left for t in tokens), max(t.right for t in tokens)
    pixel = (right - left) / letters_width(" ".join(words))
    found = []
    for word in words:
        found.append(Token(word, left, left + letters_width(word) * pixel, sure))
        left += letters_width(word + " ") * pixel
    return tuple(found)


def _pairs(place: Place, names: Iterable[str], read: Iterable[str]) -> list[Names]:
    """All names that may stand at a place, and two of them where there is room for two."""
    found: list[Names] = [(name,) for name in names]
    if place.room is not None and place.room > _TWO * place.em:
        seconds = [name for name, share in given_names().items() if share > _USUAL or name in read]
        firsts = [name for name in names if chance(name, family=place.family) > _USUAL / 2]
        both = ((name, second) for name in firsts for second in seconds)
        found += [words for words in both if _misfit(words, place, _MISFIT) < 3]
    return found


def _seen(
    place: Place, sight: Sight, names: Iterable[str], read: Iterable[str]
) -> dict[Names, tuple[Placed, ...]]:
    """The names that may stand at a place, laid over the picture."""
    found: dict[Names, tuple[Placed, ...]] = {(name,): (sight.lay(name),) for name in names}
    if place.family and place.others and place.others[0] in family_names():
        found[()] = ()
    if place.family and _may_be_two(place, found):
        laid = {name: sight.lay(name) for name in {*given_names(), *read}}
        usual = sorted(laid, key=lambda name: laid[name].nats - log(chance(name, family=False)))
        common = [name for name in names if chance(name, family=True) > COMMON or name in read]
        pairs: dict[Names, tuple[Placed, ...]] = {
            (name, second): (before(sight.line, name, laid[second]), laid[second])
            for second in usual[:_SECONDS]
            for name in common
        }
        *_, second = max(pairs, key=lambda words: _likely(place, words) - sum(w.nats for w in pairs[words]))
        rare = set(names).difference(common)
        found |= pairs | {
            (name, second): (before(sight.line, name, laid[second]), laid[second]) for name in rare
        }
    return found


def _may_be_two(place: Place, single: Mapping[Names, tuple[Placed, ...]]) -> bool:
    """Whether two words may be lost: where there is room, or too few others, or one alone would be a rare family name."""
    if place.near:
        return False
    if (place.room is not None and place.room > _TWO * place.em) or len(place.others) == 1:
        return True
    best = max(single, key=lambda words: _likely(place, words) - sum(word.nats for word in single[words]))
    return (
        place.room is None
        and len(place.others) == 2
        and chance((*best, *place.others)[0], family=True) < _UNUSUAL
    )


def _likely(place: Place, words: Names) -> float:
    """How likely people are called so, in nats."""
    if not place.family:
        return sum(log(chance(word, family=False)) for word in words)
    whole = (*words, *place.others[:1])
    nats = log(_LENGTHS.get(len(words) + len(place.others), _LONG)) if place.others else 0.0
    return nats + log(chance(whole[0], family=True)) + sum(log(chance(w, family=False)) for w in whole[1:])


def _misfit(words: Names, place: Place, most: float) -> float:
    """Nats against words that are wider or narrower than their place."""
    if place.room is None:
        return 0.0
    wide = letters_width(" ".join(words)) * place.em
    return min(0.5 * ((wide - place.room) / (place.slack + 0.04 * abs(place.room))) ** 2, most)


def _mean(texts: Sequence[Sequence[str]], word: str, share: float, farthest: float, *, noise: bool) -> float:
    """How far the nearest ``share`` of the readings is from a word, in letters, each at most ``farthest``."""
    distances = sorted(
        min(farthest, *(letters_away(text, word, noise=noise) for text in ways)) for ways in texts
    )
    nearer = distances[: ceil(len(distances) * share)]
    return sum(nearer) / max(len(nearer), 1)


def _texts(reading: Sequence[Token], *, whole: bool) -> tuple[str, ...]:
    """What a reading may have meant at one place: its words run together, all of them or from each of them on."""
    return tuple("".join(t.text for t in reading[start:]) for start in range(1 if whole else len(reading)))
