"""Administrative papers set by hand: lines of a head in two columns, a title, text, recipients and a signature, where they stand on A4."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from random import Random

from pipeline.model import PageReading
from schemas.geometry import Box
from schemas.text import Line, Word
from tests.pipeline.plain_reading import page_of

WIDTH, HEIGHT = 2480, 3508
LEFT, RIGHT = 340, 2330
_PITCH = 66
_NARROW = frozenset("iíìỉĩịlItjf.,:;/'()|-")
TEXT = (
    "Thực hiện chương trình công tác năm và ý kiến chỉ đạo của cấp trên về nội dung nêu trên, sau khi xem xét đề nghị của các "
    "cơ quan liên quan và tình hình thực tế tại địa phương, cơ quan có ý kiến như sau để các đơn vị biết, thực hiện.\n"
    "Yêu cầu các cơ quan, đơn vị khẩn trương triển khai các nhiệm vụ được giao, định kỳ báo cáo kết quả trước ngày 15 "
    "hằng tháng để tổng hợp, theo dõi và xử lý những khó khăn, vướng mắc phát sinh trong quá trình thực hiện."
)


def arranged(
    left: Sequence[str],
    right: Sequence[str],
    title: Sequence[str] = (),
    after: Sequence[str] = (),
    recipients: Sequence[str] = (),
    signer: Sequence[str] = (),
    *,
    cosigner: Sequence[str] = (),
    text: str = TEXT,
    edge: int = 1120,
    confidence: float = 0.985,
) -> PageReading:
    """A page; "" leaves a line empty. ``edge`` is where the left column of the head ends, in pixels of 300 dpi.

    ``after`` is centred below the title (*CHỦ TỊCH …*, *Kính gửi*), ``signer`` at the lower right, ``cosigner`` beside it;
    recipients then stand below.
    """
    lines: list[Line] = []
    top = 200
    for at, words in enumerate(left):
        lines += _set(words, top + at * _PITCH, confidence, centre=(LEFT - 100 + edge) / 2)
    for at, words in enumerate(right):
        lines += _set(words, top + 4 + at * (_PITCH + 3), confidence, centre=(edge + RIGHT + 60) / 2)
    y = top + max(len(left), len(right)) * _PITCH + 110
    for words in (*title, "" if title else None, *after):
        if words is not None:
            lines += _set(words, y, confidence, centre=(LEFT + RIGHT) / 2)
            y += _PITCH + 4
    y += 50
    for paragraph in text.split("\n"):
        for at, words in enumerate(textwrap.wrap(paragraph, 74)):
            lines += _set(words, y, confidence, start=LEFT + (110 if at == 0 else 0))
            y += _PITCH + 12
    y += 40
    for at, words in enumerate(cosigner):
        lines += _set(words, y + at * _PITCH, confidence, centre=LEFT + 0.24 * (RIGHT - LEFT))
    below = y + (max(len(cosigner), len(signer)) + 1) * _PITCH if cosigner else y
    for at, words in enumerate(recipients):
        lines += _set(words, below + at * 50, confidence, start=LEFT, scale=0.75)
    for words in signer:
        lines += _set(words, y, confidence, centre=LEFT + 0.74 * (RIGHT - LEFT))
        y += _PITCH
    return page_of([line for line in lines if line.words], WIDTH, HEIGHT)


def _set(
    text: str,
    top: float,
    confidence: float,
    *,
    centre: float = 0.0,
    start: float | None = None,
    scale: float = 1.0,
) -> list[Line]:
    """One printed line, about as wide as Times New Roman 13 sets it; runs of blanks stay gaps."""
    left = centre - _width(text, scale) / 2 if start is None else start
    words = []
    for piece in text.split(" "):
        if piece:
            width = _width(piece, scale)
            words.append(Word(piece, Box(left, top, left + width, top + 44 * scale), confidence))
            left += width
        left += 15 * scale
    return [Line(tuple(words))]


def _width(text: str, scale: float) -> float:
    return scale * sum(15 if c == " " or c in _NARROW else 35 if c.isupper() else 25 for c in text)


def disturbed(page: PageReading, how: str, seed: str = "") -> PageReading:
    """The same paper, badly scanned: ``askew``, lines ``uneven``, columns ``merged``, ``specks``, ``coarse`` or with a ``stamp``."""
    rng = Random(seed + how)
    lines = list(page.text.lines())
    scale = 0.45 if how == "coarse" else 1.0
    slope = 0.006 if how == "askew" else 0.0
    if how in {"uneven", "merged"}:
        lines = [_moved(line, 1.0, rng.uniform(-5, 5), 0.0) for line in lines]
    if how == "merged":
        lines = _merged(lines)
    if how == "specks":
        lines += [
            Line(
                (
                    Word(
                        rng.choice("‹~'—ị‡."), _spot(rng.uniform(200, 2300), rng.uniform(100, 1200), 12), 0.05
                    ),
                )
            )
            for _ in range(14)
        ]
    if how == "stamp":
        lines += [
            line
            for at, words in enumerate(("ĐẾN", "Số: 1520", "Ngày: 12/4/2021"))
            for line in _set(words, 600 + at * 60, 0.7, start=100, scale=0.7)
        ]
    moved = [_moved(line, scale, 0.0, slope) for line in lines]
    return page_of(moved, int(WIDTH * scale), int(HEIGHT * scale))


def _spot(left: float, top: float, size: float) -> Box:
    return Box(left, top, left + size, top + 2 * size)


def _moved(line: Line, scale: float, down: float, slope: float) -> Line:
    words = []
    for word in line.words:
        box, dy = word.box, down + slope * word.box.left
        moved = Box(box.left * scale, (box.top + dy) * scale, box.right * scale, (box.bottom + dy) * scale)
        words.append(Word(word.text, moved, word.confidence))
    return Line(tuple(words))


def _merged(lines: Sequence[Line]) -> list[Line]:
    """Lines on one height as one line, as a recogniser without eyes for columns gives them."""
    found: list[Line] = []
    for line in sorted(lines, key=lambda one: one.box.top):
        beside = [
            at
            for at, other in enumerate(found)
            if abs(other.box.top - line.box.top) < 14 and other.box.right < line.box.left
        ]
        if beside:
            found[beside[-1]] = Line((*found[beside[-1]].words, *line.words))
        else:
            found.append(line)
    return found
