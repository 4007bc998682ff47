"""Agencies as OAuth 2.0 clients: a signed assertion (``private_key_jwt``, RFC 7523) for a token of ten minutes.

No secret is shared: an agency keeps its private key, we keep up to two of its public keys.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from time import time
from typing import Any

import jwt

from flows.agencies.tokens import LEEWAY, claims_of
from flows.caller import Caller, Role
from flows.services import Services
from schemas.errors import AssertionRefused, NotSignedIn, UsageError
from schemas.policies import Policy, read_policy
from storage.agencies import Agency

ACTOR = "agency:"
"""Begins the account of an agency in the log; its id follows."""
LONGEST_ASSERTION = 300.0
TOKEN = 600.0
"""Seconds that an assertion may hold, and a token does."""
MOST_KEYS = 2

_LONGEST = 10_000


def key_of(file: Path) -> Mapping[str, Any]:
    """The public key (JWK, or PEM) in a file, as a JWK. Raises UsageError, also for a private key."""
    try:
        text = file.read_text(encoding="utf-8")
        if text.lstrip().startswith("{"):
            key = json.loads(text)
            if "d" in key:
                raise UsageError(f"{file} holds a private key: hand in the public one")
            jwt.PyJWK(key)
            return {**key, "kid": key.get("kid") or _thumb(key)}
        return _from_pem(text, file)
    except (OSError, ValueError, jwt.PyJWTError) as error:
        raise UsageError(f"{file}: no public key (JWK or PEM)") from error


def _from_pem(text: str, file: Path) -> Mapping[str, Any]:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if "PRIVATE KEY" in text:
        raise UsageError(f"{file} holds a private key: hand in the public one")
    public = load_pem_public_key(text.encode())
    if isinstance(public, ec.EllipticCurvePublicKey):
        made = jwt.algorithms.ECAlgorithm.to_jwk(public, as_dict=True)
    elif isinstance(public, ed25519.Ed25519PublicKey):
        made = jwt.algorithms.OKPAlgorithm.to_jwk(public, as_dict=True)
    elif isinstance(public, rsa.RSAPublicKey) and public.key_size >= 2048:
        made = jwt.algorithms.RSAAlgorithm.to_jwk(public, as_dict=True)
    else:
        raise UsageError(f"{file}: EC P-256, Ed25519 or RSA of 2048 bits and more")
    return {**made, "kid": _thumb(made)}


def _thumb(key: Mapping[str, Any]) -> str:
    material = json.dumps(
        {name: key[name] for name in sorted(key) if name in {"kty", "crv", "x", "y", "n", "e"}}
    )
    return hashlib.sha256(material.encode()).hexdigest()[:16]


def with_key(agency: Agency, key: Mapping[str, Any]) -> Agency:
    """The agency with one more key; of three the oldest goes."""
    kept = [one for one in agency.keys if one["kid"] != key["kid"]]
    return Agency(agency.id, agency.name, tuple([*kept, key][-MOST_KEYS:]), agency.policy, agency.active)


def token_for(
    services: Services, assertion: str, audience: str, certificate: str | None = None
) -> tuple[str, float]:
    """A token for a signed assertion, and the seconds that it holds; raises AssertionRefused.

    Where the settings bind tokens it holds with the client's ``certificate`` (a thumbprint) only, and one must have come.

    ``iss`` and ``sub`` are the agency's id, ``aud`` is our address for tokens, ``exp`` at most five minutes away, ``jti``
    new. The algorithm is the key's, whatever the assertion claims.
    """
    agencies, binding = services.agencies, services.settings.api.bound_tokens
    if len(assertion) > _LONGEST or (binding and certificate is None):
        raise AssertionRefused
    try:
        claimed = jwt.decode(assertion, options={"verify_signature": False})
        agency = agencies.get(str(claimed.get("sub", "")))
        if agency is None or not agency.active:
            raise AssertionRefused
        claims = claims_of(assertion, agency.keys, audience)
        digest = hashlib.sha256(f"{agency.id}\0{claims['jti']}".encode()).hexdigest()
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise AssertionRefused from error
    until = float(claims["exp"])
    if (
        claims["iss"] != agency.id
        or claims["sub"] != agency.id
        or until > time() + LONGEST_ASSERTION + LEEWAY
    ):
        raise AssertionRefused
    if not agencies.use_assertion(digest, until + LEEWAY + 1):
        raise AssertionRefused
    token = secrets.token_urlsafe(32)
    agencies.give_token(_digest(token), agency.id, time() + TOKEN, certificate if binding else None)
    return token, TOKEN


def caller_of(
    services: Services, token: str, address: str, purpose: str, certificate: str | None = None
) -> Caller:
    """The agency that has this token, as a caller with its policy; raises NotSignedIn, also with another certificate."""
    agency, bound = services.agencies.of_token(_digest(token)) or (None, None)
    if bound != certificate and (bound is not None or services.settings.api.bound_tokens):
        raise NotSignedIn
    return as_caller(agency, address, purpose)


def as_caller(agency: Agency | None, address: str, purpose: str) -> Caller:
    """An agency as a caller, with its policy of today; raises NotSignedIn for one that may not come in (any more)."""
    if agency is None or not agency.active:
        raise NotSignedIn
    return Caller(f"{ACTOR}{agency.id}", address, purpose, frozenset({Role.AGENCY}), policy_of(agency))


def policy_of(agency: Agency) -> Policy:
    """The policy of an agency; raises UsageError."""
    return _policy(agency.policy, agency.id)


_policy = lru_cache(1000)(read_policy)  # each request asks, and reading YAML takes longer than all else


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
