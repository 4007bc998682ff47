"""The seam to the engine: what it gives is taken exactly, and each way it fails has its name."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.ocr import Mode
from pipeline.ocr.tesseract import tesseract
from schemas.errors import PageTimeout, RecogniserMissing
from tests.scans import page

BLANK = np.full((120, 400), 255, np.uint8)


def fake_engine(folder, monkeypatch, script):
    program = folder / "tesseract"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def hocr(body):
    return f"cat > \"$2.hocr\" <<'END'\n{body}\nEND"


def test_words_with_boxes_confidence_and_choices():
    words = tesseract(np.asarray(page("Quyết định số 12")), 200, Mode.BLOCK)
    assert [word.text for word in words] == ["Quyết", "định", "số", "12"]
    assert all(0.5 < word.confidence <= 1 for word in words)
    assert all(len(word.symbols) == len(word.text) for word in words)
    assert all(
        choices[0][0] == letter
        for word in words
        for choices, letter in zip(word.symbols, word.text, strict=True)
    )
    assert all(words[i].box.right < words[i + 1].box.left for i in range(3))
    assert words[0].box.left == pytest.approx(70, abs=4)


def test_blank_gives_no_words():
    assert tesseract(BLANK, 200, Mode.BLOCK) == ()


def test_missing_engine(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RecogniserMissing) as caught:
        tesseract(BLANK, 200, Mode.BLOCK)
    assert caught.value.clerk
    assert "apt" in caught.value.hint or "nstall" in caught.value.hint


def test_missing_model():
    with pytest.raises(RecogniserMissing, match="no_such_model"):
        tesseract(BLANK, 200, Mode.BLOCK, "no_such_model")


def test_an_engine_that_hangs_is_stopped(monkeypatch, tmp_path):
    fake_engine(tmp_path, monkeypatch, "exec sleep 30")
    with pytest.raises(PageTimeout):
        tesseract(BLANK, 200, Mode.BLOCK, timeout=0.5)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no markup at all",
        "<span class='ocrx_word' id='w1' title='bbox 1 2'>x</span>",
        "<html><body></body></html>",
    ],
)
def test_garbage_gives_no_words(monkeypatch, tmp_path, body):
    fake_engine(tmp_path, monkeypatch, hocr(body))
    assert tesseract(BLANK, 200, Mode.BLOCK) == ()


def test_what_the_engine_says_is_unescaped_and_composed(monkeypatch, tmp_path):
    body = (
        "<span class='ocrx_word' id='w' title='bbox 1 2 30 40; x_wconf 91'>A&amp;B e\u0302\u0301</span>"
        "<span class='ocrx_word' id='v' title='bbox 5 2 30 40; x_wconf 0'> </span>"
    )
    fake_engine(tmp_path, monkeypatch, hocr(body))
    (word,) = tesseract(BLANK, 200, Mode.BLOCK)
    assert word.text == "A&B ế"
    assert word.confidence == 0.91
    assert word.box.as_list() == [1, 2, 30, 40]
    assert word.symbols == ()


def test_pictures_do_not_stay_behind(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    tesseract(BLANK, 200, Mode.BLOCK)
    assert not any(tmp_path.iterdir())
