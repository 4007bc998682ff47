"""The bench that fits and measures: labels, curve, signs, error. Numbers in docs/confidence.md rest on these."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.calibration.fit import SIGNS, Samples, fit, fit_weights, monotone_curve, score
from bench.calibration.labels import against_truth, against_typed
from bench.calibration.report import calibration_error, interval
from pipeline.ocr.evidence import FEATURES
from schemas.geometry import IDENTITY, Affine, Box
from schemas.text import Word


def row(text: str, top: float = 0.0, left: float = 0.0) -> list[Word]:
    """Words of ten pixels a letter, with a blank of ten."""
    words = []
    for part in text.split():
        words.append(Word(part, Box(left, top, left + 10 * len(part), top + 20), 0.9))
        left += 10 * len(part) + 10
    return words


def page_truth(*lines: str, marks: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """The truth of lines that stand 40 pixels apart."""
    entries = []
    for i, text in enumerate(lines):
        words = [{"text": word.text, "box": word.box.as_list()} for word in row(text, 40.0 * i)]
        entries.append({"text": text, "words": words})
    return {"lines": entries, "marks": marks or []}


def test_words_are_compared_to_the_letter_within_their_line() -> None:
    read = [row("Quyền han của"), row("cơ quan", 40)]
    labels = against_truth(read, IDENTITY, page_truth("Quyền hạn của", "cơ quan"))
    assert labels == [[True, False, True], [True, True]]


def test_torn_and_joined_words_are_wrong_and_their_neighbours_are_not() -> None:
    torn = against_truth([row("cơ qu an nhà")], IDENTITY, page_truth("cơ quan nhà"))
    assert torn == [[True, False, False, True]]
    joined = against_truth([row("cơ quannhà nước")], IDENTITY, page_truth("cơ quan nhà nước"))
    assert joined == [[True, False, True]]


def test_a_word_of_another_line_is_no_match() -> None:
    assert against_truth([row("nhà"), row("nước", 40)], IDENTITY, page_truth("nước", "nhà")) == [
        [False],
        [False],
    ]


def test_lines_that_the_truth_has_as_one_are_put_together_from_left_to_right() -> None:
    read = [row("Việt Nam", left=100), row("Quốc tịch")]
    assert against_truth(read, IDENTITY, page_truth("Quốc tịch Việt Nam")) == [[True, True], [True, True]]


def test_boxes_are_mapped_to_the_scan() -> None:
    turned = Affine(0, -1, 500, 1, 0, 0)
    truth = page_truth("cơ quan")
    for word in truth["lines"][0]["words"]:
        word["box"] = turned.box(Box(*word["box"])).as_list()
    assert against_truth([row("cơ quan")], turned, truth) == [[True, True]]
    assert against_truth([row("cơ quan")], IDENTITY, truth) == [[False, False]]


def test_handwriting_and_stamps_are_not_judged_but_noise_is() -> None:
    stamp = {"kind": "received_stamp", "box": [0, 400, 300, 500]}
    read = [row("Số: 12"), row("ĐẾN", 420), row("~", 800)]
    truth = page_truth("Số: ⟦12⟧", marks=[stamp])
    assert against_truth(read, IDENTITY, truth) == [[True, None], [None], [False]]


def test_typed_lines_in_another_order_and_page_numbers() -> None:
    read = [row("bên phải ở đây"), row("bên trái ơ kia"), row("17")]
    labels = against_typed(read, ["bên trái ở kia", "bên phải ở đây"])
    assert labels == [[True] * 4, [True, True, False, True], [None]]


@given(st.lists(st.tuples(st.floats(-9, 9), st.booleans()), min_size=1, max_size=400))
def test_the_fitted_curve_rises_and_never_says_never(pairs: list[tuple[float, bool]]) -> None:
    scores, right = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    curve = monotone_curve(scores, right)
    assert curve == sorted(curve)
    assert len({place for place, _ in curve}) == len({share for _, share in curve}) == len(curve)
    assert all(0 < share <= 0.999 for _, share in curve)


def made_up(count: int, seed: int) -> tuple[Samples, np.ndarray]:
    """Words whose chance of being right is known."""
    rng = np.random.default_rng(seed)
    figures = rng.random((count, len(FEATURES)))
    chance = 1 / (1 + np.exp(-(4 - 6 * figures[:, FEATURES.index("doubt_root")])))
    classes = rng.choice(np.array(["word", "name"]), count)
    pages = rng.integers(0, 40, count).astype(str)
    return Samples(figures, rng.random(count) < chance, classes, pages), chance


def test_known_chances_are_found_again() -> None:
    model = fit(made_up(8000, 1)[0])
    unseen, chance = made_up(20_000, 2)
    places, shares = zip(*model.curve, strict=True)
    said = np.interp(score(model.weights, unseen), places, shares)
    assert float(np.abs(said - chance).mean()) < 0.03
    assert calibration_error(list(said), list(unseen.right)) < 0.03


def test_no_weight_has_a_sign_that_makes_no_sense() -> None:
    samples, _ = made_up(500, 3)
    inverted = Samples(samples.figures, ~samples.right, samples.classes, samples.pages)
    for weights in fit_weights(inverted).values():
        assert (SIGNS * weights[1:] >= 0).all()


def test_calibration_error() -> None:
    assert calibration_error([0.9] * 1000, [True] * 900 + [False] * 100) == pytest.approx(0.1, abs=0.09)
    assert calibration_error([1.0] * 100, [True] * 100) == 0
    assert calibration_error([1.0] * 100, [False] * 100) == 1
    assert calibration_error([], []) == 0


def test_interval_of_a_share() -> None:
    low, high = interval(95, 100)
    assert (low, high) == pytest.approx((0.888, 0.978), abs=0.002)  # Wilson's interval in any table
    assert interval(0, 0) == (0, 1)
