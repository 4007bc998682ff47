"""How the reader of handwritten digits was made: ``python -m training.digits FOLDER TARGET`` (MNIST's test set as IDX files).

A small convolutional network, trained on digits that were varied: slant, width, stroke, joined neighbours, bars through
sevens, long upstrokes on ones, thresholds and sizes of scanners. What is no digit (halves, pairs, slashes) is a class of its own.
"""

from __future__ import annotations

import gzip
import struct
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fixtures.generator.ink.handwriting import digit_strokes
from pipeline.ocr.handwriting.digits import NOTHING, framed, scores

Floats = NDArray[np.float32]

HELD_OUT = 1000
"""The last digits are for judging only."""

_SAMPLES, _EPOCHS, _BATCH, _RATE = 50_000, 14, 128, 0.002
"""Pictures of a round, each drawn anew; rounds; pictures of a step; and how far a step goes at the most."""

_MAPS, _FULL = (24, 48), 128
"""Kernels of both layers of convolution, and what the first full layer holds."""


def load(folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Pictures (n, 28, 28), white on black, and their digits."""
    pictures = gzip.decompress((folder / "t10k-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((folder / "t10k-labels-idx1-ubyte.gz").read_bytes())
    _, count, rows, columns = struct.unpack(">4I", pictures[:16])
    return np.frombuffer(pictures[16:], np.uint8).reshape(count, rows, columns), np.frombuffer(
        labels[8:], np.uint8
    )


def varied(digit: NDArray[np.uint8], label: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A digit as another hand, pen and scanner would make it; white on black, 64 × 64."""
    if rng.random() < _SHARE_DRAWN.get(label, 0.15):
        big = _drawn(label, rng)
    else:
        big = np.zeros((64, 64), np.uint8)
        big[8:56, 8:56] = cv2.resize(digit, (48, 48), interpolation=cv2.INTER_CUBIC)
        if label == 7 and rng.random() < 0.4:
            _bar(big, rng)
    slant, turn = rng.normal(0, 0.16), rng.normal(0, 0.09)
    wide = rng.uniform(0.65, 1.3)
    matrix = np.array([[wide * np.cos(turn), -slant - np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0]])
    matrix[:, 2] = 32 - matrix[:, :2] @ (32, 32)
    big = _bent(np.asarray(cv2.warpAffine(big, matrix, (64, 64)), np.uint8), rng)
    size = int(rng.choice((1, 1, 2, 3, 4)))
    kernel = np.ones((size, size), np.uint8)
    thinner = rng.random() < 0.35 and size < 4
    big = np.asarray(cv2.erode(big, kernel) if thinner else cv2.dilate(big, kernel), np.uint8)
    return big if big.max() > 100 else varied(digit, label, rng)


def _bent(big: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The strokes bent as no two hands bend them alike (elastic distortion: Simard, Steinkraus and Platt 2003)."""
    away = rng.normal(0, 1, (2, 64, 64)).astype(np.float32)
    away = np.stack([cv2.GaussianBlur(each, (0, 0), 7.0) for each in away])
    away *= rng.uniform(0, 3.5) / max(float(np.abs(away).max()), 1e-6)
    y, x = np.mgrid[:64, :64].astype(np.float32)
    return np.asarray(cv2.remap(big, x + away[0], y + away[1], cv2.INTER_LINEAR), np.uint8)


def crowded(big: NDArray[np.uint8], other: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """A digit as it is cut out of a number: a piece of its neighbour at one side, or a little of itself lost there."""
    columns = np.flatnonzero((big > 60).any(axis=0))
    first, last = int(columns[0]), int(columns[-1])
    turned = rng.random() < 0.5
    cut = big[:, ::-1].copy() if turned else big.copy()
    first = 63 - last if turned else first
    if rng.random() < 0.6:
        wide = int(rng.integers(2, 9))
        beside = np.flatnonzero((other > 60).any(axis=0))
        piece = other[:, int(beside[-1]) - wide + 1 : int(beside[-1]) + 1]
        start = max(first - wide + int(rng.integers(0, 5)), 0)
        cut[:, start : start + piece.shape[1]] = np.maximum(cut[:, start : start + piece.shape[1]], piece)
    else:
        cut[:, : first + int(rng.integers(1, 4))] = 0
    return cut[:, ::-1].copy() if turned else cut


def scanned(big: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The same at the size and with the threshold of a scan; white on black."""
    height = int(rng.integers(16, 44))
    small = cv2.resize(big, (height * big.shape[1] // 64, height), interpolation=cv2.INTER_AREA)
    small = np.clip(small.astype(np.float32) * rng.uniform(0.6, 1.2), 0, 255)
    if rng.random() < 0.45:
        small = np.where(small > rng.uniform(70, 140), 255.0, 0.0)
        edge = rng.random(small.shape) < 0.02
        small[edge & (cv2.dilate(small, np.ones((3, 3))) > 0)] = rng.choice((0.0, 255.0))
    else:
        small = np.clip(small + rng.normal(0, rng.uniform(0, 14), small.shape), 0, 255)
    if rng.random() < 0.12:
        small[height - 4 : height - 3, :: int(rng.integers(2, 5))] = 200
    return small.astype(np.uint8)


def no_digit(
    digits: NDArray[np.uint8], labels: NDArray[np.uint8], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """A half, a pair, a slash, a scrawl."""
    one, other = (int(i) for i in rng.integers(0, len(digits), 2))
    first, second = (varied(digits[i], int(labels[i]), rng) for i in (one, other))
    kind = rng.random()
    if kind < 0.4:
        wide = np.zeros((64, 128), np.uint8)
        wide[:, :64] = first
        columns = np.flatnonzero(first.any(axis=0))
        start = max(
            int(columns[-1]) + 1 - int(np.flatnonzero(second.any(axis=0))[0]) - int(rng.integers(-2, 5)), 0
        )
        start = min(start, 64)
        wide[:, start : start + 64] = np.maximum(wide[:, start : start + 64], second)
        return wide
    if kind < 0.7:
        columns = np.flatnonzero(first.any(axis=0))
        cut = int(columns[0] + (columns[-1] - columns[0]) * rng.uniform(0.3, 0.7))
        half = first.copy()
        half[:, :cut] = 0
        if rng.random() < 0.5:
            half = first - half
        return half if half.max() > 100 else first[:, ::-1].copy()
    canvas = np.zeros((64, 64), np.uint8)
    points = rng.integers(6, 58, (int(rng.integers(2, 5)), 1, 2)).astype(np.int32)
    cv2.polylines(canvas, [points], isClosed=False, color=(255,), thickness=int(rng.integers(2, 7)))
    return canvas


def _bar(big: NDArray[np.uint8], rng: np.random.Generator) -> None:
    y, x = int(rng.integers(28, 36)), int(rng.integers(20, 28))
    cv2.line(
        big,
        (x, y),
        (x + int(rng.integers(14, 22)), y - int(rng.integers(-3, 4))),
        (255,),
        int(rng.integers(2, 5)),
    )


_SHARE_DRAWN = {1: 0.6, 5: 0.35, 7: 0.5}
"""Share of a digit that is drawn from strokes, not taken from MNIST: its ones and fives are written otherwise here."""


def _forms(label: int, rng: np.random.Generator) -> list[list[list[tuple[float, float]]]]:
    """The ways in which a digit is written here beside that of ``digit_strokes``, in the box of it; MNIST holds none of them."""
    if label == 1:
        top, foot = (rng.uniform(0.3, 0.5), 0.02), (rng.uniform(0.24, 0.5), 0.98)
        upstroke = [(top[0] - rng.uniform(0.15, 0.5), rng.uniform(0.4, 0.98)), top, foot]
        return [[[(0.1, 0.28), (0.34, 0.02), (0.32, 0.97)], [(0.08, 0.97), (0.56, 0.95)]], [upstroke]]
    if label == 5:
        bowl = digit_strokes("5")[0][1:]
        bar = [(0.18, 0.08), (rng.uniform(0.5, 0.85), rng.uniform(-0.08, 0.1))]
        return [[bowl, bar]]
    return []


def _drawn(label: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    big = np.zeros((64, 64), np.uint8)
    thick = int(rng.integers(2, 6))
    forms = [digit_strokes(str(label)), *_forms(label, rng)]
    strokes = forms[int(rng.integers(len(forms)))]
    for stroke in strokes:
        points = (np.array(stroke) * (48, 44) + rng.normal(0, 1.2, (len(stroke), 2)) + (16, 10)).astype(
            np.int32
        )
        cv2.polylines(
            big, [points[:, None]], isClosed=False, color=(255,), thickness=thick, lineType=cv2.LINE_AA
        )
    return big


_CROWDED = 0.3
"""Share of the digits that were cut out of a number badly."""


def batch(
    digits: NDArray[np.uint8], labels: NDArray[np.uint8], rng: np.random.Generator, size: int
) -> tuple[Floats, NDArray[np.intp]]:
    """Pictures (size, SIDE, SIDE) as the network takes them, and their classes."""
    pictures, classes = [], []
    for _ in range(size):
        if rng.random() < 0.15:
            picture, label = no_digit(digits, labels, rng), NOTHING
        else:
            i = int(rng.integers(0, len(digits)))
            label = int(labels[i])
            picture = varied(digits[i], label, rng)
            if rng.random() < _CROWDED:
                j = int(rng.integers(0, len(digits)))
                picture = crowded(picture, varied(digits[j], int(labels[j]), rng), rng)
        pictures.append(framed(scanned(picture, rng)))
        classes.append(label)
    return np.stack(pictures), np.array(classes)


def train(digits: NDArray[np.uint8], labels: NDArray[np.uint8]) -> dict[str, Floats]:
    """Weights, by Adam on varied pictures."""
    import torch
    from torch import nn

    torch.manual_seed(19)
    torch.set_num_threads(1)
    model = nn.Sequential(
        nn.Conv2d(1, _MAPS[0], 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(*_MAPS, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(_MAPS[1] * 16, _FULL),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(_FULL, NOTHING + 1),
    )
    optimiser = torch.optim.AdamW(model.parameters(), _RATE, weight_decay=0.01)
    steps = _SAMPLES // _BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, _EPOCHS * steps)
    with ProcessPoolExecutor(2) as drawing:
        rounds = [
            [
                drawing.submit(batch, digits, labels, np.random.default_rng([19, epoch, part]), _SAMPLES // 2)
                for part in range(2)
            ]
            for epoch in range(_EPOCHS)
        ]
        for epoch, drawn in enumerate(rounds):
            halves = [each.result() for each in drawn]
            rounds[epoch] = []
            x = torch.from_numpy(np.concatenate([pictures for pictures, _ in halves])[:, None])
            y = torch.from_numpy(np.concatenate([classes for _, classes in halves]))
            order, total = torch.randperm(len(x)), 0.0
            for step in range(steps):
                part = order[step * _BATCH : (step + 1) * _BATCH]
                loss = nn.functional.cross_entropy(model(x[part]), y[part], label_smoothing=0.02)
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                schedule.step()
                total += float(loss)
            sys.stderr.write(f"round {epoch + 1}: loss {total / steps:.3f}\n")
            sys.stderr.flush()
    model.eval()
    layers = [layer for layer in model if isinstance(layer, nn.Conv2d | nn.Linear)]
    names = (("conv1", "bias1"), ("conv2", "bias2"), ("full", "bias3"), ("out", "bias4"))
    weights: dict[str, Floats] = {}
    for layer, (kernel, bias) in zip(layers, names, strict=True):
        values = layer.weight.detach().numpy()
        weights[kernel] = values if isinstance(layer, nn.Conv2d) else values.T
        weights[bias] = layer.bias.detach().numpy()
    return weights


def main() -> int:
    """Train, judge on the digits held out, and write the weights as 16-bit floats."""
    folder, target = map(Path, sys.argv[1:3])
    digits, labels = load(folder)
    weights = train(digits[:-HELD_OUT], labels[:-HELD_OUT])
    rng = np.random.default_rng(7)
    plain = np.stack([framed(digit) for digit in digits[-HELD_OUT:]])
    hard = np.stack(
        [
            framed(scanned(varied(d, int(n), rng), rng))
            for d, n in zip(digits[-HELD_OUT:], labels[-HELD_OUT:], strict=True)
        ]
    )
    for name, pictures in (("as they are", plain), ("varied", hard)):
        right = (scores(weights, pictures).argmax(axis=1) == labels[-HELD_OUT:]).mean()
        sys.stdout.write(f"{name}: {100 * right:.1f} % of {HELD_OUT} digits held out\n")
    saved: dict[str, Any] = {name: weight.astype(np.float16) for name, weight in weights.items()}
    np.savez_compressed(target, **saved)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
