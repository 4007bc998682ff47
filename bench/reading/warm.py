"""``python -m bench.reading.warm FOLDER``: processor time of a page in a process that reads already, one thread, by turns with peers.

The folder holds scans with their truth, NAME.txt, beside them. Peers: ``tesseract``, all scans in one process, and ``trueocr``, where that
package is installed (``pip install --no-deps trueocr``), as a whole-page reader in this process.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import process_time

import cv2
from threadpoolctl import threadpool_limits

from bench.metrics import cer_in_order, cer_order_free
from bench.reading.corpus import Sample, real
from bench.reading.readers import ours_here, tesseract_together

Whole = Callable[[Sample], str]


def peers() -> dict[str, Whole]:
    """Who reads whole pages in this process beside us."""
    if find_spec("trueocr") is None:
        return {}
    model = import_module("trueocr").load_model(threads=1)
    return {"trueocr": lambda sample: str(model.predict(str(sample.path)).text)}


def main() -> int:
    """Read all scans by turns, once to warm up, then some times; print seconds a page (the least of each scan's), ratios and error rates."""
    options = argparse.ArgumentParser(prog="python -m bench.reading.warm", description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--times", type=int, default=3)
    given = options.parse_args()
    cv2.setNumThreads(1)
    threadpool_limits(1)
    samples, readers = list(real(given.folder)), {"sohoa": ours_here} | peers()
    pages = sum(len(sample.pages) for sample in samples)
    least = {name: [float("inf")] * len(samples) for name in readers}
    texts: dict[str, list[str]] = {name: [""] * len(samples) for name in readers}
    together = float("inf")
    for turn in range(given.times + 1):
        for place, sample in enumerate(samples):
            for name, reader in readers.items():
                start = process_time()
                texts[name][place] = reader(sample)
                took = process_time() - start
                if turn:
                    least[name][place] = min(least[name][place], took)
        together = min(together, tesseract_together(samples).cpu)
    seconds = {name: sum(each) / pages for name, each in least.items()} | {"tesseract": together / pages}
    sys.stdout.write(
        "| reader | cpu s/page | ours × | CER order-free, % | in order, % |\n|---|---|---|---|---|\n"
    )
    for name, took in seconds.items():
        rates = _rates(samples, texts[name]) if name in texts else "– | –"
        sys.stdout.write(f"| {name} | {took:.3f} | {seconds['sohoa'] / took:.2f} | {rates} |\n")
    return 0


def _rates(samples: Sequence[Sample], texts: Sequence[str]) -> str:
    found = []
    for rate in (cer_order_free, cer_in_order):
        counts = [
            rate([line for page in sample.pages for line in page], text)
            for sample, text in zip(samples, texts, strict=True)
        ]
        found.append(f"{100 * sum(edits for edits, _ in counts) / sum(total for _, total in counts):.2f}")
    return " | ".join(found)


if __name__ == "__main__":
    raise SystemExit(main())
