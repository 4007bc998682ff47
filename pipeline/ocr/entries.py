"""Entries of one sign: the *x*, *B*, *5* in a cell of a table. Alone, each looks like a speck; where it stands tells.

An entry stands on the level of a row that was read, and in a cell of a ruled table, or in a column with others like it.
So does the mark before an item of a list (-, +, *). Letters on the rim of a seal and strokes of a pen do neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.layout.tables import Table, cell_of
from pipeline.model import X_HEIGHT
from pipeline.ocr.confidence import calibrated
from pipeline.ocr.decode import decode
from pipeline.ocr.list_marks import MARKS, is_mark
from pipeline.ocr.lone_signs import SURE
from pipeline.ocr.recogniser import RawWord, Words
from schemas.geometry import Box
from schemas.text import Line, Word

_SIGNS, _LONGEST = 2, 12
"""Most letters and digits of an entry that its column may say again, and of any."""

_SEEN, _SEEN_AGAIN, _IN_CELL = 0.4, 0.15, 0.25
"""The recogniser's least confidence in an entry; the same where its column says it again, and in a ruled cell."""

_SURE, _WORD = 0.8, 2
"""Least confidence and letters of a word that shows that there is a row."""

_LEVEL, _BENT = 0.5, 0.3
"""Share of the lower one's height that an entry and its row have in common, and that two neighbours on a bent sheet do."""

_HIGHEST = 2.2
"""Height of a letter or digit with its mark at the most, in x-heights."""

_LETTERS = 3
"""A word of so many letters, all of the size of print, in a row of a table is no dirt, however little of it is seen."""

_TABULAR = 3
"""Lines apart from one another on its level that show a table where nothing is ruled, and no column is left on this page."""

_ASIDE, _REACH = 0.6, 8.0
"""How far aside of its neighbour above or below an entry may stand, and how far below it, in x-heights."""

_IN_ONE_CELL = 4.0
"""White between a dash and what else its cell holds, in x-heights."""

_NEAR = 0.5
"""How far from a rule a piece of it lies, in x-heights; sheets are bent."""

_SMALL = 0.82
"""A letter lower than this share of the capitals of its row is a small one."""

_BOTH_WAYS = frozenset("COSUVWXZ")
"""Capitals that have the shape of their small letters."""

CROSS = "×"
"""The sign of multiplication, which a cross alone in a cell is taken for: a typist made it with the letter."""

_ONE = frozenset("lI|")
"""What a digit 1 alone is taken for."""

_WITHIN = frozenset("/.,-+")
"""Signs within an entry: *Nam/Nữ*, *8,5*."""

_AROUND = ".,-_:;'`|~»«°ˆ¬?\"“”‘’—–= "


@dataclass(frozen=True, slots=True)
class _Row:
    """What was read on a level: its box, and how high its capitals are in pixels (0 where none was seen)."""

    box: Box
    capital: float


def entries(
    noise: Sequence[Words], dashes: Sequence[RawWord], lines: Sequence[Line], tables: Sequence[Table]
) -> tuple[Line, ...]:
    """Those of some lines taken for ``noise`` and of some ``dashes`` that are entries, beside ``lines`` that were read.

    Boxes in pixels.
    """
    found = [(word, raw) for raw in noise if (word := bare(raw)) is not None]
    read = [word.box for word, _ in found]
    found += [(decode((dash,))[0], (dash,)) for dash in dashes]
    drawn = {dash.box for dash in dashes}
    if not found:
        return ()
    rows = [_Row(line.box, _capital(line)) for line in lines if any(map(_shows_row, line.words))]
    short = [(line.text, line.box) for line in lines if len(line.text) <= _SIGNS]
    short += [
        (word.text, word.box)
        for word, raw in found
        if word.box not in drawn
        or (raw[0].confidence >= SURE and not any(_overlap(word.box, box) for box in read))
    ]
    boxes = [*(line.box for line in lines), *(word.box for word, _ in found)]
    filled = [(cell, line.box) for line in lines if (cell := cell_of(tables, line.box))]
    kept: list[Line] = []
    for word, raw in found:
        dash = word.box in drawn
        place = _letter(word.box) if dash else word.box
        beside = [row for row in rows if _level(place, row.box)]
        column = [
            _shape(text) for text, box in short if _same_column(word.box, box) and not _overlap(word.box, box)
        ]
        cell = cell_of(tables, word.box)
        again = _shape(word.text) in column
        typed = len(word.text) >= _LETTERS and (cell is not None or len(beside) >= _TABULAR)
        least = _SEEN_AGAIN if again or typed else _IN_CELL if cell else _SEEN
        if word.box.height > _HIGHEST * X_HEIGHT or (
            dash and (_beside_others(word.box, cell, filled) or _on_rule(word.box, tables))
        ):
            continue
        bent: list[_Row] = []
        if dash and raw[0].confidence < SURE:
            column = []
        elif column and not cell and len(beside) < 1 + dash:
            bent = _bent_row(place, boxes, rows)
            beside = bent or beside
        placed = cell or len(beside) >= _TABULAR or (column and (len(beside) >= 1 + dash or bent))
        said = dash and any(_overlap(word.box, line.box) for line in kept)
        if (beside or dash) and placed and word.confidence >= least and not said:
            kept.append(Line(calibrated(raw, (_as_column(_cased(word, beside), column),))))
    return tuple(kept)


def beside_row(box: Box, lines: Sequence[Line]) -> bool:
    """Whether something stands on the level of words that were surely read."""
    return any(_level(box, line.box) and any(map(_shows_row, line.words)) for line in lines)


def bare(raw: Words) -> Word | None:
    """The entry in a line without the specks beside it; None where there is none."""
    words = [word for word in decode(raw) if word.text.strip(_AROUND)]
    words = [word for word in words if len(words) == 1 or word.text not in MARKS]
    if not words and is_mark(raw):
        words = list(decode(raw))
    if len(words) == 1 and set(words[0].text) <= MARKS:
        return words[0]
    text = words[0].text.strip(_AROUND).replace(CROSS, "x") if len(words) == 1 else ""
    typed = text[:1].isalnum() and all(c.isalnum() or c in _WITHIN for c in text)
    return replace(words[0], text=text) if typed and len(text) <= _LONGEST else None


def _overlap(box: Box, other: Box) -> bool:
    return box.intersection(other).area > 0


def _beside_others(
    dash: Box, cell: tuple[int, int] | None, filled: Sequence[tuple[tuple[int, int], Box]]
) -> bool:
    """Whether something else stands near a dash in its cell, on its level; the rule between both may be too ragged to be found."""
    return any(other == cell and _level(_letter(dash), box) and _near(dash, box) for other, box in filled)


def _near(dash: Box, box: Box) -> bool:
    """Whether something else is near a dash; a stroke longer than a hyphen is no entry beside anything."""
    white = max(box.left - dash.right, dash.left - box.right)
    return dash.width > X_HEIGHT or white < _IN_ONE_CELL * X_HEIGHT


def _on_rule(dash: Box, tables: Sequence[Table]) -> bool:
    """Whether a dash lies where a level rule of a grid does, of which it is the end."""
    (x, y), near = dash.centre, _NEAR * X_HEIGHT
    return any(
        table.box.left - X_HEIGHT < x < table.box.right + X_HEIGHT
        and min(abs(y - row) for row in table.rows) < near
        for table in tables
    )


def _letter(dash: Box) -> Box:
    """Where a letter would stand in place of a dash."""
    return replace(dash, top=dash.top - X_HEIGHT / 2, bottom=dash.bottom + X_HEIGHT / 2)


def _shape(text: str) -> str:
    """The same for a sign however large it was taken to be, and for strokes that a 1 is taken for."""
    return "1" if text in _ONE else text.lower() if text.upper() in _BOTH_WAYS else text


def _as_column(word: Word, column: Sequence[str]) -> Word:
    """The entry as the digit 1 where others of its column are digits; a small l alone is never written."""
    digits = any(text.isdigit() for text in column)
    return replace(word, text="1") if word.text == "l" or (word.text in _ONE and digits) else word


def _shows_row(word: Word) -> bool:
    return word.confidence >= _SURE and len(word.text) >= _WORD and word.text.isalnum()


def _capital(line: Line) -> float:
    """The height of the line's capitals and ascenders: the lowest word that begins with one tells it."""
    return min(
        (word.box.height for word in line.words if _shows_row(word) and word.text[0].isupper()), default=0.0
    )


def _level(box: Box, row: Box, share: float = _LEVEL) -> bool:
    both = min(box.bottom, row.bottom) - max(box.top, row.top)
    return both >= share * min(box.height, row.height) and row.height < 3 * X_HEIGHT


def _bent_row(box: Box, boxes: Sequence[Box], rows: Sequence[_Row]) -> list[_Row]:
    """The rows on a bent sheet that a box stands on: what is next to it on its level, what is next to that, and so on, three at the least."""
    beside: list[Box] = []
    for right in (False, True):
        at = _next(box, boxes, right=right)
        while at is not None:
            beside.append(at)
            at = _next(at, boxes, right=right)
    return [row for row in rows if row.box in beside] if len(beside) >= _TABULAR else []


def _next(box: Box, boxes: Sequence[Box], *, right: bool) -> Box | None:
    """The nearest of some boxes beside one, on its level."""
    beside = [
        (other.left - box.right if right else box.left - other.right, other)
        for other in boxes
        if _level(box, other, _BENT)
    ]
    return min((one for one in beside if one[0] >= 0), key=lambda one: one[0], default=(0, None))[1]


def _same_column(box: Box, other: Box) -> bool:
    """Whether one stands below the other: by their middles, or by either end, since a speck may lie beside one."""
    (x, y), (other_x, other_y) = box.centre, other.centre
    aside = min(abs(x - other_x), abs(box.left - other.left), abs(box.right - other.right))
    return aside < _ASIDE * X_HEIGHT and abs(y - other_y) < _REACH * X_HEIGHT


def _cased(word: Word, rows: Sequence[_Row]) -> Word:
    """The entry as a small letter where it is too low for a capital."""
    capital = min((row.capital for row in rows if row.capital), default=0.0)
    small = word.text in _BOTH_WAYS and word.box.height < _SMALL * capital
    return replace(word, text=word.text.lower()) if small else word
