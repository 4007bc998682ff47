"""Tesseract's network in PyTorch: its weights carried over, learnt on, and carried back into ``pipeline.ocr.lstm``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.ocr.lstm.model import POOL, Floats, Lstm, Model, load_model
from pipeline.ocr.lstm.packed import ADDED, unpack
from training.alphabet import extended

_OURS_TO_TORCH = (1, 2, 0, 3)
"""Gates of ``Lstm`` (input, entry, forget, exit) in PyTorch's order: entry, forget, input, exit."""

_UNSEEN = 2.0
"""How much less likely a sign that was added is at first than the one it looks like, in nats."""


def beginning(name: str) -> Model:
    """What training begins from: a model of Tesseract by its name, or weights of ours by their file, ``NAME.npz``."""
    return unpack(Path(name)) if name.endswith(".npz") else load_model(name)


class Teacher(nn.Module):
    """Convolution, maximum, an LSTM down each column, LSTMs along the line, outputs; the layers of ``Model``."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.signs, self.null, self.height = extended(model.signs), model.null, model.height
        features = len(model.kernel)
        self.kernel = nn.Conv2d(1, features, 3, padding=1)
        self.down = _lstm(model.down)
        self.along = nn.ModuleList(_lstm(layer) for layer in model.along)
        self.backwards = [layer.backwards for layer in model.along]
        self.output = nn.Linear(len(model.weights), len(self.signs))
        with torch.no_grad():
            # Tesseract's kernel counts rows within columns
            kernel = model.kernel.reshape(features, 3, 3).transpose(0, 2, 1)
            self.kernel.weight.copy_(_tensor(kernel)[:, None])
            self.kernel.bias.copy_(_tensor(model.kernel_bias))
            like = [model.signs.index(ADDED[sign]) for sign in self.signs[len(model.signs) :]]
            self.output.weight.copy_(
                _tensor(np.concatenate([model.weights, model.weights[:, like]], axis=1).T)
            )
            self.output.bias.copy_(_tensor(np.concatenate([model.bias, model.bias[like] - _UNSEEN])))

    def forward(self, lines: Tensor, counts: Tensor) -> Tensor:
        """Lines (batch, height, width), levelled, 0 beyond their ends, and their frames → outputs (frames, batch, classes)."""
        features = torch.tanh(functional.max_pool2d(self.kernel(lines[:, None]), POOL))
        batch, many, rows, length = features.shape
        columns = features.permute(2, 3, 0, 1).reshape(rows, length * batch, many)
        state: Tensor = self.down(columns)[1][0][0].reshape(length, batch, -1)
        turned = _turned(length, counts)
        for layer, backwards in zip(self.along, self.backwards, strict=True):
            state = _taken(layer(_taken(state, turned))[0], turned) if backwards else layer(state)[0]
        outputs: Tensor = self.output(state)
        return outputs

    def exported(self, model: Model) -> Model:
        """The weights as ``pipeline.ocr.lstm`` runs them; ``model`` is the one that this began from."""
        kernel = self.kernel.weight[:, 0].detach().numpy().transpose(0, 2, 1).reshape(len(model.kernel), 9)
        layers = zip(self.along, model.along, strict=True)
        return replace(
            model,
            kernel=np.ascontiguousarray(kernel, np.float32),
            kernel_bias=_array(self.kernel.bias),
            down=_exported(self.down, model.down),
            along=tuple(_exported(layer, before) for layer, before in layers),
            weights=np.ascontiguousarray(_array(self.output.weight).T),
            bias=_array(self.output.bias),
            signs=self.signs,
        )


def _turned(length: int, counts: Tensor) -> Tensor:
    """For each frame and line, the frame that takes its place when the line is read from its end."""
    frames = torch.arange(length)[:, None]
    return torch.where(frames < counts, counts - 1 - frames, frames)


def _taken(state: Tensor, frames: Tensor) -> Tensor:
    return state.gather(0, frames[:, :, None].expand(-1, -1, state.shape[2]))


def _lstm(layer: Lstm) -> nn.LSTM:
    made = nn.LSTM(len(layer.inputs), len(layer.states))
    with torch.no_grad():
        made.weight_ih_l0.copy_(_gates(layer.inputs.T))
        made.weight_hh_l0.copy_(_gates(layer.states.T))
        made.bias_ih_l0.copy_(_gates(layer.bias))
        made.bias_hh_l0.zero_()
    return made


def _gates(ours: Floats) -> Tensor:
    """Rows of four gates in PyTorch's order, the sigmoid ones whole again."""
    parts = np.split(ours, 4)
    return _tensor(np.concatenate([parts[n] * (1 if n == 0 else 2) for n in _OURS_TO_TORCH]))


def _exported(layer: nn.LSTM, before: Lstm) -> Lstm:
    bias = layer.bias_ih_l0 + layer.bias_hh_l0
    inputs, states, added = (_ours(part) for part in (layer.weight_ih_l0, layer.weight_hh_l0, bias))
    return replace(
        before, inputs=np.ascontiguousarray(inputs.T), states=np.ascontiguousarray(states.T), bias=added
    )


def _ours(theirs: Tensor) -> Floats:
    parts = np.split(_array(theirs), 4)
    places = [_OURS_TO_TORCH.index(n) for n in range(4)]
    return np.concatenate([parts[place] * np.float32(1 if n == 0 else 0.5) for n, place in enumerate(places)])


def _tensor(array: Floats) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array, np.float32))


def _array(tensor: Tensor) -> Floats:
    return np.ascontiguousarray(tensor.detach().numpy(), np.float32)
