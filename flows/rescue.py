"""Dead runs are started again, whatever Prefect's server knows of their death.

Prefect's automations react to events, and an event that comes while the server is down is lost with it. So a small process
(``sohoa deploy --rescue``, a service of its own) looks at the state of things every few seconds: which runs Prefect takes for
running, and which of them say in our own database that they live. The ledger's fence keeps a run from writing that is taken for
dead and is not.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import httpx
from prefect import get_client
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import DeploymentFilter, FlowRunFilter
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.states import AwaitingRetry

from flows.deploy import DIGITIZING, PrefectUnreachable
from flows.leases import RUNS, alive
from flows.queue.patience import Stop
from flows.services import Services
from schemas.errors import Unreachable

logger = logging.getLogger("sohoa")

LOOK = 10.0
"""Seconds between two looks."""
_GRACE = {StateType.RUNNING: 60.0, StateType.CRASHED: 45.0, StateType.PENDING: 120.0}
"""Seconds in a state after which a run that does not say that it lives is dead: to start one takes half a minute."""
_PAST = timedelta(days=2)
"""Runs that began earlier are history."""


def rescue(services: Services, stop: Stop) -> None:
    """Look, again and again, until told to stop; what is away now is there the next time."""
    while not stop.asked:
        try:
            services.queue.sweep()
            for name in start_again(services):
                logger.warning("started again: %s", name)
        except Unreachable as away:
            logger.warning("cannot look after runs now: %s", away.code)
        stop.wait(LOOK)


def start_again(services: Services, now: datetime | None = None) -> list[str]:
    """Start runs again that are dead; their names. Raises PrefectUnreachable, IndexUnreachable."""
    living = services.slots.taken(RUNS)
    moment = now or datetime.now(UTC)
    started = []
    try:
        with get_client(sync_client=True) as client:
            for run in _runs(client):
                if _is_dead(run, living, moment):
                    state: State[None] = AwaitingRetry(
                        scheduled_time=datetime.now(UTC), message="no sign of life"
                    )
                    try:
                        client.set_flow_run_state(run.id, state, force=True)
                    except ObjectNotFound:
                        continue  # deleted meanwhile
                    started.append(run.name)
    except (httpx.TransportError, httpx.HTTPStatusError, PrefectHTTPStatusError) as error:
        raise PrefectUnreachable(type(error).__name__) from error
    return started


def _runs(client: SyncPrefectClient) -> list[FlowRun]:
    """Runs of the deployments that digitize, and that somebody should be busy with."""
    names = [flow.name for flow in DIGITIZING]
    wanted = {"state": {"type": {"any_": [str(state.value) for state in _GRACE]}}}
    return client.read_flow_runs(
        deployment_filter=DeploymentFilter.model_validate({"name": {"any_": names}}),
        flow_run_filter=FlowRunFilter.model_validate(wanted),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
        limit=200,
    )


def _is_dead(run: FlowRun, living: set[str], now: datetime) -> bool:
    state = run.state
    if state is None or state.type not in _GRACE or now - state.timestamp > _PAST:
        return False
    return (now - state.timestamp).total_seconds() > _GRACE[state.type] and alive(str(run.id)) not in living
