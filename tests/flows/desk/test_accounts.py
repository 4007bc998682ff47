"""What signing in tells to who guesses."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from flows.desk.accounts import add_user, sign_in
from flows.services import Services
from flows.settings import load_settings
from schemas.errors import NotSignedIn, TooManyTries
from storage.tries import MOST, MOST_OF_ALL


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


def test_many_guesses_at_one_moment_are_no_more_than_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    services = Services(load_settings())
    add_user(services.accounts, "canbo1", "một mật khẩu đủ dài", ["clerk"])
    guessed: list[str] = []

    def slowly_wrong(_: PasswordHasher, __: str, given: str) -> bool:
        guessed.append(given)
        time.sleep(0.3)
        raise VerifyMismatchError

    def guess(number: int) -> type[Exception]:
        with pytest.raises((NotSignedIn, TooManyTries)) as told:
            sign_in(services.accounts, "canbo1", f"đoán {number}", services.tries, f"10.0.0.{number}")
        return told.type

    with monkeypatch.context() as patched, ThreadPoolExecutor(24) as pool:
        patched.setattr(PasswordHasher, "verify", slowly_wrong)
        answers = list(pool.map(guess, range(24)))
    assert len(guessed) == answers.count(NotSignedIn) <= MOST


def test_who_is_right_often_is_never_kept_out() -> None:
    services = Services(load_settings())
    add_user(services.accounts, "canbo1", "một mật khẩu đủ dài", ["clerk"])
    for _ in range(MOST + 2):
        assert sign_in(services.accounts, "canbo1", "một mật khẩu đủ dài", services.tries, "10.0.0.1")


def test_who_forgot_a_password_locks_out_no_colleague_behind_the_same_address() -> None:
    services = Services(load_settings())
    for name in ("canbo1", "canbo2"):
        add_user(services.accounts, name, "một mật khẩu đủ dài", ["clerk"])
    for number in range(MOST + 3):
        with pytest.raises(NotSignedIn if number < MOST else TooManyTries):
            sign_in(services.accounts, "canbo1", f"đoán {number}", services.tries, "10.0.0.1")
    assert sign_in(services.accounts, "canbo2", "một mật khẩu đủ dài", services.tries, "10.0.0.1")


def test_many_names_tried_from_one_address_are_slowed_down_as_well() -> None:
    services = Services(load_settings())
    add_user(services.accounts, "canbo2", "một mật khẩu đủ dài", ["clerk"])
    services.tries.note(*["from 10.0.0.1"] * MOST_OF_ALL)
    with pytest.raises(TooManyTries):
        sign_in(services.accounts, "canbo2", "một mật khẩu đủ dài", services.tries, "10.0.0.1")
    assert sign_in(services.accounts, "canbo2", "một mật khẩu đủ dài", services.tries, "10.0.0.2")
