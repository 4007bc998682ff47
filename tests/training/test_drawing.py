from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest
from PIL import ImageDraw

from fixtures.generator.scanner.capture import Capture
from fixtures.generator.scanner.scan import scan_sheet
from pipeline.clean import clean_page
from pipeline.layout.strips import HEIGHT
from pipeline.model import ScanPage
from pipeline.ocr.lstm.model import load_model
from training.drawing import draw_samples, label
from training.faces import Face
from training.judge import count, read_strips
from training.shards import Labelled
from training.sheets import Setting, draw_sheet
from training.texts import Texts


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_strips_say_what_their_labels_say(seed: int, faces: tuple[Face, ...], texts: Texts) -> None:
    strips = [
        Labelled(sample.picture, sample.text, sample.level)
        for sample in draw_samples(Random(seed), faces, texts, "light")
    ]
    assert len(strips) >= 5
    assert all(strip.picture.shape[0] == HEIGHT and strip.picture.dtype == np.uint8 for strip in strips)
    read = read_strips(load_model("vie"), [strip.picture for strip in strips])
    whole = count(strips, read, lambda strip: strip.source)["all"]
    assert whole.edits < 0.15 * whole.characters  # a label of another line would cost most of its letters


def test_the_labels_of_a_skewed_sheet_are_those_of_its_lines(faces: tuple[Face, ...], texts: Texts) -> None:
    rng = Random(5)
    face = next(face for face in faces if face.family == "Tinos")
    sheet = draw_sheet(rng, faces, Setting(face, 13, 1.3, 0, 0), texts)
    scanned = scan_sheet(sheet, None, Capture(angle=1.5, mode="grey"), rng)
    page = clean_page(ScanPage(1, scanned.image, 300))
    said = [text for _, text in label(page, sheet, scanned.mapping)]
    true = [line.text for line in sheet.lines]
    assert len(said) >= len(true) - 2
    assert all(any(text in line for line in true) for text in said)


def test_a_line_of_which_a_word_is_half_covered_is_left_out(faces: tuple[Face, ...], texts: Texts) -> None:
    rng = Random(6)
    face = next(face for face in faces if face.family == "Tinos")
    sheet = draw_sheet(rng, faces, Setting(face, 13, 1.5, 0, 0), texts)
    line = max(sheet.lines, key=lambda line: line.box.width)
    last = max(line.words[-1], line.words[-2], key=lambda word: word.box.width)
    pen = ImageDraw.Draw(sheet.print)
    middle = (last.box.left + last.box.right) / 2
    pen.rectangle((middle, last.box.top - 25, sheet.size[0], last.box.bottom + 14), fill=(255, 255, 255))
    scanned = scan_sheet(sheet, None, Capture(mode="grey"), rng)
    page = clean_page(ScanPage(1, scanned.image, 300))
    said = {text for _, text in label(page, sheet, scanned.mapping)}
    assert said
    assert not any(last.text in text.split() and text in line.text for text in said)


def test_drawing_repeats_itself(faces: tuple[Face, ...], texts: Texts) -> None:
    first, again = (draw_samples(Random(4), faces, texts, "light") for _ in range(2))
    assert [sample.text for sample in first] == [sample.text for sample in again]
    assert all(np.array_equal(a.picture, b.picture) for a, b in zip(first, again, strict=True))
    assert any(a.text != b.text for a, b in pairwise(first))
