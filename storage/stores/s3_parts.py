"""Large values go up in parts (S3 multipart upload): a break costs one part, and memory holds one at a time."""

from __future__ import annotations

import hashlib
from typing import Any

from schemas.errors import Corrupt
from storage.stores.protocol import Content, blocks, digests, open_content
from storage.stores.s3_options import S3Options


def put_parts(
    client: Any, bucket: str, name: str, content: Content, headers: dict[str, str], options: S3Options
) -> None:
    """Upload, checking each part; what was begun and failed is taken back. Raises the client's exceptions."""
    from minio.datatypes import Part

    parts: list[Part] = []
    intact = True
    upload = client._create_multipart_upload(bucket, name, dict(headers))
    try:
        with open_content(content) as stream:
            for number, data in enumerate(blocks(stream, options.part_size), 1):
                etag = client._upload_part(bucket, name, data, None, upload, number)
                intact &= etag == hashlib.md5(data, usedforsecurity=False).hexdigest()
                parts.append(Part(number, etag))
        client._complete_multipart_upload(bucket, name, upload, parts)
    except BaseException:
        client._abort_multipart_upload(bucket, name, upload)
        raise
    if not intact and _read_back(client, bucket, name) != digests(content, ("sha256",))[0]:
        raise Corrupt(name)


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
