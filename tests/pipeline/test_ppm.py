"""Pictures out of a pipe: whole ones, and each way in which a program may fail to write one."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pytest

from pipeline.model import Picture
from pipeline.pages.ppm import pictures_from

WHOLE = b"P6\n2 1\n255\n" + bytes(range(6))


def _from(data: bytes, most: int | None = None) -> Iterator[Picture]:
    reader, writer = os.pipe()
    os.write(writer, data)
    os.close(writer)
    try:
        yield from pictures_from(reader, 60, most)
    finally:
        os.close(reader)


def test_one_after_the_other() -> None:
    found = list(_from(WHOLE + b"P6\n1 2\n255\n" + bytes(6), most=2))
    assert [picture.shape for picture in found] == [(1, 2, 3), (2, 1, 3)]
    assert np.array_equal(found[0], [[[0, 1, 2], [3, 4, 5]]])
    assert list(_from(b"")) == []


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (WHOLE[:-1], EOFError),
        (b"P6\n0 9\n255\n", EOFError),
        (b"P6\n-2 -1\n255\n" + bytes(6), EOFError),
        (b"P5\n2 1\n255\n" + bytes(2), ValueError),
        (b"P6\nx\n255\n", ValueError),
        (b"P6\n2 1\n65535\n" + bytes(12), ValueError),
        (b"P6\n3 1\n255\n" + bytes(9), ValueError),
    ],
    ids=["half", "empty", "negative", "grey", "no size", "two bytes a colour", "too large"],
)
def test_what_is_no_picture(data: bytes, error: type[Exception]) -> None:
    pictures = _from(WHOLE + data, most=2)
    next(pictures)
    with pytest.raises(error):
        next(pictures)


def test_a_program_that_writes_nothing_more_is_not_waited_for() -> None:
    reader, writer = os.pipe()
    try:
        os.write(writer, WHOLE[:-2])
        with pytest.raises(TimeoutError):
            next(pictures_from(reader, 0.05))
    finally:
        os.close(writer)
        os.close(reader)
