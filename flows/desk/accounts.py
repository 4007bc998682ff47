"""Signing in at a station with a local store of users: passwords by Argon2id, sessions by a random cookie."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from functools import cache
from time import time
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from flows.caller import Caller, Role
from flows.settings.asking import ApiSettings
from schemas.errors import NotSignedIn, UsageError
from storage.accounts import Accounts, Session, User
from storage.tries import MOST_OF_ALL, Tries

IDLE = 8 * 3600.0
"""Seconds after which a session that was not used ends."""
LONGEST = 16 * 3600.0
"""Seconds after which every session ends: a working day."""
SHORTEST_PASSWORD = 10
"""Characters."""

_TOUCH = 60.0
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)


def add_user(accounts: Accounts, name: str, password: str, roles: Iterable[str], full_name: str = "") -> User:
    """Add an officer. Raises UsageError for a name, a role or a password that will not do."""
    if not _NAME.fullmatch(name):
        raise UsageError("a user's name has 2 to 64 of a-z 0-9 . _ @ -")
    chosen = tuple(sorted({_role(role) for role in roles}))
    if not chosen:
        raise UsageError(f"name at least one role of {', '.join(_LOCAL)}")
    user = User(name, full_name or name, chosen, hashed(password), active=True, created=time())
    accounts.add(user)
    return user


_LOCAL = tuple(str(role) for role in Role if role is not Role.AGENCY)


def _role(name: str) -> str:
    if name not in _LOCAL:
        raise UsageError(f"no role {name}; there are {', '.join(_LOCAL)}")
    return name


def hashed(password: str) -> str:
    """The Argon2id hash to be kept. Raises UsageError for a password that is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise UsageError(f"a password has at least {SHORTEST_PASSWORD} characters")
    return _hasher().hash(password)


def sign_in(accounts: Accounts, name: str, password: str, tries: Tries, address: str) -> tuple[str, Session]:
    """The cookie's value and the session; raises NotSignedIn, TooManyTries.

    The time that it takes does not tell whether there is a user of this name.
    """
    tries.check(f"from {address}", most=MOST_OF_ALL)
    began = tries.begin(f"user {name}")
    dummy = _dummy()
    user = accounts.get(name)
    kept = dummy if user is None or user.password.startswith(_FOREIGN) else user.password
    try:
        _hasher().verify(kept, password)
        right = user is not None and user.active
    except (VerifyMismatchError, InvalidHashError):
        right = False
    if not right or user is None:
        tries.note(f"from {address}")
        raise NotSignedIn
    tries.take_back(f"user {name}", began)
    return _begin(accounts, user.name)


def _begin(accounts: Accounts, name: str) -> tuple[str, Session]:
    """A new session."""
    now = time()
    accounts.end_unused(now - IDLE)
    cookie = secrets.token_urlsafe(32)
    session = Session(digest_of(cookie), name, secrets.token_urlsafe(24), now, now)
    accounts.begin(session)
    return cookie, session


def sign_in_by_claims(accounts: Accounts, chosen: ApiSettings, claims: Mapping[str, Any]) -> str:
    """The cookie's value for whom the provider signed in, by verified claims. Name and roles are the provider's, each time anew.

    Raises NotSignedIn without a name or a role of ours, for an account that is disabled, and for a name that is somebody else's:
    a local user's, or another person's of the provider.
    """
    name, subject = str(claims.get(chosen.oidc_name, "")).lower(), str(claims.get("sub", ""))
    words = _claim(claims, chosen.oidc_role_claim)
    roles = tuple(sorted({role for word in words if (role := chosen.oidc_roles.get(word, word)) in _LOCAL}))
    if not (_NAME.fullmatch(name) and subject and roles):
        raise NotSignedIn
    told = " ".join(str(claims.get("name", "")).split())[:200]
    mark = f"{_FOREIGN}{hashlib.sha256(f'{chosen.oidc_issuer} {subject}'.encode()).hexdigest()}"
    known = accounts.get(name)
    if known is not None and (known.password != mark or not known.active):
        raise NotSignedIn
    accounts.put(
        User(name, told or name, roles, mark, active=True, created=known.created if known else time())
    )
    return _begin(accounts, name)[0]


def _claim(claims: Mapping[str, Any], path: str) -> list[str]:
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return [str(one) for one in (found if isinstance(found, list) else [found]) if one is not None]


_FOREIGN = "oidc:"
"""Stands for the hash of a password of who signs in elsewhere."""


@cache
def _dummy() -> str:
    """The hash of no password: to check one against it costs what any check costs, also the first time."""
    hasher = _hasher()
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).rstrip(b"=").decode()
        for size in (hasher.salt_len, hasher.hash_len)
    )
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"


def digest_of(cookie: str) -> str:
    """What is kept of a cookie."""
    return hashlib.sha256(cookie.encode()).hexdigest()


def signed_in(accounts: Accounts, cookie: str) -> tuple[User, Session]:
    """Who has this cookie; raises NotSignedIn when the session has ended or the user may not come in any more."""
    found = accounts.session(digest_of(cookie))
    now = time()
    if found is None:
        raise NotSignedIn
    session, user = found
    if session.seen < now - IDLE or session.created < now - LONGEST or not user.active:
        raise NotSignedIn
    if session.seen < now - _TOUCH:
        accounts.touch(session.digest, now)
    return user, session


def caller_of(user: User, address: str, purpose: str = "") -> Caller:
    """The officer as a caller."""
    return Caller(user.name, address, purpose, frozenset(Role(role) for role in user.roles))
