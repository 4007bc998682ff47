"""The network's layers as graphs that ONNX Runtime runs.

A graph is a message of Protocol Buffers; the few fields that are wanted here are written by hand, since the package ``onnx``
takes 31 MB and 0.15 s of each start for no more than this. Source: ``onnx/onnx.proto`` (field numbers, ONNX 1.12, operators 17).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32] | NDArray[np.int64] | NDArray[np.int8]
Setting = int | str | Sequence[int]

_FLOAT, _BYTE, _INT32, _INT64 = 1, 3, 6, 7
"""``TensorProto.DataType``."""

_KINDS = {"float32": _FLOAT, "int8": _BYTE, "int64": _INT64}

_A_NUMBER, _A_STRING, _NUMBERS = 2, 3, 7
"""``AttributeProto.AttributeType``."""

_FORM, _OPERATORS = 8, 17
"""Versions of the form of the file and of the operators."""

OWN = "com.microsoft"
"""Domain of operators that ONNX Runtime adds to those of the standard; their version is 1."""


@dataclass(frozen=True, slots=True)
class Node:
    """One operator: names of what it takes and gives ("" for what is left out), its settings, and who defines it."""

    operator: str
    takes: Sequence[str]
    gives: Sequence[str]
    settings: Mapping[str, Setting] = field(default_factory=dict)
    domain: str = ""


def graph(
    nodes: Sequence[Node], weights: Mapping[str, Array], *, gives: str, counts: Sequence[str] = ()
) -> bytes:
    """A model whose input is ``x``, 32-bit floats, and ``counts``, 32-bit integers; its output is named by ``gives``."""
    inside = [
        *(_part(1, _node(node)) for node in nodes),
        _part(2, b"network"),
        *(_part(5, _tensor(name, values)) for name, values in weights.items()),
        _part(11, _value("x", _FLOAT)),
        *(_part(11, _value(name, _INT32)) for name in counts),
        _part(12, _value(gives, _FLOAT)),
    ]
    operators = (("", _OPERATORS), (OWN, 1))
    return b"".join(
        (
            _number(1, _FORM),
            _part(7, b"".join(inside)),
            *(_part(8, _part(1, domain.encode()) + _number(2, version)) for domain, version in operators),
        )
    )


def _node(node: Node) -> bytes:
    return b"".join(
        (
            *(_part(1, name.encode()) for name in node.takes),
            *(_part(2, name.encode()) for name in node.gives),
            _part(4, node.operator.encode()),
            *(_part(5, _setting(name, value)) for name, value in node.settings.items()),
            _part(7, node.domain.encode()),
        )
    )


def _setting(name: str, value: Setting) -> bytes:
    if isinstance(value, int):
        said, kind = _number(3, value), _A_NUMBER
    elif isinstance(value, str):
        said, kind = _part(4, value.encode()), _A_STRING
    else:
        said, kind = b"".join(_number(8, each) for each in value), _NUMBERS
    return _part(1, name.encode()) + said + _number(20, kind)


def _tensor(name: str, values: Array) -> bytes:
    kind = _KINDS[values.dtype.name]
    shape = b"".join(_number(1, side) for side in values.shape)
    little = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
    return shape + _number(2, kind) + _part(8, name.encode()) + _part(9, little.tobytes())


def _value(name: str, kind: int) -> bytes:
    """An input or output of this kind of number and any shape."""
    return _part(1, name.encode()) + _part(2, _part(1, _number(1, kind)))


def _number(place: int, value: int) -> bytes:
    return _varint(place << 3) + _varint(value)


def _part(place: int, data: bytes) -> bytes:
    return _varint(place << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    """Seven bits in each byte, the lowest first; all bytes but the last have the eighth bit set."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*found, value))
