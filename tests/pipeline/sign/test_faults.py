"""Keys, servers and files that fail: each fault has its name, the source is untouched, nothing half-made is left."""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pkcs11
import pytest

from pipeline.sign import (
    CscService,
    CscSigner,
    Level,
    PinState,
    Pkcs11Signer,
    Pkcs12Signer,
    Refusals,
    Signer,
    SignOptions,
    Trust,
    demo_signer,
    sign_pdf,
    tokens,
)
from pipeline.verify import Verdict, verify_pdf
from schemas.errors import (
    CertificateRefused,
    Damaged,
    LastTry,
    PinMissing,
    RevocationUnavailable,
    SignerUnavailable,
    TimeStampUnavailable,
    TokenLocked,
    Unreachable,
    UsageError,
    WrongPin,
)
from tests.pki import csc, softhsm
from tests.pki.harness import PASSWORD, Pki


@pytest.fixture
def source(copy_pdf: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy to sign; after each test it is as before, and nothing lies beside it."""
    folder = tmp_path / "work"
    folder.mkdir()
    path = folder / "copy.pdf"
    path.write_bytes(copy_pdf.read_bytes())
    yield path
    assert path.read_bytes() == copy_pdf.read_bytes()
    assert {p.name for p in folder.iterdir()} <= {"copy.pdf", "signed.pdf"}


@pytest.fixture
def target(source: Path) -> Path:
    return source.with_name("signed.pdf")


def _down(url: str) -> str:
    return url.replace("tsa-1", "none")


@pytest.mark.parametrize("level", [Level.B_T, Level.B_LT, Level.B_LTA])
def test_tsa_down_then_up(
    level: Level, source: Path, target: Path, officer: Signer, pki: Pki, trust: Trust
) -> None:
    options = SignOptions(level, pki.tsa(), trust)
    pki.down.add("/sohoa/tsa")
    with pytest.raises(TimeStampUnavailable) as caught:
        sign_pdf(source, target, officer, options)
    assert isinstance(caught.value, Unreachable)
    assert not target.exists()
    pki.down.clear()
    sign_pdf(source, target, officer, options)
    assert verify_pdf(target, trust).verdict is Verdict.VALID


def test_tsa_that_does_not_listen_and_one_that_is_not_trusted(
    source: Path, target: Path, officer: Signer, pki: Pki
) -> None:
    with pytest.raises(TimeStampUnavailable):
        sign_pdf(source, target, officer, SignOptions(Level.B_T, "http://127.0.0.1:9/tsa", timeout=1))
    stranger = Trust((pki.stranger_root,), fetch=True)
    with pytest.raises(CertificateRefused):
        sign_pdf(source, target, officer, SignOptions(Level.B_LT, pki.tsa(), stranger))


def test_no_revocation_data_no_long_term_signature(
    source: Path, target: Path, officer: Signer, pki: Pki, trust: Trust
) -> None:
    """The trap of soft failing: B-LT must not come out without revocation data."""
    pki.down.update({"/sohoa/ocsp", "/sohoa/crls"})
    for level in (Level.B_LT, Level.B_LTA):
        with pytest.raises((RevocationUnavailable, TimeStampUnavailable)):
            sign_pdf(source, target, officer, SignOptions(level, pki.tsa(), trust))
    pki.down.clear()
    with pytest.raises(RevocationUnavailable):
        sign_pdf(
            source,
            target,
            Pkcs12Signer(pki.pkcs12("norev"), PASSWORD),
            SignOptions(Level.B_LT, pki.tsa(), trust),
        )
    pki.down.add("/sohoa/ocsp/issuing")
    sign_pdf(source, target, officer, SignOptions(Level.B_LT, pki.tsa(), trust))
    assert any("crls/issuing" in path for path in pki.asked), "the CRL stands in for OCSP"


@pytest.mark.parametrize("who", ["revoked", "expired", "wrong-usage", "stranger"])
def test_certificates_that_would_be_worth_nothing(
    who: str, source: Path, target: Path, pki: Pki, trust: Trust
) -> None:
    with pytest.raises(CertificateRefused) as caught:
        sign_pdf(
            source, target, Pkcs12Signer(pki.pkcs12(who), PASSWORD), SignOptions(Level.B_LT, pki.tsa(), trust)
        )
    assert "Người" not in str(caught.value), "no names in messages"


def test_options_that_do_not_fit(
    source: Path, target: Path, officer: Signer, pki: Pki, offline: Trust
) -> None:
    for options in (
        SignOptions(Level.B_T),
        SignOptions(Level.B_LT, pki.tsa()),
        SignOptions(Level.B_LTA, pki.tsa(), offline),
    ):
        with pytest.raises(UsageError):
            sign_pdf(source, target, officer, options)


def test_files_that_cannot_be_signed(officer: Signer, tmp_path: Path) -> None:
    for data in (
        b"",
        b"no PDF at all",
        b"%PDF-1.7\n1 0 obj\n<<",
        b"%PDF-1.7\ntrailer << /Root 1 0 R >>\n%%EOF",
    ):
        (tmp_path / "bad.pdf").write_bytes(data)
        with pytest.raises(Damaged):
            sign_pdf(tmp_path / "bad.pdf", tmp_path / "signed.pdf", officer)
        assert {p.name for p in tmp_path.iterdir()} == {"bad.pdf"}


def test_pkcs12_faults(source: Path, target: Path, pki: Pki, tmp_path: Path) -> None:
    with pytest.raises(WrongPin):
        sign_pdf(source, target, Pkcs12Signer(pki.pkcs12("officer"), "sai"))
    with pytest.raises(SignerUnavailable):
        sign_pdf(source, target, Pkcs12Signer(tmp_path / "none.p12"))


def test_target_in_place_keeps_the_old_file_when_signing_fails(
    source: Path, officer: Signer, pki: Pki
) -> None:
    pki.down.add("/sohoa/tsa")
    with pytest.raises(TimeStampUnavailable):
        sign_pdf(source, source, officer, SignOptions(Level.B_T, pki.tsa()))


def test_signing_works_inside_a_running_event_loop(source: Path, target: Path, officer: Signer) -> None:
    async def main() -> None:
        sign_pdf(source, target, officer)

    asyncio.run(main())
    assert verify_pdf(target).signatures[0].intact


def _demo(home: str) -> bytes:
    demo_signer(Path(home))
    return (Path(home) / "demo-signer.p12").read_bytes()


def test_processes_that_start_together_share_one_demo_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        keys = pool.map(_demo, [str(tmp_path / "home")] * 6)
    assert len(set(keys)) == 1
    assert [p.name for p in (tmp_path / "home").iterdir()] == ["demo-signer.p12"]


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


class TestRemote:
    """A real server that speaks CSC."""

    @pytest.fixture
    def server(self, pki: Pki) -> Iterator[csc.CscServer]:
        server = csc.start(pki)
        yield server
        server.close()

    @pytest.mark.parametrize("version", ["v1", "v2"])
    def test_only_a_digest_leaves_the_house(
        self, version: str, server: csc.CscServer, source: Path, target: Path, trust: Trust
    ) -> None:
        signer = CscSigner(CscService(server.url, version), pin=csc.PIN)  # type: ignore[arg-type]
        sign_pdf(source, target, signer)
        sign_pdf(source, target, signer)
        assert server.calls == [
            "credentials/list",
            "credentials/info",
            *["credentials/authorize", "signatures/signHash"] * 2,
        ]
        assert max(len(str(request)) for request in server.requests) < 1000
        assert verify_pdf(target, trust).verdict is Verdict.VALID

    def test_login_and_a_token_that_ran_out(self, server: csc.CscServer, source: Path, target: Path) -> None:
        service = CscService(server.url, oauth=server.url, client_id="sohoa", client_secret="bí mật")
        signer = CscSigner(service, "sohoa/officer", pin=csc.PIN)
        sign_pdf(source, target, signer)
        server.token = "changed"
        sign_pdf(source, target, signer)
        assert server.logins == 2
        refused = CscSigner(
            CscService(server.url, oauth=server.url, client_id="a", client_secret="b"), pin=csc.PIN
        )
        with pytest.raises(SignerUnavailable):
            sign_pdf(source, target, refused)

    def test_a_wrong_pin_is_tried_once_only(self, server: csc.CscServer, source: Path, target: Path) -> None:
        signer = CscSigner(CscService(server.url), "sohoa/officer", pin="sai")
        for _ in range(3):
            with pytest.raises(WrongPin):
                sign_pdf(source, target, signer)
        assert server.calls.count("credentials/authorize") == 1

    def test_a_wrong_pin_is_remembered_a_wrong_password_for_once_is_not(
        self, server: csc.CscServer, source: Path, target: Path, tmp_path: Path
    ) -> None:
        memory = Refusals(tmp_path / "refused")

        def sign(pin: str) -> None:
            signer = CscSigner(CscService(server.url), "sohoa/officer", pin=pin, refusals=memory)
            sign_pdf(source, target, signer)

        for _ in range(2):
            with pytest.raises(WrongPin):
                sign("sai")
        assert server.calls.count("credentials/authorize") == 1
        sign(csc.PIN)
        server.refuse = "invalid_otp"
        for _ in range(2):
            with pytest.raises(SignerUnavailable) as caught:
                sign(csc.PIN)
            assert not isinstance(caught.value, WrongPin)
        server.refuse = None
        sign(csc.PIN)

    def test_a_one_time_password_for_each_signature(
        self, server: csc.CscServer, source: Path, target: Path, trust: Trust
    ) -> None:
        server.one_time = "online"
        signer = CscSigner(CscService(server.url), pin=csc.PIN, otp=lambda: server.sent[-1])
        for _ in range(2):
            sign_pdf(source, target, signer)
        assert server.sent == ["000001", "000002"], "each was asked for when it was needed"
        assert verify_pdf(target, trust).verdict is Verdict.VALID
        with pytest.raises(SignerUnavailable) as wrong:
            sign_pdf(source, target, CscSigner(CscService(server.url), pin=csc.PIN, otp="sai"))
        assert wrong.value.code == "signer_unavailable"
        with pytest.raises(PinMissing):
            sign_pdf(source, target, CscSigner(CscService(server.url), pin=csc.PIN))

    def test_a_one_time_password_that_its_owner_has(
        self, server: csc.CscServer, source: Path, target: Path
    ) -> None:
        service = CscService(server.url, "v2")
        never = CscSigner(service, pin=csc.PIN, otp=lambda: pytest.fail("asked without need"))
        sign_pdf(source, target, never)
        server.one_time = "offline"
        sign_pdf(source, target, CscSigner(service, pin=csc.PIN, otp=lambda: "000000"))
        assert server.sent == []

    def test_unknown_credential_and_no_server(
        self, server: csc.CscServer, source: Path, target: Path
    ) -> None:
        with pytest.raises(SignerUnavailable):
            sign_pdf(source, target, CscSigner(CscService(server.url), "sohoa/không", pin=csc.PIN))
        with pytest.raises(SignerUnavailable):
            sign_pdf(source, target, CscSigner(CscService("http://127.0.0.1:9"), "x", pin=csc.PIN))


def test_threads_share_a_file_signer(source: Path, officer: Signer, tmp_path: Path) -> None:
    done: list[Path] = []

    def one(number: int) -> None:
        sign_pdf(source, tmp_path / f"{number}.pdf", officer)
        done.append(tmp_path / f"{number}.pdf")

    threads = [threading.Thread(target=one, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 8
    assert all(verify_pdf(path).signatures[0].intact for path in done)
