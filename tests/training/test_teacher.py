from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest

from pipeline.model import Picture
from pipeline.ocr.lstm.model import Model, load_model
from pipeline.ocr.lstm.network import probabilities
from pipeline.ocr.lstm.packed import pack, unpack
from training.batches import batches
from training.drawing import draw_samples
from training.faces import Face
from training.shards import Labelled
from training.texts import Texts


@pytest.fixture(scope="module")
def strips(faces: tuple[Face, ...], texts: Texts) -> list[Labelled]:
    return [
        Labelled(sample.picture, sample.text, "") for sample in draw_samples(Random(1), faces, texts, "light")
    ]


def _same_text(model: Model, other: Model, pictures: list[Picture]) -> bool:
    one, two = (np.concatenate(probabilities(each, pictures)).argmax(axis=1) for each in (model, other))
    return bool((one == two).mean() > 0.98)  # rounding tips frames between two signs


def test_a_packed_network_reads_as_it_did(strips: list[Labelled], tmp_path: Path) -> None:
    model = load_model("vie")
    pack(model, tmp_path / "vie.npz")
    packed = unpack(tmp_path / "vie.npz")
    assert packed.signs == model.signs
    assert (tmp_path / "vie.npz").stat().st_size < 1_000_000
    assert _same_text(model, packed, [strip.picture for strip in strips])


def test_pytorch_sees_the_same_frames_and_gives_them_back(strips: list[Labelled]) -> None:
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    from training.teacher import Teacher

    model = load_model("vie")
    network = Teacher(model)
    pictures = [strip.picture for strip in strips]
    places = {sign: place for place, sign in enumerate(model.signs) if sign}
    classes = len(model.signs)
    for batch in batches(None, strips, places, 4000):
        with torch.no_grad():
            outputs = network(torch.from_numpy(batch.lines), torch.from_numpy(batch.counts))
        for place, text in enumerate(batch.texts):
            picture = next(strip.picture for strip in strips if strip.text == text)
            theirs = outputs[: batch.counts[place], place, :classes].softmax(-1).numpy()
            assert np.abs(theirs - probabilities(model, [picture])[0]).mean() < 1e-3  # ours in bytes
    back = network.exported(model)
    assert back.signs[:classes] == model.signs
    for before, after in zip(probabilities(model, pictures), probabilities(back, pictures), strict=True):
        known = after[:, :classes] / after[:, :classes].sum(axis=1, keepdims=True)
        assert np.abs(known - before).mean() < 1e-3


def test_learning_on_one_batch_lowers_its_loss(strips: list[Labelled]) -> None:
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    from training.alphabet import places_of
    from training.learn import loss_of
    from training.teacher import Teacher

    network = Teacher(load_model("vie"))
    batch = next(batches(None, strips, places_of(network.signs), 4000))
    optimiser = torch.optim.Adam(network.parameters(), 1e-3)
    losses = []
    for _ in range(8):
        loss = loss_of(network, batch)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert min(losses) < 0.7 * losses[0]
