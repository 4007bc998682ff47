"""What an S3 server or the network says, in our words; never a header, so never a credential."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from schemas.errors import ClockOff, Corrupt, NoBucket, StoreDenied, StoreFull, StoreUnreachable
from storage.stores.protocol import MissingKey

_MISSING = {"NoSuchKey", "NoSuchVersion"}
_DENIED = {
    "AccessDenied",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "InvalidToken",
    "ExpiredToken",
    "AuthorizationHeaderMalformed",
}
_FULL = {"QuotaExceeded", "InsufficientCapacity", "XMinioStorageFull", "StorageFull"}
_OTHERS_KEY = {"InvalidArgument", "InvalidRequest", "InvalidObjectState", "BadRequest"}
"""What reading says to a value that somebody encrypted with a key of his own (SSE-C), or put into a cold store."""
_CLOCK = {"RequestTimeTooSkewed", "RequestExpired"}


@contextlib.contextmanager
def translated(name: str, key: str = "") -> Iterator[None]:
    """Turn the client's exceptions into an ``Unreachable`` or ``MissingKey``."""
    from minio.error import InvalidResponseError, MinioException, S3Error
    from urllib3.exceptions import HTTPError

    try:
        yield
    except S3Error as error:
        code = error.code
        if code in _MISSING:
            raise MissingKey(key) from None
        if code == "NoSuchBucket":
            raise NoBucket(name) from None
        if key and code in _OTHERS_KEY:
            raise Corrupt(f"{key}: {code}") from None
        for codes, kind in ((_DENIED, StoreDenied), (_FULL, StoreFull), (_CLOCK, ClockOff)):
            if code in codes:
                raise kind(f"{name}: {code}") from None
        raise StoreUnreachable(f"{name}: {code}") from None
    except InvalidResponseError:
        raise StoreUnreachable(f"{name}: the endpoint is no S3 server") from None
    except (MinioException, HTTPError, OSError) as error:
        raise StoreUnreachable(f"{name}: {type(error).__name__}") from error
