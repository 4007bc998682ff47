"""Remote signing that fails, on a real server that speaks CSC."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.sign import (
    CscService,
    CscSigner,
    Refusals,
    Trust,
    sign_pdf,
)
from pipeline.verify import Verdict, verify_pdf
from schemas.errors import (
    PinMissing,
    SignerUnavailable,
    WrongPin,
)
from tests.pki import csc
from tests.pki.harness import Pki


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
