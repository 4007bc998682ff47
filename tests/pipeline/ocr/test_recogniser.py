"""The seam to the engine: what it gives is taken exactly, and each way it fails has its name."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.layout.components import find_components
from pipeline.layout.lines import find_lines
from pipeline.layout.masks import ink_mask
from pipeline.layout.strips import cut_strips
from pipeline.ocr.tesseract import tesseract
from schemas.errors import PageTimeout, RecogniserMissing
from tests.scans import page

BLANK = np.full((36, 400), 255, np.uint8)
INKED = np.where(np.arange(400) % 40 < 20, 0, BLANK).astype(np.uint8)


def fake_engine(folder, monkeypatch, script):
    program = folder / "tesseract"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def hocr(body):
    return f"cat > \"$2.hocr\" <<'END'\n{body}\nEND"


def strips(*lines):
    picture = np.asarray(page(*lines))
    parts = find_components(ink_mask(picture))
    found = find_lines(parts, 18.0, np.zeros_like(picture), np.zeros(len(parts.left), np.bool_))
    return [strip.picture for strip in cut_strips(picture, parts, found, 18.0)]


def test_words_with_boxes_confidence_and_choices():
    (words,) = tesseract(strips("Quyết định số 12"))
    assert [word.text for word in words] == ["Quyết", "định", "số", "12"]
    assert all(0.5 < word.confidence <= 1 for word in words)
    assert all(len(word.symbols) == len(word.text) for word in words)
    assert all(
        choices[0][0] == letter
        for word in words
        for choices, letter in zip(word.symbols, word.text, strict=True)
    )
    assert all(words[i].box.left < words[i + 1].box.left for i in range(3))


def test_each_line_has_its_words_in_the_order_of_the_lines():
    first, second = strips("Độc lập", "Tự do")
    read = tesseract([second, np.full((36, 200), 255, np.uint8), first])
    assert [" ".join(word.text for word in words) for words in read] == ["Tự do", "", "Độc lập"]
    assert tesseract([]) == ()


def test_an_engine_that_gives_fewer_lines_has_failed(monkeypatch, tmp_path):
    fake_engine(tmp_path, monkeypatch, hocr("<div class='ocr_page'></div>"))
    with pytest.raises(RecogniserMissing, match="1 of 2 lines"):
        tesseract([INKED, INKED])


def test_blank_gives_no_words():
    assert tesseract([BLANK]) == ((),)


def test_missing_engine(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RecogniserMissing) as caught:
        tesseract([INKED])
    assert caught.value.message_vi
    assert "apt" in caught.value.hint or "nstall" in caught.value.hint


def test_missing_model():
    with pytest.raises(RecogniserMissing, match="no_such_model"):
        tesseract([INKED], "no_such_model")


def test_an_engine_that_hangs_is_stopped(monkeypatch, tmp_path):
    fake_engine(tmp_path, monkeypatch, "exec sleep 30")
    with pytest.raises(PageTimeout):
        tesseract([INKED], timeout=0.5)


@pytest.mark.parametrize("body", ["", "x", "<span class='ocrx_word' id='w1' title='bbox 1 2'>x</span>"])
def test_garbage_gives_no_words(monkeypatch, tmp_path, body):
    fake_engine(tmp_path, monkeypatch, hocr(f"<div class='ocr_page'>{body}</div>"))
    assert tesseract([INKED]) == ((),)


@pytest.mark.parametrize("body", ["", "no markup at all", "<html><body></body></html>"])
def test_an_engine_that_gives_nothing_has_failed(monkeypatch, tmp_path, body):
    fake_engine(tmp_path, monkeypatch, hocr(body))
    with pytest.raises(RecogniserMissing):
        tesseract([INKED])


def test_what_the_engine_says_is_unescaped_and_composed(monkeypatch, tmp_path):
    body = (
        "<div class='ocr_page'>"
        "<span class='ocrx_word' id='w' title='bbox 1 2 30 40; x_wconf 91'>A&amp;B e\u0302\u0301</span>"
        "<span class='ocrx_word' id='v' title='bbox 5 2 30 40; x_wconf 0'> </span>"
    )
    fake_engine(tmp_path, monkeypatch, hocr(body))
    ((word,),) = tesseract([INKED])
    assert word.text == "A&B ế"
    assert word.confidence == 0.91
    assert word.box.as_list() == [1, 2, 30, 40]
    assert word.symbols == ()


def test_pictures_do_not_stay_behind(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    tesseract([INKED])
    assert not any(tmp_path.iterdir())
