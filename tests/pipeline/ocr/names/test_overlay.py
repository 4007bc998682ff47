"""Names laid over a picture as they would be printed, and weighed against the readings."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from fixtures.generator.typesetting.fonts import Style
from pipeline.ocr.names import overlay
from pipeline.ocr.names.candidates import Place, Sight, Token, best_name, parted
from pipeline.ocr.names.overlay import Ground, at, before, find_type

LEFT, BASE = 60, 42
"""Where the print begins and its baseline lies, in pixels of the strip; 14 points at 200 dpi."""

EM = 14 * 200 / 72


def _strip(text: str, *, family: str = "serif", bold: bool = True) -> np.ndarray:
    """One line of print at 200 dpi, from a face other than the one that names are drawn in."""
    sheet = Image.new("L", (900, 96), 255)
    style = Style(14, bold=bold, family=family)
    ImageDraw.Draw(sheet).text((LEFT * 1.5, BASE * 1.5), text, font=style.font, fill=20, anchor="ls")
    strip = cv2.resize(np.asarray(sheet), (600, 64), interpolation=cv2.INTER_AREA)
    return np.asarray(strip, np.uint8)


def _sealed(strip: np.ndarray, name: str) -> np.ndarray:
    """The strip with black bows of a seal's rim over the first word."""
    right = LEFT + _wide(name.split(maxsplit=1)[0])
    for radius in (70, 78, 100):
        cv2.circle(strip, (right - 90, -20), radius, (30,), 3)
    cv2.line(strip, (LEFT - 8, 34), (right + 4, 24), (30,), 3)
    return strip


def _wide(text: str) -> int:
    return round(Style(14, bold=True, family="serif").font.getlength(text) / 1.5)


def _ground(strip: np.ndarray) -> Ground:
    return Ground(strip, np.zeros(strip.shape, np.bool_))


def _known(name: str) -> tuple[str, float, float]:
    """The words of a name after the first one, and where they stand."""
    first, rest = name.split(maxsplit=1)
    left = LEFT + _wide(first + " ")
    return rest, left, left + _wide(rest)


@pytest.mark.parametrize("bold", [True, False])
def test_words_tell_the_type_of_their_line(bold):
    name = "Nguyễn Thị Hương"
    found = find_type(_ground(_strip(name, bold=bold)), *_known(name))
    assert found is not None
    assert found[1].em == pytest.approx(EM, abs=0.5)
    assert ("Bold" in found[1].face) == bold


def test_type_that_looks_like_no_face_is_not_known():
    name = "Nguyễn Thị Hương"
    assert find_type(_ground(_strip("MMMM#### 88888888")), *_known(name)) is None


def test_words_that_stand_too_close_for_any_print_tell_nothing():
    name = "Nguyễn Thị Hương"
    rest, left, _ = _known(name)
    assert find_type(_ground(_strip(name)), rest, left, left + 3) is None


def test_without_an_installed_face_nothing_is_known(monkeypatch):
    name = "Nguyễn Thị Hương"
    monkeypatch.setattr(overlay, "_installed", tuple)
    assert find_type(_ground(_strip(name)), *_known(name)) is None


@pytest.mark.parametrize(
    "name", ["Nông Văn Thắng", "Đặng Bích Thảo", "Lê Minh Sơn", "Phạm Thu Diễm", "Võ Đức Hải"]
)
def test_a_family_name_that_nobody_read_is_seen_under_a_seal(name):
    rest, left, right = _known(name)
    ground = _ground(_sealed(_strip(name), name))
    found = find_type(ground, rest, left, right)
    assert found is not None
    line = found[1]
    neighbour = at(line, rest.split()[0], left + _wide(rest.split()[0]) / 2)
    seal = Token("@#", LEFT, left, 0.1)
    place = Place([[seal]], line.em, family=True, others=tuple(rest.split()))
    best = best_name(place, Sight(line, neighbour))
    assert best is not None
    assert [token.text for token in best] == [name.split()[0]]
    assert best[0].left == pytest.approx(LEFT, abs=4)
    assert best[0].confidence < 0.98


def test_bare_paper_is_no_name():
    name = "Nông Hữu Thắng"
    rest, left, right = _known(name)
    strip = _strip(name)
    strip[:, : round(left) - 4] = 255
    found = find_type(_ground(strip), rest, left, right)
    assert found is not None
    neighbour = at(found[1], "Hữu", left + _wide("Hữu") / 2)
    place = Place([[Token("@#", LEFT, left, 0.1)]], found[1].em, family=True, others=("Hữu", "Thắng"))
    assert best_name(place, Sight(found[1], neighbour)) is None


def test_what_a_pen_blackened_speaks_neither_for_nor_against_a_word():
    name = "Lê Minh Sơn"
    rest, left, right = _known(name)
    strip = _strip(name)
    pen = np.zeros(strip.shape, np.bool_)
    pen[30:34, :left] = True
    strip[pen] = 20
    found = find_type(Ground(strip, pen), rest, left, right)
    assert found is not None
    neighbour = at(found[1], "Minh", left + _wide("Minh") / 2)
    nats = {word: before(found[1], word, neighbour).nats for word in ("Lê", "Lò", "Lý", "Đỗ")}
    assert min(nats, key=nats.__getitem__) == "Lê"


@pytest.mark.parametrize(
    ("read", "parts"),
    [
        ("BáTuấn", ["Bá", "Tuấn"]),
        ("LêVănHải", ["Lê", "Văn", "Hải"]),
        ("/Thùy", ["/", "Thùy"]),
        ("Nguyễn", ["Nguyễn"]),
        ("UBND", ["UBND"]),
    ],
)
def test_words_that_ran_together_are_parted(read, parts):
    assert [token.text for token in parted(Token(read, 0, 100))] == parts


@given(st.text(max_size=14), st.floats(0, 300), st.floats(1, 200))
def test_parts_have_all_letters_and_lie_side_by_side(text, left, width):
    parts = parted(Token(text, left, left + width))
    assert "".join(token.text for token in parts) == text
    edges = [edge for token in parts for edge in (token.left, token.right)]
    assert edges == sorted(edges)
    assert parts[0].left == left
    assert parts[-1].right == pytest.approx(left + width)
