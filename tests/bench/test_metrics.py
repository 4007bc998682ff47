"""The measures measure what they say: known edits give known numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from bench.metrics import best_window, cer_in_order, cer_order_free, normal, tone_errors, wer

TRUTH = ["ỦY BAN NHÂN DÂN", "Số: 12/QĐ-UBND", "Về việc giao đất"]
TEXTS = st.text("abcđề \n", max_size=24)


def test_right_is_zero():
    read = "\n".join(TRUTH)
    assert cer_in_order(TRUTH, read) == (0, len(normal(read)))
    assert cer_order_free(TRUTH, read)[0] == 0
    assert wer(TRUTH, read) == (0, 10)
    assert tone_errors(TRUTH, read) == 0


def test_wrong_order_costs_only_in_order():
    read = "\n".join(reversed(TRUTH))
    assert cer_order_free(TRUTH, read)[0] == 0
    assert cer_in_order(TRUTH, read)[0] > 20


def test_lost_marks_are_tone_errors_and_wrong_letters_are_not():
    assert tone_errors(["Về việc giao đất"], "Vê việc giao đât") == 2
    assert tone_errors(["Về việc giao đất"], "Vx việc giao đất") == 0
    assert cer_order_free(["Về việc giao đất"], "Vê việc giao đât")[0] == 2


def test_nothing_read_costs_everything():
    assert cer_order_free(["giao đất"], "") == (8, 8)
    assert cer_in_order(["giao đất"], "") == (8, 8)
    assert wer(["giao đất"], "") == (2, 2)


def test_handwriting_and_spacing_do_not_count():
    assert normal("Số: ⟦12⟧/QĐ  -\n UBND") == "Số: /QĐ - UBND"
    assert cer_in_order(["Ngày ⟦3⟧ tháng"], "Ngày  tháng")[0] == 0
    assert normal("e\u0302") == "ê"


@given(TEXTS, TEXTS, TEXTS)
def test_the_best_window_is_as_good_as_its_text(line, before, after):
    edits, start, end = best_window(line, before + line + after)
    assert edits == 0
    assert (before + line + after)[start:end] == line or not line


@given(st.text("abc", max_size=6), st.text("abc", max_size=9))
def test_the_best_window_is_the_best_of_all(line, read):
    edits, start, end = best_window(line, read)
    every = [read[i:j] for i in range(len(read) + 1) for j in range(i, len(read) + 1)]
    assert edits == min(Levenshtein.distance(line, window) for window in every)
    assert Levenshtein.distance(line, read[start:end]) == edits
