"""What is lost from a table, misread or made up is counted by where it stands."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from bench.reading.tables import compare
from fixtures.generator import Capture, scan_papers
from fixtures.generator.layouts.lists import equal_rows
from schemas.geometry import Box
from schemas.text import Block, BlockKind, Line, PageText, Word


def test_words_are_lost_misread_or_made_up() -> None:
    paper = equal_rows(Random(1), 5, ruled=True, marked=True)
    (page,) = scan_papers([paper], 1, "light", Capture(dpi=150, mode="grey")).pages
    printed = [word for line in page.lines for word in line.words]
    read = [Word(word.text, word.box, 0.9) for word in printed]
    height, width = page.image.shape
    text = PageText(1, width, height, 150.0, (Block(BlockKind.BODY, (Line(tuple(read)),)),))

    def found(*words: Word) -> tuple[list[str], list[tuple[str, str]], list[str]]:
        told = compare(page, replace(text, blocks=(Block(BlockKind.BODY, (Line(words),)),)))
        assert told.words == len(printed)
        return [word.text for word in told.lost], list(told.misread), [word.text for word in told.made_up]

    assert found(*read) == ([], [], [])
    last = read[-1]
    assert found(*read[:-1])[0] == [last.text]
    assert found(*read[:-1], replace(last, text="?" * len(last.text)))[:2] in (
        ([], [(last.text, "?")]),
        ([last.text], []),
    )
    stray = Word("•", Box(2, 2, 9, 9), 0.9)
    assert found(*read, stray) == ([], [], ["•"])
    long = next(word for word in read if len(word.text) > 3)
    others = [word for word in read if word is not long]
    assert found(*others, replace(long, text=long.text[:-1] + "?"))[1] == [(long.text, long.text[:-1] + "?")]
