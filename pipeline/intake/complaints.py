"""What decoders say of damaged data while they go on: heard, and never printed.

libtiff and the libjpeg of the viewer show something in place of data that make no sense, as every viewer does, and say so.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache

from pipeline.intake.codings import libtiffs

_heard = threading.local()


def heard() -> int:
    """How often decoders complained in this thread."""
    return int(getattr(_heard, "count", 0))


def complain() -> None:
    """A decoder met data that make no sense."""
    _heard.count = heard() + 1


@contextmanager
def unheard() -> Iterator[None]:
    """What is decoded in the block is damaged on purpose."""
    before = heard()
    try:
        yield
    finally:
        _heard.count = before


def _hear(_module: object, _format: object, _values: object) -> None:
    complain()


_HANDLER = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)(_hear)
"""Kept for as long as the library may call it."""


@cache
def quiet_libtiff() -> None:
    """Let libtiff tell us, and not the terminal, of damaged data.

    Pillow has no setting for it; the library that it loaded is asked by its own function (TIFFSetErrorHandler).
    """
    for library in libtiffs():
        with suppress(AttributeError):
            library.TIFFSetErrorHandler(_HANDLER)
