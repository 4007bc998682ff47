"""``python -m training.export CHECKPOINT FILE``: the averaged weights of a checkpoint as a file that numpy reads."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from pipeline.ocr.lstm.model import Floats, Lstm, Model
from pipeline.ocr.lstm.packed import pack, unpack
from training.teacher import Teacher, beginning


def mixed(one: Model, other: Model, share: float) -> Model:
    """The mean of two networks, one of which was learnt on from the other; ``share`` of the first (0–1).

    Source: Wortsman and others 2022, "Robust fine-tuning of zero-shot models" (arXiv 2109.01903).
    """

    def mean(first: Floats, second: Floats) -> Floats:
        return np.asarray(share * first + (1 - share) * second, np.float32)

    def layer(first: Lstm, second: Lstm) -> Lstm:
        inputs, states = mean(first.inputs, second.inputs), mean(first.states, second.states)
        return replace(first, inputs=inputs, states=states, bias=mean(first.bias, second.bias))

    return replace(
        one,
        kernel=mean(one.kernel, other.kernel),
        kernel_bias=mean(one.kernel_bias, other.kernel_bias),
        down=layer(one.down, other.down),
        along=tuple(map(layer, one.along, other.along)),
        weights=mean(one.weights, other.weights),
        bias=mean(one.bias, other.bias),
    )


def main() -> None:
    """Export one checkpoint: ``state.pt`` or one of the numbered ones."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("checkpoint", type=Path)
    options.add_argument("file", type=Path, help="NAME.npz")
    options.add_argument(
        "--mix",
        type=Path,
        help="weights of ours (NAME.npz) to take the mean with: errs less on both kinds of print",
    )
    options.add_argument("--share", type=float, default=0.5, help="share of the checkpoint in the mean, 0–1")
    options.add_argument("--model", default="vie", help="what it began from")
    given = options.parse_args()
    model = beginning(given.model)
    network = Teacher(model)
    weights = torch.load(given.checkpoint, weights_only=True)
    if "average" in weights:
        weights = {
            name.removeprefix("module."): array
            for name, array in weights["average"].items()
            if name.startswith("module.")
        }
    network.load_state_dict(weights)
    learnt = network.exported(model)
    pack(learnt if given.mix is None else mixed(learnt, unpack(given.mix), given.share), given.file)
    print(f"{given.file}: {given.file.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
