"""Reading a model of Tesseract: the weights of its network and the signs that it tells apart.

A ``traineddata`` file is an archive of numbered parts, of which three are read here: the network with its weights, the
set of signs, and the code of each sign among the network's outputs. Sources: Tesseract 5, ``ccutil/tessdatamanager.h``,
``lstm/network.cpp``, ``lstm/weightmatrix.cpp``, ``ccutil/unicharcompress.h``; the shape of the network is that of all
models in ``tessdata_fast``: convolution 3 × 3, maximum of 3 × 3, one LSTM down each column, LSTMs along the line, softmax.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from schemas.vietnamese import nfc

Floats = NDArray[np.float32]

POOL = 3
"""Pixels of a line to one frame of the network, both ways."""

_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
)
"""Where Debian, Ubuntu, others and a build from source keep models, unless ``TESSDATA_PREFIX`` says otherwise."""

_NETWORK, _SIGNS, _CODES = 17, 21, 22
"""Numbers of the parts (``TessdataType``)."""

_INTEGERS, _KNOWN_FORM = 1, 128
"""Flags of a matrix: weights are bytes with a scale for each row; the form of files since 4.00."""

_LAYER_RATES = 64
"""Flag of a layer that keeps learning rates for the layers in it."""


class UnknownNetwork(Exception):
    """A model that is not there, or whose network is of another shape than those that we can run."""


@dataclass(frozen=True, slots=True, eq=False)
class Lstm:
    """Weights of one LSTM with n states; columns are the gates input, entry, forget, exit (CI, GI, GF, GO), n each.

    ``inputs`` (of the layer below, 4 n), ``states`` (n, 4 n), ``bias`` (4 n). The three sigmoid gates are halved:
    σ(x) = (1 + tanh(x / 2)) / 2, so that one tanh serves all four.
    """

    inputs: Floats
    states: Floats
    bias: Floats
    backwards: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """One network: ``kernel`` (features, 9) and its bias, column-wise LSTM, LSTMs along the line, and the outputs.

    ``weights`` (states, classes) and ``bias`` (classes) give the outputs; ``signs`` is the text of each class, of which
    ``null`` is the one that stands for none. ``height`` is that of a line in pixels.
    """

    height: int
    kernel: Floats
    kernel_bias: Floats
    down: Lstm
    along: tuple[Lstm, ...]
    weights: Floats
    bias: Floats
    signs: tuple[str, ...]
    null: int


def model_file(name: str) -> Path | None:
    """Where the model of this name lies; None when it is not installed."""
    given = os.environ.get("TESSDATA_PREFIX")
    folders = (given,) if given else _FOLDERS
    files = (Path(folder) / f"{name}.traineddata" for folder in folders)
    return next((file for file in files if file.is_file()), None)


def second_model() -> str | None:
    """The model of the script (Debian: tesseract-ocr-script-viet), which errs elsewhere than ``MODEL``; None if missing."""
    return next((name for name in ("script/Vietnamese", "Vietnamese") if model_file(name)), None)


def load_model(name: str) -> Model:
    """The model of this name; raises UnknownNetwork when it is missing or of a shape that we cannot run."""
    file = model_file(name)
    if file is None:
        raise UnknownNetwork(name)
    return _loaded(file)


@lru_cache(maxsize=2)
def _loaded(file: Path) -> Model:
    try:
        return _model(_parts(file.read_bytes()))
    except (struct.error, ValueError, IndexError, KeyError, UnicodeDecodeError) as other:
        raise UnknownNetwork(file.name) from other


class _Bytes:
    """What is left of a part, taken from its beginning."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def numbers(self, form: str) -> tuple[int, ...]:
        form = f"<{form}"
        found = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return found

    def number(self, form: str) -> int:
        return self.numbers(form)[0]

    def text(self) -> str:
        size = self.number("I")
        self.at += size
        return self.data[self.at - size : self.at].decode()

    def array(self, type: str, count: int) -> NDArray[np.generic]:
        found = np.frombuffer(self.data, type, count, self.at)
        self.at += found.nbytes
        return found


@dataclass(frozen=True, slots=True)
class _Layer:
    kind: str
    shape: tuple[int, ...] = ()
    inside: tuple[_Layer, ...] = ()
    matrices: tuple[Floats, ...] = ()


def _parts(data: bytes) -> dict[int, bytes]:
    (count,) = struct.unpack_from("<i", data)
    starts = struct.unpack_from(f"<{count}q", data, 4)
    ends = sorted({start for start in starts if start >= 0} | {len(data)})
    return {
        number: data[start : ends[ends.index(start) + 1]] for number, start in enumerate(starts) if start >= 0
    }


def _model(parts: dict[int, bytes]) -> Model:
    data = _Bytes(parts[_NETWORK])
    series = _layer(data)
    data.text()  # the network's shape in words
    *_, null = data.numbers("iiii")
    given, convolution, pool, column, *along, output = series.inside
    kinds = [layer.kind for layer in (given, convolution, pool, column, output)]
    tanh = convolution.inside[1]
    if (
        kinds != ["Input", "Series", "Maxpool", "XYTranspose", "Softmax"]
        or convolution.inside[0].shape != (1, 1)
        or tanh.kind != "Tanh"
        or pool.shape != (POOL, POOL)
        or column.inside[0].kind != "SummLSTM"
    ):
        raise ValueError(kinds)
    (kernel,), (last,) = tanh.matrices, output.matrices
    return Model(
        given.shape[1],
        np.ascontiguousarray(kernel[:, :-1]),
        kernel[:, -1].copy(),
        _lstm(column.inside[0]),
        tuple(_lstm(layer) for layer in along),
        np.ascontiguousarray(last[:, :-1].T),
        last[:, -1].copy(),
        _signs(parts, len(last), null),
        null,
    )


def _layer(data: _Bytes) -> _Layer:
    if data.number("b") != 0:
        raise ValueError("a layer by number, as no file since 4.00 has it")
    kind = data.text()
    data.numbers("bb")
    flags, _, _, _ = data.numbers("iiii")
    data.text()
    if kind == "Input":
        return _Layer(kind, data.numbers("iiiii"))
    if kind in ("Convolve", "Maxpool"):
        return _Layer(kind, data.numbers("ii"))
    if kind in ("Series", "XYTranspose", "RTLReversed"):
        inside = tuple(_layer(data) for _ in range(data.number("I")))
        if flags & _LAYER_RATES:
            data.array("<f4", data.number("I"))
        return _Layer(kind, inside=inside)
    if kind in ("LSTM", "SummLSTM"):
        data.number("i")
        return _Layer(kind, matrices=tuple(_matrix(data, half) for half in (1.0, 0.5, 0.5, 0.5)))
    if kind in ("Tanh", "Softmax"):
        return _Layer(kind, matrices=(_matrix(data),))
    raise ValueError(kind)


def _matrix(data: _Bytes, times: float = 1.0) -> Floats:
    """Weights (outputs, inputs + 1), the last column being the bias; all of them ``times`` as large."""
    flags = data.number("B")
    if not flags & _KNOWN_FORM:
        raise ValueError(flags)
    rows, columns = data.numbers("ii")
    if not flags & _INTEGERS:
        data.number("d")  # the value of an empty cell
        whole = data.array("<f8", rows * columns).reshape(rows, columns)
        return np.asarray(np.multiply(whole, times, dtype=np.float64), np.float32)
    data.number("b")
    weights = data.array("i1", rows * columns).reshape(rows, columns)
    scales = times * data.array("<f8", data.number("I"))[:rows].astype(np.float32)
    return np.asarray(np.multiply(weights, scales[:, None], dtype=np.float32), np.float32)


def _lstm(layer: _Layer) -> Lstm:
    if layer.kind == "RTLReversed":
        return replace(_lstm(layer.inside[0]), backwards=True)
    if layer.kind not in ("LSTM", "SummLSTM"):
        raise ValueError(layer.kind)
    states = len(layer.matrices[0])
    gates = np.concatenate(layer.matrices)
    return Lstm(gates[:, : -states - 1].T, gates[:, -states - 1 : -1].T, gates[:, -1].copy())


def _signs(parts: dict[int, bytes], classes: int, null: int) -> tuple[str, ...]:
    count, *lines = parts[_SIGNS].decode().split("\n")
    signs = [nfc(line.split(" ")[0]) for line in lines[: int(count)]]
    signs[0] = " "  # written NULL in the file
    codes = _Bytes(parts[_CODES])
    found = [""] * classes
    for sign, _ in zip(signs, range(codes.number("I")), strict=True):
        codes.number("b")
        length = codes.number("i")
        code = codes.numbers(f"{length}i")
        if length != 1:
            raise ValueError("signs of several codes")
        if code[0] != null:
            found[code[0]] = sign
    return tuple(found)
