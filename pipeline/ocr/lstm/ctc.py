"""From the probabilities of each frame to words: connectionist temporal classification (Graves and others 2006).

The likeliest class of each frame gives the words and where they stand. Where frames disagree, the chance of every text
that they allow is summed over all ways to write it (prefix search with a beam), so that one letter seen by two frames as
*ú* and *ủ* is one letter; the runners-up go along as other readings of the word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from math import log

import numpy as np

from pipeline.ocr.lstm.model import POOL, Floats, Model
from pipeline.ocr.recogniser import Choices, RawWord, Words
from schemas.geometry import Box

_FRAMES_OF_A_SIGN = 2.0
"""A sign usually fills two frames, and each of them speaks: costs are those of both, as Tesseract counts them."""

_SEEN = 0.15
"""Chance of another class in one frame from which on a word is searched for other readings."""

_WEAK = 0.7
"""Chance of a sign, in the frame that sees it best, below which a line is read again."""

_BESIDE = 2
"""Words on either side of one in doubt that are read again with it; one is too few for the network to find its feet."""

_POSSIBLE = 0.003
"""Chance below which a class of a frame is left out of the search."""

_LEAST = 1e-3
"""Chance below which another sign is no choice, and another text no reading."""

_BEAM, _MOST_READINGS, _MOST_CHOICES = 8, 6, 4

_NEVER = 0.0, 0.0


Reading = tuple[tuple[int, ...], float]
"""The classes of a word's signs, and the chance of this text."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Frames, from first to behind the last, whose likeliest class is the same sign."""

    start: int
    end: int
    sign: int


@dataclass(frozen=True, slots=True)
class _Spelled:
    """A word: its first frame and the one behind its last, its signs, and every text that it may have."""

    start: int
    end: int
    runs: Sequence[_Run]
    readings: Sequence[Reading]

    @property
    def cuts(self) -> list[int]:
        """Where the frames of each sign begin and end: amid what lies between them."""
        return [self.start, *((a.end + b.start + 1) // 2 for a, b in pairwise(self.runs)), self.end]


def words(model: Model, frames: Floats) -> Words:
    """The words of one line, from left to right, from its probabilities (frames, classes); boxes are pixels of its picture."""
    space = model.signs.index(" ")
    runs = _runs(frames.argmax(axis=1), model.null)
    doubtful = _doubtful(frames, runs, model.null)
    found = []
    for start, end, seen in _between_spaces(runs, space, len(frames)):
        inside, readings = seen, list[Reading]()
        if doubtful[start:end].any() or any(a.end == b.start for a, b in pairwise(seen)):
            readings = _search(frames[start:end], model.null, space)
            inside = _aligned(frames[start:end], readings[0][0], model.null, start) or seen
        found.append(_Spelled(start, end, inside, readings))
    choices = iter(_choices(model, frames, [span for word in found for span in pairwise(word.cuts)], space))
    return tuple(_word(model, frames, word, tuple(islice(choices, len(word.runs)))) for word in found)


def in_doubt(model: Model, frames: Floats) -> list[tuple[int, int]]:
    """Where another reading is worth its price: frames, first to behind the last, of words in doubt and their neighbours."""
    runs = _runs(frames.argmax(axis=1), model.null)
    doubtful = _doubtful(frames, runs, model.null)
    likeliest = frames.max(axis=1, initial=0.0).tolist()
    for run in runs:
        if max(likeliest[run.start : run.end]) < _WEAK:
            doubtful[run.start : run.end] = True
    if not doubtful.any():
        return []
    spans = [(start, end) for start, end, _ in _between_spaces(runs, model.signs.index(" "), len(frames))]
    if not spans:
        return [(0, len(frames))]
    found = list[tuple[int, int]]()
    ends = [*(start for start, _ in spans[1:]), len(frames)]  # a blank belongs to the word before it
    for place, ((start, _), end) in enumerate(zip(spans, ends, strict=True)):
        if doubtful[start:end].any():
            first = spans[max(place - _BESIDE, 0)][0]
            last = spans[min(place + _BESIDE, len(spans) - 1)][1]
            if found and first <= found[-1][1]:
                first = found.pop()[0]
            found.append((first, last))
    return found


def _runs(best: np.ndarray[tuple[int], np.dtype[np.int64]], null: int) -> list[_Run]:
    edges = [0, *(np.flatnonzero(np.diff(best)) + 1).tolist(), len(best)]
    found = (_Run(start, end, int(best[start])) for start, end in pairwise(edges) if start < end)
    return [run for run in found if run.sign != null]


def _doubtful(frames: Floats, runs: Sequence[_Run], null: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Frames that see a sign other than those of the runs before and after them."""
    times, signs = np.divmod(np.flatnonzero(frames > _SEEN), frames.shape[1])
    place = np.searchsorted([run.start for run in runs], times, side="right")
    around = np.array([null, *(run.sign for run in runs), null])
    doubtful = np.zeros(len(frames), np.bool_)
    doubtful[times[(signs != null) & (signs != around[place]) & (signs != around[place + 1])]] = True
    return doubtful


def _between_spaces(runs: Sequence[_Run], space: int, length: int) -> Iterator[tuple[int, int, list[_Run]]]:
    """The first frame of each word, the one behind its last, and its runs."""
    start, inside = 0, list[_Run]()
    for run in (*runs, _Run(length, length, space)):
        if run.sign != space:
            inside.append(run)
            continue
        if inside:
            yield start, run.start, inside
        start, inside = run.end, []


def _search(frames: Floats, null: int, space: int) -> list[Reading]:
    """The likeliest texts of a word, as classes, with their chances, the best first."""
    possible = list[list[tuple[int, float]]]([] for _ in frames)
    times, signs = np.nonzero(frames > _POSSIBLE)
    chances = frames[times, signs].tolist()
    for time, sign, chance in zip(times.tolist(), signs.tolist(), chances, strict=True):
        if sign not in (null, space):
            possible[time].append((sign, chance))
    beam: dict[tuple[int, ...], tuple[float, float]] = {(): (1.0, 0.0)}
    for rest, seen in zip(frames[:, null].tolist(), possible, strict=True):
        new: dict[tuple[int, ...], tuple[float, float]] = {}
        for text, (ended, going) in beam.items():
            both = ended + going
            before = new.get(text, _NEVER)
            new[text] = (before[0] + both * rest, before[1])
            last = text[-1] if text else None
            for sign, chance in seen:
                if sign == last:
                    before = new[text]
                    new[text] = (before[0], before[1] + going * chance)
                    more = ended * chance
                else:
                    more = both * chance
                longer = (*text, sign)
                before = new.get(longer, _NEVER)
                new[longer] = (before[0], before[1] + more)
        best = sorted(new.items(), key=_whole, reverse=True)[:_BEAM] if seen else list(new.items())
        most = sum(best[0][1])
        beam = {text: (ended / most, going / most) for text, (ended, going) in best}
    total = sum(ended + going for ended, going in beam.values())
    return [(text, sum(parts) / total) for text, parts in sorted(beam.items(), key=_whole, reverse=True)]


def _whole(text: tuple[tuple[int, ...], tuple[float, float]]) -> float:
    """The chance of a text of the beam, whether its last sign has ended or goes on."""
    return sum(text[1])


def _aligned(frames: Floats, text: Sequence[int], null: int, offset: int) -> list[_Run]:
    """The frames of each sign of ``text`` on the likeliest way to write it (Viterbi 1967); none where it does not fit."""
    states = [null, *(state for sign in text for state in (sign, null))]
    cost = -np.log(np.maximum(frames[:, states], 1e-12))
    many = len(states)
    may_skip = [k > 1 and states[k] != null and states[k] != states[k - 2] for k in range(many)]
    total = np.full(many, np.inf)
    total[:2] = cost[0, :2]
    came = np.zeros((len(frames), many), np.int64)
    for time in range(1, len(frames)):
        ways = np.full((3, many), np.inf)
        ways[0], ways[1, 1:] = total, total[:-1]
        ways[2, 2:] = np.where(may_skip[2:], total[:-2], np.inf)
        came[time] = ways.argmin(axis=0)
        total = ways.min(axis=0) + cost[time]
    state = many - 1 if many == 1 or total[-1] <= total[-2] else many - 2
    if not np.isfinite(total[state]):
        return []
    path = [state]
    for time in range(len(frames) - 1, 0, -1):
        state -= int(came[time, state])
        path.append(state)
    path.reverse()
    runs = []
    for place, sign in enumerate(text):
        inside = [time for time, state in enumerate(path) if state == 2 * place + 1]
        runs.append(_Run(offset + inside[0], offset + inside[-1] + 1, sign))
    return runs


def _word(model: Model, frames: Floats, word: _Spelled, symbols: tuple[Choices, ...]) -> RawWord:
    runs = word.runs
    whole = tuple(run.sign for run in runs)
    weakest = min(float(frames[run.start : run.end, run.sign].max()) for run in runs)
    chance = next((chance for signs, chance in word.readings if signs == whole), 1.0)
    others = tuple(
        (_text(model, signs), max(_FRAMES_OF_A_SIGN * log(chance / other), 0.0))
        for signs, other in word.readings[:_MOST_READINGS]
        if signs and signs != whole and other > _LEAST
    )
    box = Box(float(POOL * runs[0].start), 0.0, float(POOL * runs[-1].end), float(model.height))
    return RawWord(_text(model, whole), box, weakest, symbols, others)


def _text(model: Model, signs: Sequence[int]) -> str:
    return "".join(model.signs[sign] for sign in signs)


def _choices(model: Model, frames: Floats, spans: Sequence[tuple[int, int]], space: int) -> Iterator[Choices]:
    """What the sign in each span of frames may be: the share that each sign has of its frames."""
    if not spans:
        return
    mass = np.stack([frames[first:last].sum(axis=0) for first, last in spans])
    mass[:, [model.null, space]] = 0.0
    mass /= np.maximum(mass.sum(axis=1, keepdims=True), _LEAST)
    likely = list[list[tuple[float, int]]]([] for _ in spans)
    places, classes = np.nonzero(mass > _LEAST)
    shares = mass[places, classes].tolist()
    for place, share, sign in zip(places.tolist(), shares, classes.tolist(), strict=True):
        likely[place].append((share, sign))
    for ranked in likely:
        yield tuple(
            (model.signs[sign], -_FRAMES_OF_A_SIGN * log(share))
            for share, sign in sorted(ranked, reverse=True)[:_MOST_CHOICES]
        )
