"""What signing in tells to who guesses."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from flows.desk.accounts import add_user, sign_in
from flows.services import Services
from flows.settings import load_settings
from schemas.errors import NotSignedIn


def test_the_work_done_does_not_tell_whether_there_is_such_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: known, unknown, disabled, signed in elsewhere: one check of one hash of the same cost each."""
    services = Services(load_settings())
    for name in ("canbo1", "nghiviec", "noikhac"):
        add_user(services.accounts, name, "một mật khẩu đủ dài", ["clerk"])
    services.accounts.set_active("nghiviec", active=False)
    services.accounts.set_password("noikhac", "oidc:1")
    checked: list[str] = []
    made: list[str] = []
    real, hashing = PasswordHasher.verify, PasswordHasher.hash
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda self, kept, given: checked.append(kept) or real(self, kept, given)
    )
    monkeypatch.setattr(
        PasswordHasher, "hash", lambda self, given, **more: made.append("") or hashing(self, given, **more)
    )
    tries, costs = services.tries, set()
    for name in ("canbo1", "nobody", "nghiviec", "noikhac"):
        checked.clear()
        made.clear()
        with pytest.raises(NotSignedIn):
            sign_in(services.accounts, name, "mật khẩu sai", tries, f"from {name}")
        (kept,) = checked
        costs.add((kept.split("$")[1:4][-1], tuple(made)))
    assert len(costs) == 1
