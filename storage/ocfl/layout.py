"""Where an object lies below the storage root: OCFL extension 0003, hash and id n-tuple.

The last folder of a path is the percent-encoded id, so that ids can be listed without opening a single object.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from urllib.parse import unquote

EXTENSION = "0003-hash-and-id-n-tuple-storage-layout"
ROOT_DECLARATION = "0=ocfl_1.1"
OBJECT_DECLARATION = "0=ocfl_object_1.1"
DECLARED = b"ocfl_object_1.1\n"
"""What the declaration of an object holds."""

TUPLES, TUPLE_SIZE = 3, 3
_DEPTH = TUPLES + 1
_LONGEST = 100

ROOT_FILES: tuple[tuple[str, bytes], ...] = (
    (
        f"extensions/{EXTENSION}/config.json",
        json.dumps(
            {
                "extensionName": EXTENSION,
                "digestAlgorithm": "sha256",
                "tupleSize": TUPLE_SIZE,
                "numberOfTuples": TUPLES,
            },
            indent=2,
        ).encode(),
    ),
    (
        "ocfl_layout.json",
        json.dumps(
            {
                "extension": EXTENSION,
                "description": "Objects lie below the first nine hex digits of their id's SHA-256, three by three.",
            },
            indent=2,
        ).encode(),
    ),
    (ROOT_DECLARATION, b"ocfl_1.1\n"),
)
"""What makes a folder an OCFL storage root; the declaration comes last."""


@lru_cache(1000)
def object_path(object_id: str) -> str:
    """The key of an object's folder, without a slash at its end.

    >>> object_path("urn:sohoa:dossier:1").rpartition("/")[2]
    'urn%3asohoa%3adossier%3a1'
    """
    digest = hashlib.sha256(object_id.encode()).hexdigest()
    tuples = [digest[i * TUPLE_SIZE : (i + 1) * TUPLE_SIZE] for i in range(TUPLES)]
    encoded = re.sub(r"[^A-Za-z0-9_-]", lambda m: "".join(f"%{b:02x}" for b in m[0].encode()), object_id)
    if len(encoded) > _LONGEST:
        encoded = f"{encoded[:_LONGEST]}-{digest}"
    return "/".join([*tuples, encoded])


def object_of(key: str) -> str | None:
    """The path of the object that a key lies in, ``None`` for keys of the storage root itself."""
    parts = key.split("/", _DEPTH)
    if len(parts) <= _DEPTH or parts[0] == "extensions":
        return None
    return "/".join(parts[:_DEPTH])


def id_of(path: str) -> str | None:
    """The id of the object at a path; ``None`` when the id was too long to stand there whole."""
    encoded = path.rpartition("/")[2]
    return None if len(encoded) > _LONGEST else unquote(encoded)
