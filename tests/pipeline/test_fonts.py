"""Fonts are found by what they are, wherever their files lie."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from pipeline import fonts


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(fonts, "FOLDERS", (tmp_path,))
    caches = (fonts.font_file, fonts._installed)
    for each in caches:
        each.cache_clear()
    yield tmp_path
    for each in caches:
        each.cache_clear()


TINOS = fonts.font_file("Tinos")
assert TINOS is not None


def test_a_face_is_found_in_any_folder(folder: Path) -> None:
    assert fonts.font_file("Tinos") is None
    fonts._installed.cache_clear()
    fonts.font_file.cache_clear()
    moved = folder / "elsewhere" / "Tinos-Regular.TTF"
    moved.parent.mkdir()
    shutil.copy(str(TINOS), moved)
    assert fonts.font_file("Tinos") == moved
    assert fonts.font_file("Tinos", bold=True) is None


def test_a_face_that_lacks_vietnamese_letters_is_none(folder: Path) -> None:
    """As fonts-liberation 1.x, whose files are called as those of 2.x."""
    font = TTFont(TINOS)
    for table in font["cmap"].tables:
        table.cmap.pop(ord("ẵ"), None)
        table.cmap.pop(ord("ỵ"), None)
    font.save(folder / "Tinos-Regular.ttf")
    assert fonts.font_file("Tinos") is None


def test_a_file_that_only_says_so_is_none(folder: Path) -> None:
    (folder / "Tinos-Regular.ttf").write_bytes(b"no font")
    assert fonts.font_files("Tinos") == ()
