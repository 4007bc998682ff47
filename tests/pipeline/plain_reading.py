"""Page readings without the reading pipeline: bare Tesseract on a picture, or typed lines. All blocks are ``other``."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from pathlib import Path

from PIL import Image

from pipeline.model import Code, PageReading
from schemas.geometry import Box
from schemas.text import Block, BlockKind, Line, PageText, Word


def read_with_tesseract(
    path: Path, number: int = 1, psm: int = 3, codes: tuple[Code, ...] = ()
) -> PageReading:
    out = subprocess.run(
        ["tesseract", str(path), "-", "-l", "vie", "--psm", str(psm), "tsv"],
        check=True,
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    ).stdout.decode()
    lines: dict[tuple[str, ...], list[Word]] = {}
    for row in csv.DictReader(io.StringIO(out), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "5" and row["text"].strip():
            left, top, width, height = (int(row[k]) for k in ("left", "top", "width", "height"))
            word = Word(
                row["text"].strip(),
                Box(left, top, left + width, top + height),
                max(float(row["conf"]), 0) / 100,
            )
            lines.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(word)
    with Image.open(path) as picture:
        width, height = picture.size
    return page_of([Line(tuple(words)) for words in lines.values()], width, height, number, codes)


def page_of(
    lines: list[Line], width: int, height: int, number: int = 1, codes: tuple[Code, ...] = ()
) -> PageReading:
    block = (Block(BlockKind.OTHER, tuple(lines)),) if lines else ()
    text = PageText(number, width, height, 300, block)
    return PageReading(number, width, height, 300, 0, text, blank=not lines, codes=codes)


def typed_page(
    text: str, number: int = 1, confidence: float = 0.96, codes: tuple[Code, ...] = (), centred: str = "^"
) -> PageReading:
    """A page of 100 columns as typed: each line a printed line, runs of blanks are gaps, ``^`` at its start centres it."""
    column, height = 24, 60
    lines = []
    for at, row in enumerate(text.splitlines()):
        plain = row.removeprefix(centred)
        shift = (100 - len(plain.strip())) // 2 if row.startswith(centred) else 0
        plain = " " * shift + plain.strip() if row.startswith(centred) else plain
        words, start = [], 0
        for piece in plain.split(" "):
            if piece:
                box = Box(start * column, at * height + 10, (start + len(piece)) * column, at * height + 50)
                words.append(Word(piece, box, confidence))
            start += len(piece) + 1
        if words:
            lines.append(Line(tuple(words)))
    return page_of(lines, 100 * column, max(3400, (len(text.splitlines()) + 1) * height), number, codes)
