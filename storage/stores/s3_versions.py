"""The versions of one key, in the server's order; the client's listing puts deletions after all versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def versions(client: Any, bucket: str, name: str) -> Sequence[str]:
    """Ids of the versions of a key since it was last deleted, the newest first."""
    found = _listing(client, bucket, name)
    deletions = [one for one in found if one.is_delete_marker]
    if any(_is_latest(one) for one in deletions):
        return []
    last = max((one.last_modified for one in deletions), default=None)
    alive = [one for one in found if not one.is_delete_marker]
    return [one.version_id for one in alive if last is None or _is_latest(one) or one.last_modified > last]


def every_version(client: Any, bucket: str, name: str) -> Sequence[str]:
    """Ids of all versions that a key ever had, and of the notes of its deletions."""
    return [one.version_id for one in _listing(client, bucket, name)]


def _is_latest(one: Any) -> bool:
    """The client gives the word that the server said."""
    return str(one.is_latest).lower() == "true"


def _listing(client: Any, bucket: str, name: str) -> list[Any]:
    found = client.list_objects(bucket, prefix=name, recursive=True, include_version=True)
    return [one for one in found if one.object_name == name]
