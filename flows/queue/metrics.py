"""Figures for Prometheus, read from the ledger when they are asked for, so that any one process tells them for all machines."""

from __future__ import annotations

import threading
import time
from collections import Counter as Count
from collections.abc import Iterable, Iterator

from prometheus_client import start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from flows.batches.batch import DIGITIZE
from flows.services import Services
from schemas.errors import SohoaError
from storage.audit_days import unsigned_since
from storage.queue import COUNTER, ENDED, Job


class LedgerCollector(Collector):
    """Walks through what has ended since it was last asked; the first time through all."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._since = 0.0
        self._files: Count[str] = Count()
        self._codes: Count[str] = Count()
        self._steps: Count[str] = Count()
        self._pages = self._fields = self._doubtful = self._losses = 0

    def collect(self) -> Iterable[Metric]:
        """The metrics; ``sohoa_up`` is 0 when the ledger does not answer."""
        up = GaugeMetricFamily("sohoa_up", "Whether the ledger answers.")
        try:
            with self._lock:
                found = list(self._collected())
        except SohoaError:
            up.add_metric([], 0)
            return [up]
        up.add_metric([], 1)
        return [up, *found]

    def _collected(self) -> Iterator[Metric]:
        queue = self._services.queue
        began = time.time()
        for job in (
            queue.ended_since(self._since - 5, kind=DIGITIZE)
            if self._since
            else queue.jobs(kind=DIGITIZE, states=ENDED)
        ):
            if job.ended is not None and job.ended > self._since:
                self._count(job)
        self._since = max(self._since, began)
        depth = GaugeMetricFamily("sohoa_queue_jobs", "Jobs in the ledger.", labels=["state"])
        for state, number in queue.counts().items():
            depth.add_metric([state], number)
        yield depth
        age = GaugeMetricFamily(
            "sohoa_queue_oldest_seconds", "How long the oldest due job waits.", labels=["priority"]
        )
        age.add_metric(["counter"], queue.oldest_age(priority=COUNTER))
        age.add_metric(["all"], queue.oldest_age())
        yield age
        yield from self._log()
        yield _counter("sohoa_files", "Files by what became of them.", "status", self._files)
        yield _counter("sohoa_refused", "Files that ended badly, by code.", "code", self._codes)
        yield _counter("sohoa_step_seconds", "Seconds in each step.", "step", self._steps)
        for name, text, value in (
            ("sohoa_pages", "Pages digitized.", self._pages),
            ("sohoa_fields", "Fields read.", self._fields),
            ("sohoa_fields_doubtful", "Fields that a person must look at.", self._doubtful),
            ("sohoa_lease_losses", "Jobs given up since their workers died with them.", self._losses),
        ):
            yield CounterMetricFamily(name, text, value=value)

    def _log(self) -> Iterator[Metric]:
        """The log is written before anything is answered; what lags behind is the signature over its days."""
        tip, since = self._services.audit.tip(), unsigned_since(self._services.audit)
        lag = 0.0 if since is None else max(0.0, time.time() - since.timestamp())
        yield GaugeMetricFamily("sohoa_audit_lines", "Lines of the audit log.", tip.sequence if tip else 0)
        yield GaugeMetricFamily(
            "sohoa_audit_unsigned_seconds",
            "Age of the oldest line of the log that no archived, signed day holds.",
            lag,
        )

    def _count(self, job: Job) -> None:
        result = job.result or {}
        self._files[str(result.get("status", job.state))] += 1
        if job.error:
            self._codes[job.error] += 1
            self._losses += job.error == "lease_lost"
        for step, seconds in result.get("steps", {}).items():
            self._steps[step] += seconds
        for document in result.get("documents", ()):
            self._pages += document["pages"]
            self._fields += document["fields"]
            self._doubtful += len(document["doubtful"])


def serve_metrics(services: Services, port: int, host: str = "127.0.0.1") -> None:
    """Answer ``/metrics`` on a port, from a thread; on this machine only unless another address is named."""
    registry = CollectorRegistry()
    registry.register(LedgerCollector(services))
    start_http_server(port, host, registry)


def _counter(name: str, text: str, label: str, values: Count[str]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
