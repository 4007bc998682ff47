"""Our own run of Tesseract's networks: it reads as Tesseract does, and says more."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

import pipeline.layout.cut as cut
from pipeline.clean import clean_page
from pipeline.intake import take_in
from pipeline.ocr.lstm import lstm
from pipeline.ocr.lstm.ctc import in_doubt, words
from pipeline.ocr.lstm.model import UnknownNetwork, load_model, model_file, second_model
from pipeline.ocr.lstm.network import probabilities
from pipeline.ocr.lstm.packed import our_model, shared_out, with_fillers
from pipeline.ocr.recogniser import MODEL
from pipeline.ocr.region import read_region
from pipeline.ocr.tesseract import tesseract
from pipeline.pages import load_page
from schemas.errors import PageTimeout, RecogniserMissing
from tests.pipeline.ocr.test_recogniser import BLANK, INKED, strips

SCANS = Path(__file__).parents[3] / "fixtures" / "scans"

TEXT = (
    "ỦY BAN NHÂN DÂN XÃ HIỆP HÒA",
    "Căn cứ Luật Tổ chức ngày 19 tháng 6",
    "Số: 125/QĐ-UBND",
    "ông Nguyễn Đức Phước",
)


def text_of(read) -> str:
    return " ".join(word.text for word in read)


@pytest.fixture(scope="module")
def model():
    return load_model(MODEL)


@pytest.fixture(scope="module")
def scanned() -> list[np.ndarray]:
    """The lines of a scanned page, as the recogniser gets them."""
    taken = []

    def spy(*given):
        strips = cut_strips(*given)
        taken.extend(strip.picture for strip in strips)
        return strips

    cut_strips = cut.cut_strips
    scan = SCANS / "giay-hen-tra.png"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cut, "cut_strips", spy)
        read_region(clean_page(load_page(take_in(scan), 1)).picture, lstm)
    return taken


def test_lines_are_read_exactly():
    assert [text_of(read) for read in lstm(strips(*TEXT))] == list(TEXT)


def test_without_our_weights_tesseracts_networks_read(monkeypatch):
    monkeypatch.setattr("pipeline.ocr.lstm.packed.files", lambda _: Path("/nowhere"))
    our_model.cache_clear()
    try:
        assert our_model() is None
        assert [text_of(read) for read in lstm(strips(*TEXT))] == list(TEXT)
    finally:
        our_model.cache_clear()


def test_our_network_knows_signs_that_tesseracts_lacks(model):
    ours = our_model()
    assert ours is not None
    assert ours.signs[: len(model.signs)] == model.signs
    assert {"–", "²", "…", "№"} <= set(ours.signs) - set(model.signs)


def test_a_network_that_lacks_a_sign_has_no_say_between_it_and_its_like(model):
    ours = our_model()
    hyphen, dash = ours.signs.index("-"), ours.signs.index("–")
    first = np.zeros((1, len(ours.signs)), np.float32)
    first[0, [hyphen, dash]] = 0.25, 0.75
    second = np.zeros((1, len(model.signs)), np.float32)
    second[0, [hyphen, model.null]] = 0.8, 0.2
    full = shared_out(second, first, ours.signs)
    assert full[0, [hyphen, dash, ours.null]] == pytest.approx([0.2, 0.6, 0.2])
    assert full.sum() == pytest.approx(1)


def test_fillers_of_a_card_are_no_signs_of_order():
    ours = our_model()
    frames = np.zeros((1, len(ours.signs)), np.float32)
    frames[0, [ours.signs.index(sign) for sign in "<≤"]] = 0.1, 0.9
    assert with_fillers(frames, ours.signs)[0, ours.signs.index("<")] == pytest.approx(1)


def test_it_reads_as_tesseract_does(scanned):
    ours, theirs = (" ".join(map(text_of, reader(scanned))) for reader in (lstm, tesseract))
    assert len(theirs) > 300
    assert Levenshtein.distance(ours, theirs) <= 0.03 * len(theirs)


def test_lines_hardly_touch_each_other(model, scanned):
    """Their states become bytes by the range of all that go along side by side, and by nothing else."""
    together, apart = probabilities(model, scanned), []
    for line, frames in zip(scanned, together, strict=True):
        (alone,) = probabilities(model, [line])
        assert frames.shape == (line.shape[1] // 3, len(model.signs))
        np.testing.assert_allclose(frames.sum(axis=1), 1, atol=1e-4)
        apart += np.abs(frames - alone).sum(axis=1).tolist()
    assert np.mean(apart) < 0.02


def test_empty_and_narrow_lines_and_those_of_other_heights():
    (line,) = strips(TEXT[1])
    tall = np.kron(line, np.ones((2, 2), np.uint8))
    narrow = INKED[:, :2]
    read = lstm([BLANK, line, narrow, tall])
    assert [bool(each) for each in read] == [False, True, False, True]
    assert text_of(read[1]) == text_of(read[3]) == TEXT[1]
    for small, large in zip(read[1], read[3], strict=True):
        assert large.box.left == pytest.approx(2 * small.box.left, abs=14)
    assert lstm([]) == ()


def test_too_late():
    with pytest.raises(PageTimeout):
        lstm(strips(*TEXT), timeout=1e-9)


def test_a_missing_model_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert second_model() is None
    with pytest.raises(UnknownNetwork):
        load_model(MODEL)
    with pytest.raises(RecogniserMissing):
        lstm([INKED])


def test_a_network_of_another_shape_goes_to_tesseract(monkeypatch):
    """The model for orientation is an older one, without such a network."""
    with pytest.raises(UnknownNetwork):
        load_model("osd")
    asked = []
    monkeypatch.setattr(
        "pipeline.ocr.lstm.tesseract", lambda lines, model, *, timeout: asked.append(model) or ()
    )
    assert lstm([INKED], "osd") == ()
    assert asked == ["osd"]


@settings(max_examples=40)
@given(cut=st.floats(0, 0.999), place=st.integers(0, 5000), byte=st.integers(0, 255))
def test_a_broken_model_is_known_as_such_or_read(tmp_path_factory, cut, place, byte):
    data = bytearray(model_file(MODEL).read_bytes())
    folder = tmp_path_factory.mktemp("models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TESSDATA_PREFIX", str(folder))
        (folder / "short.traineddata").write_bytes(data[: int(cut * len(data))])
        with pytest.raises(UnknownNetwork):
            load_model("short")
        data[place] = byte
        (folder / "changed.traineddata").write_bytes(data)
        try:
            load_model("changed")
        except UnknownNetwork:
            return


def frames_of(model, *seen: dict[str, float]) -> np.ndarray:
    """Frames with these chances of signs; what is left is nothing."""
    frames = np.full((len(seen), len(model.signs)), 1e-6, np.float32)
    for frame, chances in zip(frames, seen, strict=True):
        frame[model.null] = 1 - sum(chances.values())
        for sign, chance in chances.items():
            frame[model.signs.index(sign)] = chance
    return frames


def test_a_letter_seen_twice_is_one_letter(model):
    frames = frames_of(
        model, {"t": 0.99}, {}, {"ú": 0.62, "ủ": 0.37}, {"ủ": 0.46, "ú": 0.35}, {}, {".": 0.99}
    )
    (word,) = words(model, frames)
    others = {text for text, _ in word.readings}
    assert word.text in {"tú.", "tủ."}
    assert {"tú.", "tủ."} <= others | {word.text}
    assert [choices[0][0] for choices in word.symbols] == list(word.text)
    assert in_doubt(model, frames)


def test_doubled_letters_and_spaces(model):
    sure = [{sign: 0.99} if sign else {} for sign in ("l", "", "l", "l", "", " ", " ", "o", "o")]
    frames = frames_of(model, *sure)
    read = words(model, frames)
    assert [word.text for word in read] == ["ll", "o"]
    assert [(word.box.left, word.box.right) for word in read] == [(0, 12), (21, 27)]
    assert not in_doubt(model, frames)
    assert words(model, frames_of(model, {}, {})) == ()


@settings(max_examples=60)
@given(st.lists(st.dictionaries(st.sampled_from("aáâă nd"), st.floats(0.01, 0.45), max_size=2), max_size=12))
def test_whatever_the_frames_say(seen):
    model = load_model(MODEL)
    for word in words(model, frames_of(model, *seen)):
        assert word.text
        assert " " not in word.text
        assert 0 <= word.confidence <= 1
        assert len(word.symbols) == len(word.text)
        assert all(cost >= 0 for choices in word.symbols for _, cost in choices)
        assert all(text != word.text and cost >= 0 for text, cost in word.readings)
