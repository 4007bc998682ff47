"""Tokens that fail: wrong PINs, locked ones, tokens pulled and put back, on a real SoftHSM2."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pkcs11
import pytest

from pipeline.sign import (
    PinState,
    Pkcs11Signer,
    Refusals,
    Trust,
    sign_pdf,
    tokens,
)
from pipeline.verify import Verdict, verify_pdf
from schemas.errors import (
    LastTry,
    PinMissing,
    SignerUnavailable,
    TokenLocked,
    UsageError,
    WrongPin,
)
from tests.pki import softhsm
from tests.pki.harness import Pki


@pytest.fixture(scope="module")
def hsm(tmp_path_factory: pytest.TempPathFactory, _running: Pki) -> softhsm.SoftHsm:
    hsm = softhsm.SoftHsm.start(tmp_path_factory.mktemp("hsm"))
    hsm.add_token("xa")
    hsm.add_token("tinh")
    hsm.add_key("xa", _running, "officer", b"\x01")
    hsm.add_key("xa", _running, "officer-rsa", b"\x02")
    hsm.add_key("tinh", _running, "seal", b"\x03")
    return hsm


class TestToken:
    """A real SoftHSM2."""

    def test_tokens_are_listed(self, hsm: softhsm.SoftHsm) -> None:
        assert {token.label for token in tokens(softhsm.MODULE)} == {"xa", "tinh"}
        assert {token.pin for token in tokens(softhsm.MODULE)} == {PinState.GOOD}

    def test_the_key_is_found_by_label_by_id_or_alone(
        self, hsm: softhsm.SoftHsm, source: Path, target: Path, trust: Trust
    ) -> None:
        for who, choice in (
            ("Lê Thị Mẫu", {"token": "xa", "key": "officer"}),
            ("Trần Văn Mẫu", {"token": "xa", "key_id": b"\x02"}),
            ("UBND xã Thử Nghiệm", {"token": "tinh"}),
            (
                "UBND xã Thử Nghiệm",
                {"slot": next(t.slot for t in tokens(softhsm.MODULE) if t.label == "tinh")},
            ),
        ):
            sign_pdf(source, target, Pkcs11Signer(softhsm.MODULE, softhsm.PIN, **choice))  # type: ignore[arg-type]
            result = verify_pdf(target, trust)
            assert (result.signatures[0].signer, result.verdict) == (who, Verdict.VALID)
            assert len(result.signatures[0].path) == 3, "the chain came from the token"

    @pytest.mark.parametrize(("choice", "error"), [({}, UsageError), ({"token": "xa"}, UsageError), ({"token": "không"}, SignerUnavailable), ({"token": "tinh", "key": "không"}, UsageError)])  # fmt: skip
    def test_wrong_choices(
        self, choice: dict[str, str], error: type[Exception], hsm: softhsm.SoftHsm, source: Path, target: Path
    ) -> None:
        with pytest.raises(error):
            sign_pdf(source, target, Pkcs11Signer(softhsm.MODULE, softhsm.PIN, **choice))  # type: ignore[arg-type]

    def test_a_wrong_pin_is_tried_once_only(self, hsm: softhsm.SoftHsm, source: Path, target: Path) -> None:
        pkcs11.lib(str(softhsm.MODULE)).reinitialize()  # nobody is logged in
        asked: list[int] = []

        def pin() -> str:
            asked.append(1)
            return "000000"

        signer = Pkcs11Signer(softhsm.MODULE, pin, token="tinh")
        for _ in range(3):
            with pytest.raises(WrongPin):
                sign_pdf(source, target, signer)
        assert len(asked) == 1

    def test_a_wrong_pin_is_not_tried_by_the_next_signer_either(
        self, hsm: softhsm.SoftHsm, source: Path, target: Path, tmp_path: Path
    ) -> None:
        """Neither at the same time nor later; another PIN is, and the right one clears the memory."""
        pkcs11.lib(str(softhsm.MODULE)).reinitialize()  # nobody is logged in
        memory = Refusals(tmp_path / "refused")
        asked: list[str] = []

        def sign(pin: str) -> str:
            def given() -> str:
                asked.append(pin)
                return pin

            try:
                sign_pdf(source, target, Pkcs11Signer(softhsm.MODULE, given, token="tinh", refusals=memory))
            except WrongPin as refused:
                return refused.detail
            return ""

        assert sign("000000") == "pkcs11:tinh"
        assert "delete" in sign("000000")
        assert sign("111111") == "pkcs11:tinh"
        assert sign(softhsm.PIN) == ""
        (kept,) = (tmp_path / "refused").iterdir()
        assert kept.read_bytes() == b""
        assert kept.stat().st_mode & 0o077 == 0

    @pytest.mark.parametrize(
        ("flag", "state", "error"),
        [
            (pkcs11.TokenFlag.USER_PIN_FINAL_TRY, PinState.LAST, LastTry),
            (pkcs11.TokenFlag.USER_PIN_LOCKED, PinState.LOCKED, TokenLocked),
        ],
    )
    def test_the_last_try_is_never_used_up(
        self,
        flag: pkcs11.TokenFlag,
        state: PinState,
        error: type[SignerUnavailable],
        hsm: softhsm.SoftHsm,
        source: Path,
        target: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Not even for the right PIN, nobody is asked for it, and nothing is remembered against it."""

        def sign(pin: str | Callable[[], str] | None) -> None:
            memory = Refusals(tmp_path / "refused")
            sign_pdf(source, target, Pkcs11Signer(softhsm.MODULE, pin, token="tinh", refusals=memory))

        hsm.set_flags("tinh", flag)
        try:
            assert {token.label: token.pin for token in tokens(softhsm.MODULE)}["tinh"] is state
            with monkeypatch.context() as patch:
                patch.setattr("pipeline.sign.pkcs11.log_in", lambda *_: pytest.fail("a PIN was tried"))
                for pin in (softhsm.PIN, "000000", None, lambda: pytest.fail("asked for a PIN")):
                    with pytest.raises(error):
                        sign(pin)
        finally:
            hsm.set_flags("tinh", 0)
        sign(softhsm.PIN)

    def test_the_last_try_is_seen_when_another_took_the_one_before(
        self,
        hsm: softhsm.SoftHsm,
        source: Path,
        target: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Who waited for his turn looks again: the one before may have left a single try."""
        memory, looks = Refusals(tmp_path / "refused"), iter([PinState.GOOD, PinState.LAST])
        monkeypatch.setattr("pipeline.sign.pkcs11.pin_state", lambda _: next(looks))
        monkeypatch.setattr("pipeline.sign.pkcs11.log_in", lambda *_: pytest.fail("a PIN was tried"))
        with pytest.raises(LastTry):
            sign_pdf(source, target, Pkcs11Signer(softhsm.MODULE, "000000", token="tinh", refusals=memory))

    def test_a_wrong_pin_shows_until_the_next_login(
        self, hsm: softhsm.SoftHsm, source: Path, target: Path
    ) -> None:
        pkcs11.lib(str(softhsm.MODULE)).reinitialize()
        with pytest.raises(WrongPin):
            sign_pdf(source, target, Pkcs11Signer(softhsm.MODULE, "000000", token="tinh"))
        assert {token.label: token.pin for token in tokens(softhsm.MODULE)}["tinh"] is PinState.LOW
        sign_pdf(source, target, Pkcs11Signer(softhsm.MODULE, softhsm.PIN, token="tinh"))
        assert {token.pin for token in tokens(softhsm.MODULE)} == {PinState.GOOD}

    def test_two_tokens_of_one_module_survive_its_restart(
        self, hsm: softhsm.SoftHsm, source: Path, target: Path, trust: Trust
    ) -> None:
        officer = Pkcs11Signer(softhsm.MODULE, softhsm.PIN, token="xa", key="officer")
        seal = Pkcs11Signer(softhsm.MODULE, softhsm.PIN, token="tinh")
        for _ in range(2):
            sign_pdf(source, target, officer)
            sign_pdf(target, target, seal)
            assert verify_pdf(target, trust).verdict is Verdict.VALID
            target.unlink()
            pkcs11.lib(str(softhsm.MODULE)).reinitialize()

    def test_no_pin(self, hsm: softhsm.SoftHsm, source: Path, target: Path) -> None:
        with pytest.raises(PinMissing):
            sign_pdf(source, target, Pkcs11Signer(softhsm.MODULE, None, token="tinh"))

    def test_the_pin_is_asked_for_once_in_a_batch(
        self, hsm: softhsm.SoftHsm, source: Path, target: Path
    ) -> None:
        asked: list[int] = []

        def pin() -> str:
            asked.append(1)
            return softhsm.PIN

        signer = Pkcs11Signer(softhsm.MODULE, pin, token="tinh")
        for _ in range(3):
            sign_pdf(source, target, signer)
        assert len(asked) == 1

    def test_token_pulled_and_put_back_in_a_batch(
        self, hsm: softhsm.SoftHsm, source: Path, target: Path, trust: Trust
    ) -> None:
        signer = Pkcs11Signer(softhsm.MODULE, softhsm.PIN, token="tinh")
        sign_pdf(source, target, signer)
        target.unlink()
        hsm.pull()
        try:
            for _ in range(2):
                with pytest.raises(SignerUnavailable):
                    sign_pdf(source, target, signer)
                assert not target.exists()
        finally:
            hsm.put_back()
        sign_pdf(source, target, signer)
        assert verify_pdf(target, trust).verdict is Verdict.VALID

    def test_a_lost_session_is_opened_again(self, hsm: softhsm.SoftHsm, source: Path, target: Path) -> None:
        signer = Pkcs11Signer(softhsm.MODULE, softhsm.PIN, token="tinh")
        sign_pdf(source, target, signer)
        pkcs11.lib(str(softhsm.MODULE)).reinitialize()
        sign_pdf(source, target, signer)
        assert verify_pdf(target).signatures[0].intact

    def test_bulk_in_threads(self, hsm: softhsm.SoftHsm, source: Path, trust: Trust, tmp_path: Path) -> None:
        signer = Pkcs11Signer(softhsm.MODULE, softhsm.PIN, token="xa", key="officer-rsa")
        targets = [tmp_path / f"{number}.pdf" for number in range(12)]
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda target: sign_pdf(source, target, signer), targets))
        assert {verify_pdf(target, trust).verdict for target in targets} == {Verdict.VALID}
        signer.close()

    def test_no_module(self, source: Path, target: Path) -> None:
        with pytest.raises(SignerUnavailable):
            sign_pdf(source, target, Pkcs11Signer(Path("/không/có.so"), "1"))
