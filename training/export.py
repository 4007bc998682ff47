"""``python -m training.export CHECKPOINT FILE``: the averaged weights of a checkpoint as a file that numpy reads."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from pipeline.ocr.lstm.packed import pack
from training.teacher import Teacher, beginning


def main() -> None:
    """Export one checkpoint: ``state.pt`` or one of the numbered ones."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("checkpoint", type=Path)
    options.add_argument("file", type=Path, help="NAME.npz")
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
    pack(network.exported(model), given.file)
    print(f"{given.file}: {given.file.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
