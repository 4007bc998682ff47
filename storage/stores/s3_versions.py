"""The versions of one key, in the server's order; the client's own listing puts deletions after all versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree as ET  # the server is ours; lxml would cost the command line its start


def versions(client: Any, bucket: str, name: str) -> Sequence[str]:
    """Ids of the versions of a key since it was last deleted, the newest first."""
    ids = []
    for kind, key, version in _listing(client, bucket, name):
        if key != name or kind == "DeleteMarker":
            break
        ids.append(version)
    return ids


def every_version(client: Any, bucket: str, name: str) -> Sequence[str]:
    """Ids of all versions that a key ever had, and of the notes of its deletions."""
    return [version for _, key, version in _listing(client, bucket, name) if key == name]


def _listing(client: Any, bucket: str, name: str) -> Iterator[tuple[str, str, str]]:
    markers: dict[str, str] = {}
    while True:
        query = {"versions": "", "prefix": name, **markers}
        page = ET.fromstring(client._execute("GET", bucket, query_params=query).data)  # noqa: S314
        namespace = page.tag.partition("}")[0] + "}" if page.tag.startswith("{") else ""
        for element in page:
            kind = element.tag.removeprefix(namespace)
            if kind in ("Version", "DeleteMarker"):
                yield (
                    kind,
                    element.findtext(f"{namespace}Key", ""),
                    element.findtext(f"{namespace}VersionId", ""),
                )
        if page.findtext(f"{namespace}IsTruncated") != "true":
            return
        markers = {
            "key-marker": page.findtext(f"{namespace}NextKeyMarker", ""),
            "version-id-marker": page.findtext(f"{namespace}NextVersionIdMarker", ""),
        }
