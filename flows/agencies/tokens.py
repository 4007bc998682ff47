"""Signed tokens (JWT) of others: by one of their public keys, each key with its own algorithm only, whatever the token claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import jwt

LEEWAY = 30
"""Seconds by which clocks may differ."""

_ALGORITHMS: Mapping[str, tuple[str, ...]] = {"EC": ("ES256",), "OKP": ("EdDSA",), "RSA": ("PS256", "RS256")}


def claims_of(
    token: str, keys: Iterable[Mapping[str, Any]], audience: str, issuer: str | None = None
) -> Mapping[str, Any]:
    """The claims of a token for us, by one of these keys (JSON Web Keys); raises ``jwt.PyJWTError``.

    Without an ``issuer`` the caller compares ``iss`` by itself.
    """
    wrong: jwt.PyJWTError = jwt.InvalidKeyError("no key")
    named = jwt.get_unverified_header(token).get("kid")
    for key in keys:
        if named is not None and key.get("kid") != named:
            continue
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                jwt.PyJWK(dict(key)),
                algorithms=list(_ALGORITHMS.get(str(key.get("kty")), ())),
                audience=audience,
                issuer=issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "sub", "aud", "jti"]},
            )
        except jwt.PyJWTError as error:
            wrong = error
        else:
            return claims
    raise wrong
