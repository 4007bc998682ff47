"""Real scans as other scanners, fax machines and telephones would have given them, read by us and by bare Tesseract.

``python -m bench.reading.degraded FOLDER [--kinds NAME …]``: the folder holds scans of one page with their truth, NAME.txt, beside them.
What the generator draws is known to us; real paper under a fault that it has not met yet is not. Blurred so, pages lost whole lines
that no drawn page had lost. Printed for each kind: the error rates (characters, percent) and the pages on which Tesseract reads better.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.metrics import cer_in_order, cer_order_free
from bench.reading.corpus import Sample, real
from bench.reading.readers import bare_tesseract, ours_here

Pixels = NDArray[np.uint8]
"""A page, RGB (height, width, 3)."""

Degraded = tuple[Pixels, tuple[float, float]]
"""What became of it, and its resolutions across and down, in dpi."""

_WORSE = 0.3
"""Percentage points by which a page is worse than Tesseract's."""


def _sized(page: Pixels, dpi: float, across: float, down: float) -> Pixels:
    size = round(page.shape[1] * across / dpi), round(page.shape[0] * down / dpi)
    return np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), np.uint8)


def _jpeg(page: Pixels, quality: int) -> Pixels:
    _, coded = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def _bilevel(page: Pixels, level: int) -> Pixels:
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    return np.repeat(np.where(grey > level, 255, 0).astype(np.uint8)[..., None], 3, axis=2)


def _light(page: Pixels, factor: NDArray[Any] | float, add: NDArray[Any] | float = 0.0) -> Pixels:
    return np.clip(page * np.asarray(factor, np.float32) + add, 0, 255).astype(np.uint8)


def _moved(page: Pixels, dpi: float) -> Pixels:
    kernel = np.full((1, max(round(dpi / 60), 2)), 1.0)
    return np.asarray(cv2.filter2D(page, -1, kernel / kernel.sum()), np.uint8)


def _turned(page: Pixels, degrees: float) -> Pixels:
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(page, turn, (width, height), borderValue=(255, 255, 255)), np.uint8)


def _from_the_side(page: Pixels) -> Pixels:
    height, width = page.shape[:2]
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    seen = np.array([[0.05, 0.04], [0.97, 0.02], [0.94, 0.97], [0.03, 0.95]], np.float32)
    size = np.array([width, height], np.float32)
    view = cv2.getPerspectiveTransform(corners * size, seen * size)
    return np.asarray(cv2.warpPerspective(page, view, (width, height), borderValue=(70, 80, 90)), np.uint8)


def _bent(page: Pixels) -> Pixels:
    height, width = page.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    down = y + ((x / width - 0.5) ** 2 * 0.012 * height).astype(np.float32)
    return np.asarray(cv2.remap(page, x, down, cv2.INTER_LINEAR, borderValue=(255, 255, 255)), np.uint8)


def _shadow(page: Pixels) -> NDArray[Any]:
    across, down = np.linspace(0.45, 1, page.shape[1]), np.linspace(0.8, 1, page.shape[0])
    return (across[None, :] * down[:, None])[..., None]


def _grain(page: Pixels) -> NDArray[Any]:
    return np.random.default_rng(1).normal(40, 14, (*page.shape[:2], 1))


def _specks(page: Pixels, dpi: float) -> Pixels:
    rng, specked = np.random.default_rng(2), page.copy()
    size = max(round(dpi / 150), 1)
    for x, y in rng.integers((0, 0), (page.shape[1], page.shape[0]), (2500, 2)).tolist():
        specked[y : y + size, x : x + size] = 20
    return specked


def _padded(page: Pixels, share: float, level: int) -> Pixels:
    side = round(share * page.shape[1])
    return np.asarray(
        cv2.copyMakeBorder(page, side, side, side, side, cv2.BORDER_CONSTANT, value=(level, level, level)),
        np.uint8,
    )


KINDS: dict[str, Callable[[Pixels, float], Degraded]] = {
    "as it is": lambda page, dpi: (page, (dpi, dpi)),
    "72 dpi": lambda page, dpi: (_sized(page, dpi, 72, 72), (72, 72)),
    "120 dpi": lambda page, dpi: (_sized(page, dpi, 120, 120), (120, 120)),
    "150 dpi, JPEG 20": lambda page, dpi: (_jpeg(_sized(page, dpi, 150, 150), 20), (150, 150)),
    "600 dpi": lambda page, dpi: (_sized(page, dpi, 600, 600), (600, 600)),
    "1 bit, 150 dpi": lambda page, dpi: (_bilevel(_sized(page, dpi, 150, 150), 150), (150, 150)),
    "fax, 204 × 98 dpi": lambda page, dpi: (_bilevel(_sized(page, dpi, 204, 98), 150), (204, 98)),
    "1 bit, light": lambda page, dpi: (_bilevel(page, 90), (dpi, dpi)),
    "1 bit, dark": lambda page, dpi: (_bilevel(page, 205), (dpi, dpi)),
    "out of focus": lambda page, dpi: (
        np.asarray(cv2.GaussianBlur(page, (0, 0), dpi / 120), np.uint8),
        (dpi, dpi),
    ),
    "moved": lambda page, dpi: (_moved(page, dpi), (dpi, dpi)),
    "turned by 2.3°": lambda page, dpi: (_turned(page, 2.3), (dpi, dpi)),
    "on its side": lambda page, dpi: (np.ascontiguousarray(np.rot90(page)), (dpi, dpi)),
    "upside down": lambda page, dpi: (np.ascontiguousarray(np.rot90(page, 2)), (dpi, dpi)),
    "grain": lambda page, dpi: (_jpeg(_light(page, 0.75, _grain(page)), 80), (dpi, dpi)),
    "faded": lambda page, dpi: (_jpeg(_light(page, 0.25, 180), 75), (dpi, dpi)),
    "yellow paper": lambda page, dpi: (_jpeg(_light(page, np.array([0.93, 0.85, 0.6])), 85), (dpi, dpi)),
    "shadow": lambda page, dpi: (_jpeg(_light(page, _shadow(page)), 85), (dpi, dpi)),
    "shows through": lambda page, dpi: (
        np.minimum(page, _light(page[:, ::-1], 0.3, 255 * 0.7)),
        (dpi, dpi),
    ),
    "specks": lambda page, dpi: (_specks(page, dpi), (dpi, dpi)),
    "from the side": lambda page, dpi: (_jpeg(_from_the_side(page), 80), (dpi, dpi)),
    "bent": lambda page, dpi: (_bent(page), (dpi, dpi)),
    "black rim": lambda page, dpi: (_padded(page, 0.03, 10), (dpi, dpi)),
    "on a larger glass": lambda page, dpi: (_padded(page, 0.25, 250), (dpi, dpi)),
}


def main() -> int:
    """Degrade, read, compare; exit status 0 whatever the figures are."""
    options = argparse.ArgumentParser(prog="python -m bench.reading.degraded", description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS), metavar="NAME")
    given = options.parse_args()
    sources = [sample for sample in real(given.folder) if sample.path.suffix in {".jpg", ".png"}]
    sys.stdout.write(
        "| kind | order-free CER % | in order % | Tesseract | worse than it |\n|---|---|---|---|---|\n"
    )
    for kind in given.kinds:
        with tempfile.TemporaryDirectory() as folder:
            sys.stdout.write(_row(kind, [_degraded(sample, kind, Path(folder)) for sample in sources]))
            sys.stdout.flush()
    return 0


def _degraded(sample: Sample, kind: str, folder: Path) -> Sample:
    with Image.open(sample.path) as picture:
        page, stated = np.asarray(picture.convert("RGB")), float(picture.info.get("dpi", (0, 0))[0])
    known = sample.form.split()[0]
    dpi = float(known) if known.isdigit() else stated if stated > 1 else 200.0
    changed, resolutions = KINDS[kind](page, dpi)
    path = folder / f"{sample.path.stem}.png"
    Image.fromarray(changed).save(path, dpi=resolutions)
    return Sample(path, sample.level, kind, sample.pages)


def _row(kind: str, samples: Sequence[Sample]) -> str:
    ours = [ours_here(sample) for sample in samples]
    theirs = [bare_tesseract(sample).text for sample in samples]
    free, order, peer = (
        [rate(sample.lines, text) for sample, text in zip(samples, texts, strict=True)]
        for rate, texts in ((cer_order_free, ours), (cer_in_order, ours), (cer_order_free, theirs))
    )
    worse = [
        f"{sample.path.stem} {100 * one[0] / one[1]:.1f} ({100 * other[0] / other[1]:.1f})"
        for sample, one, other in zip(samples, free, peer, strict=True)
        if 100 * (one[0] / one[1] - other[0] / other[1]) > _WORSE
    ]
    return (
        f"| {kind} | {_percent(free)} | {_percent(order)} | {_percent(peer)} | {'; '.join(worse) or '–'} |\n"
    )


def _percent(counts: Sequence[tuple[int, int]]) -> str:
    return f"{100 * sum(edits for edits, _ in counts) / sum(letters for _, letters in counts):.2f}"


if __name__ == "__main__":
    raise SystemExit(main())
