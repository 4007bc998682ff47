"""What a picture in a PDF is, as one digest: two with the same one are shown the same by every viewer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice

import pikepdf

_SAYS_NOTHING = {
    "/Type", "/Subtype", "/Length", "/Interpolate", "/Alternates", "/OPI", "/Metadata", "/StructParent", "/OC", "/Name", "/PtData",
}  # fmt: skip
"""Entries of a picture that change none of its pixels where it is shown at all."""

_DEEPEST, _MOST = 8, 10_000
"""Colour spaces and parameters lie so deep at most, and have so many parts; what is more is not followed."""


def fingerprint(picture: pikepdf.Object) -> str:
    """SHA-256 of a picture's data as they lie in the file and of all that tells how to decode them; "" where that is too much."""
    found = hashlib.sha256()
    parts = _parts(picture, _DEEPEST)
    try:
        for part in islice(parts, _MOST):
            found.update(b"%d:" % len(part) + part)
        whole = next(parts, None) is None
    except RecursionError:
        whole = False
    return found.hexdigest() if whole else ""


def _parts(thing: object, deepest: int) -> Iterator[bytes]:
    if deepest == 0:
        raise RecursionError
    if isinstance(thing, pikepdf.Stream | pikepdf.Dictionary):
        for key, value in sorted(thing.items()):
            if key not in _SAYS_NOTHING:
                yield ascii(key).encode()
                yield from _parts(value, deepest - 1)
        if isinstance(thing, pikepdf.Stream):
            yield hashlib.sha256(thing.read_raw_bytes()).digest()
    elif isinstance(thing, pikepdf.Array):
        yield b"[%d" % len(thing)
        for value in thing:
            yield from _parts(value, deepest - 1)
    else:
        yield thing.unparse() if isinstance(thing, pikepdf.Object) else repr(thing).encode()
