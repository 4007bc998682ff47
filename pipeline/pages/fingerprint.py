"""What a picture in a PDF is, as one digest: two with the same one are shown the same by every viewer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pikepdf

_SAYS_NOTHING = {
    "/Type", "/Subtype", "/Length", "/Interpolate", "/Alternates", "/OPI", "/Metadata", "/StructParent", "/OC", "/Name", "/PtData",
}  # fmt: skip
"""Entries of a picture that change none of its pixels where it is shown at all."""

_DEEPEST = 8
"""Colour spaces and parameters lie so deep at most; what lies deeper is not followed."""


def fingerprint(picture: pikepdf.Object) -> str:
    """SHA-256 of a picture's data as they lie in the file and of all that tells how to decode them; "" where that lies too deep."""
    found = hashlib.sha256()
    try:
        for part in _parts(picture, _DEEPEST):
            found.update(b"%d:" % len(part) + part)
    except RecursionError:
        return ""
    return found.hexdigest()


def _parts(thing: object, deepest: int) -> Iterator[bytes]:
    if deepest == 0:
        raise RecursionError
    if isinstance(thing, pikepdf.Stream | pikepdf.Dictionary):
        for key, value in sorted(thing.items()):
            if key not in _SAYS_NOTHING:
                yield key.encode()
                yield from _parts(value, deepest - 1)
        if isinstance(thing, pikepdf.Stream):
            yield hashlib.sha256(thing.read_raw_bytes()).digest()
    elif isinstance(thing, pikepdf.Array):
        yield b"[%d" % len(thing)
        for value in thing:
            yield from _parts(value, deepest - 1)
    elif isinstance(thing, pikepdf.String):
        yield bytes(thing)
    else:
        yield f"{type(thing).__name__} {thing}".encode()
