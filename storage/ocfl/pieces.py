"""What the files of an object tell: its versions from a listing, the parts of a new inventory from their content."""

from __future__ import annotations

import re
from collections.abc import Mapping

from schemas.errors import TooLarge
from storage.ocfl import inventory as inv
from storage.ocfl.layout import OBJECT_DECLARATION
from storage.stores.protocol import Content, Stat, digests, limit_of, size_of

_DECIDED = re.compile(r"v(\d+)/inventory\.json\Z")


def decided(listing: Mapping[str, Stat]) -> list[int]:
    """The numbers of versions that have an inventory of their own, the newest first."""
    return sorted((int(found[1]) for name in listing if (found := _DECIDED.match(name))), reverse=True)


def newest_decided(listing: Mapping[str, Stat]) -> int:
    """The number of the newest version that has an inventory of its own, 0 when there is none."""
    return max(decided(listing), default=0)


def unwritten(listing: Mapping[str, Stat], number: int) -> list[str]:
    """Files that publishing a version writes and that are not there."""
    names = (f"v{number}/{inv.SIDECAR}", inv.INVENTORY, inv.SIDECAR, OBJECT_DECLARATION)
    return [name for name in names if name not in listing]


def complete(listing: Mapping[str, Stat], number: int) -> bool:
    """All files that publishing writes are there, and the root's inventory is as long as the version's."""
    return not unwritten(listing, number) and (
        listing[inv.INVENTORY].size == listing[f"v{number}/{inv.INVENTORY}"].size
    )


def version_of_path(path: str) -> int:
    """The number of the version whose content a path (``v2/content/…``) lies in; 0 for other paths."""
    number = path.partition("/")[0].removeprefix("v")
    return int(number) if number.isdecimal() else 0


def parts(files: Mapping[str, Content]) -> dict[str, inv.Part]:
    """Digests and sizes of new files, by their logical paths; raises TooLarge for what could not be read again."""
    found = {}
    for name, content in files.items():
        if size_of(content) > limit_of(f"content/{name}"):
            raise TooLarge(name)
        sha512, sha256 = digests(content, ("sha512", "sha256"))
        found[name] = inv.Part(sha512, sha256, size_of(content))
    return found


def new_content(inventory: inv.Inventory, files: Mapping[str, Content]) -> list[tuple[str, Content]]:
    """Content that the newest version adds, by its path in the object, each path once."""
    prefix = f"v{inventory.head.number}/"
    new: dict[str, Content] = {}
    for name, content in files.items():
        path = inventory.manifest[inventory.head.state[name]]
        if path.startswith(prefix):
            new[path] = content
    return list(new.items())
