"""Large values go up in parts (S3 multipart upload): a break costs one part, and memory holds one at a time."""

from __future__ import annotations

import hashlib
from typing import Any

from schemas.errors import Corrupt
from storage.stores.protocol import Content, blocks, digests, open_content, size_of
from storage.stores.s3_options import S3Options


def put_parts(
    client: Any, bucket: str, name: str, content: Content, headers: dict[str, str], options: S3Options
) -> None:
    """Upload and check; the client takes back what was begun and failed. Raises the client's exceptions."""
    with open_content(content) as stream:
        made = client.put_object(
            bucket,
            name,
            stream,
            size_of(content),
            metadata=headers,
            part_size=options.part_size,
            num_parallel_uploads=1,
        )
    if (
        made.etag != _etag(content, options.part_size)
        and _read_back(client, bucket, name) != digests(content, ("sha256",))[0]
    ):
        raise Corrupt(name)


def _etag(content: Content, part_size: int) -> str:
    """What servers that do not encrypt answer: the digest of the parts' digests, and how many there are."""
    with open_content(content) as stream:
        parts = [hashlib.md5(part, usedforsecurity=False).digest() for part in blocks(stream, part_size)]
    return f"{hashlib.md5(b''.join(parts), usedforsecurity=False).hexdigest()}-{len(parts)}"


def _read_back(client: Any, bucket: str, name: str) -> str:
    """SHA-256 of what the server holds now; for servers that encrypt, whose ETags are no digests."""
    response = client.get_object(bucket, name)
    try:
        hashed = hashlib.sha256()
        for block in response.stream(1 << 20):
            hashed.update(block)
        return hashed.hexdigest()
    finally:
        response.close()
        response.release_conn()
