from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ocr.confidence import calibrated, calibration
from pipeline.ocr.decode import decode
from pipeline.ocr.evidence import FEATURES, WordClass, evidence, word_class
from pipeline.ocr.recogniser import Choices, RawWord
from schemas.geometry import Box
from schemas.text import Word

texts = st.text(alphabet="aâấbchỉtnêđNUÉ 0123456789.,:;/-~|®“", min_size=1, max_size=12).map(
    lambda text: text.replace(" ", "") or "a"
)


def line_of(words: list[str], confidence: float = 0.96, second: float | None = None) -> list[RawWord]:
    """Words in a row, each symbol with ``second`` nats to its second choice (none when None)."""
    line, left = [], 0.0
    for text in words:
        width = 10.0 * len(text)
        line.append(RawWord(text, Box(left, 0, left + width, 30), confidence, symbols_of(text, second)))
        left += width + 8
    return line


def symbols_of(text: str, second: float | None) -> tuple[Choices, ...]:
    return tuple(((c, 0.1),) if second is None else ((c, 0.1), ("#", 0.1 + second)) for c in text)


def undecoded(line: list[RawWord]) -> tuple[Word, ...]:
    return tuple(Word(raw.text, raw.box, raw.confidence) for raw in line)


def sure(words: list[str], **how: float) -> list[float]:
    line = line_of(words, **how)
    return [word.confidence for word in calibrated(line, undecoded(line))]


@given(st.lists(texts, max_size=8), st.floats(0, 1), st.one_of(st.none(), st.floats(-3, 15)))
def test_confidence_is_a_chance_and_only_the_confidence_changes(
    words: list[str], confidence: float, second: float | None
) -> None:
    line = line_of(words, confidence, second)
    before = decode(line)
    after = calibrated(line, before)
    assert all(0 < word.confidence < 1 for word in after)
    assert tuple(replace(a, confidence=b.confidence) for a, b in zip(after, before, strict=True)) == before


def test_an_empty_line_stays_empty() -> None:
    assert calibrated([], ()) == ()
    assert evidence([], ()) == []


@pytest.mark.parametrize("signs", [["."], ["-", "…"], ["~", "|", "®"]])
def test_a_line_of_signs_only_is_judged(signs: list[str]) -> None:
    assert all(0 < value < 1 for value in sure(signs))


@given(st.lists(texts, min_size=1, max_size=6), st.floats(0, 1), st.floats(0, 1))
def test_more_confidence_of_the_recogniser_never_means_less(words: list[str], one: float, two: float) -> None:
    low, high = sorted((one, two))
    for less, more in zip(sure(words, confidence=low), sure(words, confidence=high), strict=True):
        assert less <= more


@given(st.lists(texts, min_size=1, max_size=6), st.floats(-2, 12), st.floats(-2, 12))
def test_a_nearer_second_choice_never_makes_surer(words: list[str], one: float, two: float) -> None:
    near, far = sorted((one, two))
    for less, more in zip(sure(words, second=near), sure(words, second=far), strict=True):
        assert less <= more


@given(st.lists(st.floats(-30, 30), min_size=2, max_size=20))
def test_the_curve_rises(scores: list[float]) -> None:
    shares = [calibration().share(score) for score in sorted(scores)]
    assert shares == sorted(shares)
    assert shares[0] >= calibration().shares[0]


def test_the_curve_runs_through_its_points() -> None:
    known = calibration()
    assert [known.share(score) for score in known.scores] == pytest.approx(known.shares)


def test_a_lost_tone_mark_is_seen_though_the_recogniser_is_sure() -> None:
    right = sure("thuộc thẩm quyền giải quyết".split())
    wrong = sure("thuộc thâm quyền giải quyết".split())
    assert min(right) > 0.99
    assert wrong[1] < 0.95


def test_scribbles_are_doubted() -> None:
    assert sure(["x®~#"], confidence=0.5)[0] < 0.3


def test_a_word_without_its_raw_word_is_judged_all_the_same() -> None:
    """Decoding may one day join words: boxes then agree with no raw word."""
    word = Word("quyền", Box(0, 0, 50, 30), 0.96)
    assert 0.5 < calibrated([], (word,))[0].confidence < 1


def test_an_invented_mark_is_never_surer_than_an_offered_one() -> None:
    box = Box(0, 0, 50, 30)
    word = Word("bạn", box, 0.7, read="ban")
    offered = RawWord("ban", box, 0.7, ((("b", 0.1),), (("a", 0.1), ("ạ", 10.2)), (("n", 0.1),)))
    unseen = RawWord("ban", box, 0.7, ((("b", 0.1),), (("a", 0.1), ("o", 10.2)), (("n", 0.1),)))
    assert calibrated([unseen], (word,))[0].confidence <= calibrated([offered], (word,))[0].confidence


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("quyền,", WordClass.WORD),
        ("“Quyền", WordClass.NAME),
        ("QUYẾT", WordClass.CAPITALS),
        ("Republic", WordClass.FOREIGN),
        ("tlÌực", WordClass.FOREIGN),
        ("12/03/2024.", WordClass.NUMBER),
        ("12/QĐ-UBND", WordClass.CODE),
        ("TTHC", WordClass.CODE),
        ("169m2", WordClass.CODE),
        ("…", WordClass.SIGN),
    ],
)
def test_classes(text: str, kind: WordClass) -> None:
    assert word_class(text) is kind


def test_every_class_has_a_weight_for_every_figure() -> None:
    assert set(calibration().weights) == set(WordClass)
    assert {len(weights) for weights in calibration().weights.values()} == {len(FEATURES)}
