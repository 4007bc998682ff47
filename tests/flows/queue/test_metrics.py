"""What Prometheus is told: the whole ledger, counted once."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client import generate_latest
from prometheus_client.registry import CollectorRegistry

from flows.queue.metrics import LedgerCollector
from flows.services import Services
from storage.audit_days import close_days
from storage.audit_lines import Access
from storage.queue import NewJob

_DOCUMENT = {
    "id": "x",
    "type": "unknown",
    "pages": 2,
    "doubtful": ["name"],
    "fields": 3,
    "met": [],
    "near": [],
}


def test_the_ledger_is_counted_once(services: Services) -> None:
    queue = services.queue
    queue.enqueue(NewJob(key, "digitize") for key in "abc")
    a, b, _ = queue.lease("w", seconds=60, limit=3)
    queue.complete(a.lease, {"status": "archived", "documents": [_DOCUMENT], "steps": {"ocr": 1.5}})
    queue.refuse(b.lease, "damaged", {"status": "rejected"})
    registry = CollectorRegistry()
    registry.register(LedgerCollector(services))
    for _ in range(2):
        told = generate_latest(registry).decode()
        for line in (
            "sohoa_up 1.0",
            'sohoa_queue_jobs{state="leased"} 1.0',
            'sohoa_files_total{status="archived"} 1.0',
            'sohoa_refused_total{code="damaged"} 1.0',
            'sohoa_step_seconds_total{step="ocr"} 1.5',
            "sohoa_pages_total 2.0",
            "sohoa_fields_doubtful_total 1.0",
        ):
            assert line in told.splitlines()


def test_the_log_and_how_far_its_signatures_lag_behind(services: Services) -> None:
    def told() -> dict[str, float]:
        registry = CollectorRegistry()
        registry.register(LedgerCollector(services))
        lines = re.findall(r"^(sohoa_audit_\w+) (\S+)$", generate_latest(registry).decode(), re.MULTILINE)
        return {name: float(value) for name, value in lines}

    assert told() == {"sohoa_audit_lines": 0, "sohoa_audit_unsigned_seconds": 0}
    look = Access("canbo1", "view", "x", "quầy 1", "")
    now = datetime.now(UTC)
    services.audit.append(look, at=now - timedelta(days=2))
    services.audit.append(look, at=now)
    assert told()["sohoa_audit_lines"] == 2
    assert told()["sohoa_audit_unsigned_seconds"] >= 2 * 86400
    close_days(services.audit, lambda head: b"signed")
    assert told()["sohoa_audit_unsigned_seconds"] < 86400


def test_the_dashboard_asks_for_what_there_is(services: Services) -> None:
    """``deploy/grafana.json`` names no metric that nobody tells."""
    registry = CollectorRegistry()
    registry.register(LedgerCollector(services))
    told = set(re.findall(r"^# TYPE (\w+)", generate_latest(registry).decode(), re.MULTILINE))
    board = json.loads((Path(__file__).parents[3] / "deploy" / "grafana.json").read_text(encoding="utf-8"))
    asked = [
        re.findall(r"sohoa_\w+", target["expr"]) for panel in board["panels"] for target in panel["targets"]
    ]
    assert all(asked)
    assert {name for names in asked for name in names} <= told
