"""A bucket of an S3-compatible server as a store, through the ``minio`` client.

``put_new`` is atomic in one of two ways. Where the server honours ``If-None-Match: *``, it decides. Where it does not
but keeps versions (Ceph on a versioned bucket), the oldest version since the last deletion has won, on all machines
alike; a loser writes the winner's bytes again on top. A server that does neither is refused.

Every put is checked: the server compares the digest that the request carries, and we compare its answer (the ETag,
or the value read back where the server encrypts).
"""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, BinaryIO, cast

from schemas.errors import Corrupt, StoreUnfit
from storage.stores.protocol import PROBES, Content, Lock, MissingKey, Stat, require_size, size_of
from storage.stores.s3_errors import translated
from storage.stores.s3_http import only_if_absent
from storage.stores.s3_options import Protection, S3Options, client
from storage.stores.s3_parts import put_parts
from storage.stores.s3_reading import READS, Stream, again
from storage.stores.s3_versions import every_version, versions

MIN_PART = 5 << 20
"""Least size of a part that S3 knows: what is not larger is one part."""


class S3Store:
    """Values as S3 objects below a prefix of one bucket; may be shared by threads."""

    near = False

    def __init__(self, options: S3Options) -> None:
        """Sends nothing yet; ``probe`` does."""
        self.options = options
        self.client = client(options)
        self._bucket = options.bucket
        self._prefix = f"{options.prefix.strip('/')}/" if options.prefix.strip("/") else ""

    @property
    def name(self) -> str:
        """Server, bucket and prefix."""
        return f"s3://{self.options.endpoint}/{self._bucket}/{self._prefix}"

    def put(self, key: str, content: Content, lock: Lock | None = None) -> None:
        """Write; in parts when it is large."""
        with translated(self.name, key):
            if size_of(content) > self.options.part_size:
                put_parts(
                    self.client, self._bucket, self._name(key), content, self._headers(lock), self.options
                )
            else:
                data = content if isinstance(content, bytes) else content.read_bytes()
                self._put(key, data, self._headers(lock))

    def put_new(self, key: str, content: Content, lock: Lock | None = None) -> bool:
        """Write if nothing is there. Only for values that fit into one request: inventories, keys, claims."""
        data = content if isinstance(content, bytes) else content.read_bytes()
        with translated(self.name, key):
            if self.conditional:
                return self._put_if_none(key, data, self._headers(lock))
            written = self._put(key, data, self._headers(lock))
            oldest = self._oldest(key)
            if oldest == written:
                return True
            winner = self._get(key, oldest)
            if winner == data:
                return True
            self._put(key, winner, self._headers(lock))
            return False

    def put_tree(
        self, prefix: str, files: Iterable[tuple[str, Content]], decider: str, lock: Lock | None = None
    ) -> bool:
        """Write one file after the other; when the decider is lost, what was written is nobody's."""
        for name, content in files:
            key = f"{prefix}/{name}"
            if name != decider:
                self.put(key, content, lock)
            elif not self.put_new(key, content, lock):
                return False
        return True

    def get(self, key: str) -> bytes:
        """The whole value, asked for again when the connection breaks."""
        with translated(self.name, key):
            return self._get(key, None)

    def first(self, key: str) -> bytes:
        """The oldest version since the last deletion where that is what won, else the value."""
        with translated(self.name, key):
            return self._get(key, None if self.conditional else self._oldest(key))

    def open(self, key: str, start: int = 0, length: int | None = None) -> BinaryIO:
        """A range as a stream; a break of the connection while reading is a ``StoreUnreachable``."""

        def ask(at: int) -> Any:
            left = 0 if length is None else start + length - at  # 0: to the end
            with translated(self.name, key):
                return self.client.get_object(self._bucket, self._name(key), at, left)

        return cast("BinaryIO", io.BufferedReader(Stream(ask, self.name, start), 1 << 16))

    def stat(self, key: str) -> Stat | None:
        """Ask for the headers only."""
        try:
            with translated(self.name, key):
                found = self.client.stat_object(self._bucket, self._name(key))
        except MissingKey:
            return None
        return Stat(key, found.size, found.last_modified)

    def list(self, prefix: str = "", after: str = "") -> Iterator[Stat]:
        """Page by page."""
        with translated(self.name):
            for found in self.client.list_objects(
                self._bucket,
                prefix=self._prefix + prefix,
                recursive=True,
                start_after=self._prefix + after if after else None,
            ):
                key = found.object_name.removeprefix(self._prefix)
                yield Stat(key, found.size, found.last_modified)

    def delete(self, key: str) -> None:
        """Remove; a bucket with versions only hides it."""
        with translated(self.name, key):
            self.client.remove_object(self._bucket, self._name(key))

    def locked(self, key: str) -> bool:
        """Whether a retention that has not ended or a legal hold is on the current version."""
        if self.options.protection is not Protection.LOCKED:
            return False
        with translated(self.name, key):
            headers = self.client.stat_object(self._bucket, self._name(key)).metadata
        until = headers.get("x-amz-object-lock-retain-until-date", "")[:19]
        now = datetime.now(UTC).isoformat()[:19]
        return bool(until > now or headers.get("x-amz-object-lock-legal-hold", "") == "ON")

    def destroy(self, key: str) -> None:
        """Remove every version, and the notes of deletions."""
        with translated(self.name, key):
            name = self._name(key)
            if not self.versioned:
                self.client.remove_object(self._bucket, name)
                return
            for version in every_version(self.client, self._bucket, name):
                self.client.remove_object(self._bucket, name, version)

    def extend(self, key: str, lock: Lock) -> None:
        """Retain the current version until later (never a shorter time), or put it under a legal hold."""
        if self.options.protection is not Protection.LOCKED:
            return
        from minio.retention import Retention

        with translated(self.name, key):
            # a header, since the client cannot read the date that Ceph answers to the question for it
            headers = self.client.stat_object(self._bucket, self._name(key)).metadata
            kept = headers.get("x-amz-object-lock-retain-until-date", "")
            if lock.until is not None and kept[:19] < lock.until.astimezone(UTC).isoformat()[:19]:
                retention = Retention(self.options.lock_mode, lock.until)
                self.client.set_object_retention(self._bucket, self._name(key), retention)
            if lock.legal_hold:
                self.client.enable_object_legal_hold(self._bucket, self._name(key))

    def probe(self) -> None:
        """Raise unless the bucket answers, takes writes, is atomic, and protects as the settings say."""
        from storage.stores.s3_probe import clear_probes, prove_lock

        with translated(self.name):
            versioned = self.versioned  # a GET: its answer tells what is wrong, that of a HEAD does not
            if self.options.protection is not Protection.PLAIN and not versioned:
                raise StoreUnfit(f"{self.name}: versioning is not switched on")
            if self.options.protection is Protection.LOCKED:
                prove_lock(
                    self.client, self._bucket, self._prefix + PROBES, self.options.lock_mode, self.name
                )
            if not self.conditional and not versioned:
                raise StoreUnfit(f"{self.name}: the server ignores If-None-Match and keeps no versions")
            clear_probes(self.client, self._bucket, self._prefix + PROBES)

    @cached_property
    def versioned(self) -> bool:
        """Whether the bucket keeps versions."""
        return bool(self.client.get_bucket_versioning(self._bucket).status == "Enabled")

    @cached_property
    def conditional(self) -> bool:
        """Whether the server honours ``If-None-Match: *`` on this bucket: tried, not believed."""
        with translated(self.name):
            key = f"{PROBES}{uuid.uuid4().hex}"
            first = self._put_if_none(key, b"1", {})
            second = self._put_if_none(key, b"2", {})
            for version in self._versions(key) if self.versioned else [None]:
                self.client.remove_object(self._bucket, self._name(key), version)
            return first and not second

    # -- inside

    def _name(self, key: str) -> str:
        """The name of a value on the server; a key that others may have put there and the client does not take is ``MissingKey``."""
        if not {".", ".."}.isdisjoint(key.split("/")):
            raise MissingKey(key)
        return self._prefix + key

    def _headers(self, lock: Lock | None) -> dict[str, str]:
        headers: dict[str, str] = {}
        if lock is not None and self.options.protection is Protection.LOCKED:
            if lock.until is not None:
                headers["x-amz-object-lock-mode"] = self.options.lock_mode
                headers["x-amz-object-lock-retain-until-date"] = (
                    lock.until.astimezone(UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")
                )
            if lock.legal_hold:
                headers["x-amz-object-lock-legal-hold"] = "ON"
        if self.options.sse is not None:
            kind, _, key = (
                self.options.sse.rpartition(":") if ":" in self.options.sse else (self.options.sse, "", "")
            )
            headers["x-amz-server-side-encryption"] = kind
            if key:
                headers["x-amz-server-side-encryption-aws-kms-key-id"] = key
        return headers

    def _put(self, key: str, data: bytes, headers: dict[str, str]) -> str | None:
        """One request; gives the version's id."""
        md5 = hashlib.md5(data, usedforsecurity=False)
        result = self.client.put_object(
            self._bucket,
            self._name(key),
            io.BytesIO(data),
            len(data),
            metadata=headers,
            part_size=max(len(data), MIN_PART),
        )
        if result.etag != md5.hexdigest() and self._get(key, result.version_id) != data:
            raise Corrupt(key)
        return cast("str | None", result.version_id)

    def _put_if_none(self, key: str, data: bytes, headers: dict[str, str]) -> bool:
        from minio.error import S3Error

        for _ in range(READS):
            try:
                with only_if_absent():
                    self._put(key, data, headers)
            except S3Error as error:
                if error.code == "PreconditionFailed":
                    return False
                if error.code != "ConditionalRequestConflict":  # AWS: another one is at it just now
                    raise
            else:
                return True
        return False

    def _get(self, key: str, version: str | None) -> bytes:
        def read() -> bytes:
            response = self.client.get_object(self._bucket, self._name(key), version_id=version)
            try:
                require_size(key, int(response.headers["Content-Length"]))
                return cast("bytes", response.data)
            except Corrupt:
                response.close()  # its connection is of no use: the rest of the value would come on it
                raise
            finally:
                response.release_conn()

        return again(read)

    def _versions(self, key: str) -> Sequence[str]:
        return versions(self.client, self._bucket, self._name(key))

    def _oldest(self, key: str) -> str:
        versions = self._versions(key)
        if not versions:
            raise MissingKey(key)
        return versions[-1]
