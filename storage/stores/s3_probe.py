"""The proof that a server keeps what it is told to keep: some accept a lock and do not enforce it."""

from __future__ import annotations

import io
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.errors import StoreUnfit

_OURS = re.compile(r"(lock-)?[0-9a-f]{32}")

HELD = timedelta(minutes=1)
"""How long a probe is locked."""


def prove_lock(client: Any, bucket: str, prefix: str, mode: str, name: str) -> None:
    """Write a locked probe and try to delete that very version; raise ``StoreUnfit`` when the server lets it go."""
    from minio.error import S3Error

    key = f"{prefix}lock-{uuid.uuid4().hex}"
    until = datetime.now(UTC) + HELD
    version = _put_locked(client, bucket, key, mode, until, name)
    try:
        client.remove_object(bucket, key, version)
    except S3Error as error:
        if error.code not in ("AccessDenied", "ObjectLocked", "InvalidRequest"):
            raise
    else:
        raise StoreUnfit(f"{name}: a locked object could be deleted")
    client.remove_object(bucket, key)  # out of sight


def _put_locked(client: Any, bucket: str, key: str, mode: str, until: datetime, name: str) -> str:
    from minio.error import S3Error

    headers = {
        "x-amz-object-lock-mode": mode,
        "x-amz-object-lock-retain-until-date": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    try:
        version = client.put_object(bucket, key, io.BytesIO(b"probe"), 5, metadata=headers).version_id
    except S3Error as error:
        if error.code in ("InvalidRequest", "ObjectLockConfigurationNotFoundError", "NotImplemented"):
            raise StoreUnfit(f"{name}: the bucket has no Object Lock") from None
        raise
    if not version:
        raise StoreUnfit(f"{name}: the server gives no version to a locked object")
    return str(version)


def clear_probes(client: Any, bucket: str, prefix: str) -> None:
    """Take away probes that earlier starts left, killed or because of their lock. What is named otherwise is none, and stays."""
    from minio.error import S3Error

    for found in client.list_objects(bucket, prefix=prefix, recursive=True, include_version=True):
        own = _OURS.fullmatch(found.object_name.removeprefix(prefix))
        if own and datetime.now(UTC) - found.last_modified > 2 * HELD:
            try:
                client.remove_object(bucket, found.object_name, found.version_id)
            except S3Error:
                continue
