"""Names under seals: several readings of one line vote, weighed against how people are called and what is printed there.

Each working of the picture loses other strokes, so each reading errs elsewhere. Words that half of the readings agree on
are anchors; what stands between anchors is one name that nobody read well, and is sought among all names. The anchors
also tell the type of the line, so that names can be laid over the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from math import log
from statistics import median
from unicodedata import normalize

from pipeline.language.names import chance, family_names, folded_names, given_names
from pipeline.ocr.names.candidates import COMMON, READING_NATS, Place, Sight, Token, best_name
from pipeline.ocr.names.likeness import BLANK, is_name_part, letters_away, letters_width
from pipeline.ocr.names.overlay import Ground, Placed, Type, at, find_type
from schemas.vietnamese import fold

_AGREED = 0.5
"""Share of the readings that must hold a word at one place for it to be an anchor."""

_NARROWEST = 0.9
"""Width of the narrowest family name, in ems."""

_CERTAIN = 0.97
"""A word that the first reading holds with this confidence is not put to the vote."""

_ENOUGH, _FITS = 5, 4
"""Letters of certain words that tell the type of a line; most runs of words that are tried where there are fewer."""

_UNSEEN = 0.7
"""Most confidence in a word that readings agree on where the picture tells no name."""

_FEWER = 0.34
"""Share of the readings that is enough for an anchor where the picture is asked too."""

Readings = Sequence[Sequence[Token]]


def vote(
    readings: Readings, x_height: float, start: float | None = None, ground: Ground | None = None
) -> tuple[Token, ...]:
    """The name that the readings agree on, from left to right, with honest confidence; empty when they do not.

    The first reading is the one that is doubted. ``start`` is where the name must begin to stand under the middle of
    its title, in pixels, where that is known; ``ground`` the picture that the readings are of.
    """
    readings = [_apart(reading) for reading in readings]
    line = None
    if ground is not None and (anchors := _begun(readings, _anchors(readings, x_height, _FEWER))):
        line = _type(ground, anchors, x_height)
    if line is None:
        anchors = _begun(readings, _anchors(readings, x_height, _AGREED))
    if not anchors:
        return ()
    if line is not None:
        anchors = _looked_at(readings, anchors, line, start, x_height)
    width = sum(letters_width(anchor.core) for anchor in anchors)
    em = sum(anchor.right - anchor.left for anchor in anchors) / width if line is None else line.em
    laid = [None if line is None else _laid(line, anchor) for anchor in anchors]
    name = [*_family(readings, anchors, em, start, _sight(line, laid[0]))]
    for index, (anchor, following) in enumerate(pairwise((*anchors, None))):
        if anchor is None:
            break
        name.append(anchor)
        end = following.left if following else float("inf")
        inside = _inside(readings, anchor.right, end)
        if inside and _holds_word(inside, len(readings), anchor.right, end, x_height):
            room = following.left - anchor.right - 2 * BLANK * em if following else None
            place = Place(inside, em, family=False, room=room, slack=0.2 * x_height)
            sight = _sight(line, laid[index + 1]) if following else _sight(line, laid[index], behind=True)
            as_read = [token for token in readings[0] if anchor.right < _middle(token) < end]
            name.extend(best_name(place, sight) or as_read)
    return tuple(name)


def _begun(readings: Readings, anchors: list[Token]) -> list[Token]:
    """The anchors without a first one that a name does not begin with, so that what stands there is read anew.

    Where a common family name follows it, it is what was read of a seal's rim.
    """
    if not anchors or anchors[0].core in family_names() or anchors[0].confidence >= _CERTAIN:
        return anchors
    follows = len(anchors) > 1 and family_names().get(anchors[1].core, 0.0) >= COMMON
    return anchors[1:] if follows or not _inside(readings, 0, anchors[0].left) else anchors


def _laid(line: Type, anchor: Token) -> Placed:
    return at(line, anchor.core, _middle(anchor))


def _sight(line: Type | None, beside: Placed | None, *, behind: bool = False) -> Sight | None:
    return None if line is None or beside is None else Sight(line, beside, behind)


def _type(ground: Ground, anchors: Sequence[Token], x_height: float) -> Type | None:
    """The type of the line: told by anchors that are certain, else by those side by side that look most like print."""
    certain = [anchor for anchor in anchors if anchor.confidence >= _CERTAIN]
    if sum(len(anchor.core) for anchor in certain) >= _ENOUGH:
        runs = _runs(certain, x_height)[:1]
    else:
        alone = [[anchor] for anchor in anchors if len(anchor.core) > 2]
        runs = sorted([*_runs(anchors, x_height)[:1], *alone], key=_letters)[: -_FITS - 1 : -1]
    fits = [find_type(ground, " ".join(a.core for a in run), run[0].left, run[-1].right) for run in runs]
    found = [fit for fit in fits if fit is not None]
    return min(found, key=lambda fit: fit[0])[1] if found else None


def _runs(anchors: Sequence[Token], x_height: float) -> list[list[Token]]:
    """Anchors that stand side by side, the longest run first."""
    runs = [[anchors[0]]]
    for anchor in anchors[1:]:
        if anchor.left - runs[-1][-1].right < x_height:
            runs[-1].append(anchor)
        else:
            runs.append([anchor])
    return sorted(runs, key=_letters, reverse=True)


def _letters(run: Sequence[Token]) -> int:
    return sum(len(anchor.core) for anchor in run)


def _looked_at(
    readings: Readings, anchors: Sequence[Token], line: Type, start: float | None, x_height: float
) -> list[Token]:
    """The anchors, each that is not certain as the picture has it: readings may agree on an error."""
    looked = list(anchors)
    for index in reversed(range(len(anchors))):
        anchor = anchors[index]
        if anchor.confidence >= _CERTAIN:
            continue
        beside = _beside(looked, index, x_height)
        inside = [
            tuple(t for t in reading if anchor.left < _middle(t) < anchor.right) for reading in readings
        ]
        first = inside[0][0] if len(inside[0]) == 1 else None
        family = index == 0 and _stands_first(anchor, start, line.em)
        place = Place([tokens for tokens in inside if tokens], line.em, family, near=True, first=first)
        sight = Sight(line, _middle(anchor))
        if beside is not None:
            sight = Sight(line, _laid(line, looked[beside]), behind=beside < index)
        found = best_name(place, sight)
        looked[index] = found[0] if found else replace(anchor, confidence=min(anchor.confidence, _UNSEEN))
    return looked


def _beside(anchors: Sequence[Token], index: int, x_height: float) -> int | None:
    """The anchor that stands next to one, with no room for another word between them; the following one if both do."""
    for first, second in ((index, index + 1), (index - 1, index)):
        if first >= 0 and second < len(anchors):
            gap = anchors[second].left - anchors[first].right
            if gap < x_height:
                return second if first == index else first
    return None


def _stands_first(anchor: Token, start: float | None, em: float) -> bool:
    """Whether the first anchor is rather the family name, with its marks or without, than one after it."""
    room = 0.0 if start is None else anchor.left - BLANK * em - start
    family = _folded_families().get(fold(anchor.core), 0.0)
    return room < _NARROWEST * em and family > chance(anchor.core, family=False)


@lru_cache(maxsize=1)
def _folded_families() -> dict[str, float]:
    """Family names without marks, and the share of the most frequent one that is written so."""
    shares: dict[str, float] = {}
    for name, share in family_names().items():
        shares[fold(name)] = max(shares.get(fold(name), 0.0), share)
    return shares


def _family(
    readings: Readings, anchors: Sequence[Token], em: float, start: float | None, sight: Sight | None
) -> tuple[Token, ...]:
    """The family name before the first anchor; none where that is one itself, and only the seal's rim stands before it."""
    first = anchors[0]
    inside = _inside(readings, 0, first.left)
    room = None if start is None else first.left - BLANK * em - start
    is_one = first.core in family_names()
    if room is not None and room < _NARROWEST * em and is_one:
        return ()
    others = tuple(anchor.core for anchor in anchors)
    place = Place(inside, em, family=True, room=room, slack=0.35 * em, others=others)
    lost = (
        not is_one or room is not None or chance(first.core, family=False) > chance(first.core, family=True)
    )
    found = best_name(place, sight) if inside or (sight and lost) else ()
    if not found and not is_one:
        return _from_family([token for token in readings[0] if _middle(token) < first.left])
    return found or ()


def _from_family(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Words from the last common family name on; all of them where there is none."""
    families = [i for i, token in enumerate(tokens) if family_names().get(token.core, 0.0) >= COMMON]
    return tuple(tokens[families[-1] if families else 0 :])


def _anchors(readings: Readings, x_height: float, least: float) -> list[Token]:
    """Words that enough readings hold at one place, whatever their marks, from left to right."""
    groups: list[list[Token]] = []
    for reading in readings:
        for token in reading:
            if is_name_part(token.core):
                _gather(groups, token, x_height)
    certain = [token for index, token in enumerate(readings[0]) if _is_certain(token, first=index == 0)]
    groups.sort(key=lambda group: (-_certain_in(group, certain), -len(group)))
    anchors: list[Token] = []
    for group in groups:
        share = len(group) / len(readings)
        if share < least and not _certain_in(group, certain):
            continue
        left, right = median(t.left for t in group), median(t.right for t in group)
        if all(right < a.left + 0.3 * x_height or left > a.right - 0.3 * x_height for a in anchors):
            word = _spelling(group, certain)
            best = max(token.confidence for token in group if token.core == word)
            agreed = sum(not _bears_other_marks(token.core, word) for token in group) / len(readings)
            sure = best if _certain_in(group, certain) else min(best, 0.5 + 0.5 * agreed)
            anchors.append(Token(word, left, right, sure))
    return sorted(anchors, key=lambda anchor: anchor.left)


def _gather(groups: list[list[Token]], token: Token, x_height: float) -> None:
    for group in groups:
        if fold(group[0].core) == fold(token.core) and abs(_middle(group[0]) - _middle(token)) < x_height:
            group.append(token)
            return
    groups.append([token])


def _is_certain(token: Token, *, first: bool) -> bool:
    """Whether the first reading stays; a name that has lost marks (Tran, or Trân in front) is none, however sure it looks."""
    if token.confidence < _CERTAIN or not is_name_part(token.core):
        return False
    if token.core in family_names():
        return True
    if first and fold(token.core) in _folded_families():
        return False
    return token.core in given_names() or fold(token.core) not in folded_names()


def _certain_in(group: Sequence[Token], certain: Sequence[Token]) -> bool:
    return any(token in certain for token in group)


def _spelling(group: Sequence[Token], certain: Sequence[Token]) -> str:
    """The marks that a word has: those of a certain reading, else the likeliest; marks are lost more often than added."""
    for token in group:
        if token in certain:
            return token.core
    shares = {
        word: log(max(chance(word, family=False), chance(word, family=True)))
        - READING_NATS * sum(letters_away(t.core, word) for t in group) / len(group)
        for word in {t.core for t in group}
    }
    return max(shares, key=lambda word: (shares[word], word))


def _bears_other_marks(read: str, word: str) -> bool:
    """Whether a reading has a mark that the word has not at this letter: *Hiểu* and *Hiếu*; marks that are lost (*Hiêu*) say nothing."""
    return len(read) != len(word) or any(
        not set(normalize("NFD", one)[1:]) <= set(normalize("NFD", other)[1:])
        for one, other in zip(read, word, strict=True)
    )


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
