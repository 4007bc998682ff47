"""Pages lie in a folder until they are asked for; a paper of any length holds few of them in memory."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.fetched import REMEMBERED
from pipeline.kept_pages import keep, kept_pages
from pipeline.model import MediaType, PageReading, Scan
from pipeline.papers.assemble import assemble
from schemas.geometry import Box
from schemas.text import Block, BlockKind, Line, PageText, Word

LONG = 5 * REMEMBERED


def _page(number: int) -> PageReading:
    line = Line(
        (Word("chữ", Box(10, 500, 50, 520), 0.9, "chử"), Word(str(number), Box(60, 500, 90, 520), 0.9))
    )
    text = PageText(number, 700, 1000, 100.0, (Block(BlockKind.BODY, (line,)),))
    return PageReading(number, 700, 1000, 100.0, 0, text)


def _kept(folder: Path, count: int) -> Sequence[PageReading]:
    for number in range(1, count + 1):
        keep(_page(number), folder)
    return kept_pages(folder, range(1, count + 1))


def test_they_are_a_sequence_like_any_other(tmp_path: Path) -> None:
    pages = _kept(tmp_path, 5)
    assert list(pages) == [_page(number) for number in range(1, 6)]
    assert list(pages[1:3]) == [_page(2), _page(3)]
    assert pages[-1] == _page(5)
    assert list(kept_pages(tmp_path, (4, 2))) == [_page(4), _page(2)]
    with pytest.raises(IndexError):
        pages[5]


def test_they_travel_to_another_process_without_their_content(tmp_path: Path) -> None:
    pages = _kept(tmp_path, 50)
    list(pages)
    sent = pickle.dumps(pages)
    assert len(sent) < 1000
    assert list(pickle.loads(sent)) == list(pages)


def test_a_long_paper_is_not_held_in_memory(tmp_path: Path) -> None:
    scan = Scan(tmp_path / "scan", "0" * 64, 1, MediaType.PDF, LONG)
    (document,) = assemble(scan, _kept(tmp_path, LONG)).documents
    assert len(document.pages) == LONG
    assert document.text.endswith(f"chữ {LONG}")
    gc.collect()
    held = sum(isinstance(thing, PageReading) for thing in gc.get_objects())
    assert held <= 2 * REMEMBERED + 1  # of the scan, and of the paper
