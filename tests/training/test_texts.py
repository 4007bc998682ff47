from __future__ import annotations

import unicodedata
from pathlib import Path
from random import Random

from training.texts import Texts, draw_text, load_texts


def test_texts_are_nfc_with_single_blanks_and_no_open_place(texts: Texts) -> None:
    rng = Random(2)
    drawn = [draw_text(rng, texts, most=60) for _ in range(2000)]
    for text in drawn:
        assert text == unicodedata.normalize("NFC", text)
        assert text == " ".join(text.split()) != ""
        assert "{" not in text
    assert sum(len(text) > 63 for text in drawn) < 200  # only single long words
    assert any("–" in text for text in drawn)
    assert any("²" in text for text in drawn)
    assert any(text.isupper() for text in drawn)


def test_the_same_seed_draws_the_same_texts(texts: Texts) -> None:
    first, again = ([draw_text(rng, texts) for _ in range(50)] for rng in (Random(3), Random(3)))
    assert first == again


def test_no_line_is_both_learnt_from_and_kept_for_judging(tmp_path: Path) -> None:
    (tmp_path / "lines").write_text("\n".join(f"dòng {number}" for number in range(500)), "utf-8")
    (tmp_path / "syllables").write_text("điều\t4\n", "utf-8")
    learnt, judged = (
        set(load_texts(tmp_path / "lines", tmp_path / "syllables", judging=judging).lines)
        for judging in (False, True)
    )
    assert len(judged) == 10
    assert len(learnt) == 490
    assert not learnt & judged
