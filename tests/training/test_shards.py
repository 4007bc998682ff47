from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np

from pipeline.ocr.lstm.packed import ADDED
from training.alphabet import decode, encode, extended, places_of
from training.batches import batches
from training.shards import Labelled, fill, read_shard


def _strips(rng: Random) -> Iterator[Labelled]:
    while True:
        width = rng.randint(30, 90)
        picture = np.full((36, width), rng.randint(0, 255), np.uint8)
        yield Labelled(picture, f"số {width}", "Tinos/light/200")


def test_shards_are_drawn_once_and_read_back(tmp_path: Path) -> None:
    written = list(fill(tmp_path, range(2), 5, "seed", _strips))
    assert [file.name for file in written] == ["00000.npz", "00001.npz"]
    before = read_shard(written[0])
    assert [f"số {strip.picture.shape[1]}" for strip in before] == [strip.text for strip in before]
    assert len(before) == 5
    written[0].unlink()
    assert list(fill(tmp_path, range(2), 5, "seed", _strips)) == [written[0]]
    again = read_shard(written[0])
    assert all(np.array_equal(a.picture, b.picture) for a, b in zip(before, again, strict=True))
    assert not list(tmp_path.glob("*.part"))


def test_texts_survive_coding() -> None:
    signs = (" ", "a", "ấ", "x", "")
    places = places_of(signs)
    codes = encode("aấ xx", places)
    assert codes == [1, 2, 0, 3, 3]
    assert encode("aß", places) is None
    frames = [4, 1, 1, 2, 4, 0, 3, 3, 4, 3, 4]
    assert decode(frames, signs, 4) == "aấ xx"


def test_added_signs_stand_behind_those_of_the_model() -> None:
    signs = extended((" ", "-", "–"))
    assert signs[:3] == (" ", "-", "–")
    assert len(signs) == len(set(signs)) == 2 + len(ADDED)


def test_batches_hold_every_strip_that_can_be_written_once() -> None:
    strips = [strip for strip, _ in zip(_strips(Random(1)), range(40), strict=False)]
    strips.append(Labelled(strips[0].picture, "日本", ""))
    places = places_of(tuple("số 0123456789"))
    found = list(batches(Random(2), strips, places, 400))
    assert sorted(text for batch in found for text in batch.texts) == sorted(
        strip.text for strip in strips[:-1]
    )
    for batch in found:
        assert batch.lines.shape[0] * batch.lines.shape[2] <= 400
        assert batch.counts.max() * 3 <= batch.lines.shape[2]
        assert batch.lengths.sum() == len(batch.targets)
