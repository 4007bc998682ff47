"""``python -m training.learn FOLDER``: train Tesseract's network on with drawn lines, until it is stopped.

Everything lies in ``FOLDER``: ``state.pt`` (weights, optimiser, where it stands; written every few minutes, whole or not at
all), ``curve.jsonl`` (a line for each checkpoint), ``NNNNNN.pt`` (averaged weights now and then). Started again, it goes on.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import monotonic, process_time

import torch
from rapidfuzz.distance import Levenshtein
from torch import Tensor
from torch.nn import functional

from training.alphabet import decode, places_of
from training.batches import Batch, batches
from training.shards import Labelled, read_shard
from training.teacher import Teacher, beginning

_PIXELS = 8_000
"""Width of a batch: some seventeen lines. Larger ones, or 16-bit floats, are no quicker for each line on one core."""

_WARM, _CLIP, _AVERAGED = 100, 1.0, 0.995

_COOLING = 0.5
"""The share of all steps, the last ones, over which the rate falls to nothing: what is learnt late is kept, noise is not."""


@dataclass(slots=True)
class Progress:
    """Where training stands: steps, lines, seconds of cpu, sums since the last checkpoint."""

    step: int = 0
    lines: int = 0
    cpu: float = 0.0
    loss: float = 0.0
    steps: int = 0


def loss_of(network: Teacher, batch: Batch) -> Tensor:
    """Nats for each sign by connectionist temporal classification (Graves and others 2006)."""
    counts = torch.from_numpy(batch.counts)
    logs = network(torch.from_numpy(batch.lines), counts).log_softmax(-1)
    lengths = torch.from_numpy(batch.lengths)
    targets = torch.from_numpy(batch.targets)
    nats = functional.ctc_loss(logs, targets, counts, lengths, network.null, "sum", zero_infinity=True)
    return nats / lengths.sum()


def share_of_rate(step: int, steps: int) -> float:
    """The share of the full rate (0–1) at a step: rising over the first steps, falling at the end of ``steps`` (0: no end)."""
    rising = min(1.0, (step + 1) / _WARM)
    return min(rising, (steps - step) / (_COOLING * steps)) if steps else rising


def error_rate(network: Teacher, strips: Sequence[Labelled]) -> float:
    """Edits for each true character, from the likeliest class of each frame."""
    edits = characters = 0
    with torch.no_grad():
        for batch in batches(None, strips, places_of(network.signs), _PIXELS):
            best = network(torch.from_numpy(batch.lines), torch.from_numpy(batch.counts)).argmax(-1).numpy()
            for place, text in enumerate(batch.texts):
                read = decode(best[: batch.counts[place], place].tolist(), network.signs, network.null)
                edits += Levenshtein.distance(text, read)
                characters += len(text)
    return edits / max(characters, 1)


def shards_without_end(rng: Random, folder: Path) -> Iterator[list[Labelled]]:
    """The shards of a folder, over and over, each time in another order; those that are drawn meanwhile join in."""
    while True:
        files = sorted(folder.glob("*.npz"))
        if not files:
            raise FileNotFoundError(f"no shards in {folder}")
        rng.shuffle(files)
        for file in files:
            yield read_shard(file)


def _learn(given: argparse.Namespace) -> None:
    network = Teacher(beginning(given.model))
    average = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(_AVERAGED)
    )
    optimiser = torch.optim.AdamW(network.parameters(), given.rate, betas=(0.9, 0.98), weight_decay=0.0)
    progress, rng = Progress(), Random()
    state = given.folder / "state.pt"
    if state.exists():
        kept = torch.load(state, weights_only=True)
        network.load_state_dict(kept["network"])
        average.load_state_dict(kept["average"])
        optimiser.load_state_dict(kept["optimiser"])
        progress = Progress(**kept["progress"])
    places = places_of(network.signs)
    judges = {
        folder.name: [s for file in sorted(folder.glob("*.npz")) for s in read_shard(file)]
        for folder in given.judge
    }
    if not progress.step:
        _note(given.folder, average.module, progress, judges)
    saved, judged, cpu = monotonic(), monotonic(), process_time()
    for strips in shards_without_end(rng, given.shards):
        for batch in batches(rng, strips, places, _PIXELS):
            for group in optimiser.param_groups:
                group["lr"] = given.rate * share_of_rate(progress.step, given.steps)
            loss = loss_of(network, batch)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), _CLIP)
            optimiser.step()
            average.update_parameters(network)
            progress.step, progress.lines = progress.step + 1, progress.lines + len(batch.texts)
            progress.loss, progress.steps = progress.loss + loss.item(), progress.steps + 1
            if monotonic() - saved > given.save:
                progress.cpu, cpu = progress.cpu + process_time() - cpu, process_time()
                if monotonic() - judged > given.every:
                    _note(given.folder, average.module, progress, judges)
                    torch.save(average.module.state_dict(), given.folder / f"{progress.step:06}.pt")
                    progress.loss, progress.steps, judged = 0.0, 0, monotonic()
                part = state.with_suffix(".part")
                kept = {
                    "network": network.state_dict(),
                    "average": average.state_dict(),
                    "optimiser": optimiser.state_dict(),
                }
                torch.save(
                    kept | {"progress": {name: getattr(progress, name) for name in Progress.__slots__}}, part
                )
                part.replace(state)
                saved = monotonic()
            if given.steps and progress.step >= given.steps:
                return


def _note(folder: Path, network: Teacher, progress: Progress, judges: dict[str, list[Labelled]]) -> None:
    """One line of the curve."""
    found = {
        "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "step": progress.step,
        "lines": progress.lines,
        "cpu": round(progress.cpu),
        "loss": round(progress.loss / max(progress.steps, 1), 5),
    } | {name: round(100 * error_rate(network, strips), 3) for name, strips in judges.items()}
    with (folder / "curve.jsonl").open("a") as out:
        out.write(json.dumps(found) + "\n")
    print(found, flush=True)


def main() -> None:
    """Train until stopped, or for so many steps."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--shards", type=Path, required=True)
    options.add_argument(
        "--judge", type=Path, action="append", default=[], help="folders of shards to judge by"
    )
    options.add_argument(
        "--model", default="vie", help="a model of Tesseract, or weights of ours (NAME.npz), to begin from"
    )
    options.add_argument("--rate", type=float, default=2e-4)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--save", type=float, default=180.0, help="seconds between checkpoints")
    options.add_argument("--every", type=float, default=600.0, help="seconds between points of the curve")
    options.add_argument("--steps", type=int, default=0, help="stop at this step")
    given = options.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(given.threads)
    _learn(given)


if __name__ == "__main__":
    main()
