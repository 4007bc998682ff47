"""The daily heads of the audit log carry a time-stamp where there is an authority."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto.cms import ContentInfo
from time_machine import travel

from flows.audit import close_audit_days, verify_audit
from flows.services import Services
from pipeline.sign import Trust
from pipeline.verify import Verdict
from pipeline.verify.detached import verify_detached
from schemas.errors import TimeStampUnavailable
from storage.audit_days import open_days
from storage.audit_lines import Access
from tests.flows.signed_services import settings_for
from tests.pki.fixtures import _running, pki
from tests.pki.harness import Pki

__all__ = ["_running", "pki"]

TODAY = "2026-11-21T08:00:00Z"


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pki: Pki) -> Services:
    monkeypatch.chdir(tmp_path)
    services = Services(settings_for(pki, pki.tsa(1)))
    yesterday = datetime.fromisoformat(TODAY) - timedelta(days=1)
    services.audit.append(Access("canbo1", "view", "document-1", "10.0.0.7", "test"), at=yesterday)
    return services


def _head(services: Services) -> tuple[bytes, bytes]:
    day = "urn:sohoa:audit:2026-11-20"
    return services.archive.objects.get(day, "head.json"), services.archive.objects.get(day, "head.p7s")


def _stamps(signature: bytes) -> list[ContentInfo]:
    (signer,) = ContentInfo.load(signature)["content"]["signer_infos"]
    found = [a for a in signer["unsigned_attrs"] if a["type"].native == "signature_time_stamp_token"]
    return [value for attribute in found for value in attribute["values"]]


def test_heads_are_stamped(services: Services, pki: Pki) -> None:
    with travel(TODAY):
        assert close_audit_days(services) == ["2026-11-20"]
        assert verify_audit(services).verdict is Verdict.VALID
        head, signature = _head(services)
        (stamp,) = _stamps(signature)
        made = stamp["content"]["encap_content_info"]["content"].parsed["gen_time"].native
        assert abs(made - datetime.fromisoformat(TODAY)) < timedelta(minutes=1)
        trust = Trust((pki.root,), fetch=True, private=True)
        assert verify_detached(head + b" ", signature, trust) is Verdict.INVALID
        assert verify_detached(head, signature, Trust((pki.stranger_root,))) is Verdict.UNPROVEN


def test_who_signed_the_heads_is_told(services: Services, pki: Pki) -> None:
    """Whoever has a trusted certificate can sign a head; an auditor sees that it is not the agency's."""
    with travel(TODAY):
        close_audit_days(services)
        services.audit.append(Access("canbo1", "view", "document-1", "10.0.0.7", "test"))
    with travel("2026-11-22T08:00:00Z"):
        close_audit_days(Services(settings_for(pki, pki.tsa(1), who="officer-rsa")))
        verified = verify_audit(services)
    assert verified.verdict is Verdict.VALID
    told = [(signer.split(",")[0], days) for signer, days in verified.signers.items()]
    assert told == [("Lê Thị Mẫu", 1), ("Trần Văn Mẫu", 1)]


def test_a_stamp_over_something_else_is_no_stamp(services: Services, pki: Pki) -> None:
    with travel(TODAY):
        close_audit_days(services)
        head, signature = _head(services)
        content = ContentInfo.load(signature)
        (signer,) = content["content"]["signer_infos"]
        (stamp,) = _stamps(signature)
        forged = stamp["content"]["encap_content_info"]["content"].parsed
        forged["gen_time"] = datetime(2020, 1, 1, tzinfo=UTC)
        stamp["content"]["encap_content_info"]["content"] = forged
        signer["unsigned_attrs"] = [{"type": "signature_time_stamp_token", "values": [stamp]}]
        trust = Trust((pki.root,), fetch=True, private=True)
        assert verify_detached(head, content.dump(force=True), trust) is Verdict.INVALID


def test_without_the_authority_the_day_stays_open(services: Services, pki: Pki) -> None:
    with travel(TODAY):
        pki.down.add("/sohoa/tsa")
        with pytest.raises(TimeStampUnavailable):
            close_audit_days(services)
        assert [day for day, *_ in open_days(services.audit)] == ["2026-11-20"]
        pki.down.clear()
        assert close_audit_days(services) == ["2026-11-20"]
